package review_test

import (
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

// lengthsOf are the measured times of one unit, in microseconds.
type lengthsOf struct {
	ack, reply, report, late []int64
	attempts                 int
	seqs                     []uint64
}

func (l *ledger) lengths(u *recounted) lengthsOf {
	var m lengthsOf
	for _, g := range u.got {
		if g.status != "released" {
			continue
		}
		if g.ack != nil {
			m.ack, m.seqs = append(m.ack, l.took(u.Key, g.out.At, g.ack.At)), append(m.seqs, g.ack.Seq)
		}
		if g.reply != nil {
			m.reply, m.seqs = append(m.reply, l.took(u.Key, g.out.At, g.reply.At)), append(m.seqs, g.reply.Seq)
		}
	}
	for _, j := range u.jobs {
		if j.state() != "answered" {
			continue
		}
		first := j.subs[0]
		m.attempts, m.seqs = m.attempts+len(j.subs), append(m.seqs, first.Seq)
		if j.kind == "report" {
			m.report = append(m.report, l.took(u.Key, j.opened, first.At))
		}
		if j.late {
			m.late = append(m.late, l.took(u.Key, j.due, first.At))
		}
	}
	return m
}

func (l *ledger) measures() obj {
	var all lengthsOf
	units := list{}
	for _, u := range l.units {
		m := l.lengths(u)
		all.ack, all.reply, all.report = append(all.ack, m.ack...), append(all.reply, m.reply...), append(all.report, m.report...)
		most, mean := l.load(u)
		f := fields{
			"unit": u.Key, "attempts": m.attempts, "load_most": most, "load_mean": mean,
			"phases": l.unitPhases(u), "evidence": evidence(12, m.seqs...),
		}
		f.set("ack_seconds", spread(m.ack))
		f.set("first_reply_seconds", spread(m.reply))
		f.set("report_seconds", spread(m.report))
		f.set("late_seconds", spread(m.late))
		units = append(units, f)
	}
	f := fields{"units": units, "phases": l.phaseTimes()}
	f.set("ack_seconds", spread(all.ack))
	f.set("first_reply_seconds", spread(all.reply))
	f.set("report_seconds", spread(all.report))
	return f
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
		f := fields{"phase": p.Key}
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
