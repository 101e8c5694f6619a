package tabletop

import (
	"renkei/internal/exercise"
)

// Act is a step that a facilitator can take.
type Act string

// Steps of a facilitator.
const (
	ActStart    Act = "start"    // STARTEX
	ActAnnounce Act = "announce" // the next question
	ActOpen     Act = "open"     // it for answers
	ActClose    Act = "close"
	ActReveal   Act = "reveal"
	ActDiscuss  Act = "discuss"
	ActAgain    Act = "again" // ask it again
	ActEnd      Act = "end"   // close it for good
	ActReopen   Act = "reopen"
	ActVoid     Act = "void"   // give the round up
	ActFinish   Act = "finish" // ENDEX
)

// Agenda is what a facilitator can do now.
type Agenda struct {
	Next   Act   // as the pack plans it; "" where play is over
	Others []Act // what else can be done, for when the room wants otherwise
	Poll   string
}

// Current is the question that was announced last; false where none was.
func Current(s *exercise.State) (v exercise.PollView, ok bool) {
	for p := range s.Polls() {
		v, ok = p, true
	}
	return v, ok
}

// Agenda says what comes next.
func (t *Tabletop) Agenda(s *exercise.State) Agenda {
	switch s.Phase() {
	case exercise.Preparing:
		return Agenda{Next: ActStart}
	case exercise.Over:
		return Agenda{}
	}
	v, ok := Current(s)
	if !ok || v.Status == exercise.PollIsEnded {
		if q, more := t.Next(s); more {
			return Agenda{Next: ActAnnounce, Others: []Act{ActFinish}, Poll: q.Poll.Key}
		}
		return Agenda{Next: ActFinish}
	}
	st := Agenda{Poll: v.Key}
	switch v.Status {
	case exercise.PollIsAnnounced:
		st.Next, st.Others = ActOpen, []Act{ActEnd}
	case exercise.PollIsOpen:
		st.Next, st.Others = ActClose, []Act{ActVoid}
	case exercise.PollIsClosed:
		st.Next, st.Others = ActReveal, []Act{ActReopen, ActVoid}
	case exercise.PollIsRevealed, exercise.PollIsWithheld:
		st.Next, st.Others = ActDiscuss, []Act{ActAgain, ActEnd}
	case exercise.PollIsVoided:
		st.Next, st.Others = ActOpen, []Act{ActEnd}
	case exercise.PollIsDiscussed:
		st.Next, st.Others = ActEnd, []Act{ActAgain}
		if q, known := t.Question(v.Key); known && q.Again && v.Round == 1 {
			st.Next, st.Others = ActAgain, []Act{ActEnd}
		}
	}
	return st
}

// ModuleOf is the module of a question; false for one that is not in the pack.
func (t *Tabletop) ModuleOf(poll string) (*Module, bool) {
	q, ok := t.Question(poll)
	if !ok {
		return nil, false
	}
	m := t.module(q)
	return m, m != nil
}
