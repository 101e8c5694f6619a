package review

import (
	"slices"

	"renkei/internal/exercise"
)

// add takes in one event.
func (s *eventPass) add(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.InjectReleased:
		s.withOut(b.Inject, b.Unit, func(o *outTrace, _, u int) {
			o.seq = e.Seq
			s.ticks.add(u, e, tickInject, b.Inject)
		})
	case *exercise.InjectRelayed:
		s.relayed(e, b)
	case *exercise.InjectRetracted:
		s.withOut(b.Inject, b.Unit, func(o *outTrace, _, _ int) { o.retracted = e.At })
	case *exercise.InjectAcknowledged:
		s.withOut(b.Inject, b.Unit, func(o *outTrace, i, u int) {
			o.ack = e.Seq
			s.reply(i, u, e)
			s.ticks.add(u, e, tickAck, b.Inject)
		})
	case *exercise.UnitStatus:
		s.status(e, b)
	case *exercise.Message:
		s.talk(e, b, nil)
	case *exercise.Shared:
		s.talk(e, &b.Message, b)
	case *exercise.CallNoted:
		s.called(e, b)
	case *exercise.FlowMade:
		s.flowMade(e, b)
	case *exercise.EvidenceCorrected:
		s.evidence(b)
	case *exercise.Misdirected:
		s.misdirected(b)
	case *exercise.FlowMissed:
		s.withFlow(b.Flow, b.Unit, func(f *flowTrace, _, u int) {
			f.missed = e.Seq
			s.ticks.add(u, e, tickMissed, b.Flow)
		})
	case *exercise.Note:
		s.notes = append(s.notes, e.Seq)
	case *exercise.HotWash:
		s.notes = append(s.notes, e.Seq)
		s.washed[about{b.Question, b.Unit}] = e.Seq
	case *exercise.PlanEntered:
		s.entered[b.Key(e.Seq)] = e.Seq
	case *exercise.PlanCarried:
		s.carried = e.Seq
	case *exercise.OverviewEntered:
		s.overview = e.Seq
	default:
		s.addTask(e)
	}
}

func (s *eventPass) addTask(e *exercise.Event) {
	switch b := e.Body.(type) {
	case *exercise.Submitted:
		s.submitted(e, b)
	case *exercise.Scored:
		s.withWork(b.Task, b.Unit, func(w *workTrace, _, _ int) {
			w.trail.add(e.Seq)
			if b.Submission == w.first {
				w.before = b.Points
			}
			if b.Submission == w.last {
				w.after = b.Points
			}
		})
	case *exercise.Overdue:
		s.withWork(b.Task, b.Unit, func(w *workTrace, _, u int) {
			w.overdue = e.Seq
			w.trail.add(e.Seq)
			s.ticks.add(u, e, tickMissed, b.Task)
		})
	case *exercise.TaskAmended:
		s.amended(b)
	case *exercise.HintTaken:
		s.withWork(b.Task, b.Unit, func(w *workTrace, _, _ int) { w.trail.add(e.Seq) })
	case *exercise.HintGiven:
		s.withWork(b.Task, b.Unit, func(w *workTrace, _, _ int) { w.trail.add(e.Seq) })
	case *exercise.Marked:
		s.withWork(b.Task, b.Unit, func(w *workTrace, _, _ int) { w.marked(e, b) })
	case *exercise.Settled:
		s.withWork(b.Task, b.Unit, func(w *workTrace, _, _ int) {
			w.trail.add(e.Seq)
			w.settled = &MarkResult{Seq: e.Seq, Task: b.Task, Unit: b.Unit, Points: pointsOf(b.Points), Note: b.Note}
		})
	}
}

func (s *eventPass) submitted(e *exercise.Event, b *exercise.Submitted) {
	s.withWork(b.Task, b.Unit, func(w *workTrace, t, u int) {
		if w.first == 0 {
			w.first = e.Seq
		}
		w.last = e.Seq
		w.trail.add(b.Via)
		w.trail.add(e.Seq)
		s.reply(s.taskInject[t], u, e)
		kind := tickAnswer
		if b.Late {
			kind = tickLate
		}
		s.ticks.add(u, e, kind, b.Task)
		s.spread.said(u, e, s.textOf(b), b.Items)
	})
	if b.Via > 0 {
		s.expected[b.Via] = struct{}{}
	}
}

// textOf is what was said in a submission; of a form all its parts.
func (s *eventPass) textOf(b *exercise.Submitted) string {
	if len(b.Parts) == 0 {
		return b.Text
	}
	t, _, _ := s.play.Pack.TaskByKey(b.Task)
	if t == nil {
		return ""
	}
	return exercise.PartsText(t.Form, b.Parts)
}

// amended forgets that the time of work ran out which got another time before
// it was answered. What is void, because its unit left or its inject was taken
// back, gets no other time.
func (s *eventPass) amended(b *exercise.TaskAmended) {
	t, ok := s.taskIx[b.Task]
	if !ok || b.Within == nil {
		return
	}
	for u, unit := range s.play.Cast.Units {
		o := s.out(s.taskInject[t], u)
		void := o.retracted != exercise.Never || slices.ContainsFunc(s.left[u], func(seq uint64) bool { return seq > o.seq })
		if w := s.work(t, u); w.first == 0 && !void && (b.Unit == "" || b.Unit == unit.Key) {
			w.overdue = 0
		}
	}
}

// standingNotes leaves out answers of the hot wash that a later one replaced.
func (s *eventPass) standingNotes() []uint64 {
	return slices.DeleteFunc(s.notes, func(seq uint64) bool {
		b, ok := s.event(seq).Body.(*exercise.HotWash)
		return ok && s.washed[about{b.Question, b.Unit}] != seq
	})
}

// marked keeps the newest mark of each evaluator; without points it is taken
// back. A new mark opens the matter again.
func (w *workTrace) marked(e *exercise.Event, b *exercise.Marked) {
	w.trail.add(e.Seq)
	w.settled = nil
	kept := w.marks[:0]
	for _, m := range w.marks {
		if m.Evaluator != b.Evaluator {
			kept = append(kept, m)
		}
	}
	w.marks = kept
	if b.Points != nil {
		w.marks = append(w.marks, MarkResult{
			Seq: e.Seq, Task: b.Task, Unit: b.Unit, Evaluator: b.Evaluator, Points: pointsOf(*b.Points), Note: b.Note,
		})
	}
}

func (s *eventPass) relayed(e *exercise.Event, b *exercise.InjectRelayed) {
	s.withOut(b.Inject, b.Unit, func(o *outTrace, i, u int) {
		o.seq = e.Seq
		s.ticks.add(u, e, tickInject, b.Inject)
		from, ok := s.play.Cast.Index(b.From)
		if !ok {
			return
		}
		s.reply(i, from, e)
		s.ticks.add(from, e, tickRelay, b.Inject)
		s.relays = append(s.relays, relayTrace{e.Seq, i, from, b.Of})
		s.edge(int32(from), int32(u), e, b.TLP).relays++
		s.spread.said(from, e, b.Text, nil)
		s.spread.heard(u, e)
	})
}

// reply notes the first thing that a unit does about an inject that it has.
func (s *eventPass) reply(inject, unit int, e *exercise.Event) {
	if o := s.out(inject, unit); o.seq > 0 && o.reply == 0 {
		o.reply, o.replied = e.Seq, e.At
	}
}

func (s *eventPass) status(e *exercise.Event, b *exercise.UnitStatus) {
	u, ok := s.play.Cast.Index(b.Unit)
	if !ok {
		return
	}
	for _, member := range s.play.Family(u) {
		if s.stands.follows(s.play, u, member, b.Status) && (b.Status == exercise.Absent || b.Status == exercise.Withdrawn) {
			s.left[member] = append(s.left[member], e.Seq)
		}
	}
}

func (s *eventPass) flowMade(e *exercise.Event, b *exercise.FlowMade) {
	s.expected[b.Via] = struct{}{}
	s.withFlow(b.Flow, b.Unit, func(f *flowTrace, i, u int) {
		f.made, f.via = e.Seq, b.Via
		s.ticks.made(u, b.Via, b.Flow)
		s.allowed(b.Via) // the flow says which label is right
		if b.Broken {
			s.brokeFlow(i, u, b)
		}
	})
}
