package exercise

import (
	"fmt"
	"slices"
)

func (s *State) foldTask(e *Event) error {
	switch b := e.Body.(type) {
	case *Submitted:
		return s.withWork(b.Task, b.Unit, func(t, u int) { s.submitted(e, b, t, u) })
	case *Scored:
		return s.withWork(b.Task, b.Unit, func(t, u int) { s.scored(e, b, t, u) })
	case *Overdue:
		return s.withWork(b.Task, b.Unit, func(t, u int) {
			w := s.work(t, u)
			w.overdue, w.late = true, true
			w.gen++
			s.taskChanged(t, u, e.At)
		})
	case *HintTaken:
		return s.withWork(b.Task, b.Unit, func(t, u int) { s.gotHint(e, t, u, b.N, b.Cost) })
	case *HintGiven:
		return s.withWork(b.Task, b.Unit, func(t, u int) { s.gotHint(e, t, u, b.N, b.Cost) })
	case *Marked:
		return s.withWork(b.Task, b.Unit, func(t, u int) { s.marked(e, b, t, u) })
	case *Settled:
		return s.withWork(b.Task, b.Unit, func(t, u int) {
			w := s.work(t, u)
			points := b.Points
			w.settled = &points
			s.rescore(u)
			s.taskChanged(t, u, e.At)
		})
	case *TaskAmended:
		return s.amendTask(b)
	}
	return nil
}

func (s *State) withWork(task, unit string, do func(task, unit int)) error {
	t, ok := s.taskByKey(task)
	if !ok {
		return fmt.Errorf("unknown task %q", task)
	}
	return s.withUnit(unit, func(u int) { do(t, u) })
}

func (s *State) submitted(e *Event, b *Submitted, task, unit int) {
	w := s.work(task, unit)
	first := len(w.subs) == 0
	sub := submission{seq: e.Seq, text: s.tasks[task].said(b), via: b.Via, file: b.File, on: e.On}
	if len(b.Items) > 0 { // none is none, as in the stored form
		sub.items = b.Items
	}
	w.subs = append(w.subs, sub)
	if first {
		w.firstAt = e.At
		if c := s.call(b.Via); c != nil { // told when it was noted
			w.firstAt = max(c.at, w.opened)
		} else if b.Said > 0 {
			w.firstAt = max(b.Said, w.opened)
		}
		w.late = b.Late
		w.gen++ // no longer owed
		if s.alone(unit, func(u int) bool { return len(s.work(task, u).subs) > 0 }) {
			s.answered[task]++
		}
		s.followUp(s.tasks[task].decisions, unit, func(u int) Time { return s.local(u, e.At) })
		for _, d := range s.tasks[task].dependents {
			for _, u := range s.play.family[unit] {
				if s.ownWork(task, u) == unit {
					s.base(d, u, s.local(u, e.At)+At(s.injects[d].trigger.Delay))
				}
			}
		}
	}
	s.planHint(task, unit, s.local(unit, e.At))
	s.taskChanged(task, unit, e.At)
}

// ownWork resolves which unit's copy of a task a unit means, as own does.
func (s *State) ownWork(task, unit int) int {
	if s.work(task, unit).status != workNone {
		return unit
	}
	for _, u := range s.play.family[unit] {
		if s.work(task, u).status != workNone {
			return u
		}
	}
	return unit
}

func (s *State) scored(e *Event, b *Scored, task, unit int) {
	w := s.work(task, unit)
	was := w.solved
	if s.tasks[task].lastCounts() || b.Again && len(w.subs) > 0 && b.Submission == w.subs[0].seq {
		// The last one counts for quality; a new key judges from the start.
		w.auto, w.solved = b.Points, b.Correct
	} else {
		w.auto, w.solved = max(w.auto, b.Points), w.solved || b.Correct
	}
	s.planHint(task, unit, s.local(unit, e.At))
	s.rescore(unit)
	if was != w.solved && s.alone(unit, func(u int) bool { return s.work(task, u).solved }) {
		if w.solved {
			s.solved[task]++
		} else {
			s.solved[task]--
		}
	}
	s.taskChanged(task, unit, e.At)
}

func (s *State) marked(e *Event, b *Marked, task, unit int) {
	w := s.work(task, unit)
	w.marks = slices.DeleteFunc(w.marks, func(m mark) bool { return m.evaluator == b.Evaluator })
	if b.Points != nil {
		w.marks = append(w.marks, mark{b.Evaluator, *b.Points})
	}
	w.settled = nil // a new mark opens the matter again
	s.rescore(unit)
	s.taskChanged(task, unit, e.At)
}

// taskChanged looks again at the conditions that name the task.
func (s *State) taskChanged(task, unit int, at Time) {
	if task < len(s.play.watch.task) {
		s.recheckFamily(s.play.watch.task[task], unit, at)
		s.recheckAll(s.play.watch.teamTask[task], at)
	}
	s.recheckFamily(s.play.watch.score, unit, at)
}

// rescore adds up a unit's points anew. To carry differences on would gather
// errors of rounding, and a condition such as score >= 20.0 would miss by one.
func (s *State) rescore(unit int) {
	sum := 0.0
	for ix := unit; ix < len(s.works); ix += s.nu() {
		points, _ := s.works[ix].points()
		sum += points
	}
	s.units[unit].score = sum
}

func (s *State) amendTask(b *TaskAmended) error {
	task, ok := s.taskByKey(b.Task)
	if !ok {
		return fmt.Errorf("unknown task %q", b.Task)
	}
	units, err := s.unitsOf(b.Unit)
	if err != nil {
		return err
	}
	for _, u := range units {
		ix := task*s.nu() + u
		w := &s.works[ix]
		key := w.key.amended(s.tasks[task].kind, b)
		longer := key.within - w.key.within
		w.key = key
		if b.Within != nil && w.status == workOpen && len(w.subs) == 0 {
			w.overdue, w.late = false, false
			s.scheduleWork(ix, w.due+longer) // pauses that moved it still count
		}
		if b.Prompt != nil {
			s.prompts[int32(ix)] = b.Prompt
		}
	}
	return nil
}
