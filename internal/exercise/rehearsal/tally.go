package rehearsal

import "renkei/internal/exercise"

// Tally is what was counted over all runs.
type Tally struct {
	Runs, Events int64
	// Smooth are the runs in which every unit answered everything it was asked.
	Smooth int64
	// Worst is the run with the most tasks that were late or never answered.
	Worst Extreme

	layout *layout
	n      []int64
}

// Extreme is one run that stands out.
type Extreme struct {
	Seed  uint64 `json:"seed"`
	Tasks int64  `json:"tasks"`
}

func newTally(l *layout) *Tally { return &Tally{layout: l, n: make([]int64, l.size)} }

// add adds another tally of the same layout.
func (t *Tally) add(other *Tally) {
	t.Runs += other.Runs
	t.Events += other.Events
	t.Smooth += other.Smooth
	if other.Runs > 0 {
		t.worst(other.Worst)
	}
	for i, n := range other.n {
		t.n[i] += n
	}
}

// worst keeps the worse of two runs; of two alike the one with the lower seed.
func (t *Tally) worst(x Extreme) {
	is := &t.Worst
	if x.Tasks > is.Tasks || x.Tasks == is.Tasks && x.Seed < is.Seed || *is == (Extreme{}) {
		*is = x
	}
}

// Each part of the counts.
func (t *Tally) inject(i, kind int) []int64 {
	size := t.layout.injectSize()
	return t.part(t.layout.inject+(i*len(t.layout.kinds)+kind)*size, size)
}

func (t *Tally) task(i int) []int64 {
	size := t.layout.taskSize()
	return t.part(t.layout.task+i*size, size)
}

func (t *Tally) flow(i int) []int64 {
	size := t.layout.flowSize()
	return t.part(t.layout.flow+i*size, size)
}

func (t *Tally) load(kind, bin int) []int64 {
	return t.part(t.layout.load+(kind*t.layout.bins+bin)*loadCounts, loadCounts)
}

func (t *Tally) finish(kind int) []int64 {
	size := t.layout.finishSize()
	return t.part(t.layout.finish+kind*size, size)
}

func (t *Tally) control(bin int) []int64 {
	return t.part(t.layout.control+bin*controlCounts, controlCounts)
}

// persona is how many messages went to a persona; the last is EXCON itself.
func (t *Tally) persona(i int) *int64 { return &t.n[t.layout.persona+i] }

// branch is how often a way on from a decision was taken.
func (t *Tally) branch(i int) *int64 { return &t.n[t.layout.branch+i] }

// ahead is how long a task waited, in all, while work for an inject was done.
func (t *Tally) ahead(task, inject int) *int64 {
	return &t.n[t.layout.ahead+task*len(t.layout.injects)+inject]
}

func (t *Tally) part(at, size int) []int64 { return t.n[at : at+size : at+size] }

// quantile gives the value at which a share q of a histogram is reached, and
// false where that many never came.
func (l *layout) quantile(hist []int64, q float64) (exercise.Time, bool) {
	i, ok := quantile(hist, q)
	return exercise.Time(i) * l.step, ok && i < len(hist)-1
}

// quantile gives the index at which a share q of the counts is reached; false
// without any.
func quantile(hist []int64, q float64) (int, bool) {
	all := int64(0)
	for _, n := range hist {
		all += n
	}
	want, sum := max(1, int64(q*float64(all)+0.999999)), int64(0)
	for i, n := range hist {
		if sum += n; sum >= want {
			return i, true
		}
	}
	return 0, false
}
