package review

import (
	"slices"

	"renkei/internal/exercise/scenario"
)

// lacks notes for every task what its unit needed from another and was not told
// in the time of the task, where the task was not done well without.
func (c *counter) lacks(units []UnitResult) {
	made := map[about]*Moment{}
	for u := range units {
		for i := range units[u].Flows {
			made[about{units[u].Flows[i].Key, units[u].Key}] = units[u].Flows[i].Made
		}
	}
	for u := range units {
		for i := range units[u].Tasks {
			t := &units[u].Tasks[i]
			def, _, _ := c.log.Play.Pack.TaskByKey(t.Key)
			if def == nil || !t.wanting() {
				continue
			}
			for _, n := range def.Needs {
				from, ok := c.source(u, n)
				if told := made[about{n.Flow, from}]; ok && (told == nil || told.Seconds > t.Due.Seconds) {
					t.CouldNot = append(t.CouldNot, Lack{n.Flow, from})
				}
			}
		}
	}
}

// wanting reports whether a task whose time is over was not done, or late, or
// wrong where its key can tell.
func (t *TaskResult) wanting() bool {
	return t.Status == TaskMissing || t.Status == TaskAnswered && (t.Late || !t.Solved && !handedIn(t.Type))
}

// source is the unit of the neighbour that tells what a task of unit u needs.
func (c *counter) source(u int, n scenario.Need) (unit string, ok bool) {
	play := c.log.Play
	f, ok := play.FlowIndex(n.Flow)
	if !ok {
		return "", false
	}
	team := play.Cast.Next(u)
	if n.From == scenario.EndPrev {
		team = play.Cast.Prev(u)
	}
	for _, member := range play.Family(team) {
		if slices.Contains(play.FlowsOf(member), f) {
			return play.Cast.Units[member].Key, true
		}
	}
	return "", false
}

// blameless reports whether a unit could not do a task, for want of what
// another should have told it.
func (t *TaskResult) blameless() bool { return len(t.CouldNot) > 0 }

// able drops the work of units that could not do it.
func able(works []unitTask) []unitTask {
	return slices.DeleteFunc(slices.Clone(works), func(w unitTask) bool { return w.blameless() })
}
