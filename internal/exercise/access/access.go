package access

import (
	"slices"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/exercise"
)

// Access is what a person may do in exercises.
type Access struct{ *auth.Access }

// Of returns what somebody may do in exercises; of nil, what a stranger may.
func Of(a *auth.Access) Access {
	if a == nil {
		a = &auth.Access{}
	}
	return Access{a}
}

// From is Of for the answer of a function that may fail.
func From(a *auth.Access, err error) (Access, error) { return Of(a), err }

// Has reports whether the person has a role: in an exercise, or in a unit of it.
func (a Access) Has(r auth.Role, exercise, unit string) bool {
	return a.Access.Has(r, In(exercise, unit))
}

// Takes reports whether the person takes part in an exercise at all.
func (a Access) Takes(exercise string) bool {
	return slices.ContainsFunc(a.Grants, func(g auth.Grant) bool { return g.Area == Area && g.Object == exercise })
}

// Directs reports whether the person may start, end and jump, settle marks and
// give grants.
func (a Access) Directs(exercise string) bool { return a.Has(Director, exercise, "") }

// Controls reports whether the person is of EXCON.
func (a Access) Controls(exercise string) bool {
	return a.Directs(exercise) || a.Has(Controller, exercise, "")
}

// Steers reports whether the person is of EXCON in any exercise.
func (a Access) Steers() bool {
	return slices.ContainsFunc(a.Grants, func(g auth.Grant) bool {
		return g.Area == Area && (g.Role == string(Director) || g.Role == string(Controller))
	})
}

// Observes reports whether the person may read what EXCON reads about play.
func (a Access) Observes(exercise string) bool {
	return a.Controls(exercise) || a.Has(Observer, exercise, "")
}

// Plays reports whether the person acts for a unit: a player of it, or the
// national controller of its team.
func (a Access) Plays(exercise, unit string) bool {
	return a.Has(Player, exercise, unit) || a.Has(National, exercise, unit)
}

// Evaluates reports whether the person evaluates a unit, or the team above it.
func (a Access) Evaluates(exercise, unit string) bool {
	team, _, _ := strings.Cut(unit, "/")
	return a.Has(Evaluator, exercise, unit) || a.Has(Evaluator, exercise, team)
}

// ReadsAllKeys reports whether the person may see the keys of all units: EXCON
// does, and evaluators who play for no unit of the exercise.
func (a Access) ReadsAllKeys(exercise string) bool {
	has := func(roles ...auth.Role) bool {
		return slices.ContainsFunc(a.Grants, func(g auth.Grant) bool {
			return g.Area == Area && g.Object == exercise && slices.Contains(roles, auth.Role(g.Role))
		})
	}
	return a.Controls(exercise) || has(Evaluator) && !has(Player, National)
}

// Reads reports whether the person may see the desk of a unit. A team sees the
// work of its cells.
func (a Access) Reads(exercise, unit string) bool {
	team, _, _ := strings.Cut(unit, "/")
	return a.Observes(exercise) || a.Plays(exercise, unit) || a.Plays(exercise, team) || a.Evaluates(exercise, unit)
}

// Units are those of an exercise in which the person has a role, in the order
// of the grants.
func (a Access) Units(exercise string) []string {
	var units []string
	for _, g := range a.Grants {
		if g.Area == Area && g.Object == exercise && g.Part != "" && !slices.Contains(units, g.Part) {
			units = append(units, g.Part)
		}
	}
	return units
}

// Viewer is as whom the person sees the events of an exercise.
func (a Access) Viewer(ex string) exercise.Viewer {
	v := exercise.Viewer{Control: a.Observes(ex), Person: a.Person, Units: a.Units(ex)}
	for _, u := range v.Units {
		for _, room := range exercise.ViewerOf(u).Rooms {
			if !slices.Contains(v.Rooms, room) {
				v.Rooms = append(v.Rooms, room)
			}
		}
	}
	return v
}

// Actor is as whom the person gives a command for a unit of an exercise, or for
// none. The engine refuses what that actor may not.
func (a Access) Actor(ex, unit string) exercise.Actor {
	actor := exercise.Actor{ID: a.Person}
	switch {
	case a.ReadOnly:
	case unit != "" && a.Plays(ex, unit):
		actor.Role, actor.Unit = exercise.RolePlayer, unit
	case a.Controls(ex):
		actor.Role = exercise.RoleControl
	case unit != "" && a.Evaluates(ex, unit):
		actor.Role = exercise.RoleEvaluator
	}
	return actor
}

// ReadsReport reports whether the person may have the report of a unit: its own
// people, those of the team above it, and EXCON. An evaluator may once no mark
// stands alone, for each gives theirs before seeing the other's.
func (a Access) ReadsReport(ex string, st *exercise.State, u int) bool {
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

// MayHelp reports whether the person may let somebody in an exercise in again, who
// has lost their link or comes with one more device: of EXCON, and for nobody who
// may more than they themselves, here or elsewhere. Whoever helps could come in
// as the other. Who has an account is helped by the secretariat.
func (a Access) MayHelp(exercise string, other *auth.Access) bool {
	if a.ReadOnly || !a.Controls(exercise) || !other.Known() || other.Login != "" {
		return false
	}
	for _, g := range other.Grants {
		control := g.Role == string(Director) || g.Role == string(Controller)
		if g.Whole() != In(exercise, "") || control && !a.Directs(exercise) {
			return false
		}
	}
	return len(other.Grants) > 0
}
