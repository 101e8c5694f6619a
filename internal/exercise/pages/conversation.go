package pages

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/exercise"
)

// ConversationGroup is rooms of a kind.
type ConversationGroup struct {
	Kind  string
	Rooms []Conversation
}

// Conversation is where a unit talks with somebody. Its key is what a message to it
// names as its end.
type Conversation struct {
	Key, Name, About string
	count, Fresh     int // messages; those since the unit last wrote there
	Last             *TalkLine
	Here             bool
	settled          bool // the unit has written there after the messages looked at so far
}

// Recipients are whom a unit writes to: its own room, the liaison room, EXCON, those
// near it, the other teams, and the personas.
func (s *Moment) Recipients(u int) []Conversation {
	units := s.State.Play().Cast.Units
	all := []Conversation{{Key: exercise.ToUnit(units[u].Key), Name: s.Request.T("room.own")}}
	if s.State.Play().MayWrite(u, exercise.EndLiaison) {
		all = append(all, Conversation{Key: exercise.EndLiaison, Name: s.EndName(exercise.EndLiaison)})
	}
	all = append(all, Conversation{Key: exercise.EndExcon, Name: s.Request.T("room.excon")})
	var far []Conversation
	for i := range units {
		x := Conversation{Key: exercise.ToUnit(units[i].Key), Name: s.UnitName(units[i].Key)}
		if units[i].IsTeam() {
			x.About = units[i].CSIRT.In(s.Langs()...)
		}
		switch {
		case i == u || !s.State.Play().MayWrite(u, x.Key):
		case units[i].Parent == units[u].Key, units[u].Parent == units[i].Key:
			all = append(all, x)
		default:
			far = append(far, x)
		}
	}
	for _, p := range s.State.Play().Pack.Personas {
		all = append(all, Conversation{Key: exercise.EndPersona + p.Key, Name: s.PersonaName(p.Key), About: p.Role.In(s.Langs()...)})
	}
	return append(all, far...)
}

// Rooms are those where the unit can write or has been written to, with what
// is new in each.
func (s *Moment) Rooms() []Conversation {
	rooms := s.Recipients(s.Request.UnitIndex)
	at := map[string]int{}
	for i := range rooms {
		at[rooms[i].Key] = i
	}
	for _, e := range s.Events(s.Request.Viewer(), 0, MaxTalk, func(e *exercise.Event) bool { return MessageOf(e) != nil }) {
		m := MessageOf(&e)
		for _, key := range s.RoomsOf(m) {
			i, ok := at[key]
			if !ok {
				i = len(rooms)
				at[key], rooms = i, append(rooms, Conversation{Key: key, Name: s.EndName(key)})
			}
			s.into(&rooms[i], &e, m)
		}
	}
	return rooms
}

// into counts a message in a room; the latest come first.
func (s *Moment) into(x *Conversation, e *exercise.Event, m *exercise.Message) {
	if x.Last == nil {
		line := s.TalkLine(e)
		x.Last = &line
	}
	x.count++
	x.settled = x.settled || m.From == s.Request.Unit
	if !x.settled {
		x.Fresh++
	}
}

// RoomsOf are the rooms of the request's unit in which a message stands; none
// where it only sees it, as a team sees what its cells write.
func (s *Moment) RoomsOf(m *exercise.Message) []string {
	own := exercise.ToUnit(s.Request.Unit)
	if m.From == s.Request.Unit {
		return m.Ends
	}
	var keys []string
	for _, end := range m.Ends {
		switch {
		case end == own:
			keys = append(keys, s.backTo(m.From))
		case end == exercise.EndLiaison && s.State.Play().Cast.Units[s.Request.UnitIndex].IsTeam():
			keys = append(keys, end)
		}
	}
	return keys
}

// RoomOf reports whether a message stands in a room of the unit.
func (s *Moment) RoomOf(m *exercise.Message, key string) bool {
	return slices.Contains(s.RoomsOf(m), key)
}

// backTo is the end that leads to a sender.
func (s *Moment) backTo(from string) string {
	if from == exercise.EndExcon || strings.HasPrefix(from, exercise.EndPersona) {
		return from
	}
	return exercise.ToUnit(from)
}

// Grouped parts rooms by kind; within one, those with the latest message first.
func Grouped(rooms []Conversation, unit string) []ConversationGroup {
	groups := []ConversationGroup{{Kind: "home"}, {Kind: "near"}, {Kind: "persona"}, {Kind: "teams"}}
	team, _, _ := strings.Cut(unit, "/")
	for _, x := range rooms {
		key, isUnit := strings.CutPrefix(x.Key, exercise.EndUnit)
		n := 0
		switch {
		case isUnit && key == unit, x.Key == exercise.EndLiaison, x.Key == exercise.EndExcon:
		case isUnit && (key == team || strings.HasPrefix(key, unit+"/")):
			n = 1
		case isUnit:
			n = 3
		default:
			n = 2
		}
		groups[n].Rooms = append(groups[n].Rooms, x)
	}
	for _, g := range groups[1:] {
		slices.SortStableFunc(g.Rooms, func(a, b Conversation) int { return cmp.Compare(b.latest(), a.latest()) })
	}
	return slices.DeleteFunc(groups, func(g ConversationGroup) bool { return len(g.Rooms) == 0 })
}

func (x *Conversation) latest() uint64 {
	if x.Last == nil {
		return 0
	}
	return x.Last.Seq
}

// RoomHint says who reads what is written in a room.
func (r *Request) RoomHint(key string) string {
	unit, isUnit := strings.CutPrefix(key, exercise.EndUnit)
	switch {
	case key == exercise.EndLiaison:
		return r.T("room.hint.liaison")
	case key == exercise.EndExcon:
		return r.T("room.hint.excon")
	case !isUnit:
		return r.T("room.hint.persona")
	case unit == r.Unit && strings.Contains(unit, "/"):
		return r.T("room.hint.own_cell")
	case unit == r.Unit:
		return r.T("room.hint.own")
	}
	return r.T("room.hint.unit")
}
