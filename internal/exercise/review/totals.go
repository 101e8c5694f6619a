package review

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

const (
	taskReport = scenario.TaskReport
	taskShare  = scenario.TaskShare
	taskFile   = scenario.TaskFile

	taskIndicators = scenario.TaskIndicators
)

// phaseOf gives the phase of a task: its own, or its inject's.
func phaseOf(s *exercise.State, task, inject string) string {
	pack := s.Play().Pack
	if t, in, _ := pack.TaskByKey(task); t != nil {
		if t.Phase != "" {
			return t.Phase
		}
		return in.Phase
	}
	if i, ok := s.InjectIndex(inject); ok {
		if a := s.Added(i); a != nil {
			return a.Phase
		}
	}
	return ""
}

// tally gathers counts over units; the lengths are kept until the end.
type tally struct {
	injects map[string]*injectTally
	tasks   map[string]*taskTally
	flows   map[string]*flowTally
	phases  map[string]*phaseTally
}

type injectTally struct {
	InjectTotal
	took []Span
}

type taskTally struct {
	TaskCount
	took []Span
}

type flowTally struct {
	FlowCount
	took []Span
}

type phaseTally struct {
	tasks taskTally
	flows flowTally
}

func (c *counter) totals(units []UnitResult) Totals {
	t := tally{
		injects: map[string]*injectTally{}, tasks: map[string]*taskTally{},
		flows: map[string]*flowTally{}, phases: map[string]*phaseTally{},
	}
	for i := range units {
		t.add(&units[i])
	}
	return Totals{
		Injects: c.injectTotals(&t), Phases: c.phaseTotals(&t), Tasks: c.taskTotals(&t, units), Flows: c.flowTotals(&t),
	}
}

// of finds the entry of a key, or makes it.
func of[T any](m map[string]*T, key string) *T {
	if m[key] == nil {
		m[key] = new(T)
	}
	return m[key]
}

func (t *tally) add(u *UnitResult) {
	for i := range u.Injects {
		of(t.injects, u.Injects[i].Key).add(&u.Injects[i])
	}
	for i := range u.Tasks {
		task := &u.Tasks[i]
		of(t.tasks, task.Key).add(task)
		of(t.phases, task.Phase).tasks.add(task)
	}
	for i := range u.Flows {
		flow := &u.Flows[i]
		of(t.flows, flow.Key).add(flow)
		of(t.phases, flow.Phase).flows.add(flow)
	}
}

func (t *injectTally) add(r *InjectResult) {
	switch r.Status {
	case exercise.InjectOut:
		t.Released++
		if r.AckTook != nil {
			t.Acknowledged++
			t.took = append(t.took, *r.AckTook)
		}
	case exercise.InjectPassed:
		t.Skipped++
	case exercise.InjectWithdrawn:
		t.Retracted++
	default:
		t.Waiting++
	}
}

func (t *taskTally) add(r *TaskResult) {
	t.Asked++
	if r.Status == TaskVoid {
		t.Void++
		return
	}
	t.Hinted += one(r.Hints > 0)
	t.Came += one(r.Came > 0)
	t.Missing += one(r.Status == TaskMissing)
	t.Open += one(r.Status == TaskOpen)
	if r.Status != TaskAnswered {
		return
	}
	t.Answered++
	t.Solved += one(r.Solved)
	t.Late += one(r.Late)
	t.took = append(t.took, *r.Took)
}

func (t *flowTally) add(r *FlowResult) {
	t.Made += one(r.Status == exercise.FlowIsMade)
	t.Late += one(r.Status == exercise.FlowIsLate)
	t.Missing += one(r.Status == exercise.FlowIsMissed)
	t.Void += one(r.Status == exercise.FlowIsVoid)
	t.Expected += one(r.Status == exercise.FlowExpected)
	t.Confirmed += one(r.Checked == CheckedConfirmed)
	t.Corrected += one(r.Checked == CheckedAdded || r.Checked == CheckedTakenBack)
	if r.Status != exercise.FlowIsMade && r.Status != exercise.FlowIsLate {
		return
	}
	t.Broken += one(r.Broken)
	if r.Took != nil {
		t.took = append(t.took, *r.Took)
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *taskTally) count() TaskCount {
	t.Took = spreadOf(t.took)
	return t.TaskCount
}

func (t *flowTally) count() FlowCount {
	t.Took = spreadOf(t.took)
	return t.FlowCount
}

// injectKeys are the keys of the pack's injects, then of those made up.
func (c *counter) injectKeys() []string {
	keys := make([]string, 0, c.state.InjectCount())
	for _, in := range c.log.Play.Pack.Injects {
		keys = append(keys, in.Key)
	}
	for i := len(keys); i < c.state.InjectCount(); i++ {
		keys = append(keys, c.addedKey(i))
	}
	return keys
}

// addedKey finds the key of inject number i, which was made up, in the views.
func (c *counter) addedKey(i int) string {
	for u := range c.log.Play.Cast.Units {
		if v, ok := c.state.Inject(i, u); ok {
			return v.Key
		}
	}
	return ""
}

func (c *counter) injectTotals(t *tally) []InjectTotal {
	out := []InjectTotal{}
	for _, key := range c.injectKeys() {
		total := of(t.injects, key)
		total.Key, total.AckTook = key, spreadOf(total.took)
		out = append(out, total.InjectTotal)
	}
	return out
}

func (c *counter) phaseTotals(t *tally) []PhaseTotal {
	out := []PhaseTotal{}
	for _, p := range c.log.Play.Pack.Phases {
		total := of(t.phases, p.Key)
		out = append(out, PhaseTotal{Key: p.Key, Tasks: total.tasks.count(), Flows: total.flows.count()})
	}
	return out
}

func (c *counter) taskTotals(t *tally, units []UnitResult) []TaskTotal {
	out := []TaskTotal{}
	seen := map[string]bool{}
	add := func(key, kind, inject string) {
		if !seen[key] {
			seen[key] = true
			out = append(out, TaskTotal{
				Key: key, Type: kind, Inject: inject, Phase: phaseOf(c.state, key, inject), TaskCount: of(t.tasks, key).count(),
			})
		}
	}
	for _, in := range c.log.Play.Pack.Injects {
		for _, task := range in.Tasks {
			add(task.Key, task.Type, in.Key)
		}
		if in.Relay != nil {
			for _, task := range in.Relay.Tasks {
				add(task.Key, task.Type, in.Key)
			}
		}
	}
	c.addedTasks(add)
	for i := range out {
		out[i].findings(units)
	}
	return out
}

// addedTasks yields, in their order, the tasks made up during play that were
// asked of anybody.
func (c *counter) addedTasks(yield func(key, kind, inject string)) {
	for t := range c.state.TaskCount() {
		for u := range c.log.Play.Cast.Units {
			if v, ok := c.state.Task(t, u); ok {
				yield(v.Key, v.Type, v.Inject)
				break
			}
		}
	}
}

func (c *counter) flowTotals(t *tally) []FlowTotal {
	out := []FlowTotal{}
	for _, f := range c.log.Play.Pack.Flows {
		out = append(out, FlowTotal{
			Key: f.Key, From: f.From, To: f.To, Phase: f.Phase, FlowCount: of(t.flows, f.Key).count(),
		})
	}
	return out
}
