package review

import (
	"strconv"
	"strings"

	"renkei/internal/exercise"
)

// survey is what the report takes from the events themselves, in one pass.
// Tables are by inject, task or flow and unit, as in the state.
type survey struct {
	log        *Log
	state      *exercise.State
	play       *exercise.Play
	nu         int
	injectIx   map[string]int
	taskIx     map[string]int
	taskInject []int // task to inject
	teamPos    []int // unit to the position of its team

	outs     []outTrace
	works    []workTrace
	flows    []flowTrace
	left     [][]uint64 // by unit: the events with which it left
	table    *endTable
	edges    map[[2]int32]*edgeTally
	citeEdge int // events that an edge cites

	candidates []uint64            // messages between units that are about nothing
	expected   map[uint64]struct{} // messages that made a flow or answered a task
	breaks     []breakTrace
	relays     []relayTrace
	notes      []uint64
	ticks      *ticker
	spread     *spreader
}

// outTrace is one inject at one unit.
type outTrace struct {
	seq       uint64 // of the release or relay
	ack       uint64
	reply     uint64 // the first thing that the unit did about it
	replied   exercise.Time
	retracted exercise.Time // Never
}

// workTrace is one task of one unit.
type workTrace struct {
	first, last   uint64 // submissions
	overdue       uint64
	trail         Evidence // submissions, scores, marks, messages
	marks         []MarkResult
	settled       *MarkResult
	before, after float64 // automatic scores of the first and the last submission
}

// flowTrace is one expected flow of one sender.
type flowTrace struct{ made, via, missed uint64 }

type relayTrace struct {
	seq    uint64
	inject int
	from   int
	of     uint64
}

func newSurvey(c *counter) *survey {
	play, state := c.log.Play, c.state
	nu := len(play.Cast.Units)
	s := &survey{
		log: c.log, state: state, play: play, nu: nu, injectIx: map[string]int{}, taskIx: map[string]int{},
		outs: make([]outTrace, state.InjectCount()*nu), works: make([]workTrace, state.TaskCount()*nu),
		flows: make([]flowTrace, len(play.Pack.Flows)*nu), left: make([][]uint64, nu),
		table: newEndTable(play), edges: map[[2]int32]*edgeTally{}, citeEdge: MaxCited, expected: map[uint64]struct{}{},
	}
	for i := range s.outs {
		s.outs[i].retracted = exercise.Never
	}
	if nu > largeUnits {
		s.citeEdge = largeCited
	}
	s.layKeys()
	s.ticks = newTicker(s)
	s.spread = newSpreader(s)
	for i := range c.log.Events {
		s.add(&c.log.Events[i])
	}
	return s
}

// layKeys numbers injects and tasks, those made up during play included.
func (s *survey) layKeys() {
	for i := range s.state.InjectCount() {
		s.injectIx[s.state.InjectKey(i)] = i
	}
	s.taskInject = make([]int, s.state.TaskCount())
	for _, in := range s.play.Pack.Injects {
		tasks := in.Tasks
		if in.Relay != nil {
			tasks = append(tasks[:len(tasks):len(tasks)], in.Relay.Tasks...)
		}
		for _, t := range tasks {
			s.layTask(t.Key, s.injectIx[in.Key])
		}
	}
	for i := len(s.play.Pack.Injects); i < s.state.InjectCount(); i++ {
		for n := range s.state.Added(i).Tasks {
			s.layTask(s.state.InjectKey(i)+"."+strconv.Itoa(n+1), i)
		}
	}
	pos := 0
	s.teamPos = make([]int, s.nu)
	for u, unit := range s.play.Cast.Units {
		if unit.IsTeam() && u > 0 {
			pos++
		}
		s.teamPos[u] = pos
	}
}

func (s *survey) layTask(key string, inject int) {
	if t, ok := s.state.TaskIndex(key); ok {
		s.taskIx[key], s.taskInject[t] = t, inject
	}
}

func (s *survey) out(inject, unit int) *outTrace { return &s.outs[inject*s.nu+unit] }
func (s *survey) work(task, unit int) *workTrace { return &s.works[task*s.nu+unit] }
func (s *survey) flow(flow, unit int) *flowTrace { return &s.flows[flow*s.nu+unit] }

// event gives the event with a seq; nil when there is none.
func (s *survey) event(seq uint64) *exercise.Event { return s.log.event(seq) }

func (l *Log) event(seq uint64) *exercise.Event {
	if seq == 0 || seq > uint64(len(l.Events)) {
		return nil
	}
	return &l.Events[seq-1]
}

// at gives the time of the event with a seq.
func (s *survey) at(seq uint64) exercise.Time {
	if e := s.event(seq); e != nil {
		return e.At
	}
	return 0
}

func (s *survey) withOut(inject, unit string, do func(o *outTrace, i, u int)) {
	i, ok := s.injectIx[inject]
	if u, known := s.play.Cast.Index(unit); ok && known {
		do(s.out(i, u), i, u)
	}
}

func (s *survey) withWork(task, unit string, do func(w *workTrace, t, u int)) {
	t, ok := s.taskIx[task]
	if u, known := s.play.Cast.Index(unit); ok && known {
		do(s.work(t, u), t, u)
	}
}

func (s *survey) withFlow(flow, unit string, do func(f *flowTrace, i, u int)) {
	i, ok := s.play.FlowIndex(flow)
	if u, known := s.play.Cast.Index(unit); ok && known {
		do(s.flow(i, u), i, u)
	}
}

func (s *survey) add(e *exercise.Event) {
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
	case *exercise.FlowMade:
		s.flowMade(e, b)
	case *exercise.FlowMissed:
		s.withFlow(b.Flow, b.Unit, func(f *flowTrace, _, u int) {
			f.missed = e.Seq
			s.ticks.add(u, e, tickMissed, b.Flow)
		})
	case *exercise.Note, *exercise.HotWash:
		s.notes = append(s.notes, e.Seq)
	default:
		s.addTask(e)
	}
}

func (s *survey) addTask(e *exercise.Event) {
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
	case *exercise.HintTaken:
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

func (s *survey) submitted(e *exercise.Event, b *exercise.Submitted) {
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
		s.spread.said(u, e, b.Text, b.Items)
	})
	if b.Via > 0 {
		s.expected[b.Via] = struct{}{}
	}
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

func (s *survey) relayed(e *exercise.Event, b *exercise.InjectRelayed) {
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
func (s *survey) reply(inject, unit int, e *exercise.Event) {
	if o := s.out(inject, unit); o.seq > 0 && o.reply == 0 {
		o.reply, o.replied = e.Seq, e.At
	}
}

func (s *survey) status(e *exercise.Event, b *exercise.UnitStatus) {
	u, ok := s.play.Cast.Index(b.Unit)
	if !ok || b.Status != exercise.Absent && b.Status != exercise.Withdrawn {
		return
	}
	for _, member := range s.play.Family(u) {
		if member == u || s.play.Cast.Units[u].IsTeam() {
			s.left[member] = append(s.left[member], e.Seq)
		}
	}
}

func (s *survey) flowMade(e *exercise.Event, b *exercise.FlowMade) {
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

// injectOf finds the inject that a message is about: named by its key, by that
// of one of its tasks, or by the seq of its release.
func (s *survey) injectOf(re string) (int, bool) {
	if re == "" {
		return 0, false
	}
	if i, ok := s.injectIx[re]; ok {
		return i, true
	}
	if t, ok := s.taskIx[re]; ok {
		return s.taskInject[t], true
	}
	if number, ok := strings.CutPrefix(re, "#"); ok {
		seq, err := strconv.ParseUint(number, 10, 64)
		if e := s.event(seq); err == nil && e != nil {
			return s.released(e.Body)
		}
	}
	return 0, false
}

func (s *survey) released(b exercise.Body) (int, bool) {
	key := ""
	switch b := b.(type) {
	case *exercise.InjectReleased:
		key = b.Inject
	case *exercise.InjectRelayed:
		key = b.Inject
	}
	i, ok := s.injectIx[key]
	return i, ok
}
