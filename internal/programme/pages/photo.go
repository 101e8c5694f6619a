package programmepages

import (
	"errors"
	"slices"
	"strings"

	"renkei/internal/programme"
	"renkei/internal/programme/photo"
	"renkei/internal/web"
)

// photoRoutes are the addresses of photographs of events: the secretariat adds them,
// and who sees the event sees them.
func (p *Pages) photoRoutes() []web.Route {
	add := web.Route{Pattern: "POST " + home + "/event/{id}/photo", Need: helps, Handle: p.on(addPhoto)}
	add.Limit, add.Upload = programme.MaxPaper+web.MaxForm, true
	return []web.Route{
		add,
		{Pattern: "GET " + home + "/photo/{hash}", Need: takes, Handle: p.on(sendPhoto)},
		{Pattern: "POST " + home + "/event/{id}/photo/{hash}/remove", Need: helps, Handle: p.on(removePhoto)},
	}
}

// heavyPhoto is the memory that making a photograph may need, in bytes.
const heavyPhoto = 200 << 20

func addPhoto(r *request) error {
	raw, name, err := r.File("file", programme.MaxPaper, heavyPhoto)
	e := r.records.Event(r.PathValue("id"))
	if e == nil {
		return web.ErrNotFound
	}
	back := pathOf(refer(e))
	if err == nil {
		err = r.keepPhoto(e, name, raw)
	}
	if err != nil {
		return r.Redisplay(err, "photo", back, func() error {
			r.SetPathValue("kind", string(programme.KindEvent))
			return showRecord(r)
		})
	}
	return r.RedirectWith(back, "programme.saved")
}

// keepPhoto adds a photograph to an event. The same one replaces itself.
func (r *request) keepPhoto(e *programme.Event, name string, raw []byte) error {
	made, err := photo.Make(raw)
	switch {
	case errors.Is(err, photo.ErrLarge):
		return &web.UserError{Text: r.T("programme.photo.large", web.Args("N", photo.MaxPixels/1_000_000))}
	case errors.Is(err, photo.ErrFormat):
		return &web.UserError{Text: r.T("programme.photo.format")}
	case err != nil:
		return err
	}
	file, _, err := r.keepFile(name, made.Data)
	if err != nil {
		return err
	}
	file.Media = "image/jpeg"
	next := *e
	next.Photos = slices.DeleteFunc(slices.Clone(e.Photos), func(p programme.Photo) bool { return p.File.Hash == file.Hash })
	next.Photos = append(next.Photos, programme.Photo{
		Caption: r.text("caption"), Alt: r.text("alt"), Rights: r.field("rights"), At: r.now.UTC(), File: file, Width: made.Width, Height: made.Height,
	})
	return r.apply(&next, r.records.LastOf(programme.KindEvent, e.ID), "photo")
}

func sendPhoto(r *request) error {
	p := r.records.Photo(r.PathValue("hash"))
	if p == nil {
		return web.ErrNotFound
	}
	return r.DownloadRead(strings.TrimSuffix(p.File.Name, ".jpg")+".jpg", p.File.Media, p.File.Size, func() ([]byte, error) {
		return r.pages.store.ReadFile(r.Context(), p.File.Hash)
	})
}

// removePhoto takes a photograph off an event, and by that out of every report.
func removePhoto(r *request) error {
	if err := r.ReadForm(); err != nil {
		return err
	}
	e := r.records.Event(r.PathValue("id"))
	if e == nil {
		return web.ErrNotFound
	}
	next := *e
	next.Photos = slices.DeleteFunc(slices.Clone(e.Photos), func(p programme.Photo) bool { return p.File.Hash == r.PathValue("hash") })
	if len(next.Photos) == len(e.Photos) {
		return web.ErrNotFound
	}
	if err := r.apply(&next, r.records.LastOf(programme.KindEvent, e.ID), "photo.removed"); err != nil {
		return err
	}
	return r.RedirectWith(pathOf(refer(e)), "programme.saved")
}
