package access

import (
	"context"
	"strings"

	"renkei/internal/auth"
)

// Area is the area of scopes in exercises: their object is the exercise, their
// part the unit.
const Area = "exercise"

// Roles. Where each is granted stands in docs/access.md.
const (
	Director   auth.Role = "director"
	Controller auth.Role = "controller"
	Observer   auth.Role = "observer"
	National   auth.Role = "national" // controls the cells of a team, and plays its part towards them
	Player     auth.Role = "player"
	Evaluator  auth.Role = "evaluator"
)

// Roles lists all roles, the widest first.
func Roles() []auth.Role {
	return []auth.Role{Director, Controller, Observer, National, Player, Evaluator}
}

// In is the scope of a whole exercise, or of a unit of it. Of no exercise ("")
// it is the community.
func In(exercise, unit string) auth.Scope {
	if exercise == "" {
		return auth.Scope{}
	}
	return auth.Scope{Area: Area, Object: exercise, Part: unit}
}

// Fits reports whether a role can be granted there: in a whole exercise, or in a
// unit.
func Fits(r auth.Role, exercise, unit string) bool {
	switch r {
	case Director, Controller, Observer:
		return exercise != "" && unit == ""
	case National:
		return exercise != "" && unit != "" && !strings.Contains(unit, "/")
	case Player, Evaluator:
		return exercise != "" && unit != ""
	}
	return false
}

// Rules are what package auth has to know of the roles: every exercise keeps a
// director.
func Rules() auth.Area {
	return auth.Area{
		Name:   Area,
		Fits:   func(r auth.Role, s auth.Scope) bool { return Fits(r, s.Object, s.Part) },
		Needed: func(r auth.Role) bool { return r == Director },
		Ends:   true,
	}
}

// HandOver makes to, who is a controller of the exercise or a director too, its
// director, and by, who is a director, a controller. It returns auth.ErrRole
// where they are not.
func HandOver(ctx context.Context, s *auth.Service, by, exercise, to string) error {
	return s.HandOver(ctx, by, In(exercise, ""), Director, Controller, to)
}

// HasHandedOver reports whether by was, a short while ago, who made to the
// director of an exercise.
func HasHandedOver(ctx context.Context, s *auth.Service, by, exercise, to string) (bool, error) {
	return s.HasHandedOver(ctx, by, In(exercise, ""), Director, to)
}
