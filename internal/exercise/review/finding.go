package review

import (
	"slices"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
)

// findingDraft is a finding before it is narrowed to a reader and worded.
type findingDraft struct {
	args i18n.Args // figures over all units
	hits []hit
}

// hit is what one unit adds to a finding.
type hit struct {
	unit     int // -1: nobody's
	n        int // how many, where they are counted
	took     Span
	to       []string // ends of messages
	evidence Evidence
}

// rule computes the findings of one key.
type rule struct {
	key, kind string
	find      func() []Finding
}

// rules stand in the order of docs/exercise/review.md.
func (d *builder) rules(m *Measures) []rule {
	return []rule{
		{"ack_all", FindingStrength, func() []Finding { return d.ackAll(m) }},
		{"flow_all", FindingStrength, d.flowAll},
		{"task_all", FindingStrength, d.taskAll},
		{"spread_fast", FindingStrength, d.spreadFast},
		{"unexpected_help", FindingStrength, d.unexpectedHelp},
		{"revised_better", FindingStrength, d.revisedBetter},
		{"never_acked", FindingImprove, d.neverAcked},
		{"silent", FindingImprove, d.silent},
		{"flow_missing", FindingImprove, d.flowMissing},
		{"flow_slow", FindingImprove, d.flowSlow},
		{"relay_slow", FindingImprove, d.relaySlow},
		{"task_few", FindingImprove, d.taskFew},
		{"could_not", FindingImprove, d.couldNot},
		{"hint_many", FindingImprove, d.hintMany},
		{"hint_came", FindingImprove, d.hintCame},
		{"late_many", FindingImprove, d.lateMany},
		{"label_broken", FindingImprove, d.labelBroken},
		{"misdirected", FindingImprove, d.misdirections},
		{"spread_slow", FindingImprove, d.spreadSlow},
		{"load_peak", FindingImprove, func() []Finding { return d.loadPeak(m) }},
		{"marks_open", FindingImprove, d.marksOpen},
	}
}

// findings applies every rule. A finding without evidence is none.
func (d *builder) findings(m *Measures) []Finding {
	out := []Finding{}
	for _, r := range d.rules(m) {
		for _, f := range r.find() {
			f.Key, f.Kind = r.key, r.kind
			if f.Kind == FindingImprove {
				f.Weight = d.weight(f.Subject)
			}
			if f.settle(d); f.Evidence.Count > 0 {
				out = append(out, f)
			}
		}
	}
	return out
}

// weight is how much depends on a flow or task, as the pack says; 1 of all else.
func (d *builder) weight(subject string) int {
	weight := 1
	if f := d.play.Pack.FlowByKey(subject); f != nil {
		weight = f.Weight
	} else if t, _, _ := d.play.Pack.TaskByKey(subject); t != nil {
		weight = t.Weight
	}
	return max(weight, 1)
}

// settle draws units and evidence together from the hits.
func (f *Finding) settle(d *builder) {
	parts := make([]*Evidence, len(f.draft.hits))
	f.Units = nil
	last := -1
	for i := range f.draft.hits {
		h := &f.draft.hits[i]
		parts[i] = &h.evidence
		if h.unit >= 0 && h.unit != last {
			f.Units = append(f.Units, d.play.Cast.Units[h.unit].Key)
		}
		last = h.unit
	}
	f.Evidence = gather(parts...)
}

// one makes the list of a rule that has at most one finding.
func oneFinding(subject string, args i18n.Args, hits []hit) []Finding {
	if len(hits) == 0 {
		return nil
	}
	return []Finding{{Subject: subject, draft: findingDraft{args, hits}}}
}

// away reports whether a unit has left, so that nothing is expected of it.
func (d *builder) away(u int) bool {
	status := d.result.Units[u].Status
	return status == exercise.Absent || status == exercise.Withdrawn
}

// unitTask is one task of one unit.
type unitTask struct {
	unit int
	*TaskResult
}

// tasksBy gathers the tasks of all units that are not void, by key.
func (d *builder) tasksBy() map[string][]unitTask {
	if d.byTask != nil {
		return d.byTask
	}
	d.byTask = map[string][]unitTask{}
	for u := range d.result.Units {
		for i := range d.result.Units[u].Tasks {
			if t := &d.result.Units[u].Tasks[i]; t.Status != TaskVoid {
				d.byTask[t.Key] = append(d.byTask[t.Key], unitTask{u, t})
			}
		}
	}
	return d.byTask
}

// eachTask calls f for every task that was asked, and joins what it finds.
func (d *builder) eachTask(find func(t *TaskTotal, works []unitTask) []Finding) []Finding {
	var out []Finding
	by := d.tasksBy()
	for i := range d.result.Totals.Tasks {
		if t := &d.result.Totals.Tasks[i]; len(by[t.Key]) > 0 {
			out = append(out, find(t, by[t.Key])...)
		}
	}
	return out
}

// trail makes hits of those works for which something holds.
func (d *builder) trail(works []unitTask, holds func(t *TaskResult) bool) []hit {
	var hits []hit
	for _, w := range works {
		if holds(w.TaskResult) {
			hits = append(hits, hit{unit: w.unit, n: 1, evidence: d.work(d.taskIx[w.Key], w.unit).trail})
		}
	}
	return hits
}

// eachFlow calls f for every expected flow that was begun.
func (d *builder) eachFlow(find func(i int, t *FlowTotal) []Finding) []Finding {
	var out []Finding
	for i := range d.result.Totals.Flows {
		out = append(out, find(i, &d.result.Totals.Flows[i])...)
	}
	return out
}

// senders makes hits of those senders of a flow for which something holds.
func (d *builder) senders(i int, status exercise.FlowStatus) []hit {
	var hits []hit
	key := d.play.Pack.Flows[i].Key
	for u := range d.result.Units {
		for j := range d.result.Units[u].Flows {
			f := &d.result.Units[u].Flows[j]
			if f.Key != key || f.Status != status || status != exercise.FlowIsMade && d.couldNotTell(u, key) {
				continue
			}
			h := hit{unit: u, n: 1, evidence: d.flowEvidence(i, u)}
			if f.Made != nil {
				h.took = *d.counter.index.clocks[u].took(exercise.Time(f.Due.Seconds), exercise.Time(f.Made.Seconds))
			}
			hits = append(hits, h)
		}
	}
	return hits
}

// couldNotTell reports whether a sender lacked what the task needs that asks for
// the flow.
func (d *builder) couldNotTell(u int, flow string) bool {
	return slices.ContainsFunc(d.result.Units[u].Tasks, func(t TaskResult) bool {
		def, _, _ := d.play.Pack.TaskByKey(t.Key)
		return def != nil && def.Flow == flow && t.blameless()
	})
}

// asked is of how many senders a flow was expected to the end of its time.
func (t *FlowTotal) asked() int { return t.Made + t.Late + t.Missing + t.Expected }

// timed puts the median of a spread into the arguments of a sentence.
func timed(args i18n.Args, s *Spread) i18n.Args {
	args["Median"] = ""
	if s != nil {
		args["Median"] = s.Median.minutes()
	}
	return args
}
