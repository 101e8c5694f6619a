package review

import (
	"strconv"
	"strings"

	"renkei/internal/exercise"
)

// eventPass is what the report takes from the events themselves, in one pass.
// Tables are by inject, task or flow and unit, as in the state.
type eventPass struct {
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
	stands   standing
	table    *endTable
	edges    map[[2]int32]*edgeTally
	citeEdge int // events that an edge cites
	said     [Quarters]Evidence

	candidates []uint64                   // messages between units that are about nothing
	expected   map[uint64]struct{}        // messages that made a flow or answered a task
	confirmed  map[uint64]*exercise.Event // calls
	breaks     []breakTrace
	strays     []strayTrace
	relays     []relayTrace
	notes      []uint64
	washed     map[about]uint64  // newest answer to each question of the hot wash
	entered    map[string]uint64 // newest entry about each issue of the improvement plan
	carried    uint64            // the plan of an earlier exercise
	overview   uint64
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

func newSurvey(c *counter) *eventPass {
	play, state := c.log.Play, c.state
	nu := len(play.Cast.Units)
	s := &eventPass{
		log: c.log, state: state, play: play, nu: nu, injectIx: map[string]int{}, taskIx: map[string]int{},
		outs: make([]outTrace, state.InjectCount()*nu), works: make([]workTrace, state.TaskCount()*nu),
		flows: make([]flowTrace, len(play.Pack.Flows)*nu), left: make([][]uint64, nu), stands: newStanding(nu),
		table: newEndTable(play), edges: map[[2]int32]*edgeTally{}, citeEdge: MaxCited, expected: map[uint64]struct{}{},
		washed: map[about]uint64{}, entered: map[string]uint64{}, confirmed: confirmedCalls(c.log.Events),
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
	s.notes = s.standingNotes()
	return s
}

// layKeys numbers injects and tasks, those made up during play included.
func (s *eventPass) layKeys() {
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

func (s *eventPass) layTask(key string, inject int) {
	if t, ok := s.state.TaskIndex(key); ok {
		s.taskIx[key], s.taskInject[t] = t, inject
	}
}

func (s *eventPass) out(inject, unit int) *outTrace { return &s.outs[inject*s.nu+unit] }
func (s *eventPass) work(task, unit int) *workTrace { return &s.works[task*s.nu+unit] }
func (s *eventPass) flow(flow, unit int) *flowTrace { return &s.flows[flow*s.nu+unit] }

// event gives the event with a seq; nil when there is none.
func (s *eventPass) event(seq uint64) *exercise.Event { return s.log.event(seq) }

func (l *Log) event(seq uint64) *exercise.Event {
	if seq == 0 || seq > uint64(len(l.Events)) {
		return nil
	}
	return &l.Events[seq-1]
}

// at gives the time of the event with a seq.
func (s *eventPass) at(seq uint64) exercise.Time {
	if e := s.event(seq); e != nil {
		return e.At
	}
	return 0
}

func (s *eventPass) withOut(inject, unit string, do func(o *outTrace, i, u int)) {
	i, ok := s.injectIx[inject]
	if u, known := s.play.Cast.Index(unit); ok && known {
		do(s.out(i, u), i, u)
	}
}

func (s *eventPass) withWork(task, unit string, do func(w *workTrace, t, u int)) {
	t, ok := s.taskIx[task]
	if u, known := s.play.Cast.Index(unit); ok && known {
		do(s.work(t, u), t, u)
	}
}

func (s *eventPass) withFlow(flow, unit string, do func(f *flowTrace, i, u int)) {
	i, ok := s.play.FlowIndex(flow)
	if u, known := s.play.Cast.Index(unit); ok && known {
		do(s.flow(i, u), i, u)
	}
}

// injectOf finds the inject that a message is about: named by its key, by that
// of one of its tasks, or by the seq of its release.
func (s *eventPass) injectOf(re string) (int, bool) {
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

func (s *eventPass) released(b exercise.Body) (int, bool) {
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
