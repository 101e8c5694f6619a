package auth

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/store"
)

// Role is what somebody is in the community, in an exercise or in a unit.
type Role string

// Roles. Where each is granted stands in docs/web.md.
const (
	Secretary  Role = "secretary"
	Director   Role = "director"
	Controller Role = "controller"
	Observer   Role = "observer"
	National   Role = "national" // controls the cells of a team, and plays its part towards them
	Player     Role = "player"
	Evaluator  Role = "evaluator"
)

// Roles lists all roles, the widest first.
func Roles() []Role {
	return []Role{Secretary, Director, Controller, Observer, National, Player, Evaluator}
}

// Fits reports whether a role can be granted there: in the community, in a
// whole exercise, or in a unit.
func (r Role) Fits(exercise, unit string) bool {
	switch r {
	case Secretary:
		return exercise == "" && unit == ""
	case Director, Controller, Observer:
		return exercise != "" && unit == ""
	case National:
		return exercise != "" && unit != "" && !strings.Contains(unit, "/")
	case Player, Evaluator:
		return exercise != "" && unit != ""
	}
	return false
}

// Access is what a person may do. The zero value is a stranger.
type Access struct {
	Person       string
	Name         string
	Organisation string
	Login        string // "" without an account
	Lang         string // in which the person wants to read; "" leaves it to the browser
	Session      string // the ID of the session, "" for a program
	ReadOnly     bool   // a program with a token: it may read and change nothing
	Grants       []store.Grant
}

// Known reports whether somebody has signed in.
func (a *Access) Known() bool { return a.Person != "" }

// Has reports whether the person has a role: in the community, in an exercise,
// or in a unit of it.
func (a *Access) Has(r Role, exercise, unit string) bool {
	return slices.ContainsFunc(a.Grants, func(g store.Grant) bool {
		return g.Role == string(r) && g.Exercise == exercise && g.Unit == unit
	})
}

// Takes reports whether the person takes part in an exercise at all.
func (a *Access) Takes(exercise string) bool {
	return slices.ContainsFunc(a.Grants, func(g store.Grant) bool { return g.Exercise == exercise })
}

// Secretary reports whether the person makes exercises, accounts and links.
func (a *Access) Secretary() bool { return a.Has(Secretary, "", "") }

// Directs reports whether the person may start, end and jump, settle marks and
// give grants.
func (a *Access) Directs(exercise string) bool { return a.Has(Director, exercise, "") }

// Controls reports whether the person is of EXCON.
func (a *Access) Controls(exercise string) bool {
	return a.Directs(exercise) || a.Has(Controller, exercise, "")
}

// Observes reports whether the person may read what EXCON reads about play.
func (a *Access) Observes(exercise string) bool {
	return a.Controls(exercise) || a.Has(Observer, exercise, "")
}

// Plays reports whether the person acts for a unit: a player of it, or the
// national controller of its team.
func (a *Access) Plays(exercise, unit string) bool {
	return a.Has(Player, exercise, unit) || a.Has(National, exercise, unit)
}

// Evaluates reports whether the person evaluates a unit, or the team above it.
func (a *Access) Evaluates(exercise, unit string) bool {
	team, _, _ := strings.Cut(unit, "/")
	return a.Has(Evaluator, exercise, unit) || a.Has(Evaluator, exercise, team)
}

// Reads reports whether the person may see the desk of a unit. A team sees the
// work of its cells.
func (a *Access) Reads(exercise, unit string) bool {
	team, _, _ := strings.Cut(unit, "/")
	return a.Observes(exercise) || a.Plays(exercise, unit) || a.Plays(exercise, team) || a.Evaluates(exercise, unit)
}

// Units are those of an exercise in which the person has a role, in the order
// of the grants.
func (a *Access) Units(exercise string) []string {
	var units []string
	for _, g := range a.Grants {
		if g.Exercise == exercise && g.Unit != "" && !slices.Contains(units, g.Unit) {
			units = append(units, g.Unit)
		}
	}
	return units
}

// Viewer is as whom the person sees the events of an exercise.
func (a *Access) Viewer(ex string) exercise.Viewer {
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
func (a *Access) Actor(ex, unit string) exercise.Actor {
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
