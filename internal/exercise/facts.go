package exercise

import "renkei/internal/exercise/scenario"

// facts are what conditions see of the state, from one unit's place.
type facts struct {
	s    *State
	unit int
}

var _ scenario.Facts = facts{}

func (f facts) Task(key string) scenario.TaskFacts {
	task, ok := f.s.taskByKey(key)
	if !ok {
		return scenario.TaskFacts{}
	}
	w := f.s.work(task, f.s.ownWork(task, f.unit))
	points, _ := w.points()
	return scenario.TaskFacts{
		Answered: len(w.subs) > 0,
		Correct:  w.solved,
		Late:     w.late,
		Open:     f.s.canSubmit(task, w) == "",
		Attempts: int64(len(w.subs)),
		Score:    points,
	}
}

func (f facts) Inject(key string) scenario.InjectFacts {
	inject, ok := f.s.injectByKey(key)
	if !ok {
		return scenario.InjectFacts{}
	}
	sl := f.s.slot(inject, f.s.own(inject, f.unit))
	return scenario.InjectFacts{Released: sl.status == slotReleased, Acknowledged: sl.acked != Never}
}

func (f facts) Flow(key string) scenario.FlowFacts {
	flow, ok := f.s.play.flowIx[key]
	if !ok {
		return scenario.FlowFacts{}
	}
	unit := f.unit
	if from := f.s.play.flows[flow].from; !isSender(f.s.play.Cast.Units[unit], from) {
		for _, u := range f.s.play.family[unit] {
			if isSender(f.s.play.Cast.Units[u], from) {
				unit = u
			}
		}
	}
	w := f.s.flow(flow, unit)
	return scenario.FlowFacts{Made: w.status == flowMade, Late: w.late, Missed: w.missed}
}

func (f facts) TeamsAnswered(task string) int { return count(f.s.answered, f.s.play.taskIx, task) }
func (f facts) TeamsSolved(task string) int   { return count(f.s.solved, f.s.play.taskIx, task) }
func (f facts) TeamsMade(flow string) int     { return count(f.s.made, f.s.play.flowIx, flow) }
func (f facts) TeamsTotal() int               { return f.s.teams }
func (f facts) Branch(key string) bool {
	w := f.s.play.ways[key]
	return w != nil && f.s.on(w, f.unit)
}

func count(counts []int, index map[string]int, key string) int {
	if i, ok := index[key]; ok {
		return counts[i]
	}
	return 0
}

// Score is what the unit's team has with its cells.
func (f facts) Score() float64 {
	sum := 0.0
	for _, u := range f.s.play.family[f.unit] {
		sum += f.s.units[u].score
	}
	return sum
}
