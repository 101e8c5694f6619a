package review

import (
	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// ackAll: every unit acknowledged every inject.
func (d *builder) ackAll(m *Measures) []Finding {
	var hits []hit
	released := 0
	for u := range d.nu {
		h := hit{unit: u}
		for i := range d.state.InjectCount() {
			v, ok := d.state.Inject(i, u)
			if !ok || v.Status != exercise.InjectOut || d.away(u) && v.Acked == exercise.Never {
				continue
			}
			if v.Acked == exercise.Never {
				return nil
			}
			h.n++
			h.evidence = gather(&h.evidence, &Evidence{Seqs: []uint64{d.out(i, u).ack}, Count: 1})
		}
		if h.n > 0 {
			released += h.n
			hits = append(hits, h)
		}
	}
	return oneFinding("", timed(i18n.Args{"Count": released}, m.Ack), hits)
}

// flowAll: an expected flow came from every sender in time.
func (d *builder) flowAll() []Finding {
	return d.eachFlow(func(i int, t *FlowTotal) []Finding {
		if t.Made == 0 || t.Made < t.asked() {
			return nil
		}
		return oneFinding(t.Key, timed(i18n.Args{"Of": t.Made}, t.Took), d.senders(i, exercise.FlowIsMade))
	})
}

// byKey reports whether the key of a task alone tells who solved it: a report
// is judged by people, a share by its flow.
func byKey(kind string) bool { return !handedIn(kind) && kind != taskShare }

// taskAll: every unit asked solved a task at the first attempt and in time.
func (d *builder) taskAll() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		hits := d.trail(works, func(r *TaskResult) bool { return r.Solved && r.Attempts == 1 && !r.Late })
		if !byKey(t.Type) || len(hits) < len(works) {
			return nil
		}
		return oneFinding(t.Key, timed(i18n.Args{"Of": len(works)}, t.Took), hits)
	})
}

// spreadFast: the indicators of a flow to the liaison room reached every team
// within the time that the flow allows.
func (d *builder) spreadFast() []Finding {
	return d.eachSpread(func(f int, all []formSpread) []Finding {
		var hits []hit
		longest := Span(0)
		for _, s := range all {
			if s.reached < s.teams || s.took > Span(exercise.At(d.play.Pack.Flows[f].Within)) {
				return nil
			}
			longest = max(longest, s.took)
			hits = append(hits, s.hit())
		}
		if longest < Span(exercise.Second) {
			return nil // what is said in the room of all reaches all
		}
		return oneFinding(d.play.Pack.Flows[f].Key, i18n.Args{"Of": len(all), "Longest": longest.minutes()}, hits)
	})
}

// unexpectedHelp: units told other teams what nobody had expected.
func (d *builder) unexpectedHelp() []Finding {
	by := make([]hit, d.nu)
	for _, seq := range d.unasked {
		m := toldIn(d.event(seq))
		u, ok := d.play.Cast.Index(m.From)
		if !ok || !d.beyondTeam(u, m) {
			continue
		}
		by[u].unit = u
		by[u].n++
		by[u].evidence.add(seq)
	}
	var hits []hit
	for _, h := range by {
		if h.n > 0 {
			hits = append(hits, h)
		}
	}
	return oneFinding("", i18n.Args{}, hits)
}

// beyondTeam reports whether a message goes to the liaison room or to a unit of
// another team.
func (d *builder) beyondTeam(from int, m *exercise.Message) bool {
	for _, end := range m.Ends {
		to, ok := d.table.to[end]
		if ok && (to == d.table.liaison || int(to) < d.nu && d.teamPos[to] != d.teamPos[from]) {
			return true
		}
	}
	return false
}

// revisedBetter: reports that were revised gained points.
func (d *builder) revisedBetter() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		if t.Type != taskReport {
			return nil
		}
		var hits []hit
		for _, r := range works {
			if w := d.work(d.taskIx[t.Key], r.unit); w.first < w.last && w.after > w.before {
				hits = append(hits, hit{unit: r.unit, n: 1, evidence: w.trail})
			}
		}
		return oneFinding(t.Key, i18n.Args{}, hits)
	})
}
