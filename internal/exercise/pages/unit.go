package pages

import (
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// ShowUnit answers with a page of a unit, filled with what the unit sees,
// whoever looks at it.
func (r *Request) ShowUnit(title string, part func() (templ.Component, error)) error {
	return r.ShowView(&View{
		Key: r.UnitKey(), Viewer: r.Viewer(), Part: part,
		Page: func(part templ.Component) templ.Component { return unitPage(r, title, part) },
	})
}

// Viewer is as whom a unit's pages are filled.
func (r *Request) Viewer() exercise.Viewer { return exercise.ViewerOf(r.Unit) }

// UnitKey names for a view what of the unit the reader is.
func (r *Request) UnitKey() string {
	switch {
	case r.Acts():
		return "acts"
	case r.OnlyObserves():
		return "watches"
	case r.ActsFor():
		return "acts-for"
	case r.namesPeople():
		return "names"
	}
	return "reads"
}

// Acts reports whether the reader acts for the request's unit, now.
func (r *Request) Acts() bool {
	return r.Access.Plays(r.Exercise.ID, r.Unit) && !r.URL.Query().Has("at")
}

// namesPeople reports whether the reader is told who of the unit did something:
// its own people and EXCON are, everybody else hears of the unit alone.
func (r *Request) namesPeople() bool {
	return r.Access.Plays(r.Exercise.ID, r.Unit) || r.Access.Observes(r.Exercise.ID)
}

// UnitPath is the address of a page of the request's unit; pairs are names and
// values of its query. The moment that is shown goes along.
func (r *Request) UnitPath(page string, pairs ...string) string {
	q := url.Values{}
	if at := r.URL.Query().Get("at"); at != "" {
		q.Set("at", at)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	path := r.Path("/" + page + "/" + r.Unit)
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

// UnitURL is UnitPath for an attribute of a template.
func (r *Request) UnitURL(page string, pairs ...string) templ.SafeURL {
	return templ.SafeURL(r.UnitPath(page, pairs...))
}

// InjectPath is the page of an inject of the request's unit.
func (r *Request) InjectPath(key string, pairs ...string) string {
	return r.UnitPath("inject/"+url.PathEscape(key), pairs...)
}

// InjectURL is InjectPath for an attribute of a template.
func (r *Request) InjectURL(key string, pairs ...string) templ.SafeURL {
	return templ.SafeURL(r.InjectPath(key, pairs...))
}

// Anchor makes an id of the page of a key, which may hold any sign.
func Anchor(kind, key string) string {
	return kind + "-" + strings.NewReplacer("#", "n", "/", "-", ":", "-", ".", "-").Replace(key)
}

// Instant is when something happened: in exercise time, and on the storyline's
// clocks.
type Instant struct{ At, Utc, Local string }

// Instant says when an exercise time is, also where the unit is.
func (s *Moment) Instant(at exercise.Time) Instant {
	utc := s.ScenarioTime(at)
	m := Instant{At: at.String(), Utc: utc.Format("2006-01-02 15:04")}
	if loc, err := time.LoadLocation(s.State.Play().Cast.Units[s.Request.UnitIndex].Zone); err == nil {
		m.Local = utc.In(loc).Format("15:04")
	}
	return m
}

// Langs are the languages in which a text of the pack is looked for.
func (s *Moment) Langs() []string {
	return append([]string{s.Request.Printer.Lang()}, s.State.Play().Pack.Languages...)
}

// Zone is that of the request's unit.
func (s *Moment) Zone() string { return s.State.Play().Cast.Units[s.Request.UnitIndex].Zone }

// PersonOf is who of the request's unit did something; "" where the reader is
// not told.
func (s *Moment) PersonOf(e *exercise.Event) string {
	if !s.Request.namesPeople() {
		return ""
	}
	return s.ActorName(e.Actor)
}

// Hold is why a unit cannot act at the moment, in a sentence; "" where it can.
func (s *Moment) Hold() string {
	status := s.State.Unit(s.Request.UnitIndex).Status
	switch {
	case s.State.Phase() == exercise.Over:
		return s.Request.T("unit.over")
	case s.State.RealStop():
		return s.Request.T("unit.real")
	case status != exercise.Present:
		return s.Request.T("unit.status", i18n.Args{"Status": s.Request.StatusWord(status)})
	case s.State.Phase() == exercise.OnHold:
		return s.Request.T("unit.paused")
	}
	return ""
}

// StatusWord is how a unit takes part.
func (r *Request) StatusWord(status string) string {
	if status == exercise.Present {
		return r.T("unit.present")
	}
	return r.T("status." + status)
}

// Plays reports whether tasks can be answered at this moment.
func (s *Moment) Plays() bool {
	phase := s.State.Phase()
	return phase == exercise.Running || phase == exercise.OnHold
}

// Timing is when something is due, and how far away that is.
type Timing struct {
	Due    string
	Micros int64
	Span   string // how long is left, or how long it is overdue
	Over   bool
	stands bool // the time does not run for the unit
}

// Timing says how far away a due time is.
func (s *Moment) Timing(due exercise.Time) Timing {
	left := due - s.Now()
	t := Timing{Due: due.String(), Micros: int64(due), Over: left < 0, stands: s.stands()}
	t.Span = max(left, -left).String()
	return t
}

// stands reports whether the time of the request's unit stands still.
func (s *Moment) stands() bool {
	status := s.State.Unit(s.Request.UnitIndex).Status
	return status == exercise.Late || status == exercise.UnitPause
}

// Lines are the lines of a text that hold something.
func Lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// OnHold reports whether play stands between STARTEX and ENDEX.
func (c ClockView) OnHold() bool { return !c.Preparing && !c.Running && !c.Over }
