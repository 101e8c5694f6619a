package exercise

import "strings"

// Audience is who may see an event: any of "control", "unit:<key>",
// "room:<key>", "person:<id>", "all" and "public". EXCON sees everything, so
// "control" stands only where nobody else is meant.
type Audience []string

// Words of an audience.
const (
	ToControl   = "control"
	ToAll       = "all"
	ToPublic    = "public"
	ToLiaison   = "room:liaison"
	unitPrefix  = "unit:"
	roomPrefix  = "room:"
	humanPrefix = "person:"
)

// ToUnit names a unit in an audience.
func ToUnit(key string) string { return unitPrefix + key }

// Viewer is somebody who looks at an exercise. The zero value is the public.
type Viewer struct {
	Control bool     // EXCON: sees everything
	Person  string   // person id, "" for none
	Units   []string // keys of the units of which the viewer is a member
	Rooms   []string // further rooms, such as "liaison"
}

// Sees is the one function that decides who sees what. A parent sees the work
// of its units; children and siblings see only what is addressed to them.
func (v Viewer) Sees(to Audience) bool {
	if v.Control {
		return true
	}
	for _, w := range to {
		if v.isMeant(w) {
			return true
		}
	}
	return false
}

func (v Viewer) isMeant(w string) bool {
	switch {
	case w == ToPublic:
		return true
	case w == ToAll:
		return v.Person != "" || len(v.Units) > 0
	case strings.HasPrefix(w, unitPrefix):
		return v.over(w[len(unitPrefix):])
	case strings.HasPrefix(w, roomPrefix):
		return contains(v.Rooms, w[len(roomPrefix):])
	case strings.HasPrefix(w, humanPrefix):
		return v.Person != "" && v.Person == w[len(humanPrefix):]
	}
	return false
}

// over reports whether the viewer's unit is the given one or above it: the
// key of a child begins with its parent's and a slash.
func (v Viewer) over(unit string) bool {
	for _, own := range v.Units {
		if unit == own || strings.HasPrefix(unit, own) && unit[len(own)] == '/' {
			return true
		}
	}
	return false
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// ViewerOf returns the viewer that a unit's members are: a team is in the
// liaison room, a cell is not.
func ViewerOf(unit string) Viewer {
	v := Viewer{Units: []string{unit}}
	if !strings.Contains(unit, "/") {
		v.Rooms = []string{strings.TrimPrefix(ToLiaison, roomPrefix)}
	}
	return v
}
