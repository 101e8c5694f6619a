package review

import (
	"cmp"
	"math"
	"slices"

	"renkei/internal/exercise"
)

// drafter makes the whole report, as EXCON may have it.
type drafter struct {
	*survey
	play    *exercise.Play
	counter *counter
	result  *Result
	namer
	unasked []uint64              // messages that nobody expected
	byTask  map[string][]unitTask // see tasksBy
}

// lengths are the measured times of one unit, or of all.
type lengths struct{ ack, reply, report, late []Span }

func (a *lengths) join(b *lengths) {
	a.ack, a.reply = append(a.ack, b.ack...), append(a.reply, b.reply...)
	a.report, a.late = append(a.report, b.report...), append(a.late, b.late...)
}

func (d *drafter) measures() Measures {
	var all lengths
	m := Measures{Units: make([]UnitMeasure, 0, d.nu), Phases: []PhaseTime{}}
	for u := range d.nu {
		unit, own := d.unitMeasure(u)
		m.Units = append(m.Units, unit)
		all.join(own)
	}
	m.Ack, m.FirstReply, m.Report = spreadOf(all.ack), spreadOf(all.reply), spreadOf(all.report)
	for i, p := range d.play.Pack.Phases {
		m.Phases = append(m.Phases, d.phaseTime(i, p.Key, m.Units))
	}
	return m
}

func (d *drafter) unitMeasure(u int) (UnitMeasure, *lengths) {
	r, own, e := &d.result.Units[u], &lengths{}, &Evidence{}
	m := UnitMeasure{Unit: r.Key}
	d.injectTimes(u, own, e)
	var events []uint64
	for i := range r.Tasks {
		t := &r.Tasks[i]
		if t.Status != TaskAnswered {
			continue
		}
		m.Attempts += t.Attempts
		events = append(events, d.work(d.taskIx[t.Key], u).first)
		if t.Type == taskReport {
			own.report = append(own.report, *t.Took)
		}
		if t.Late {
			own.late = append(own.late, *d.counter.index.clocks[u].took(exercise.Time(t.Due.Seconds), exercise.Time(t.First.Seconds)))
		}
	}
	m.Ack, m.FirstReply = spreadOf(own.ack), spreadOf(own.reply)
	m.Report, m.Lateness = spreadOf(own.report), spreadOf(own.late)
	m.LoadMost, m.LoadMean = d.load(u)
	m.Phases = d.unitPhases(r)
	answers := cite(events...)
	m.Evidence = gather(e, &answers)
	return m, own
}

// injectTimes measures from the releases that stand.
func (d *drafter) injectTimes(u int, own *lengths, e *Evidence) {
	clock := &d.counter.index.clocks[u]
	var events []uint64
	for i := range d.state.InjectCount() {
		v, ok := d.state.Inject(i, u)
		if !ok || v.Status != exercise.InjectOut {
			continue
		}
		o := d.out(i, u)
		if v.Acked != exercise.Never {
			own.ack = append(own.ack, *clock.took(v.Released, v.Acked))
			events = append(events, o.ack)
		}
		if o.reply > 0 {
			own.reply = append(own.reply, *clock.took(v.Released, o.replied))
			events = append(events, o.reply)
		}
	}
	slices.Sort(events)
	*e = cite(slices.Compact(events)...)
}

func (d *drafter) unitPhases(r *UnitResult) []UnitPhase {
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
func (d *drafter) phaseTime(i int, key string, units []UnitMeasure) PhaseTime {
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
func (d *drafter) load(u int) (most int, mean float64) {
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
func (d *drafter) closed(t, u int, v *exercise.TaskView) exercise.Time {
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
