package review_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// claim is a finding as the ledger comes to it.
type claim struct {
	key, subject string
	args         fields
	by           []instance
}

// instance is what one unit adds to a finding.
type instance struct {
	unit string // "" for nobody's
	n    int
	took int64
	seqs []uint64
}

func minutes(micros int64) string {
	s := micros / 1_000_000
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

func medianText(lengths []int64) string {
	v := slices.Sorted(slices.Values(lengths))
	if len(v) == 0 {
		return ""
	}
	return minutes((v[(len(v)-1)/2] + v[len(v)/2]) / 2)
}

func (c *claim) json() any {
	f := fields{"key": c.key}
	f.set("subject", c.subject)
	var units []string
	var seqs []uint64
	count, longest := 0, int64(0)
	for _, i := range c.by {
		if i.unit != "" && !slices.Contains(units, i.unit) {
			units = append(units, i.unit)
		}
		seqs, count, longest = append(seqs, i.seqs...), count+i.n, max(longest, i.took)
	}
	args := fields{"UnitCount": len(units), "Count": count, "Longest": minutes(longest), "Whole": true}
	for key, value := range c.args {
		args[key] = value
	}
	f["args"], f["evidence"] = args, evidence(12, seqs...)
	if len(units) > 0 {
		f["units"] = units
	}
	return f
}

// findings are all claims that stand, with their kinds.
func (l *ledger) findings() (out, plan list) {
	out, plan = list{}, list{}
	for kind, rules := range [][]func() []claim{
		{
			l.ackAll, l.eachFlow(l.flowAll), l.eachTask(l.taskAll), l.eachSpread(l.spreadFast), l.help, l.eachTask(l.revised),
		},
		{
			l.neverAcked, l.silent, l.eachFlow(l.flowMissing), l.eachFlow(l.flowSlow), l.relaySlow, l.eachTask(l.taskFew), l.eachTask(l.couldNot),
			l.eachTask(l.hintMany), l.eachTask(l.hintCame), l.eachTask(l.lateMany), l.labels, l.misdirections, l.eachSpread(l.spreadSlow), l.loadPeak, l.eachTask(l.marksOpen),
		},
	} {
		for _, rule := range rules {
			for _, c := range rule() {
				if len(c.by) == 0 {
					continue
				}
				f := c.json().(fields)
				f["kind"] = []string{"strength", "improve"}[kind]
				if kind == 1 {
					f["weight"] = l.weight(c.subject)
				}
				if kind == 1 {
					plan = answered(plan, l.issue(&c), len(out), l.weight(c.subject))
				}
				out = append(out, f)
			}
		}
	}
	return out, ranked(plan)
}

// weight is what the pack says of a flow or a task, else 1.
func (l *ledger) weight(subject string) int {
	for _, f := range l.pack.Flows {
		if f.Key == subject && f.Weight > 0 {
			return f.Weight
		}
	}
	if t, _, _ := l.pack.TaskByKey(subject); t != nil && t.Weight > 0 {
		return t.Weight
	}
	return 1
}

// issue names what a finding is about: the task, flow or inject, else the rule.
func (l *ledger) issue(c *claim) string {
	for _, f := range l.pack.Flows {
		if f.Key == c.subject && f.In != "" {
			return f.In
		}
	}
	return cmp.Or(c.subject, "rule:"+c.key)
}

// answered puts a finding into the row of its issue.
func answered(plan list, key string, finding, weight int) list {
	concern := obj{"finding": finding}
	for _, row := range plan {
		if r := row.(obj); r["key"] == key {
			r["concerns"] = append(r["concerns"].(list), concern)
			r["weight"] = max(r["weight"].(int), weight)
			return plan
		}
	}
	return append(plan, obj{"key": key, "concerns": list{concern}, "weight": weight})
}

// ranked numbers the rows of the plan, the gravest first.
func ranked(plan list) list {
	slices.SortStableFunc(plan, func(a, b any) int { return b.(obj)["weight"].(int) - a.(obj)["weight"].(int) })
	for i, row := range plan {
		row.(obj)["n"] = i + 1
	}
	return plan
}

// standing are the injects that a unit has, and that nobody took back.
func (u *recounted) standing() []*receipt {
	return slices.DeleteFunc(slices.Clone(u.got), func(g *receipt) bool { return g.status != "released" })
}

func (l *ledger) ackAll() []claim {
	c, took := claim{key: "ack_all"}, []int64{}
	for _, u := range l.units {
		i := instance{unit: u.Key}
		for _, g := range u.standing() {
			switch {
			case g.ack != nil:
				i.n, i.seqs = i.n+1, append(i.seqs, g.ack.Seq)
				took = append(took, l.took(u.Key, g.out.At, g.ack.At))
			case !away(u.status):
				return nil
			}
		}
		if i.n > 0 {
			c.by = append(c.by, i)
		}
	}
	c.args = fields{"Median": medianText(took)}
	return []claim{c}
}

// flowWork is an expected flow of one unit.
type flowWork struct {
	unit string
	*telling
}

func (l *ledger) eachFlow(rule func(all []flowWork) claim) func() []claim {
	return func() []claim {
		var out []claim
		for _, f := range l.pack.Flows {
			var all []flowWork
			for _, u := range l.units {
				for _, t := range u.flows {
					if t.Key == f.Key && !t.void {
						all = append(all, flowWork{u.Key, t})
					}
				}
			}
			c := rule(all)
			c.subject = f.Key
			out = append(out, c)
		}
		return out
	}
}

func (l *ledger) senders(all []flowWork, status string) (by []instance) {
	for _, w := range all {
		if w.status() != status || status != "made" && l.lackedFor(w) {
			continue
		}
		i := instance{unit: w.unit, n: 1, seqs: l.flowSeqs(w.telling)}
		if w.made != nil {
			i.took = l.took(w.unit, w.due, w.made.At)
		}
		by = append(by, i)
	}
	return by
}

// lackedFor reports whether the task that asks for the flow could not be done.
func (l *ledger) lackedFor(w flowWork) bool {
	return slices.ContainsFunc(l.units, func(u *recounted) bool {
		return u.Key == w.unit && slices.ContainsFunc(u.jobs, func(j *job) bool { return j.flow == w.Key && len(j.lacked) > 0 })
	})
}

func (l *ledger) flowAll(all []flowWork) claim {
	c := claim{key: "flow_all", by: l.senders(all, "made")}
	if len(c.by) < len(all) {
		return claim{}
	}
	var took []int64
	for _, w := range all {
		took = append(took, l.took(w.unit, w.begun.At, w.made.At))
	}
	c.args = fields{"Of": len(all), "Median": medianText(took)}
	return c
}

func (l *ledger) flowMissing(all []flowWork) claim {
	c := claim{key: "flow_missing", by: l.senders(all, "missing")}
	missing := slices.DeleteFunc(slices.Clone(all), func(w flowWork) bool { return w.status() != "missing" })
	c.args = fields{"Of": len(all), "CouldNot": len(missing) - len(c.by)}
	return c
}

func (l *ledger) flowSlow(all []flowWork) claim {
	return claim{key: "flow_slow", args: fields{"Of": len(all)}, by: l.senders(all, "late")}
}

// taskWork is a task of one unit.
type taskWork struct {
	unit string
	*job
}

// eachTask gives a rule each task with those units of which it stands.
func (l *ledger) eachTask(rule func(all []taskWork) claim) func() []claim {
	return func() []claim {
		var out []claim
		for _, t := range l.tasks {
			var all []taskWork
			for _, u := range l.units {
				for _, j := range u.jobs {
					if j.key == t.key && !j.void {
						all = append(all, taskWork{u.Key, j})
					}
				}
			}
			if len(all) > 0 {
				c := rule(all)
				c.subject = t.key
				out = append(out, c)
			}
		}
		return out
	}
}

func those(all []taskWork, holds func(w taskWork) bool) (by []instance) {
	for _, w := range all {
		if holds(w) {
			by = append(by, instance{unit: w.unit, n: 1, seqs: w.trail})
		}
	}
	return by
}

// keyed reports whether the key of a task alone tells who solved it.
func keyed(all []taskWork) bool {
	return !slices.Contains([]string{"report", "file", "share"}, all[0].kind)
}

func (l *ledger) taskAll(all []taskWork) claim {
	by := those(all, func(w taskWork) bool { return w.solved && len(w.subs) == 1 && !w.late })
	if !keyed(all) || len(by) < len(all) {
		return claim{}
	}
	var took []int64
	for _, w := range all {
		took = append(took, l.took(w.unit, w.opened, w.subs[0].At))
	}
	return claim{key: "task_all", args: fields{"Of": len(all), "Median": medianText(took)}, by: by}
}

func (l *ledger) revised(all []taskWork) claim {
	return claim{key: "revised_better", by: those(all, func(w taskWork) bool {
		return w.kind == "report" && len(w.subs) > 1 && w.score(w.subs[len(w.subs)-1]) > w.score(w.subs[0])
	})}
}

// score is the automatic score of a submission, the newest.
func (j *job) score(sub *entry) (points float64) {
	for _, e := range j.scores {
		if e.Body.Submission == sub.Seq {
			points = *e.Body.Points
		}
	}
	return points
}

func (l *ledger) taskFew(all []taskWork) claim {
	ended := slices.DeleteFunc(could(all), func(w taskWork) bool { return w.state() == "open" })
	by := those(ended, func(w taskWork) bool { return !w.solved })
	if solved := len(ended) - len(by); len(ended) > 0 && keyed(ended) && 2*solved < len(ended) {
		return claim{key: "task_few", args: fields{"Of": len(ended), "Solved": solved}, by: by}
	}
	return claim{}
}

// could are those who were told what they need.
func could(all []taskWork) []taskWork {
	return slices.DeleteFunc(slices.Clone(all), func(w taskWork) bool { return len(w.lacked) > 0 })
}

func (l *ledger) couldNot(all []taskWork) claim {
	var flows []string
	by := those(all, func(w taskWork) bool {
		for _, lack := range w.lacked {
			if flow := lack.(obj)["flow"].(string); !slices.Contains(flows, flow) {
				flows = append(flows, flow)
			}
		}
		return len(w.lacked) > 0
	})
	return claim{key: "could_not", args: fields{"Flows": strings.Join(flows, ", ")}, by: by}
}

func (l *ledger) hintMany(all []taskWork) claim {
	all = could(all)
	by := those(all, func(w taskWork) bool { return w.hints > 0 })
	if 2*len(by) < len(all) {
		return claim{}
	}
	return claim{key: "hint_many", args: fields{"Of": len(all)}, by: by}
}

func (l *ledger) hintCame(all []taskWork) claim {
	by := those(all, func(w taskWork) bool { return w.came > 0 })
	if 2*len(by) < len(all) {
		return claim{}
	}
	return claim{key: "hint_came", args: fields{"Of": len(all)}, by: by}
}

func (l *ledger) lateMany(all []taskWork) claim {
	answers := slices.DeleteFunc(could(all), func(w taskWork) bool { return len(w.subs) == 0 })
	by := those(answers, func(w taskWork) bool { return w.late })
	if 2*len(by) < len(answers) {
		return claim{}
	}
	return claim{key: "late_many", args: fields{"Of": len(answers)}, by: by}
}

func (l *ledger) marksOpen(all []taskWork) claim {
	c := claim{key: "marks_open"}
	for _, w := range all {
		if _, standing := w.value(); standing == "open" {
			c.by = append(c.by, instance{unit: w.unit, n: 1, seqs: seqsOf(w.marks)})
		}
	}
	return c
}
