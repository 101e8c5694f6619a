package review

import (
	"slices"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// timeToReact is how much play of its own a unit must have had after an inject
// before anything is said about its silence: what comes just before ENDEX is
// read by nobody.
const timeToReact = 300 * exercise.Second

// couldReact reports whether a unit got an inject, was there, and had the time.
func (d *builder) couldReact(u int, v *exercise.InjectView) bool {
	return v.Status == exercise.InjectOut && !d.away(u) &&
		*d.counter.index.clocks[u].took(v.Released, d.state.At()) >= Span(timeToReact)
}

// neverAcked: a unit acknowledged less than half of its injects.
func (d *builder) neverAcked() []Finding {
	var hits []hit
	for u := range d.nu {
		var open []uint64
		n := 0
		for i := range d.state.InjectCount() {
			if v, ok := d.state.Inject(i, u); ok && d.couldReact(u, &v) {
				n++
				if v.Acked == exercise.Never {
					open = append(open, v.Seq)
				}
			}
		}
		if 2*len(open) > n {
			hits = append(hits, hit{unit: u, n: len(open), evidence: cite(open...)})
		}
	}
	return oneFinding("", i18n.Args{}, hits)
}

// silent: a unit did nothing at all about an inject.
func (d *builder) silent() []Finding {
	var out []Finding
	for i := range d.state.InjectCount() {
		var hits []hit
		got := 0
		for u := range d.nu {
			v, ok := d.state.Inject(i, u)
			if !ok || !d.couldReact(u, &v) {
				continue
			}
			got++
			if d.out(i, u).reply == 0 {
				hits = append(hits, hit{unit: u, n: 1, evidence: cite(v.Seq)})
			}
		}
		out = append(out, oneFinding(d.state.InjectKey(i), i18n.Args{"Of": got}, hits)...)
	}
	return out
}

// flowMissing: an expected flow never came from some senders.
func (d *builder) flowMissing() []Finding {
	return d.eachFlow(func(i int, t *FlowTotal) []Finding {
		hits := d.senders(i, exercise.FlowIsMissed)
		return oneFinding(t.Key, i18n.Args{"Of": t.asked(), "CouldNot": t.Missing - len(hits)}, hits)
	})
}

// flowSlow: an expected flow came late from some senders.
func (d *builder) flowSlow() []Finding {
	return d.eachFlow(func(i int, t *FlowTotal) []Finding {
		return oneFinding(t.Key, i18n.Args{"Of": t.asked()}, d.senders(i, exercise.FlowIsLate))
	})
}

// relaySlow: a relay to a cell took more than twice the median of all.
func (d *builder) relaySlow() []Finding {
	took := make([]Span, len(d.relays))
	for i, r := range d.relays {
		took[i] = *d.counter.index.clocks[r.from].took(d.at(r.of), d.at(r.seq))
	}
	all := spreadOf(took)
	var hits []hit
	for i, r := range d.relays {
		if took[i] > 2*all.Median {
			hits = append(hits, hit{unit: r.from, n: 1, took: took[i], evidence: cite(r.of, r.seq)})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.unit - b.unit })
	return oneFinding("", timed(i18n.Args{"Of": len(d.relays)}, all), hits)
}

// taskFew: fewer than half of those asked solved a task. Work whose time had
// not run out is left aside.
func (d *builder) taskFew() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		works = slices.DeleteFunc(able(works), func(w unitTask) bool { return w.Status == TaskOpen })
		hits := d.trail(works, func(r *TaskResult) bool { return !r.Solved })
		solved := len(works) - len(hits)
		if !byKey(t.Type) || 2*solved >= len(works) {
			return nil
		}
		return oneFinding(t.Key, i18n.Args{"Of": len(works), "Solved": solved}, hits)
	})
}

// hintMany: at least half of those asked took a hint for a task.
func (d *builder) hintMany() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		works = able(works)
		hits := d.trail(works, func(r *TaskResult) bool { return r.Hints > 0 })
		if 2*len(hits) < len(works) {
			return nil
		}
		return oneFinding(t.Key, i18n.Args{"Of": len(works)}, hits)
	})
}

// hintCame: to at least half of those asked a hint for a task came by itself.
func (d *builder) hintCame() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		if 2*t.Came < len(works) {
			return nil
		}
		return oneFinding(t.Key, i18n.Args{"Of": len(works)}, d.trail(works, func(r *TaskResult) bool { return r.Came > 0 }))
	})
}

// couldNot: units lacked for a task what another should have told them.
func (d *builder) couldNot() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		var hits []hit
		var flows []string
		for _, w := range works {
			if !w.blameless() {
				continue
			}
			h := hit{unit: w.unit, n: 1, evidence: d.work(d.taskIx[w.Key], w.unit).trail}
			for _, l := range w.CouldNot {
				h.to = append(h.to, exercise.EndUnit+l.From)
				if !slices.Contains(flows, l.Flow) {
					flows = append(flows, l.Flow)
				}
			}
			hits = append(hits, h)
		}
		return oneFinding(t.Key, i18n.Args{"Flows": strings.Join(flows, ", ")}, hits)
	})
}

// lateMany: at least half of the answers to a task were late.
func (d *builder) lateMany() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		works = slices.DeleteFunc(able(works), func(w unitTask) bool { return w.Status != TaskAnswered })
		hits := d.trail(works, func(r *TaskResult) bool { return r.Late })
		if 2*len(hits) < len(works) {
			return nil
		}
		return oneFinding(t.Key, i18n.Args{"Of": len(works)}, hits)
	})
}

// labelBroken: labels were broken; by whom and to whom.
func (d *builder) labelBroken() []Finding {
	by := make([]hit, d.nu)
	for i := range d.breaks {
		b := &d.breaks[i]
		h := &by[b.from]
		h.unit = b.from
		h.n++
		h.evidence.add(b.seq)
		for _, end := range b.to {
			if !slices.Contains(h.to, end) {
				h.to = append(h.to, end)
			}
		}
	}
	return oneFinding("", i18n.Args{}, slices.DeleteFunc(by, func(h hit) bool { return h.n == 0 }))
}

// misdirections: something reached somebody it was not meant for; who told whom.
func (d *builder) misdirections() []Finding {
	var out []Finding
	for _, what := range d.strayed() {
		by := make([]hit, d.nu)
		for i := range d.strays {
			s := &d.strays[i]
			if s.re != what {
				continue
			}
			h := &by[s.from]
			h.unit = s.from
			h.n++
			h.evidence.add(s.seq)
			for _, end := range s.to {
				if !slices.Contains(h.to, end) {
					h.to = append(h.to, end)
				}
			}
		}
		out = append(out, oneFinding(what, i18n.Args{}, slices.DeleteFunc(by, func(h hit) bool { return h.n == 0 }))...)
	}
	return out
}

// strayed are the flows and injects that went astray, in the order in which they
// first did.
func (d *builder) strayed() []string {
	var keys []string
	for i := range d.strays {
		if key := d.strays[i].re; !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// spreadSlow: indicators of a flow to the liaison room did not reach all teams.
// Of the forms of which a flow wants any one, the others need not, and what was
// never told has been said.
func (d *builder) spreadSlow() []Finding {
	return d.eachSpread(func(f int, all []formSpread) []Finding {
		var hits []hit
		all = slices.DeleteFunc(slices.Clone(all), func(s formSpread) bool { return !d.stillWanted(f, s.form) })
		for _, s := range all {
			if s.reached < s.teams {
				hits = append(hits, s.hit())
			}
		}
		return oneFinding(d.play.Pack.Flows[f].Key, i18n.Args{"Of": len(all)}, hits)
	})
}

// loadPeakAt is from how many open tasks on a load is a peak.
const loadPeakAt = 5

// loadPeak: units had five or more tasks open at once.
func (d *builder) loadPeak(m *Measures) []Finding {
	var hits []hit
	for u := range m.Units {
		if m.Units[u].LoadMost < loadPeakAt {
			continue
		}
		var began []uint64
		for t := range d.state.TaskCount() {
			if _, ok := d.state.Task(t, u); ok {
				began = append(began, d.out(d.taskInject[t], u).seq)
			}
		}
		hits = append(hits, hit{unit: u, n: m.Units[u].LoadMost, evidence: cite(began...)})
	}
	return oneFinding("", i18n.Args{}, hits)
}

// marksOpen: marks of evaluators differ and are not settled.
func (d *builder) marksOpen() []Finding {
	return d.eachTask(func(t *TaskTotal, works []unitTask) []Finding {
		var hits []hit
		for _, r := range works {
			if r.Standing != exercise.Differing {
				continue
			}
			var seqs []uint64
			for _, m := range d.work(d.taskIx[t.Key], r.unit).marks {
				seqs = append(seqs, m.Seq)
			}
			hits = append(hits, hit{unit: r.unit, n: 1, evidence: cite(seqs...)})
		}
		return oneFinding(t.Key, i18n.Args{}, hits)
	})
}

// formSpread is how far one indicator came.
// stillWanted reports whether the flow of a sender who shall name the form is
// neither made nor missed.
func (d *builder) stillWanted(flow int, form string) bool {
	for u := range d.nu {
		if !slices.Contains(d.play.FlowsOf(u), flow) || !slices.Contains(slices.Concat(d.state.FlowWhat(flow, u)...), form) {
			continue
		}
		if status, _, ok := d.state.Flow(flow, u); ok && status == exercise.FlowExpected {
			return true
		}
	}
	return false
}

type formSpread struct {
	form           string
	unit           int // whose words named it first; -1: nobody's
	teams, reached int
	first, last    uint64
	took           Span
}

func (s *formSpread) hit() hit {
	return hit{unit: s.unit, n: 1, took: s.took, evidence: cite(s.first, s.last)}
}

// eachSpread calls find for every flow to the liaison room with those of its
// indicators that were mentioned, where there is anybody to tell.
func (d *builder) eachSpread(find func(flow int, all []formSpread) []Finding) []Finding {
	part := d.part()
	by := make([][]formSpread, len(d.play.Pack.Flows))
	for _, i := range d.mentioned() {
		if f := d.spread.traces[i].flow; f >= 0 && d.spread.toRoom(f) {
			by[f] = append(by[f], d.formSpread(i, part))
		}
	}
	var out []Finding
	for f, all := range by {
		slices.SortStableFunc(all, func(a, b formSpread) int { return a.unit - b.unit })
		if len(all) > 0 && all[0].teams > 1 {
			out = append(out, find(f, all)...)
		}
	}
	return out
}

func (d *builder) formSpread(i int, part []bool) formSpread {
	t := &d.spread.traces[i]
	s := formSpread{form: t.form, unit: d.speaker(t.first), first: ^uint64(0)}
	for team, seq := range t.reached {
		if !part[team] {
			continue
		}
		s.teams++
		if seq > 0 {
			s.reached++
			s.first, s.last = min(s.first, seq), max(s.last, seq)
		}
	}
	if s.reached == 0 {
		s.first = t.first
	}
	s.took = Span(max(d.at(s.last)-d.at(s.first), 0))
	return s
}

// speaker is the unit whose words an event is; -1 for none.
func (d *builder) speaker(seq uint64) int {
	if e := d.event(seq); e != nil {
		said := authorOf(e)
		if m := toldIn(e); m != nil {
			said = m.From
		}
		if u, ok := d.play.Cast.Index(said); ok {
			return u
		}
	}
	return -1
}
