package pages

import (
	"net/url"
	"slices"
	"strconv"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/web"
)

// atView is the slider over exercise time, with where it can be moved to.
type atView struct {
	path              string // of the page that it moves
	at, end           int64  // seconds
	now               string // at, in words
	marks             []atMark
	first, last       string // links; "" where there is no way
	minus, plus       string // a minute
	before, after     string // to the next mark
	beforeIs, afterIs string // what it is
	inPlace           bool   // the page is exchanged by script without being loaded anew
}

// atMark is something of note on the way: an inject, or what happened to the
// clock.
type atMark struct {
	at   int64  // the first second at which it has happened
	kind string // inject, clock, end, real
	what string
	link string
}

// AtLink is the address of a page at a second.
func AtLink(path string, at int64) string {
	return (&url.URL{Path: path}).EscapedPath() + "?at=" + url.QueryEscape((exercise.Time(at) * exercise.Second).String())
}

// parseAt reads the moment that an address names; plain seconds come from the
// slider.
func parseAt(text string) (exercise.Time, error) {
	if n, err := strconv.ParseInt(text, 10, 32); err == nil && n >= 0 {
		return exercise.Time(n) * exercise.Second, nil
	}
	return exercise.ParseTime(text)
}

// AtView makes the slider of a page that shows the past.
func (r *Request) AtView(inPlace bool) *atView {
	v := &atView{path: r.URL.Path, inPlace: inPlace}
	viewer := r.Access.Viewer(r.Exercise.ID)
	if r.Unit != "" {
		viewer = r.Viewer()
	}
	r.Exercise.Live.Now(func(m *follow.Moment) {
		s := &Moment{Moment: m, State: m.State, Request: r}
		v.end, v.marks = ceil(s.Now()), s.marks(viewer, r.URL.Path)
	})
	at, err := parseAt(r.URL.Query().Get("at"))
	if err == nil {
		v.at = min(int64(at/exercise.Second), v.end)
	}
	v.now = (exercise.Time(v.at) * exercise.Second).String()
	v.steps()
	return v
}

// stepOf words a button that leads to a mark, with what that is where there is
// one.
func (r *Request) stepOf(key, what string) string {
	if what == "" {
		return r.T(key)
	}
	return r.T(key+"_is", map[string]any{"What": what})
}

// steps are the links of the buttons.
func (v *atView) steps() {
	if v.at > 0 {
		v.first, v.minus = AtLink(v.path, 0), AtLink(v.path, (v.at-1)/60*60)
	}
	if v.at < v.end {
		v.last, v.plus = AtLink(v.path, v.end), AtLink(v.path, min(v.end, v.at/60*60+60))
	}
	for i := range v.marks {
		m := &v.marks[i]
		if m.at < v.at {
			v.before, v.beforeIs = m.link, m.what
		}
		if m.at > v.at && v.after == "" {
			v.after, v.afterIs = m.link, m.what
		}
	}
}

// ceil is the first whole second at which something has happened.
func ceil(t exercise.Time) int64 { return int64((t + exercise.Second - 1) / exercise.Second) }

// marks are what a viewer may know to stand on the way, in order, each once a
// second.
func (s *Moment) marks(v exercise.Viewer, path string) (all []atMark) {
	seen := map[atMark]bool{}
	for _, e := range s.Events(v, 0, s.All(), isMark) {
		m := s.mark(&e)
		if m.link = AtLink(path, m.at); !seen[m] {
			seen[m] = true
			all = append(all, m)
		}
	}
	slices.Reverse(all)
	return all
}

func isMark(e *exercise.Event) bool {
	switch e.Body.(type) {
	case *exercise.InjectReleased, *exercise.Started, *exercise.Ended, *exercise.Stopped, *exercise.Paused, *exercise.Resumed, *exercise.Jumped:
		return true
	}
	return false
}

func (s *Moment) mark(e *exercise.Event) atMark {
	m := atMark{at: ceil(e.At), kind: "clock", what: s.Request.T("event." + string(e.Body.Type()))}
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		m.kind, m.what = "inject", b.Inject
	case *exercise.Ended:
		m.kind = "end"
	case *exercise.Stopped:
		m.kind = "real"
	}
	return m
}

// x is where a mark stands on a line of 1000.
func (v *atView) x(m *atMark) string { return web.Number(m.at * 1000 / max(1, v.end)) }

// kinds are those of marks that there are, for the legend.
func (v *atView) kinds() (all []string) {
	for _, k := range []string{"inject", "clock", "end", "real"} {
		if slices.ContainsFunc(v.marks, func(m atMark) bool { return m.kind == k }) {
			all = append(all, k)
		}
	}
	return all
}

func (v *atView) endText() string { return (exercise.Time(v.end) * exercise.Second).String() }

func (m *atMark) time() string { return (exercise.Time(m.at) * exercise.Second).String() }
