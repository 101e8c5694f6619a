package pages

import (
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/i18n"
)

// ActsFor reports whether the reader is of EXCON and may do now for the request's
// unit what it tells them.
func (r *Request) ActsFor() bool {
	return r.Access.Controls(r.Exercise.ID) && r.Unit != "" && !r.Access.Plays(r.Exercise.ID, r.Unit) && !r.URL.Query().Has("at")
}

// ActFor gives a command of EXCON for a unit; the form says how the unit told
// it, and who. Suffix is as in [Request.Do].
func (r *Request) ActFor(suffix, unit string, do exercise.Action) error {
	return r.Do(suffix, "", exercise.ActFor{
		Unit: unit, How: r.PostFormValue("how"), By: strings.TrimSpace(r.PostFormValue("by")), Do: do,
	})
}

// ActedFor says in words that EXCON did for a unit what an event tells, and what
// that rests on; "" for what nobody of EXCON did for a unit.
func (s *Moment) ActedFor(e *exercise.Event) string {
	before, ok := s.Event(exercise.Viewer{Control: true}, e.Seq-1)
	if !ok || before.Cmd != e.Cmd || before.Actor != e.Actor {
		return ""
	}
	b, ok := before.Body.(*exercise.ActedFor)
	if !ok {
		return ""
	}
	return s.Request.T("acted.excon", i18n.Args{"How": s.Request.T("acted."+b.How, i18n.Args{"By": b.By})})
}

// RelaysToCells reports whether the reader passes on to the cells of a team what
// comes for them: its national controller does, and in a team that has none
// whoever plays it, so that nothing is stuck.
func (r *Request) RelaysToCells(unit string) (bool, error) {
	id := r.Exercise.ID
	if r.Access.Has(access.National, id, unit) {
		return true, nil
	}
	if strings.Contains(unit, "/") || !r.Access.Plays(id, unit) || !r.hasCells(unit) {
		return false, nil
	}
	held, err := r.Server.Auth.IsHeld(r.Context(), access.In(id, unit), access.National)
	return !held && err == nil, err
}

// hasCells reports whether a unit is a team that has cells.
func (r *Request) hasCells(unit string) (has bool) {
	_ = r.At(func(s *Moment) error { // it cannot fail
		play := s.State.Play()
		u, ok := play.Cast.Index(unit)
		has = ok && len(play.Family(u)) > 1
		return nil
	})
	return has
}
