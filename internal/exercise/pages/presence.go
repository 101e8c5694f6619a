package pages

import (
	"context"
	"errors"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
	"renkei/internal/i18n"
)

// joinWait is how long a page waits for the log to say that its reader has come.
const joinWait = 500 * time.Millisecond

// arrive notes that the asker is there and, where nobody had come to play a unit
// of theirs, has the log say so. Where that fails a later page tries again.
func (r *Request) arrive() {
	units := r.own.Units(r.Exercise.ID)
	if r.Exercise.Presence.Ask(r.own.Person, units) && r.join(units) {
		r.Exercise.Presence.Know(r.own.Person)
	}
}

// join says of each unit that the asker plays that somebody has come. It reports
// whether that holds for all.
func (r *Request) join(units []string) bool {
	ctx, cancel := context.WithTimeout(r.Context(), joinWait)
	defer cancel()
	for _, unit := range units {
		actor := r.own.Actor(r.Exercise.ID, unit)
		if actor.Role != exercise.RolePlayer || !r.waitsFor(unit) {
			continue
		}
		_, err := r.Exercise.Do(ctx, exercise.Command{Key: "join/" + unit, Actor: actor, Do: exercise.Join{Unit: unit}})
		if refused := (*exercise.Refusal)(nil); err != nil && !errors.As(err, &refused) {
			return false
		}
	}
	return true
}

// waitsFor reports whether nobody has come to play a unit yet, and somebody may.
func (r *Request) waitsFor(unit string) (waits bool) {
	r.Exercise.Live.Now(func(m *follow.Moment) {
		u, ok := m.State.Play().Cast.Index(unit)
		waits = ok && !m.State.Unit(u).Joined && m.State.Phase() != exercise.Over
	})
	return waits
}

// Presence is who plays a unit, and whether they are there.
type Presence struct {
	Bot     bool
	Online  int
	Missing bool   // nobody has ever come, and no simulated team plays
	Text    string // whether its people are there, in words; "" where nobody has to be
}

// There reports whether somebody plays the unit at this moment.
func (p Presence) There() bool { return p.Bot || p.Online > 0 }

// Presence says who plays unit number u. Of the past it says only whether
// anybody had come.
func (s *Moment) Presence(u int) Presence {
	unit, r := s.State.Unit(u), s.Request
	p := Presence{Bot: unit.Bot}
	if s.Past {
		p.Missing = !unit.Bot && !unit.Joined
	} else {
		seen := r.Exercise.Presence.Unit(s.State.Play().Cast.Units[u].Key)
		p.Online, p.Missing = seen.Online, !unit.Bot && !unit.Joined && seen.Online == 0
		p.Text = r.presenceText(seen.Online, seen.Last)
	}
	switch {
	case p.Bot && p.Online == 0:
		p.Text = "" // nobody has to be
	case p.Missing:
		p.Text = r.T("presence.missing")
	}
	return p
}

// PersonPresence says whether somebody is there.
func (r *Request) PersonPresence(person string) string {
	seen := r.Exercise.Presence.Person(person)
	if seen.Online > 0 {
		return r.T("presence.here")
	}
	return r.presenceText(0, seen.Last)
}

// presenceText says how many are there or, of nobody, when somebody was.
func (r *Request) presenceText(online int, last time.Time) string {
	switch {
	case online > 0:
		return r.T("presence.online", i18n.Args{"N": online})
	case last.IsZero():
		return r.T("presence.away")
	}
	return r.T("presence.last", i18n.Args{"At": last.UTC().Format("15:04")})
}
