package report

import (
	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

// Kinds of trails.
const (
	injectTrail = "inject"
	taskTrail   = "task"
	flowTrail   = "flow"
)

// trailOf names what one unit had to do with one inject, task or flow.
type trailOf struct{ unit, kind, key string }

// trail leads to the events of one unit and one inject, task or flow.
func (pg *page) trail(unit, kind, key string) review.Evidence {
	return pg.trails[trailOf{unit, kind, key}]
}

// follow sorts evidence by what it belongs to.
func (pg *page) follow() {
	pg.ofTask, pg.trails = map[string]review.MeasureSet{}, map[trailOf]review.Evidence{}
	for i := range pg.r.Measures.Tasks {
		pg.ofTask[pg.r.Measures.Tasks[i].Key] = pg.r.Measures.Tasks[i].MeasureSet
	}
	for i := range pg.r.Measures.Units {
		m := &pg.r.Measures.Units[i]
		for j := range m.Injects {
			pg.trails[trailOf{m.Unit, injectTrail, m.Injects[j].Key}] = m.Injects[j].Evidence
		}
		for j := range m.Tasks {
			pg.trails[trailOf{m.Unit, taskTrail, m.Tasks[j].Key}] = m.Tasks[j].Evidence
		}
	}
	for i := range pg.r.Flow.Expected {
		for j := range pg.r.Flow.Expected[i].Senders {
			s := &pg.r.Flow.Expected[i].Senders[j]
			pg.trails[trailOf{s.Unit, flowTrail, s.Key}] = s.Evidence
		}
	}
}

// flowEvidence is that of all senders of a flow.
func (pg *page) flowEvidence(key string) review.Evidence {
	var e review.Evidence
	for i := range pg.r.Flow.Expected {
		if l := &pg.r.Flow.Expected[i]; l.Key == key {
			for j := range l.Senders {
				e = joined(e, l.Senders[j].Evidence)
			}
		}
	}
	return e
}

// ratingEvidence is that of all ratings of a critical task.
func ratingEvidence(c *review.CriticalResult) review.Evidence {
	var e review.Evidence
	for i := range c.Ratings {
		e = joined(e, c.Ratings[i].Evidence)
	}
	return e
}

// brief cites the first three events of a figure over all units one by one, so
// that a table of such figures fits a page.
func brief(e review.Evidence) review.Evidence {
	const most = 3
	if len(e.Seqs) <= most {
		return e
	}
	rest := [2]uint64{e.Seqs[most], e.Seqs[len(e.Seqs)-1]}
	for _, r := range e.Ranges {
		rest = [2]uint64{min(rest[0], r[0]), max(rest[1], r[1])}
	}
	return review.Evidence{Seqs: e.Seqs[:most], Ranges: [][2]uint64{rest}, Count: e.Count}
}

// marksRange names the first and the last event of a timeline.
func marksRange(t *review.Timeline) string {
	return rangeText([2]uint64{t.Marks[0].Seq, t.Marks[len(t.Marks)-1].Seq})
}

// namedSet is the measures of one phase or inject.
type namedSet struct {
	name string
	set  *review.MeasureSet
}

func (pg *page) phaseSets() []namedSet {
	out := make([]namedSet, len(pg.r.Measures.Phases))
	for i := range pg.r.Measures.Phases {
		p := &pg.r.Measures.Phases[i]
		out[i] = namedSet{pg.phase(p.Phase), &p.MeasureSet}
	}
	return out
}

func (pg *page) injectSets() []namedSet {
	out := make([]namedSet, len(pg.r.Measures.Injects))
	for i := range pg.r.Measures.Injects {
		k := &pg.r.Measures.Injects[i]
		out[i] = namedSet{clean(k.Key) + " " + pg.inject(k.Key), &k.MeasureSet}
	}
	return out
}

// spreadText says a spread in one cell: median, and least to most.
func spreadText(s *review.Spread) string {
	if s == nil {
		return nought
	}
	return shortClock(s.Median) + " (" + shortClock(s.Min) + "–" + shortClock(s.Max) + ")"
}

func numbersText(s *review.NumberSpread) string {
	if s == nil {
		return nought
	}
	return f1(s.Median) + " (" + f1(s.Min) + "–" + f1(s.Max) + ")"
}

// againOf is one thing that a unit should look at again.
type againOf struct{ what, state, to string }

// again are the tasks and flows of a unit's own report that were late, wrong or
// missing, in the order of the pack; at most eight.
func (pg *page) again() []againOf {
	if pg.forUnit() == "" {
		return nil
	}
	var out []againOf
	for u := range pg.r.Result.Units {
		unit := &pg.r.Result.Units[u]
		anchor := pg.unitAnchor(unit.Key)
		for i := range unit.Tasks {
			switch t := &unit.Tasks[i]; taskSign(t) {
			case signHalf, signLate, signLateNot, signMissing:
				out = append(out, againOf{pg.taskName(t.Key, t.Type, t.Inject), pg.taskState(t), anchor})
			}
		}
		for i := range unit.Flows {
			if f := &unit.Flows[i]; f.Status == exercise.FlowIsLate || f.Status == exercise.FlowIsMissed {
				out = append(out, againOf{flowKey(f.Key) + " " + pg.flowTitle[f.Key], pg.t("flow." + string(f.Status)), anchor})
			}
		}
	}
	return out[:min(len(out), mostAgain)]
}

const mostAgain = 8
