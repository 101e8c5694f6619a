package pages

import (
	"io"

	"github.com/a-h/templ"

	"renkei/internal/exercise/follow"
	"renkei/internal/web"
)

// Kind is what an area brings for exercises of a kind of pack of its own, such
// as tabletops: which pages there are in place of the board and the desks. Who
// puts the program together hands the kinds in, so these pages know no area.
type Kind struct {
	Name string // of the kind of pack
	// Home is where somebody works who takes part.
	Home func(*Request) string
	// Tabs are the pages that are the reader's.
	Tabs func(*Request) []web.TabGroup
	// Class is the style of a page of the kind, by the first word of its address
	// within the exercise; "" for a page that is not of the kind.
	Class func(page string) string
}

// kind is that of the exercise; nil for an exercise as others are.
func (r *Request) kind() *Kind { return r.ofKind }

// findKind finds the kind of the exercise, before a moment of it is held: within
// one, nobody may ask for another.
func (r *Request) findKind() {
	if r.Exercise == nil || len(r.Deps.Kinds) == 0 {
		return
	}
	var name string
	r.Exercise.Live.Now(func(m *follow.Moment) { name = m.State.Play().Pack.Kind })
	for i := range r.Deps.Kinds {
		if r.Deps.Kinds[i].Name == name {
			r.ofKind = &r.Deps.Kinds[i]
		}
	}
}

// pollAttributes say where a page asks for news where streams are blocked. Only
// pages of a kind do, so that the many of a large exercise never ask at once.
func (r *Request) pollAttributes() templ.Attributes {
	if r.kind() == nil {
		return nil
	}
	return templ.Attributes{"data-poll": r.Path("/position")}
}

// Position answers with what the stream would say now, for those who cannot have
// a stream.
func Position(r *Request) error {
	r.Writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(r.Writer, r.position(r.Exercise.Live.Position(r.Access.Viewer(r.Exercise.ID))))
	return err
}

// position is a position as a stream says it: to EXCON also how often it was told
// who comes and goes.
func (r *Request) position(at uint64) string {
	if r.Access.Observes(r.Exercise.ID) {
		return web.Number(at) + " " + web.Number(r.Exercise.Presence.Version())
	}
	return web.Number(at)
}

// PlaceTab is the tab of a page of the exercise, by its name and its address
// within the exercise.
func (r *Request) PlaceTab(name, path string) web.Tab {
	t := r.tab("", path)
	t.Name = name
	return t
}

// ExconTab is the tab of a page that EXCON has in every exercise, by the last
// word of its key.
func (r *Request) ExconTab(page string) web.Tab { return r.tab(page, "/"+page) }
