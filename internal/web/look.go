package web

import (
	"net/url"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/i18n"
)

// scene is an exercise at the moment that a page shows, with the words of its
// reader. It is good only within the call that gives it.
type scene struct {
	*follow.Moment
	st *exercise.State
	r  *request
}

// look reads the exercise at the moment that the page is to show: as it stands
// now or, where the address has at=00:15:00, as it stood then. Whoever shows
// the past has asked whether the reader may see it.
func (r *request) look(read func(s *scene) error) error {
	var err error
	see := func(m *follow.Moment) { err = read(&scene{m, m.State, r}) }
	text := r.URL.Query().Get("at")
	if text == "" {
		r.hall.Live.Now(see)
		return err
	}
	at, bad := parseAt(text)
	if bad != nil || !r.seesPast() {
		return errAbsent
	}
	if failed := r.hall.Live.Past(at, see); failed != nil {
		return failed
	}
	return err
}

// isPast reports whether the page shows an earlier moment.
func (r *request) isPast() bool { return r.hall != nil && r.URL.Query().Get("at") != "" }

// seesPast reports whether the reader may look at earlier moments: EXCON at any
// time, a unit once play is over.
func (r *request) seesPast() bool {
	return r.access.Observes(r.hall.ID) || r.isOver()
}

func (r *request) isOver() (over bool) {
	r.hall.Live.Now(func(m *follow.Moment) { over = m.State.Phase() == exercise.Over })
	return over
}

// atQuery carries the moment that is shown over to another address; "" for now.
func (r *request) atQuery() string {
	if at := r.URL.Query().Get("at"); at != "" {
		return "?at=" + url.QueryEscape(at)
	}
	return ""
}

// now is the exercise time that the page shows.
func (s *scene) now() exercise.Time {
	if s.Past {
		return s.At
	}
	return s.st.Now(time.Now().UnixMicro())
}

// clockView is how the exercise stands.
type clockView struct {
	phase                          string
	at                             string
	utc                            string // scenario time
	local, zone                    string // the same where the unit is; "" for none
	speed                          float64
	preparing, running, over, past bool
	stopped                        bool    // REAL
	wall                           int64   // unix milliseconds at which at was true
	micros                         int64   // at
	start                          int64   // unix milliseconds of the scenario at STARTEX
	factor                         float64 // exercise time per wall time while it runs, else 0
}

// clock says how the exercise stands, with the time in a zone ("" for none).
func (s *scene) clock(zone string) clockView {
	at := s.now()
	utc := s.scenarioTime(at)
	phase := s.st.Phase()
	v := clockView{
		phase: s.r.t("phase." + phase.String()), at: at.String(), speed: s.st.Speed(), past: s.Past,
		preparing: phase == exercise.Preparing, running: phase == exercise.Running, over: phase == exercise.Over,
		stopped: s.st.RealStop(), utc: utc.Format("2006-01-02 15:04"),
		wall: time.Now().UnixMilli(), micros: int64(at), start: s.st.Created().Startex / 1000,
	}
	if loc, err := time.LoadLocation(zone); zone != "" && err == nil {
		v.local, v.zone = utc.In(loc).Format("15:04"), zone
	}
	if v.running && !s.Past {
		v.factor = s.st.Speed()
	}
	return v
}

// scenarioTime is the storyline's own date and time, in UTC.
func (s *scene) scenarioTime(at exercise.Time) time.Time {
	return time.UnixMicro(s.st.Created().Startex + int64(at)).UTC()
}

// unitName is the name of a unit; its key where it is unknown, "" for none.
func (s *scene) unitName(key string) string {
	if u, ok := s.st.Play().Cast.Index(key); ok {
		return s.st.Play().Cast.Units[u].Name.In(s.r.p.Lang(), "en")
	}
	return key
}

// personaName is the name of a persona; its key where it is unknown.
func (s *scene) personaName(key string) string {
	if p := s.st.Play().Pack.PersonaByKey(key); p != nil {
		return p.Name.In(append([]string{s.r.p.Lang()}, s.st.Play().Pack.Languages...)...)
	}
	return key
}

// endName is who is at an end of a message.
func (s *scene) endName(key string) string {
	switch {
	case key == exercise.EndExcon || key == exercise.EndLiaison:
		return s.r.t("end." + key)
	case strings.HasPrefix(key, exercise.EndPersona):
		return s.personaName(strings.TrimPrefix(key, exercise.EndPersona))
	}
	return s.unitName(strings.TrimPrefix(key, exercise.EndUnit))
}

func (s *scene) endNames(ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = s.endName(e)
	}
	return strings.Join(names, s.r.t("list.comma"))
}

// actorName is who did something, as the log names them.
func (s *scene) actorName(id string) string {
	switch {
	case id == exercise.Clock().ID || id == exercise.Excon().ID:
		return s.r.t("actor." + id)
	case strings.HasPrefix(id, "bot/"):
		return s.r.t("actor.bot", i18n.Args{"Unit": s.unitName(strings.TrimPrefix(id, "bot/"))})
	}
	return s.r.s.Auth.Name(s.r.Context(), id)
}

// render fills a template of the pack in for a unit; one that cannot be filled
// in stands as it is.
func (s *scene) render(tmpl string, u int) string {
	text, _, err := s.st.Play().Cast.Render(tmpl, u, s.r.p.Lang(), s.scenarioTime(s.st.At()))
	if err != nil {
		return tmpl
	}
	return text
}

// title is the title of the exercise in the reader's language.
func (s *scene) title() string {
	return s.st.Created().Title.In(append([]string{s.r.p.Lang()}, s.st.Play().Pack.Languages...)...)
}
