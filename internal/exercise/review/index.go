package review

import (
	"strings"
	"time"

	"renkei/internal/exercise"
)

// about names one thing of one unit: a flow, an inject or a task by its key.
type about struct{ key, unit string }

// index is what a review takes from the events directly, because the state
// does not keep it.
type index struct {
	play    *exercise.Play
	made    map[about]*exercise.Event // flow.made
	skipped map[about]string          // reasons
	firsts  map[about]uint64          // seqs of the first submissions
	found   map[about]found
	traffic []traffic   // by unit
	notes   []NoteCount // by unit
	clocks  []ownClock  // by unit
	stands  standing
	hints   map[about]int     // asked for
	astray  map[about]bool    // by flow and unit: reached somebody it was not meant for
	taken   []*exercise.Event // branch.taken

	checks    map[checkOf]*exercise.EvidenceCorrected // the last of each
	takenBack map[about]bool                          // by flow and unit: EXCON has taken something back

	confirmed map[uint64]*exercise.Event // calls

	started, ended       *exercise.Event
	early                bool
	pauses, jumps, stops int
	liaison              int // messages to the liaison room
	liaisonShares        int
}

// traffic counts a unit's messages; own are those it sent to the liaison room,
// which it is not a receiver of.
type traffic struct {
	messages, shares, relays Traffic
	calls                    Traffic
	own, ownShares           int
}

func newIndex(l *Log) *index {
	n := len(l.Play.Cast.Units)
	x := &index{
		play: l.Play, made: map[about]*exercise.Event{}, skipped: map[about]string{}, firsts: map[about]uint64{}, found: map[about]found{}, hints: map[about]int{}, astray: map[about]bool{},
		traffic: make([]traffic, n), notes: make([]NoteCount, n), clocks: make([]ownClock, n), stands: newStanding(n),
		checks: map[checkOf]*exercise.EvidenceCorrected{}, takenBack: map[about]bool{},
		confirmed: confirmedCalls(l.Events),
	}
	for i := range l.Events {
		x.add(&l.Events[i])
	}
	for u, unit := range l.Play.Cast.Units {
		if t := &x.traffic[u]; unit.IsTeam() {
			t.messages.Received += x.liaison - t.own
			t.shares.Received += x.liaisonShares - t.ownShares
		}
	}
	return x
}

func (x *index) add(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.FlowMade:
		x.made[about{b.Flow, b.Unit}] = e
	case *exercise.EvidenceCorrected:
		x.evidence(b)
	case *exercise.Misdirected:
		x.astray[about{b.Flow, b.Unit}] = true
	case *exercise.InjectSkipped:
		x.skipped[about{b.Inject, b.Unit}] = b.Reason
	case *exercise.Submitted:
		x.submitted(e, b)
	case *exercise.Scored:
		x.scored(b)
	case *exercise.HintTaken:
		x.hints[about{b.Task, b.Unit}]++
	case *exercise.BranchTaken:
		x.taken = append(x.taken, e)
	case *exercise.Message:
		x.talk(b, false)
	case *exercise.Shared:
		x.talk(&b.Message, true)
	case *exercise.InjectRelayed:
		x.with(b.From, func(u int) { x.traffic[u].relays.Sent++ })
		x.with(b.Unit, func(u int) { x.traffic[u].relays.Received++ })
	case *exercise.CallNoted:
		x.called(e, b)
	case *exercise.Note:
		x.with(b.Unit, func(u int) { x.notes[u].add(b.Own) })
	case *exercise.UnitStatus:
		x.status(e, b)
	default:
		x.clock(e)
	}
}

func (n *NoteCount) add(own bool) {
	if own {
		n.Own++
	} else {
		n.About++
	}
}

func (x *index) clock(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.Started:
		x.started = e
	case *exercise.Ended:
		x.ended, x.early = e, b.Reason == "early"
	case *exercise.Paused:
		x.pauses++
	case *exercise.Recovered:
		if b.Paused {
			x.pauses++
		}
	case *exercise.Jumped:
		x.jumps++
	case *exercise.Stopped:
		x.stops++
	}
}

// talk counts a message or share for its sender and its receivers.
func (x *index) talk(m *exercise.Message, share bool) {
	count := func(u int) *Traffic {
		if share {
			return &x.traffic[u].shares
		}
		return &x.traffic[u].messages
	}
	x.with(m.From, func(u int) { count(u).Sent++ })
	for i, end := range m.Ends {
		unit, direct := strings.CutPrefix(end, exercise.EndUnit)
		switch {
		case repeated(m.Ends, i):
		case end == exercise.EndLiaison:
			x.room(m.From, share)
		case direct && unit != m.From && (!toLiaison(m) || strings.Contains(unit, "/")):
			x.with(unit, func(u int) { count(u).Received++ })
		}
	}
}

// room counts a message to the liaison room.
func (x *index) room(from string, share bool) {
	if share {
		x.liaisonShares++
		x.with(from, func(u int) { x.traffic[u].ownShares++ })
		return
	}
	x.liaison++
	x.with(from, func(u int) { x.traffic[u].own++ })
}

func repeated(ends []string, i int) bool {
	for _, e := range ends[:i] {
		if e == ends[i] {
			return true
		}
	}
	return false
}

func toLiaison(m *exercise.Message) bool {
	for _, e := range m.Ends {
		if e == exercise.EndLiaison {
			return true
		}
	}
	return false
}

func (x *index) with(unit string, do func(u int)) {
	if u, ok := x.play.Cast.Index(unit); ok {
		do(u)
	}
}

// status stops and starts the own clocks of a unit and the cells below it.
func (x *index) status(e *exercise.Event, b *exercise.UnitStatus) {
	x.with(b.Unit, func(u int) {
		for _, member := range x.play.Family(u) {
			if x.stands.follows(x.play, u, member, b.Status) {
				x.clocks[member].set(b.Status == exercise.Late || b.Status == exercise.UnitPause, e.At)
			}
		}
	})
}

// ownClock knows when a unit stood still.
type ownClock struct{ still []stillness }

type stillness struct{ from, to exercise.Time }

func (c *ownClock) set(still bool, at exercise.Time) {
	n := len(c.still)
	stands := n > 0 && c.still[n-1].to == exercise.Never
	switch {
	case still && !stands:
		c.still = append(c.still, stillness{at, exercise.Never})
	case !still && stands:
		c.still[n-1].to = at
	}
}

// took measures from a to b on the unit's own clock.
func (c *ownClock) took(a, b exercise.Time) *Span {
	span := b - a
	for _, s := range c.still {
		if from, to := max(a, s.from), min(b, s.to); to > from {
			span -= to - from
		}
	}
	took := Span(max(span, 0))
	return &took
}

// utc gives unix microseconds as RFC 3339, to the second.
func utc(micros int64) string { return time.UnixMicro(micros).UTC().Format(time.RFC3339) }
