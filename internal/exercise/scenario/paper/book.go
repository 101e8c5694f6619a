package paper

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// Options say which edition is made.
type Options struct {
	For     string    // "" for controllers, else the key of a team (with its cells) or of a cell: its handout
	Startex time.Time // the real time of STARTEX; the zero time: as the pack has it
	Lang    string    // of the texts in a handout; "": that of its unit
	Contact string    // of EXCON, as it shall stand on paper; "": room to write it in
	Edition string    // Briefing or Handbook; "" for the MSEL and its handouts
	Title   string    // of the exercise; "": that of the pack
	When    string    // the real date and time of STARTEX in words; "": room to write it in
}

// Book is an edition of the MSEL, ready to be written in one form or another.
type Book struct {
	*words
	o       Options
	cast    *scenario.Cast
	plan    *plan
	label   scenario.TLP
	one     bool // a single team: its texts are filled in
	Entries []Entry
	Units   []UnitSheets // of a handout
	Brief   Brief        // of a briefing
}

// ErrUnit is returned for the handout of a unit that does not play.
var ErrUnit = errors.New("no such unit plays")

// Make lays a pack out for a cast. Interface texts are in the printer's
// language, and so are those of the pack in the controllers' edition. The pack
// must have passed its check.
func Make(pack *scenario.Pack, cast *scenario.Cast, o Options, p *i18n.Printer) (*Book, error) {
	if o.Startex.IsZero() {
		o.Startex = pack.Startex
	}
	b := &Book{
		words: &words{p: p, pack: pack, lang: p.Lang()},
		o:     o, cast: cast, plan: newPlan(pack), label: pack.TLP,
	}
	b.one = len(cast.Units) == 1+len(pack.Units.Cells)
	switch {
	case o.Edition == Briefing:
		return b, b.briefing()
	case o.For != "":
		return b, b.handout()
	}
	for _, in := range pack.Injects {
		b.label = max(b.label, in.TLP)
	}
	for i, s := range b.plan.order() {
		e, err := b.entry(i+1, s)
		if err != nil {
			return nil, err
		}
		b.Entries = append(b.Entries, e)
	}
	return b, nil
}

// reader is who reads a template: a unit in a language at a moment.
type reader struct {
	unit int
	lang string
	now  time.Time
}

// fill fills in a template for a reader.
func (b *Book) fill(tmpl string, r reader) (string, error) {
	text, _, err := b.cast.Render(tmpl, r.unit, r.lang, r.now)
	if err != nil {
		return "", fmt.Errorf("fill in %q: %w", tmpl, err)
	}
	return text, nil
}

// filler gives a function that fills in templates and keeps the first error.
// In the edition for several teams the tags stay as they are written.
func (b *Book) filler(r reader, err *error) func(string) string {
	return func(tmpl string) string {
		if r.unit < 0 {
			return tmpl
		}
		text, e := b.fill(tmpl, r)
		if *err == nil {
			*err = e
		}
		return text
	}
}

// local is the clock time of a moment in a zone.
func (b *Book) local(at time.Duration, zone *time.Location) string {
	return b.day(b.o.Startex.Add(at).In(zone), b.o.Startex.In(zone))
}

// day writes a clock time, with the date where it is another than that of
// STARTEX.
func (b *Book) day(t, start time.Time) string {
	layout := "15:04"
	if t.Second() != 0 {
		layout = "15:04:05"
	}
	if t.YearDay() != start.YearDay() || t.Year() != start.Year() {
		layout = "2006-01-02 " + layout
	}
	return t.Format(layout)
}

// zone is a clock on the wall of some teams.
type zone struct {
	loc   *time.Location
	teams []string // their codes
}

// zones groups the teams by what their clocks show at STARTEX, in the order
// of the cast.
func (b *Book) zones() ([]zone, error) {
	var all []zone
	offsets := []int{}
	for _, u := range b.cast.Units {
		if u.Parent != "" {
			continue
		}
		loc, err := time.LoadLocation(u.Zone)
		if err != nil {
			return nil, fmt.Errorf("zone of %s: %w", u.Key, err)
		}
		_, offset := b.o.Startex.In(loc).Zone()
		i := slices.Index(offsets, offset)
		if i < 0 {
			i = len(all)
			offsets = append(offsets, offset)
			all = append(all, zone{loc: loc})
		}
		all[i].teams = append(all[i].teams, u.Code)
	}
	return all, nil
}
