package review

import (
	"cmp"
	"slices"

	"renkei/internal/exercise"
)

// Kinds of ticks.
const (
	tickInject   = "inject"
	tickAck      = "ack"
	tickAnswer   = "answer"
	tickLate     = "late"
	tickMissed   = "missed"
	tickRelay    = "relay"
	tickSent     = "sent"
	tickReceived = "received"
)

// ticker gathers the marks of every unit's timeline. Of messages it keeps one
// per minute and direction, and those that made an expected flow.
type ticker struct {
	s        *eventPass
	marks    [][]tickMark
	sent     []exercise.Time // minute of the last such mark, by unit
	received []exercise.Time
	room     []roomMark
}

type tickMark struct {
	seq       uint64
	kind, key string
}

// roomMark is the first message of a minute in the liaison room, and the first
// by somebody else, for the one who sent it has not received it.
type roomMark struct {
	minute        exercise.Time
	from          string
	first, second uint64
}

const tickEvery = 60 * exercise.Second

func newTicker(s *eventPass) *ticker {
	t := &ticker{
		s: s, marks: make([][]tickMark, s.nu),
		sent: make([]exercise.Time, s.nu), received: make([]exercise.Time, s.nu),
	}
	for u := range s.nu {
		t.sent[u], t.received[u] = -1, -1
	}
	return t
}

func (t *ticker) add(unit int, e *exercise.Event, kind, key string) {
	t.marks[unit] = append(t.marks[unit], tickMark{e.Seq, kind, key})
}

func (t *ticker) talk(e *exercise.Event, from int, m *exercise.Message) {
	minute := e.At / tickEvery
	if from < t.s.nu && t.sent[from] != minute {
		t.sent[from] = minute
		t.add(from, e, tickSent, "")
	}
	for _, end := range m.Ends {
		to, ok := t.s.table.to[end]
		switch {
		case ok && int(to) < t.s.nu && int(to) != from && t.received[to] != minute:
			t.received[to] = minute
			t.add(int(to), e, tickReceived, "")
		case ok && to == t.s.table.liaison:
			t.inRoom(e, minute, m.From)
		}
	}
}

func (t *ticker) inRoom(e *exercise.Event, minute exercise.Time, from string) {
	n := len(t.room)
	if n == 0 || t.room[n-1].minute != minute {
		t.room = append(t.room, roomMark{minute: minute, from: from, first: e.Seq})
		return
	}
	if last := &t.room[n-1]; last.second == 0 && last.from != from {
		last.second = e.Seq
	}
}

// made names the flow that a message made.
func (t *ticker) made(unit int, via uint64, flow string) {
	if toldIn(t.s.event(via)) == nil {
		return // a relay has a mark of its own
	}
	for i := len(t.marks[unit]) - 1; i >= 0 && t.marks[unit][i].seq >= via; i-- {
		if m := &t.marks[unit][i]; m.seq == via && m.kind == tickSent && m.key == "" {
			m.key = flow
			return
		}
	}
	t.marks[unit] = append(t.marks[unit], tickMark{via, tickSent, flow})
}

// timelines are those of all units.
func (s *eventPass) timelines() []Timeline {
	out := make([]Timeline, s.nu)
	for u, unit := range s.play.Cast.Units {
		out[u] = Timeline{Unit: unit.Key, Marks: s.ticks.of(u)}
	}
	return out
}

func (t *ticker) of(unit int) []Tick {
	marks := t.marks[unit]
	if t.s.play.Cast.Units[unit].IsTeam() {
		marks = slices.Concat(marks, t.heard(unit))
	}
	slices.SortStableFunc(marks, func(a, b tickMark) int { return cmp.Compare(a.seq, b.seq) })
	out := make([]Tick, len(marks))
	for i, m := range marks {
		out[i] = Tick{Seq: m.seq, At: *momentOf(t.s.at(m.seq)), Kind: m.kind, Key: m.key}
	}
	return out
}

// heard are the marks of what others said in the liaison room.
func (t *ticker) heard(unit int) []tickMark {
	direct := map[exercise.Time]bool{}
	for _, m := range t.marks[unit] {
		if m.kind == tickReceived {
			direct[t.s.at(m.seq)/tickEvery] = true
		}
	}
	var out []tickMark
	for _, r := range t.room {
		seq := r.first
		if r.from == t.s.play.Cast.Units[unit].Key {
			seq = r.second
		}
		if seq > 0 && !direct[r.minute] {
			out = append(out, tickMark{seq, tickReceived, ""})
		}
	}
	return out
}
