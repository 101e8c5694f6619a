package auth

import (
	"strings"

	"renkei/internal/exercise"
)

// ReadsReport reports whether the person may have the report of a unit: its own
// people, those of the team above it, and EXCON. An evaluator may once no mark
// stands alone, for each gives theirs before seeing the other's.
func (a *Access) ReadsReport(ex string, st *exercise.State, u int) bool {
	unit := st.Play().Cast.Units[u].Key
	team, _, _ := strings.Cut(unit, "/")
	if a.Plays(ex, unit) || a.Plays(ex, team) || a.Controls(ex) {
		return true
	}
	if !a.Evaluates(ex, unit) {
		return false
	}
	for t := range st.Tasks(u) {
		if t.Standing == exercise.Provisional {
			return false
		}
	}
	return true
}
