package review

import "renkei/internal/exercise"

// standing tells which units take a status, as the engine does: a cell takes
// its team's, unless it was withdrawn, which is for good, or set to a status by
// itself.
type standing []struct{ gone, own bool }

func newStanding(units int) standing { return make(standing, units) }

// follows reports whether a member of a unit's family takes a status that the
// unit was set to.
func (s standing) follows(play *exercise.Play, unit, member int, status string) bool {
	m, isTeam := &s[member], play.Cast.Units[unit].IsTeam()
	if member != unit && !isTeam || m.gone || member != unit && m.own && status != exercise.Withdrawn {
		return false
	}
	m.gone, m.own = status == exercise.Withdrawn, !isTeam && status != exercise.Present
	return true
}
