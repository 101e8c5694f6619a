package review

import "renkei/internal/exercise"

// confirmedCalls finds what the other side said to each call that it confirmed,
// by the seq of the call. No other call has told anybody anything.
func confirmedCalls(events []exercise.Event) map[uint64]*exercise.Event {
	confirmed := map[uint64]*exercise.Event{}
	for i := range events {
		if b, ok := events[i].Body.(*exercise.CallConfirmed); ok && !b.Denied {
			confirmed[b.Call] = &events[i]
		}
	}
	return confirmed
}

// toldIn gives what somebody told in an event: the message of messageOf, or
// that of a call; else nil.
func toldIn(e *exercise.Event) *exercise.Message {
	if e != nil {
		if call, ok := e.Body.(*exercise.CallNoted); ok {
			return call.Message()
		}
	}
	return messageOf(e)
}

// called takes in a call. It counts from when it was noted, if it was confirmed
// at all.
func (s *eventPass) called(e *exercise.Event, b *exercise.CallNoted) {
	answer, confirmed := s.confirmed[e.Seq]
	m := b.Message()
	from, known := s.table.from[m.From]
	to, isEnd := s.table.to[m.Ends[0]]
	if !confirmed || !known || !isEnd {
		return
	}
	s.edge(from, to, e, m.TLP).calls++
	s.ticks.talk(e, int(from), m)
	if int(from) < s.nu && s.toUnits(int(from), m) {
		s.candidates = append(s.candidates, e.Seq)
	}
	if said, ok := answer.Body.(*exercise.CallConfirmed); ok {
		m.Text += "\n" + said.Text
	}
	s.hear(e, from, m, nil)
}

// confirmation is the seq of the event that confirmed a call; 0 for none.
func (s *eventPass) confirmation(call uint64) uint64 {
	if e := s.confirmed[call]; e != nil {
		return e.Seq
	}
	return 0
}

// called counts a call for its two ends.
func (x *index) called(e *exercise.Event, b *exercise.CallNoted) {
	if x.confirmed[e.Seq] == nil {
		return
	}
	from, to := b.Unit, b.With
	if b.Incoming {
		from, to = to, from
	}
	x.with(from, func(u int) { x.traffic[u].calls.Sent++ })
	x.with(to, func(u int) { x.traffic[u].calls.Received++ })
}

// toldAt is when somebody told what an event rests on: a call counts from when
// it was noted.
func (l *Log) toldAt(e *exercise.Event, via uint64) exercise.Time {
	if told := l.event(via); told != nil && told.Seq < e.Seq {
		return told.At
	}
	return e.At
}

// SceneCall is how a call stood.
type SceneCall struct {
	Status   exercise.CallStatus `json:"status"` // open, confirmed, denied
	Answered *Moment             `json:"answered,omitempty"`
	Text     string              `json:"text,omitempty"` // of the other side
}

// call tells how a call stood.
func (m *sceneMaker) call(e *exercise.Event, out *SceneMessage) {
	out.Kind, out.Call = "call", &SceneCall{Status: exercise.CallWaits}
	v, ok := m.calls[e.Seq]
	if !ok {
		return
	}
	out.Call.Status, out.Call.Text = v.Status, v.Answer
	if v.Answered != exercise.Never {
		out.Call.Answered = momentOf(v.Answered)
	}
}

func (t *replayText) callState(c *SceneCall) string {
	args := map[string]any{"Text": t.excerpt(c.Text), "Clock": ""}
	if c.Answered != nil {
		args["Clock"] = c.Answered.clock()
	}
	return t.say("call."+string(c.Status), args)
}
