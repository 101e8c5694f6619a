package rehearsal

import (
	"slices"

	"renkei/internal/exercise/scenario"
)

// ofTask looks at one task. A share task is done by its flow, which has
// findings of its own.
func (f *Figures) ofTask(t *TaskFigures) []Finding {
	if t.Type == scenario.TaskShare {
		return nil
	}
	at := f.cameAt(t.Inject)
	knows := append([]Assumption{f.difficulty(t), assume(AssumeSkill)}, f.needed(t)...)
	takes := append([]Assumption{f.effort(t), assume(AssumePace)}, f.needed(t)...)
	line := append(f.efforts(t, t.causes()), assume(AssumeSingle))
	noWay := len(t.Needs) == 0 && t.Taken > 0 && (t.Answered == 0 || t.Type != scenario.TaskReport && t.Type != scenario.TaskFile && t.Scored > 0 && t.Solved == 0)

	all := atLeast("all_solve", Look, share(t.Solved, t.Scored), limitAll, UnitShare, t.Scored)
	none := atMost("none_solve", Hurts, share(t.Solved, t.Asked), limitNone, t.Scored)
	unanswered := atLeast("unanswered", Hurts, share(t.Asked-t.Answered, t.Asked), limitUnanswered, UnitShare, t.Asked)
	if t.Type == scenario.TaskReport {
		knows = with(knows, assume(AssumeParts))
	}
	late := atLeast("late", Hurts, share(t.Late, t.Answered), limitLate, UnitShare, t.Answered)
	hints := atLeast("hints", Look, share(t.Hints, t.Asked), limitHints, UnitShare, t.Asked)
	jam := atLeast("jam", Hurts, share(t.Jammed, t.Taken), limitJam, UnitShare, t.Taken)
	jam.Ahead = t.causes()
	late.holds = late.holds && t.Jammed*2 < t.Late // else the line says it better
	cannot := Finding{Key: "cannot", Weight: Look, Limit: 0, Unit: UnitShare, holds: noWay}
	if noWay { // it says more about them than about the task
		none.holds, unanswered.holds, hints.holds = false, false, false
	}

	all.Rests, none.Rests = knows, knows
	hints.Rests = with(knows, assume(AssumeHints))
	late.Rests, jam.Rests = takes, line
	unanswered.Rests = with(takes, assume(AssumeIgnores))
	cannot.Rests = []Assumption{assume(AssumeBots)}
	out := []Finding{none, all, late, unanswered, hints, jam, cannot}
	for i := range out {
		out[i].Task, out[i].Inject, out[i].From = t.Key, t.Inject, at
	}
	return out
}

// with is a list of assumptions with one more.
func with(list []Assumption, more Assumption) []Assumption {
	return append(slices.Clone(list), more)
}

// cameAt is the middle of the times at which an inject came to those whom it
// reached first; nil where it mostly came to nobody.
func (f *Figures) cameAt(inject string) *Seconds {
	for i := range f.Injects {
		if f.Injects[i].Key != inject {
			continue
		}
		for _, to := range f.Injects[i].To {
			if to.At.Median != nil {
				return to.At.Median
			}
		}
	}
	return nil
}

// causes are the injects whose work keeps a task waiting, its own among them:
// those with at least a fifth of the whole, at most three.
func (t *TaskFigures) causes() []string {
	sum := 0.0
	for _, a := range t.Ahead {
		sum += a.Mean
	}
	var out []string
	for _, a := range t.Ahead {
		if a.Mean >= sum/5 && len(out) < 3 {
			out = append(out, a.Inject)
		}
	}
	return out
}
