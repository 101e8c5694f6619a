package pages

import (
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/web"
)

// View is a page of an exercise with a part that changes while play goes on.
type View struct {
	// key names everything on which the part depends beside the exercise, the
	// address, the language and what the viewer may see: such as whether the
	// reader acts for the unit. It must not name the reader: others get it too.
	Key string
	// viewer is as whom the part is filled.
	Viewer exercise.Viewer
	// part makes what changes, page the page with it inside.
	Part func() (templ.Component, error)
	Page func(part templ.Component) templ.Component
}

// ShowView answers with a page, or with its part when htmx asks for that.
func (r *Request) ShowView(v *View) error {
	got, err := r.PartOf(v)
	if err != nil {
		return err
	}
	if !r.IsPart() {
		return r.Show(r.Status(), v.Page(templ.Raw(string(got.Plain))))
	}
	return r.SendFragment(&got)
}

// PartOf returns a part that shows everything that its viewer may see by now.
func (r *Request) PartOf(v *View) (web.Made, error) {
	if r.URL.Query().Has("at") || r.Rejected != nil {
		return r.makePart(v) // seldom seen twice, or nobody else's
	}
	key := strings.Join([]string{r.URL.RequestURI(), r.Printer.Lang(), v.Key, r.signalsKey()}, "\x00")
	position := func() uint64 { return r.Exercise.Live.Position(v.Viewer) + r.signalsPosition() }
	return r.caches().fragments.Render(r.Context(), key, position, func() (web.Made, error) { return r.makePart(v) })
}

func (r *Request) makePart(v *View) (web.Made, error) {
	c, err := v.Part()
	if err != nil {
		return web.Made{}, err
	}
	return r.Render(c)
}
