package review_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// evidence is all events behind a figure: the first are cited one by one, of
// the others the range is told.
func evidence(limit int, seqs ...uint64) any {
	all := slices.Compact(slices.Sorted(slices.Values(seqs)))
	all = slices.DeleteFunc(all, func(seq uint64) bool { return seq == 0 })
	f := fields{"count": len(all)}
	if cited := all[:min(limit, len(all))]; len(cited) > 0 {
		f["seqs"] = cited
	}
	if len(all) > limit {
		f["ranges"] = list{list{all[limit], all[len(all)-1]}}
	}
	return f
}

func seqOf(e *entry) uint64 {
	if e == nil {
		return 0
	}
	return e.Seq
}

// lengthsOf are measured times, in microseconds, and how often tasks were tried.
type lengthsOf struct {
	ack, reply, report, task, late []int64
	tries                          []float64
	seqs                           []uint64
}

func (m *lengthsOf) add(o lengthsOf) {
	m.ack, m.reply, m.report = append(m.ack, o.ack...), append(m.reply, o.reply...), append(m.report, o.report...)
	m.task, m.late = append(m.task, o.task...), append(m.late, o.late...)
	m.tries, m.seqs = append(m.tries, o.tries...), append(m.seqs, o.seqs...)
}

// set are the measures over units.
func (m *lengthsOf) set() fields {
	f := fields{"evidence": evidence(12, m.seqs...)}
	f.set("ack_seconds", spread(m.ack))
	f.set("first_reply_seconds", spread(m.reply))
	f.set("report_seconds", spread(m.report))
	f.set("task_seconds", spread(m.task))
	f.set("late_seconds", spread(m.late))
	f.set("attempts_spread", numberSpread(m.tries))
	return f
}

// numberSpread is a spread of numbers: with n of them, quartile q lies at place
// q(n-1)/4, between two where that is no whole one.
func numberSpread(v []float64) any {
	if len(v) == 0 {
		return nil
	}
	slices.Sort(v)
	at := func(q float64) float64 {
		place := q * float64(len(v)-1) / 4
		low := math.Floor(place)
		below, above := v[int(low)], v[int(math.Ceil(place))]
		return thousandths(below + (above-below)*(place-low))
	}
	return obj{"n": len(v), "min": v[0], "q1": at(1), "median": at(2), "q3": at(3), "max": v[len(v)-1]}
}

// received measures one inject at one unit.
func (l *ledger) received(unit string, g *receipt) (m lengthsOf) {
	if g.status == "released" && g.ack != nil {
		m.ack, m.seqs = append(m.ack, l.took(unit, g.out.At, g.ack.At)), append(m.seqs, g.ack.Seq)
	}
	if g.status == "released" && g.reply != nil {
		m.reply, m.seqs = append(m.reply, l.took(unit, g.out.At, g.reply.At)), append(m.seqs, g.reply.Seq)
	}
	return m
}

// answered measures one task of one unit.
func (l *ledger) answered(unit string, j *job) (m lengthsOf) {
	if j.state() != "answered" {
		return m
	}
	first := j.subs[0]
	m.task, m.seqs = append(m.task, l.took(unit, j.opened, first.At)), append(m.seqs, first.Seq)
	m.tries = append(m.tries, float64(len(j.subs)))
	if j.kind == "report" {
		m.report = m.task
	}
	if j.late {
		m.late = append(m.late, l.took(unit, j.due, first.At))
	}
	return m
}

// sum adds up what was measured of those injects and tasks that are wanted.
func (l *ledger) sum(inject func(u *recounted, g *receipt) bool, task func(u *recounted, j *job) bool) *lengthsOf {
	var m lengthsOf
	for _, u := range l.units {
		for _, g := range u.got {
			if inject(u, g) {
				m.add(l.received(u.Key, g))
			}
		}
		for _, j := range u.jobs {
			if task(u, j) {
				m.add(l.answered(u.Key, j))
			}
		}
	}
	return &m
}

func noInject(*recounted, *receipt) bool { return false }
func noTask(*recounted, *job) bool       { return false }

func (l *ledger) measures() obj {
	f := l.sum(func(*recounted, *receipt) bool { return true }, func(*recounted, *job) bool { return true }).set()
	units, loads := list{}, []float64{}
	for _, u := range l.units {
		units = append(units, l.unitMeasure(u))
		most, _ := l.load(u)
		loads = append(loads, float64(most))
	}
	f["units"], f["load"], f["phases"] = units, numberSpread(loads), l.phaseTimes()
	f["injects"], f["tasks"] = l.injectMeasures(), l.taskMeasures()
	return obj(f)
}

func (l *ledger) unitMeasure(u *recounted) any {
	f := l.sum(func(o *recounted, _ *receipt) bool { return o == u }, func(o *recounted, _ *job) bool { return o == u }).set()
	delete(f, "task_seconds")
	delete(f, "attempts_spread")
	attempts, injects, tasks := 0, list{}, list{}
	for _, g := range u.got {
		injects = append(injects, obj{"key": g.inject, "evidence": evidence(12, seqOf(g.out), seqOf(g.ack), seqOf(g.reply))})
	}
	for _, j := range u.jobs {
		if j.state() == "answered" {
			attempts += len(j.subs)
		}
		tasks = append(tasks, obj{"key": j.key, "evidence": evidence(12, append(slices.Clone(j.trail), j.begun.Seq)...)})
	}
	f["unit"], f["attempts"], f["phases"], f["injects"], f["tasks"] = u.Key, attempts, l.unitPhases(u), injects, tasks
	f["load_most"], f["load_mean"] = l.load(u)
	return f
}

// injectMeasures are of the injects that stand with anybody.
func (l *ledger) injectMeasures() list {
	out := list{}
	for _, key := range l.injects() {
		stands := false
		f := l.sum(func(_ *recounted, g *receipt) bool {
			stands = stands || g.inject == key && g.status == "released"
			return g.inject == key
		}, noTask).set()
		if f["key"] = key; stands {
			out = append(out, f)
		}
	}
	return out
}

// taskMeasures are of the tasks that anybody was asked.
func (l *ledger) taskMeasures() list {
	out := list{}
	for _, t := range l.tasks {
		asked := false
		f := l.sum(noInject, func(_ *recounted, j *job) bool {
			asked = asked || j.key == t.key
			return j.key == t.key
		}).set()
		if f["key"] = t.key; asked {
			out = append(out, f)
		}
	}
	return out
}

// phaseOf is the phase of an inject, from the pack or as EXCON said.
func (l *ledger) phaseOf(inject string) string {
	if in := l.pack.InjectByKey(inject); in != nil {
		return in.Phase
	}
	for _, e := range l.of("inject.added") {
		if fmt.Sprintf("#%d", e.Seq) == inject {
			return e.Body.Phase
		}
	}
	return ""
}

// load looks at every full minute which tasks are open.
func (l *ledger) load(u *recounted) (most int, mean float64) {
	sum, minutes := 0, 0
	for at := int64(0); at <= l.last().At; at += 60_000_000 {
		minutes++
		open := 0
		for _, j := range u.jobs {
			open += one(j.opened <= at && at < j.closed)
		}
		sum, most = sum+open, max(most, open)
	}
	return most, thousandths(float64(sum) / float64(minutes))
}

// completed are the times at which a unit completed something of a phase, and
// how much was asked of it.
func (l *ledger) completed(u *recounted, phase string) (done []int64, asked int) {
	for _, j := range u.jobs {
		if j.phase == phase && !j.void {
			asked++
			if len(j.subs) > 0 {
				done = append(done, j.subs[0].At)
			}
		}
	}
	for _, t := range u.flows {
		if t.Phase == phase && !t.void {
			asked++
			if t.made != nil {
				done = append(done, t.made.At)
			}
		}
	}
	return done, asked
}

func (l *ledger) unitPhases(u *recounted) list {
	out := list{}
	for _, p := range l.pack.Phases {
		done, asked := l.completed(u, p.Key)
		f := fields{"phase": p.Key, "done": len(done), "asked": asked}
		if len(done) > 0 {
			f["first"], f["last"] = moment(slices.Min(done)), moment(slices.Max(done))
		}
		out = append(out, f)
	}
	return out
}

// phaseTimes count for each team what it or a cell of it completed.
func (l *ledger) phaseTimes() list {
	out := list{}
	for _, p := range l.pack.Phases {
		var first, last []int64
		for _, team := range l.units {
			if team.Cell != "" {
				continue
			}
			from, to := int64(math.MaxInt64), int64(-1)
			for _, u := range l.units {
				if teamOf(u.Key) != team.Key {
					continue
				}
				done, _ := l.completed(u, p.Key)
				for _, at := range done {
					from, to = min(from, l.took(u.Key, 0, at)), max(to, l.took(u.Key, 0, at))
				}
			}
			if to >= 0 {
				first, last = append(first, from), append(last, to)
			}
		}
		f := l.sum(func(_ *recounted, g *receipt) bool { return l.phaseOf(g.inject) == p.Key },
			func(_ *recounted, j *job) bool { return j.phase == p.Key }).set()
		f["phase"] = p.Key
		f.set("first_seconds", spread(first))
		f.set("last_seconds", spread(last))
		out = append(out, f)
	}
	return out
}

// timelines show what each unit got and did; of what makes no expected flow,
// one message a minute in each direction.
func (l *ledger) timelines() list {
	out := list{}
	for _, u := range l.units {
		marks := list{}
		sent, direct, heard := map[int64]bool{}, map[int64]bool{}, map[int64]bool{}
		for i := range l.lines {
			if e := &l.lines[i]; e.isTalk() && gets(e, u) && slices.Contains(e.Body.Ends, "unit:"+u.Key) {
				direct[e.At/60_000_000] = true
			}
		}
		for i := range l.lines {
			e := &l.lines[i]
			for _, m := range l.marksOf(e, u, sent, direct, heard) {
				kind, key, _ := strings.Cut(m, " ")
				marks = append(marks, obj{"seq": e.Seq, "at": moment(e.At), "kind": kind, "key": key})
			}
		}
		out = append(out, obj{"unit": u.Key, "marks": marks})
	}
	return out
}

// marksOf are the marks of one line on a unit's timeline, as "kind key".
func (l *ledger) marksOf(e *entry, u *recounted, sent, direct, heard map[int64]bool) []string {
	b, minute := &e.Body, e.At/60_000_000
	if e.isTalk() && e.from() == u.Key {
		var out []string
		for _, t := range u.flows {
			if t.made != nil && t.made.Body.Via == e.Seq {
				out = append(out, "sent "+t.Key)
			}
		}
		if len(out) == 0 && !sent[minute] {
			out = []string{"sent "}
		}
		sent[minute] = true
		return out
	}
	if e.isTalk() && gets(e, u) {
		if isDirect := slices.Contains(b.Ends, "unit:"+u.Key); heard[minute] || direct[minute] && !isDirect {
			return nil
		}
		heard[minute] = true
		return []string{"received "}
	}
	if e.Type == "inject.relayed" && e.from() == u.Key {
		return []string{"relay " + b.Inject}
	}
	if b.Unit != u.Key {
		return nil
	}
	switch e.Type {
	case "inject.released", "inject.relayed":
		return []string{"inject " + b.Inject}
	case "inject.acknowledged":
		return []string{"ack " + b.Inject}
	case "task.submitted":
		return []string{map[bool]string{true: "late ", false: "answer "}[b.Late] + b.Task}
	case "task.overdue":
		return []string{"missed " + b.Task}
	case "flow.missed":
		return []string{"missed " + b.Flow}
	}
	return nil
}
