package exercise

import "renkei/internal/exercise/scenario"

// hintDef is one hint of a task.
type hintDef struct {
	cost  float64
	after Time // since the task was opened; 0: never
	wrong int  // attempts; 0: never
}

// byItself reports whether the hint comes without being asked for.
func (h *hintDef) byItself() bool { return h.after > 0 || h.wrong > 0 }

// Why a hint came by itself.
const (
	HintAfter = "after" // its time
	HintWrong = "wrong" // so many wrong attempts
)

func layHints(hints []scenario.Hint) (defs []hintDef, helps bool) {
	for _, h := range hints {
		def := hintDef{cost: h.Cost, after: At(h.After), wrong: h.Wrong}
		defs = append(defs, def)
		helps = helps || def.byItself()
	}
	return defs, helps
}

// stuck reports whether a unit may still need a hint: the task stands and is
// not solved or, where only a person can tell, nothing was handed in.
func (s *State) stuck(task, unit int) bool {
	w, def := s.work(task, unit), s.tasks[task]
	if s.units[unit].out() || w.solved || s.canSubmit(task, w) != "" {
		return false
	}
	switch def.kind {
	case scenario.TaskReport, scenario.TaskFile, scenario.TaskShare:
		return len(w.subs) == 0
	}
	return true
}

// nextHint gives the next hint that comes by itself, and when: the earliest, at
// now for one that wrong attempts bring. No attempt at a task that is not
// solved was right.
func nextHint(def *taskDef, w *work, now Time) (n int, at Time, why string) {
	at = Never
	for i := w.hints; i < len(def.hints); i++ {
		h := &def.hints[i]
		if h.after > 0 && w.hintFrom+h.after < at {
			n, at, why = i, w.hintFrom+h.after, HintAfter
		}
		if h.wrong > 0 && len(w.subs) >= h.wrong && now < at {
			n, at, why = i, now, HintWrong
		}
	}
	return n, at, why
}

// planHint sets when the next hint of a task comes by itself.
func (s *State) planHint(task, unit int, now Time) {
	def := s.tasks[task]
	if !def.helps {
		return
	}
	ix := task*s.nu() + unit
	w, at := &s.works[ix], Never
	if s.stuck(task, unit) {
		_, at, _ = nextHint(def, w, min(now, w.hintAt))
	}
	if at != w.hintAt {
		s.scheduleHint(ix, at)
	}
}

func (s *State) scheduleHint(ix int, at Time) {
	w := &s.works[ix]
	w.hintAt = at
	w.hintGen++
	if at != Never {
		s.queue.push(dueItem{at: at, kind: dueHint, ix: int32(ix), gen: w.hintGen})
	}
}

// planHints looks at all tasks of a unit that left or came back.
func (s *State) planHints(unit int, now Time) {
	for t := range s.tasks {
		if s.work(t, unit).status == workOpen {
			s.planHint(t, unit, now)
		}
	}
}

// shiftHint moves the time of hints by as long as a unit stood still.
func (s *State) shiftHint(ix int, by Time) {
	w := &s.works[ix]
	if !s.tasks[ix/s.nu()].helps || w.status != workOpen {
		return
	}
	w.hintFrom += by
	if w.hintAt != Never {
		s.scheduleHint(ix, w.hintAt+by)
	}
}

// gotHint counts a hint, and those before it that it brought along, and its
// cost.
func (s *State) gotHint(e *Event, task, unit, n int, cost float64) {
	w := s.work(task, unit)
	w.hints, w.cost = n, w.cost+cost
	if s.tasks[task].helps {
		w.hintAt = Never // this one has come
		w.hintGen++
		s.planHint(task, unit, s.local(unit, e.At))
	}
	s.rescore(unit)
	s.taskChanged(task, unit, e.At)
}

// owedHint gives the hint that is due.
func (d *decision) owedHint(task, unit int) {
	def, w := d.s.tasks[task], d.s.work(task, unit)
	n, _, why := nextHint(def, w, w.hintAt)
	d.emit(d.s.play.toUnit[unit], &HintGiven{
		Task: def.key, Unit: d.s.play.Cast.Units[unit].Key, N: n + 1, Cost: def.hints[n].cost, Why: why,
	})
}

// toAsk is how many hints a unit can ask for until the next comes by itself.
func (def *taskDef) toAsk(w *work) int {
	n := w.hints
	for n < len(def.hints) && !def.hints[n].byItself() {
		n++
	}
	return n - w.hints
}
