package web

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// unitRoutes are the addresses of everything that a unit has.
func unitRoutes() []route {
	var all []route
	for _, some := range [][]route{deskRoutes(), injectRoutes(), fileRoutes(), answerRoutes(), talkRoutes(), contactRoutes(), entryRoutes()} {
		all = append(all, some...)
	}
	return all
}

// showUnit answers with a page of a unit, filled with what the unit sees,
// whoever looks at it.
func (r *request) showUnit(title string, part func() (templ.Component, error)) error {
	return r.showView(&view{
		key: r.unitKey(), viewer: r.viewer(), part: part,
		page: func(part templ.Component) templ.Component { return unitPage(r, title, part) },
	})
}

// viewer is as whom a unit's pages are filled.
func (r *request) viewer() exercise.Viewer { return exercise.ViewerOf(r.unit) }

// unitKey names for a view what of the unit the reader is.
func (r *request) unitKey() string {
	switch {
	case r.acts():
		return "acts"
	case r.onlyObserves():
		return "watches"
	case r.namesPeople():
		return "names"
	}
	return "reads"
}

// acts reports whether the reader acts for the request's unit, now.
func (r *request) acts() bool { return r.access.Plays(r.hall.ID, r.unit) && !r.URL.Query().Has("at") }

// namesPeople reports whether the reader is told who of the unit did something:
// its own people and EXCON are, everybody else hears of the unit alone.
func (r *request) namesPeople() bool {
	return r.access.Plays(r.hall.ID, r.unit) || r.access.Observes(r.hall.ID)
}

// unitPath is the address of a page of the request's unit; pairs are names and
// values of its query. The moment that is shown goes along.
func (r *request) unitPath(page string, pairs ...string) string {
	q := url.Values{}
	if at := r.URL.Query().Get("at"); at != "" {
		q.Set("at", at)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	path := r.path("/" + page + "/" + r.unit)
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

func (r *request) unitURL(page string, pairs ...string) templ.SafeURL {
	return templ.SafeURL(r.unitPath(page, pairs...))
}

// injectPath is the page of an inject of the request's unit.
func (r *request) injectPath(key string, pairs ...string) string {
	return r.unitPath("inject/"+url.PathEscape(key), pairs...)
}

func (r *request) injectURL(key string, pairs ...string) templ.SafeURL {
	return templ.SafeURL(r.injectPath(key, pairs...))
}

// anchor makes an id of the page of a key, which may hold any sign.
func anchor(kind, key string) string {
	return kind + "-" + strings.NewReplacer("#", "n", "/", "-", ":", "-", ".", "-").Replace(key)
}

// moment is when something happened: in exercise time, and on the storyline's
// clocks.
type moment struct{ at, utc, local string }

// moment says when an exercise time is, also where the unit is.
func (s *scene) moment(at exercise.Time) moment {
	utc := s.scenarioTime(at)
	m := moment{at: at.String(), utc: utc.Format("2006-01-02 15:04")}
	if loc, err := time.LoadLocation(s.st.Play().Cast.Units[s.r.u].Zone); err == nil {
		m.local = utc.In(loc).Format("15:04")
	}
	return m
}

// langs are the languages in which a text of the pack is looked for.
func (s *scene) langs() []string {
	return append([]string{s.r.p.Lang()}, s.st.Play().Pack.Languages...)
}

// zone is that of the request's unit.
func (s *scene) zone() string { return s.st.Play().Cast.Units[s.r.u].Zone }

// personOf is who of the request's unit did something; "" where the reader is
// not told.
func (s *scene) personOf(e *exercise.Event) string {
	if !s.r.namesPeople() {
		return ""
	}
	return s.actorName(e.Actor)
}

// hold is why a unit cannot act at the moment, in a sentence; "" where it can.
func (s *scene) hold() string {
	status := s.st.Unit(s.r.u).Status
	switch {
	case s.st.Phase() == exercise.Over:
		return s.r.t("unit.over")
	case s.st.RealStop():
		return s.r.t("unit.real")
	case status != exercise.Present:
		return s.r.t("unit.status", i18n.Args{"Status": s.r.statusWord(status)})
	case s.st.Phase() == exercise.OnHold:
		return s.r.t("unit.paused")
	}
	return ""
}

// statusWord is how a unit takes part.
func (r *request) statusWord(status string) string {
	if status == exercise.Present {
		return r.t("unit.present")
	}
	return r.t("status." + status)
}

// plays reports whether tasks can be answered at this moment.
func (s *scene) plays() bool {
	phase := s.st.Phase()
	return phase == exercise.Running || phase == exercise.OnHold
}

// timing is when something is due, and how far away that is.
type timing struct {
	due    string
	micros int64
	span   string // how long is left, or how long it is overdue
	over   bool
	stands bool // the time does not run for the unit
}

func (s *scene) timing(due exercise.Time) timing {
	left := due - s.now()
	t := timing{due: due.String(), micros: int64(due), over: left < 0, stands: s.stands()}
	t.span = max(left, -left).String()
	return t
}

// stands reports whether the time of the request's unit stands still.
func (s *scene) stands() bool {
	status := s.st.Unit(s.r.u).Status
	return status == exercise.Late || status == exercise.UnitPause
}

// lines are the lines of a text that hold something.
func lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// readForm reads a form, so that what is wrong with it is told.
func (r *request) readForm() error {
	if err := r.ParseForm(); err != nil {
		return errors.Join(errForm, err)
	}
	return nil
}

// onHold reports whether play stands between STARTEX and ENDEX.
func (c clockView) onHold() bool { return !c.preparing && !c.running && !c.over }
