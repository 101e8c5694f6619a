package web

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/exercise"
)

// roomGroup is rooms of a kind.
type roomGroup struct {
	kind  string
	rooms []room
}

// room is where a unit talks with somebody. Its key is what a message to it
// names as its end.
type room struct {
	key, name, about string
	count, fresh     int // messages; those since the unit last wrote there
	last             *talkLine
	here             bool
	settled          bool // the unit has written there after the messages looked at so far
}

// ends are whom a unit writes to: its own room, the liaison room, EXCON, those
// near it, the other teams, and the personas.
func (s *scene) ends(u int) []room {
	units := s.st.Play().Cast.Units
	all := []room{{key: exercise.ToUnit(units[u].Key), name: s.r.t("room.own")}}
	if s.st.Play().MayWrite(u, exercise.EndLiaison) {
		all = append(all, room{key: exercise.EndLiaison, name: s.endName(exercise.EndLiaison)})
	}
	all = append(all, room{key: exercise.EndExcon, name: s.r.t("room.excon")})
	var far []room
	for i := range units {
		x := room{key: exercise.ToUnit(units[i].Key), name: s.unitName(units[i].Key)}
		if units[i].IsTeam() {
			x.about = units[i].CSIRT.In(s.langs()...)
		}
		switch {
		case i == u || !s.st.Play().MayWrite(u, x.key):
		case units[i].Parent == units[u].Key, units[u].Parent == units[i].Key:
			all = append(all, x)
		default:
			far = append(far, x)
		}
	}
	for _, p := range s.st.Play().Pack.Personas {
		all = append(all, room{key: exercise.EndPersona + p.Key, name: s.personaName(p.Key), about: p.Role.In(s.langs()...)})
	}
	return append(all, far...)
}

// rooms are those where the unit can write or has been written to, with what
// is new in each.
func (s *scene) rooms() []room {
	rooms := s.ends(s.r.u)
	at := map[string]int{}
	for i := range rooms {
		at[rooms[i].key] = i
	}
	for _, e := range s.Events(s.r.viewer(), 0, maxTalk, func(e *exercise.Event) bool { return messageOf(e) != nil }) {
		m := messageOf(&e)
		for _, key := range s.roomsOf(m) {
			i, ok := at[key]
			if !ok {
				i = len(rooms)
				at[key], rooms = i, append(rooms, room{key: key, name: s.endName(key)})
			}
			s.into(&rooms[i], &e, m)
		}
	}
	return rooms
}

// into counts a message in a room; the latest come first.
func (s *scene) into(x *room, e *exercise.Event, m *exercise.Message) {
	if x.last == nil {
		line := s.talkLine(e)
		x.last = &line
	}
	x.count++
	x.settled = x.settled || m.From == s.r.unit
	if !x.settled {
		x.fresh++
	}
}

// roomsOf are the rooms of the request's unit in which a message stands; none
// where it only sees it, as a team sees what its cells write.
func (s *scene) roomsOf(m *exercise.Message) []string {
	own := exercise.ToUnit(s.r.unit)
	if m.From == s.r.unit {
		return m.Ends
	}
	var keys []string
	for _, end := range m.Ends {
		switch {
		case end == own:
			keys = append(keys, s.backTo(m.From))
		case end == exercise.EndLiaison && s.st.Play().Cast.Units[s.r.u].IsTeam():
			keys = append(keys, end)
		}
	}
	return keys
}

// roomOf reports whether a message stands in a room of the unit.
func (s *scene) roomOf(m *exercise.Message, key string) bool {
	return slices.Contains(s.roomsOf(m), key)
}

// backTo is the end that leads to a sender.
func (s *scene) backTo(from string) string {
	if from == exercise.EndExcon || strings.HasPrefix(from, exercise.EndPersona) {
		return from
	}
	return exercise.ToUnit(from)
}

// grouped parts rooms by kind; within one, those with the latest message first.
func grouped(rooms []room, unit string) []roomGroup {
	groups := []roomGroup{{kind: "home"}, {kind: "near"}, {kind: "persona"}, {kind: "teams"}}
	team, _, _ := strings.Cut(unit, "/")
	for _, x := range rooms {
		key, isUnit := strings.CutPrefix(x.key, exercise.EndUnit)
		n := 0
		switch {
		case isUnit && key == unit, x.key == exercise.EndLiaison, x.key == exercise.EndExcon:
		case isUnit && (key == team || strings.HasPrefix(key, unit+"/")):
			n = 1
		case isUnit:
			n = 3
		default:
			n = 2
		}
		groups[n].rooms = append(groups[n].rooms, x)
	}
	for _, g := range groups[1:] {
		slices.SortStableFunc(g.rooms, func(a, b room) int { return cmp.Compare(b.latest(), a.latest()) })
	}
	return slices.DeleteFunc(groups, func(g roomGroup) bool { return len(g.rooms) == 0 })
}

func (x *room) latest() uint64 {
	if x.last == nil {
		return 0
	}
	return x.last.seq
}

// roomHint says who reads what is written in a room.
func (r *request) roomHint(key string) string {
	unit, isUnit := strings.CutPrefix(key, exercise.EndUnit)
	switch {
	case key == exercise.EndLiaison:
		return r.t("room.hint.liaison")
	case key == exercise.EndExcon:
		return r.t("room.hint.excon")
	case !isUnit:
		return r.t("room.hint.persona")
	case unit == r.unit && strings.Contains(unit, "/"):
		return r.t("room.hint.own_cell")
	case unit == r.unit:
		return r.t("room.hint.own")
	}
	return r.t("room.hint.unit")
}
