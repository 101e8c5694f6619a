package programme

import (
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
)

// Photo is a photograph of an event that everybody of the community may see, and
// that a report may show.
type Photo struct {
	Caption community.Text `json:"caption,omitempty"`
	Alt     community.Text `json:"alt"`    // what is to be seen, for who does not see it
	Rights  string         `json:"rights"` // who holds them, and by what it may be shown
	At      time.Time      `json:"at"`     // when it was handed in
	File    File           `json:"file"`   // a JPEG
	Width   int            `json:"width"`  // in pixels
	Height  int            `json:"height"`
}

// Bounds of photographs.
const (
	MaxPhotos = 30 // of an event
	maxRights = 300
)

func checkPhotos(all []Photo) error {
	if len(all) > MaxPhotos {
		return refuse("photos", "")
	}
	for i := range all {
		p := &all[i]
		switch {
		case p.Alt.Empty():
			return refuse("photo.alt", "")
		case strings.TrimSpace(p.Rights) == "" || len(p.Rights) > maxRights:
			return refuse("photo.rights", clip(p.Rights))
		case p.Width < 1 || p.Height < 1:
			return refuse("photo.file", p.File.Name)
		}
		if err := first(p.File.check(), checkTexts(p.Caption, p.Alt), checkList([]string{p.Rights})); err != nil {
			return err
		}
	}
	return nil
}

// Photo returns the photograph of an event by the hash of its file; nil where no
// event has it.
func (r *Records) Photo(hash string) *Photo {
	for _, e := range r.Events("") {
		if i := slices.IndexFunc(e.Photos, func(p Photo) bool { return p.File.Hash == hash }); i >= 0 {
			return &e.Photos[i]
		}
	}
	return nil
}

// Picture is a photograph of a report.
type Picture struct {
	Hash    string `json:"hash"` // SHA-256 of the file, in hexadecimal
	Alt     string `json:"alt"`
	Caption string `json:"caption,omitempty"`
	Rights  string `json:"rights"`
	Width   int    `json:"width"` // in pixels
	Height  int    `json:"height"`
	// Data is the JPEG, where the report is to hold it, and Gone says that it was
	// taken off; see Report.Illustrate.
	Data []byte `json:"-"`
	Gone bool   `json:"-"`
}

// photos are the photographs of the events of the year: of these activities and
// events, or with none of all.
func (c *composer) photos(of []string) (all []Piece) {
	for _, e := range c.from.Records.Events("") {
		named := len(of) == 0 || slices.Contains(of, e.ID) || e.Activity != "" && slices.Contains(of, e.Activity)
		if len(e.Photos) == 0 || !named || Year(e.Begin) != Year(c.r.AsOf) {
			continue
		}
		title := strings.Join(nonEmpty(c.say(e.Title), When(c.p, e.Begin, e.End)), c.t("comma"))
		piece := Piece{State: Machine, Title: title, Records: []Reference{refer1(e)}}
		for i := range e.Photos {
			p := &e.Photos[i]
			piece.Photos = append(piece.Photos, Picture{
				Hash: p.File.Hash, Alt: c.say(p.Alt), Caption: c.say(p.Caption), Rights: p.Rights, Width: p.Width, Height: p.Height,
			})
		}
		all = append(all, piece)
	}
	if len(all) == 0 {
		all = append(all, c.none(ShowPhotos))
	}
	return all
}

// Illustrate has the report hold its photographs, as far as they are still with an
// event of records: one that was taken off is in no report any more, also where the
// report is frozen. Without read it only finds out which those are.
func (r *Report) Illustrate(records *Records, read func(hash string) ([]byte, error)) error {
	for _, p := range pictures(r.Parts) {
		if p.Gone = records.Photo(p.Hash) == nil; p.Gone || read == nil {
			continue
		}
		var err error
		if p.Data, err = read(p.Hash); err != nil {
			return err
		}
	}
	return nil
}

// pictures are the photographs of parts.
func pictures(parts []Part) (all []*Picture) {
	for i := range parts {
		for j := range parts[i].Pieces {
			photos := parts[i].Pieces[j].Photos
			for k := range photos {
				all = append(all, &photos[k])
			}
		}
		all = append(all, pictures(parts[i].Parts)...)
	}
	return all
}
