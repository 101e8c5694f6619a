package review

import (
	"slices"

	"renkei/internal/exercise"
)

// What EXCON has said about what makes a flow.
const (
	CheckedConfirmed = "confirmed"  // it was recognised so
	CheckedAdded     = "added"      // it was not recognised, and counts
	CheckedTakenBack = "taken_back" // it was recognised, and does not count; nothing else does
)

// checkOf is one flow of one sender in one thing that was said.
type checkOf struct {
	of   uint64
	flow about
}

func (x *index) evidence(b *exercise.EvidenceCorrected) {
	flow := about{b.Flow, b.Unit}
	x.checks[checkOf{b.Of, flow}] = b
	if !b.Makes {
		delete(x.made, flow)
		x.takenBack[flow] = true
	}
}

// checked is what EXCON has said about a flow as it stands; "" for nothing.
func (x *index) checked(flow about, via uint64) string {
	b := x.checks[checkOf{via, flow}]
	switch {
	case via == 0 && x.takenBack[flow]:
		return CheckedTakenBack
	case via == 0 || b == nil:
		return ""
	case b.Confirmed && !x.takenBack[flow]:
		return CheckedConfirmed
	}
	return CheckedAdded
}

// evidence undoes what a flow that is taken back has left, or makes room for one
// that is made later. That one is told by the event that follows.
func (s *eventPass) evidence(b *exercise.EvidenceCorrected) {
	if b.Confirmed {
		return
	}
	s.withFlow(b.Flow, b.Unit, func(f *flowTrace, _, u int) {
		if b.Makes {
			s.breaks = slices.DeleteFunc(s.breaks, func(t breakTrace) bool { return t.seq == b.Of && t.inject >= 0 })
			return
		}
		f.made, f.via = 0, 0
		s.ticks.unmade(u, b.Of, b.Flow)
		s.breaks = slices.DeleteFunc(s.breaks, func(t breakTrace) bool { return t.seq == b.Of && t.inject < 0 && t.re == b.Flow })
		if slices.ContainsFunc(s.flows, func(other flowTrace) bool { return other.via == b.Of }) {
			return // it makes another flow, whose label counts
		}
		delete(s.expected, b.Of)
		if told := s.event(b.Of); told != nil {
			if m := messageOf(told); m != nil {
				if i, isAbout := s.injectOf(m.Re); isAbout {
					s.checkLabel(told, u, i, m)
				}
			}
		}
	})
}

// unmade takes the name of a flow from the mark of a message.
func (t *ticker) unmade(unit int, via uint64, flow string) {
	for i := range t.marks[unit] {
		if m := &t.marks[unit][i]; m.seq == via && m.kind == tickSent && m.key == flow {
			m.key = ""
		}
	}
}
