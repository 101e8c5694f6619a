package review

import (
	"cmp"
	"math"
	"slices"

	"renkei/internal/exercise"
)

// builder makes the whole report, as EXCON may have it.
type builder struct {
	*eventPass
	play    *exercise.Play
	counter *counter
	result  *Result
	namer
	unasked []uint64              // messages that nobody expected
	byTask  map[string][]unitTask // see tasksBy
}

// measured is where the lengths of all units come together.
type measured struct {
	all                    lengths
	phases, injects, tasks keyLengths
}

func (d *builder) measures() Measures {
	sum := &measured{phases: keyLengths{}, injects: keyLengths{}, tasks: keyLengths{}}
	m := Measures{Units: make([]UnitMeasure, 0, d.nu), Phases: []PhaseTime{}}
	load := make([]float64, 0, d.nu)
	for u := range d.nu {
		m.Units = append(m.Units, d.unitMeasure(u, sum))
		load = append(load, float64(m.Units[u].LoadMost))
	}
	m.MeasureSet, m.Load = sum.all.set(), numbersOf(load)
	for i, p := range d.play.Pack.Phases {
		m.Phases = append(m.Phases, d.phaseTime(i, p.Key, m.Units))
		m.Phases[i].MeasureSet = of(sum.phases, p.Key).set()
	}
	t := &d.result.Totals
	m.Injects = sum.injects.measures(keysOf(t.Injects, func(i *InjectTotal) string { return i.Key }))
	m.Tasks = sum.tasks.measures(keysOf(t.Tasks, func(t *TaskTotal) string { return t.Key }))
	return m
}

func keysOf[T any](list []T, key func(*T) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = key(&list[i])
	}
	return out
}

// unitMeasure measures a unit, and adds what it measured to the sums.
func (d *builder) unitMeasure(u int, sum *measured) UnitMeasure {
	r := &d.result.Units[u]
	m := UnitMeasure{Unit: r.Key, Injects: []KeyTrail{}, Tasks: []KeyTrail{}}
	var own lengths
	for i := range r.Injects {
		in, l := d.injectIx[r.Injects[i].Key], lengths{}
		if d.injectTimes(in, u, &l) {
			sum.injects.join(r.Injects[i].Key, &l)
			sum.phases.join(d.phaseOfInject(in), &l)
			own.join(&l)
		}
		o := d.out(in, u)
		m.Injects = append(m.Injects, KeyTrail{r.Injects[i].Key, d.brief(cite(o.seq, o.ack, o.reply))})
	}
	for i := range r.Tasks {
		t, l := &r.Tasks[i], lengths{}
		d.taskTimes(t, u, &l)
		sum.tasks.join(t.Key, &l)
		sum.phases.join(t.Phase, &l)
		own.join(&l)
		if t.Status == TaskAnswered {
			m.Attempts += t.Attempts
		}
		m.Tasks = append(m.Tasks, KeyTrail{t.Key, d.brief(d.taskTrail(t.Key, u))})
	}
	sum.all.join(&own)
	set := own.set()
	m.Ack, m.FirstReply, m.Report, m.Lateness, m.Evidence = set.Ack, set.FirstReply, set.Report, set.Lateness, set.Evidence
	m.LoadMost, m.LoadMean = d.load(u)
	m.Phases = d.unitPhases(r)
	return m
}

// phaseOfInject is the phase in which the pack, or EXCON, placed an inject.
func (d *builder) phaseOfInject(i int) string {
	if in := d.play.Pack.InjectByKey(d.state.InjectKey(i)); in != nil {
		return in.Phase
	}
	return phaseOf(d.state, "", d.state.InjectKey(i))
}

// injectTimes measures from a release that stands, if there is one.
func (d *builder) injectTimes(i, u int, l *lengths) bool {
	v, ok := d.state.Inject(i, u)
	if !ok || v.Status != exercise.InjectOut {
		return false
	}
	clock, o := &d.counter.index.clocks[u], d.out(i, u)
	if v.Acked != exercise.Never {
		l.ack = append(l.ack, *clock.took(v.Released, v.Acked))
		l.seqs = append(l.seqs, o.ack)
	}
	if o.reply > 0 {
		l.reply = append(l.reply, *clock.took(v.Released, o.replied))
		l.seqs = append(l.seqs, o.reply)
	}
	return true
}

// taskTimes measures a task that was answered.
func (d *builder) taskTimes(t *TaskResult, u int, l *lengths) {
	if t.Status != TaskAnswered {
		return
	}
	l.task = append(l.task, *t.Took)
	l.tries = append(l.tries, float64(t.Attempts))
	l.seqs = append(l.seqs, d.work(d.taskIx[t.Key], u).first)
	if t.Type == taskReport {
		l.report = append(l.report, *t.Took)
	}
	if t.Late {
		l.late = append(l.late, *d.counter.index.clocks[u].took(exercise.Time(t.Due.Seconds), exercise.Time(t.First.Seconds)))
	}
}

// taskTrail is what happened with a task, at the least that it was asked.
func (d *builder) taskTrail(task string, u int) Evidence {
	t := d.taskIx[task]
	asked := cite(d.out(d.taskInject[t], u).seq)
	return gather(&asked, &d.work(t, u).trail)
}

// brief makes a range of evidence where an exercise is so large that its single
// events would be too many.
func (d *builder) brief(e Evidence) Evidence {
	if d.nu <= largeUnits || e.Count == 0 {
		return e
	}
	first := e.last()
	if len(e.Seqs) > 0 {
		first = e.Seqs[0]
	}
	return Evidence{Ranges: [][2]uint64{{first, e.last()}}, Count: e.Count}
}

func (d *builder) unitPhases(r *UnitResult) []UnitPhase {
	out := make([]UnitPhase, len(d.play.Pack.Phases))
	at := map[string]int{}
	for i, p := range d.play.Pack.Phases {
		out[i].Phase, at[p.Key] = p.Key, i
	}
	note := func(phase string, void, done bool, when *Moment) {
		i, ok := at[phase]
		if !ok || void {
			return
		}
		p := &out[i]
		p.Asked++
		if !done || when == nil {
			return
		}
		p.Done++
		if p.First == nil || when.Seconds < p.First.Seconds {
			p.First = when
		}
		if p.Last == nil || when.Seconds > p.Last.Seconds {
			p.Last = when
		}
	}
	for i := range r.Tasks {
		t := &r.Tasks[i]
		note(t.Phase, t.Status == TaskVoid, t.Status == TaskAnswered, t.First)
	}
	for i := range r.Flows {
		f := &r.Flows[i]
		note(f.Phase, f.Status == exercise.FlowIsVoid, f.Made != nil, f.Made)
	}
	return out
}

// phaseTime is a phase over the teams; what comes first or last in a team may
// be a cell's.
func (d *builder) phaseTime(i int, key string, units []UnitMeasure) PhaseTime {
	var first, last []Span
	for u, unit := range d.play.Cast.Units {
		if !unit.IsTeam() {
			continue
		}
		var from, to *Span
		for _, member := range d.play.Family(u) {
			p := &units[member].Phases[i]
			if p.First == nil {
				continue
			}
			clock := &d.counter.index.clocks[member]
			from = least(from, clock.took(0, exercise.Time(p.First.Seconds)))
			to = most(to, clock.took(0, exercise.Time(p.Last.Seconds)))
		}
		if from != nil {
			first, last = append(first, *from), append(last, *to)
		}
	}
	return PhaseTime{Phase: key, First: spreadOf(first), Last: spreadOf(last)}
}

func least(a, b *Span) *Span {
	if a == nil || *b < *a {
		return b
	}
	return a
}

func most(a, b *Span) *Span {
	if a == nil || *b > *a {
		return b
	}
	return a
}

// step is a task that begins (+1) or ceases (-1) to be open at a full minute.
type step struct {
	minute exercise.Time
	by     int
}

// load counts the tasks of a unit that are open at each full minute from
// STARTEX to the last event: the most, and the mean.
func (d *builder) load(u int) (most int, mean float64) {
	minutes := d.state.At()/tickEvery + 1
	var steps []step
	total := 0.0
	for t := range d.state.TaskCount() {
		v, ok := d.state.Task(t, u)
		if !ok {
			continue
		}
		from, to := firstMinute(v.Opened), min(firstMinute(d.closed(t, u, &v)), minutes)
		if from < to {
			steps = append(steps, step{from, 1}, step{to, -1})
			total += float64(to - from)
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Or(cmp.Compare(a.minute, b.minute), cmp.Compare(a.by, b.by)) })
	open := 0
	for _, s := range steps {
		open += s.by
		most = max(most, open)
	}
	return most, math.Round(total/float64(minutes)*1000) / 1000
}

// firstMinute is the number of the first full minute at or after a time.
func firstMinute(t exercise.Time) exercise.Time {
	if t > exercise.Never-tickEvery {
		return exercise.Never / tickEvery
	}
	return (t + tickEvery - 1) / tickEvery
}

// closed is when a task ceased to be work ahead: answered, out of time, or
// void.
func (d *builder) closed(t, u int, v *exercise.TaskView) exercise.Time {
	w, at := d.work(t, u), exercise.Never
	if v.Attempts > 0 {
		at = v.First
	}
	if w.overdue > 0 {
		at = min(at, d.at(w.overdue))
	}
	o := d.out(d.taskInject[t], u)
	for _, seq := range d.left[u] {
		if seq > o.seq {
			at = min(at, d.at(seq))
		}
	}
	return min(at, o.retracted)
}
