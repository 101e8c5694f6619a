package rehearsal

import (
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
)

// finish counts a run that is over.
func (r *record) finish(t *Tally, s *exercise.State, c *bots.Bots, seed uint64) {
	t.Runs++
	smooth, bad := true, int64(0)
	for u := range r.works {
		r.unit.clear()
		for task := range r.l.tasks {
			if v, ok := s.Task(task, u); ok && v.Status != exercise.TaskVoid {
				r.countTask(t, task, u, &v, third(c.Profile(u).Skill))
				bad += one(v.Late || v.Attempts == 0)
			}
		}
		smooth = smooth && r.unit.last != exercise.Never
		r.countEnd(t, u)
		r.countInjects(t, s, u)
		r.countFlows(t, s, u)
		r.countWorks(t, s, u)
		r.countLoad(t, u)
	}
	t.Smooth += one(smooth)
	t.worst(Extreme{Seed: seed, Tasks: bad})
	r.countControl(t)
}

// unitRecord is what adds up for one unit while its run is counted.
type unitRecord struct {
	last        exercise.Time   // answer; Never: one is missing
	asked       []int           // tasks, by inject
	closed      []exercise.Time // the last answer, by inject; Never: one is missing
	open, waits []int64         // changes of the level from bin to bin
}

func newUnitRecord(l *layout) unitRecord {
	return unitRecord{
		asked: make([]int, len(l.injects)), closed: make([]exercise.Time, len(l.injects)),
		open: make([]int64, l.bins+1), waits: make([]int64, l.bins+1),
	}
}

func (r *unitRecord) clear() {
	r.last = 0
	clear(r.asked)
	clear(r.closed)
	clear(r.open)
	clear(r.waits)
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// third says in which third of its range a skill is.
func third(skill float64) int {
	t := bots.DefaultTraits().Skill
	return max(0, min(2, int(3*(skill-t.Low)/(t.High-t.Low))))
}

// countTask counts a task that a unit was asked. It is open until its last
// answer, or until its time is over when there is none.
func (r *record) countTask(t *Tally, task, u int, v *exercise.TaskView, third int) {
	n, ix := t.task(task), task*len(r.works)+u
	done, inject := r.done[ix], r.l.injectOf[task]
	n[taskAsked]++
	n[taskAnswered] += one(v.Attempts > 0)
	n[taskScored] += one(r.scored[ix])
	n[taskSolved] += one(v.Solved)
	n[taskLate] += one(v.Late && v.Attempts > 0)
	n[taskHints] += one(r.hinted[ix])
	n[taskTries] += int64(v.Attempts)
	n[taskWeak+third]++
	n[taskWeak+3+third] += one(v.Solved)
	first := exercise.Never
	if v.Attempts > 0 {
		first = v.First - v.Opened
	}
	n[taskCounts+r.l.stepOf(first)]++

	r.unit.asked[inject]++
	r.unit.last, r.unit.closed[inject] = max(r.unit.last, done), max(r.unit.closed[inject], done)
	until := done
	if done == exercise.Never {
		until = max(v.Due, v.Opened)
	}
	r.l.level(r.unit.open, v.Opened, until)
}

// level raises the level of those bins at whose beginning something lasts.
func (l *layout) level(changes []int64, from, to exercise.Time) {
	a, b := l.firstBin(from), l.firstBin(to)
	changes[a]++
	changes[b]--
}

// firstBin is the first bin that does not begin before a time.
func (l *layout) firstBin(t exercise.Time) int { return min(int((t+l.bin-1)/l.bin), l.bins) }

// countEnd counts how far a unit came.
func (r *record) countEnd(t *Tally, u int) {
	n := t.finish(r.l.kindOf[u])
	n[endUnits]++
	n[endAll] += one(r.unit.last != exercise.Never)
	n[endCut] += one(slices.ContainsFunc(r.works[u], func(w bots.Work) bool { return w.Finish > r.l.end }))
	n[endCounts+r.l.stepOf(r.unit.last)]++
}

func (r *record) countInjects(t *Tally, s *exercise.State, u int) {
	kind := r.l.kindOf[u]
	for i := range r.l.injects {
		v, meant := s.Inject(i, u)
		if !meant && !s.Relayable(i, u) {
			continue
		}
		n := t.inject(i, kind)
		n[injMeant]++
		if why := r.skipped[i*len(r.works)+u]; why != injMeant {
			n[why]++
		}
		if v.Status != exercise.InjectOut {
			n[injIdle] += one(r.idle(s, i, u))
			n[injectCounts+r.l.steps-1]++
			continue
		}
		n[injCame]++
		n[injAcked] += one(v.Acked != exercise.Never)
		n[injectCounts+r.l.stepOf(v.Released)]++
		if r.unit.asked[i] == 0 {
			continue
		}
		n[injTasks] += int64(r.unit.asked[i])
		open := r.unit.closed[i]
		if open != exercise.Never {
			open -= v.Released
		}
		n[injectCounts+r.l.steps+r.l.stepOf(open)]++
	}
}

func (r *record) countFlows(t *Tally, s *exercise.State, u int) {
	for _, f := range r.l.play.FlowsOf(u) {
		status, due, ok := s.Flow(f, u)
		if !ok || status == exercise.FlowIsVoid {
			continue
		}
		n, ix := t.flow(f), f*len(r.works)+u
		took := exercise.Never
		n[flowExpected]++
		switch status {
		case exercise.FlowIsMade:
			n[flowMade]++
		case exercise.FlowIsLate:
			n[flowLate]++
		default:
			n[flowMissing]++
		}
		if r.took[ix] > 0 {
			took = r.took[ix] - due + exercise.At(r.l.flows[f].Within)
		}
		n[flowLoose] += one(r.loose[ix])
		n[flowStray] += one(r.stray[ix])
		n[flowCounts+r.l.stepOf(took)]++
	}
}

// countWorks counts the work that a unit took on, and why some of it waited.
func (r *record) countWorks(t *Tally, s *exercise.State, u int) {
	kind, works := r.l.kindOf[u], r.works[u]
	for i := range works {
		w := &works[i]
		n := t.task(w.Task)
		n[taskTaken]++
		n[taskCounts+r.l.steps+r.l.stepOf(w.Start-w.Noticed)]++
		r.l.level(r.unit.waits, min(w.Noticed, r.l.end), min(w.Start, r.l.end))
		r.countWork(t, kind, w)
		if w.Start == w.Noticed {
			continue
		}
		v, _ := s.Task(w.Task, u)
		n[taskJammed] += one(w.Finish > v.Due && w.Finish-(w.Start-w.Noticed) <= v.Due)
		for j := range works {
			if ahead := min(works[j].Finish, w.Start) - max(works[j].Start, w.Noticed); ahead > 0 && j != i {
				*t.ahead(w.Task, r.l.injectOf[works[j].Task]) += int64(ahead)
			}
		}
	}
}

// countWork adds work to the bins in which it was asked for and done.
func (r *record) countWork(t *Tally, kind int, w *bots.Work) {
	if w.Noticed < r.l.end {
		t.load(kind, r.l.binOf(w.Noticed))[loadAsked] += int64(w.Finish - w.Start)
	}
	for at := w.Start; at < min(w.Finish, r.l.end); {
		bin := r.l.binOf(at)
		next := min(exercise.Time(bin+1)*r.l.bin, w.Finish, r.l.end)
		t.load(kind, bin)[loadWorked] += int64(next - at)
		at = next
	}
}

// countLoad counts the level of a unit's tasks in every bin.
func (r *record) countLoad(t *Tally, u int) {
	kind, open, waits := r.l.kindOf[u], int64(0), int64(0)
	for bin := range r.l.bins {
		open, waits = open+r.unit.open[bin], waits+r.unit.waits[bin]
		n := t.load(kind, bin)
		n[loadOpen+min(open, levels-1)]++
		n[loadWaits+min(waits, levels-1)]++
	}
}

func (r *record) countControl(t *Tally) {
	for bin := range r.l.talkBins {
		n := t.control(bin)
		n[controlTalk+min(r.talks[bin], levels-1)]++
		n[controlReport+min(r.reports[bin], levels-1)]++
		n[controlTalks] += r.talks[bin]
		n[controlReports] += r.reports[bin]
	}
	for i, n := range r.taken {
		*t.branch(i) += n
	}
	for i, n := range r.persona {
		*t.persona(i) += n
	}
}

// idle reports whether a unit and those with it answered none of the tasks that
// an inject's condition asks about, so that it never came to the condition.
func (r *record) idle(s *exercise.State, inject, u int) bool {
	when := r.l.injects[inject].Trigger.When
	if when == nil || len(when.Tasks) == 0 {
		return false
	}
	return !slices.ContainsFunc(when.Tasks, func(key string) bool {
		t, ok := s.TaskIndex(key)
		return ok && slices.ContainsFunc(r.l.play.Family(u), func(of int) bool {
			v, _ := s.Task(t, of)
			return v.Attempts > 0
		})
	})
}
