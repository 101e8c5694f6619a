package pages

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/i18n"
	"renkei/internal/web"
)

// Moment is an exercise at the moment that a page shows, with the words of its
// reader. It is valid only within the call that provides it.
type Moment struct {
	*follow.Moment
	State   *exercise.State
	Request *Request

	seen []uint64 // of the request's unit, in order; nil until asked for
}

// At reads the exercise at the moment that the page is to show: as it stands
// now or, where the address has at=00:15:00, as it stood then. Whoever shows
// the past has asked whether the reader may see it.
func (r *Request) At(read func(s *Moment) error) error {
	r.loadNames()
	var err error
	see := func(m *follow.Moment) { err = read(&Moment{Moment: m, State: m.State, Request: r}) }
	text := r.URL.Query().Get("at")
	if text == "" {
		r.Exercise.Live.Now(see)
		return err
	}
	at, bad := parseAt(text)
	if bad != nil || !r.SeesPast() {
		return web.ErrNotFound
	}
	if failed := r.Exercise.Live.Past(r.Context(), at, see); failed != nil {
		return failed
	}
	return err
}

// namesWait is how long a page waits for names that the database does not give.
const namesWait = 2 * time.Second

// loadNames has the names of everybody who acted at hand before the exercise is
// read: whoever reads it must not wait for the database, or all would.
func (r *Request) loadNames() {
	type key struct{}
	done, ok := r.Exercise.Value(key{}, func() any { return auth.NewNamesLoaded() }).(*auth.NamesLoaded)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), namesWait)
	defer cancel()
	r.Server.Auth.LoadNames(ctx, done, r.Exercise.Live.People)
}

// IsPast reports whether the page shows an earlier moment.
func (r *Request) IsPast() bool { return r.Exercise != nil && r.URL.Query().Get("at") != "" }

// SeesPast reports whether the reader may look at earlier moments: EXCON at any
// time, a unit once play is over.
func (r *Request) SeesPast() bool {
	return r.Access.Observes(r.Exercise.ID) || r.IsOver()
}

// IsOver reports whether play is over.
func (r *Request) IsOver() (over bool) {
	r.Exercise.Live.Now(func(m *follow.Moment) { over = m.State.Phase() == exercise.Over })
	return over
}

// AtQuery carries the moment that is shown over to another address; "" for now.
func (r *Request) AtQuery() string {
	if at := r.URL.Query().Get("at"); at != "" {
		return "?at=" + url.QueryEscape(at)
	}
	return ""
}

// Number is the unit's own number of an event that it may see: the n-th that it
// sees; 0 for any other. Seqs would tell a unit how much goes on elsewhere.
func (s *Moment) Number(seq uint64) uint64 {
	if i, ok := slices.BinarySearch(s.seenSeqs(), seq); ok {
		return uint64(i) + 1
	}
	return 0
}

// SeqOf is the seq of the event that has a number for the unit; 0 for none.
func (s *Moment) SeqOf(number uint64) uint64 {
	if seen := s.seenSeqs(); number > 0 && number <= uint64(len(seen)) {
		return seen[number-1]
	}
	return 0
}

func (s *Moment) seenSeqs() []uint64 {
	if s.seen == nil {
		s.seen = s.Seen(s.Request.Viewer())
	}
	return s.seen
}

// Now is the exercise time that the page shows.
func (s *Moment) Now() exercise.Time {
	if s.Past {
		return s.At
	}
	return s.State.Now(time.Now().UnixMicro())
}

// ClockView is how the exercise stands.
type ClockView struct {
	phase                          string
	at                             string
	utc                            string // scenario time
	local, zone                    string // the same where the unit is; "" for none
	Speed                          float64
	Preparing, Running, Over, Past bool
	stopped                        bool    // REAL
	wall                           int64   // unix milliseconds at which at was true
	micros                         int64   // at
	start                          int64   // unix milliseconds of the scenario at STARTEX
	factor                         float64 // exercise time per wall time while it runs, else 0
	back, backLocal                string  // real time at which a pause is to end, in UTC and where the unit is; "" for open
	backAsks                       bool    // EXCON is asked then
	end                            exercise.Time
}

// Clock says how the exercise stands, with the time in a zone ("" for none).
func (s *Moment) Clock(zone string) ClockView {
	at := s.Now()
	utc := s.ScenarioTime(at)
	phase := s.State.Phase()
	v := ClockView{
		phase: s.Request.T("phase." + phase.String()), at: at.String(), Speed: s.State.Speed(), Past: s.Past,
		Preparing: phase == exercise.Preparing, Running: phase == exercise.Running, Over: phase == exercise.Over,
		stopped: s.State.RealStop(), utc: utc.Format("2006-01-02 15:04"),
		wall: time.Now().UnixMilli(), micros: int64(at), start: s.State.Created().Startex / 1000,
	}
	if loc, err := time.LoadLocation(zone); zone != "" && err == nil {
		v.local, v.zone = utc.In(loc).Format("15:04"), zone
	}
	if v.Running && !s.Past {
		v.factor, v.end = s.State.Speed(), s.State.End()
	}
	if until, ask := s.State.Back(); until != 0 && !s.Past {
		back := time.UnixMicro(until)
		v.back, v.backAsks = back.UTC().Format("15:04"), ask
		if loc, err := time.LoadLocation(zone); zone != "" && err == nil {
			v.backLocal = back.In(loc).Format("15:04")
		}
	}
	return v
}

// endSoon is how long before ENDEX everybody is told.
const endSoon = 5 * 60 * exercise.Second

// endingSoon reports whether ENDEX is near.
func (c *ClockView) endingSoon() bool {
	return c.end > 0 && c.end-exercise.Time(c.micros) <= endSoon
}

// ScenarioTime is the storyline's own date and time, in UTC.
func (s *Moment) ScenarioTime(at exercise.Time) time.Time {
	return time.UnixMicro(s.State.Created().Startex + int64(at)).UTC()
}

// UnitName is the name of a unit; its key where it is unknown, "" for none.
func (s *Moment) UnitName(key string) string {
	if u, ok := s.State.Play().Cast.Index(key); ok {
		return s.State.Play().Cast.Units[u].Name.In(s.Request.Printer.Lang(), "en")
	}
	return key
}

// PersonaName is the name of a persona; its key where it is unknown.
func (s *Moment) PersonaName(key string) string {
	if p := s.State.Play().Pack.PersonaByKey(key); p != nil {
		return p.Name.In(append([]string{s.Request.Printer.Lang()}, s.State.Play().Pack.Languages...)...)
	}
	return key
}

// EndName is who is at an end of a message.
func (s *Moment) EndName(key string) string {
	switch {
	case key == exercise.EndExcon || key == exercise.EndLiaison:
		return s.Request.T("end." + key)
	case strings.HasPrefix(key, exercise.EndPersona):
		return s.PersonaName(strings.TrimPrefix(key, exercise.EndPersona))
	}
	return s.UnitName(strings.TrimPrefix(key, exercise.EndUnit))
}

// EndNames lists who is at the ends of a message.
func (s *Moment) EndNames(ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = s.EndName(e)
	}
	return strings.Join(names, s.Request.T("list.comma"))
}

// ActorName is who did something, as the log names them.
func (s *Moment) ActorName(id string) string {
	if id == exercise.Clock().ID || id == exercise.Excon().ID {
		return s.Request.T("actor." + id)
	}
	if unit, ok := exercise.BotUnit(id); ok {
		return s.Request.T("actor.bot", i18n.Args{"Unit": s.UnitName(unit)})
	}
	if exercise.IsAccount(id) {
		return s.Request.T("actor.account")
	}
	return s.Request.Server.Auth.NameAtHand(id)
}

// Render fills a template of the pack in for a unit; one that cannot be filled
// in stands as it is.
func (s *Moment) Render(tmpl string, u int) string {
	text, _, err := s.State.Play().Cast.Render(tmpl, u, s.Request.Printer.Lang(), s.ScenarioTime(s.State.At()))
	if err != nil {
		return tmpl
	}
	return text
}

// Title is the title of the exercise in the reader's language: what TitleOf is
// outside of a moment.
func (s *Moment) Title() string {
	return s.State.Created().Title.In(append([]string{s.Request.Printer.Lang()}, s.State.Play().Pack.Languages...)...)
}
