package scenario

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// reach finds out which injects can be released and which branches taken, for
// any unit, whatever is done. It errs on the side of "can".
type reach struct {
	c        *checker
	at       map[*Inject]time.Duration // the earliest release, conditions aside
	injects  map[*Inject]bool
	branches map[string]bool
}

// reachable reports injects that are never released, branches that are never
// taken, and tasks that nobody is asked.
func (c *checker) reachable(at map[*Inject]time.Duration) {
	if c.p.broken("injects") || c.p.broken("decisions") || c.p.broken("branches") || c.p.Duration == 0 {
		return
	}
	r := &reach{c: c, at: at, injects: map[*Inject]bool{}, branches: map[string]bool{}}
	for grown := true; grown; {
		grown = r.grow()
	}
	for _, in := range c.p.Injects {
		r.inject(in)
	}
	for _, d := range c.p.Decisions {
		r.decision(d)
	}
}

// grow adds what can be reached from what has been.
func (r *reach) grow() (grown bool) {
	for _, in := range r.c.p.Injects {
		if !r.injects[in] && r.comes(in) {
			r.injects[in], grown = true, true
		}
	}
	for _, d := range r.c.p.Decisions {
		for i, b := range d.Branches {
			if !r.branches[b.Key] && r.made(d) && r.possible(r.choice(d, i), r.momentOf(d), false) {
				r.branches[b.Key], grown = true, true
			}
		}
	}
	return grown
}

// comes reports whether an inject can be released as far as is known.
func (r *reach) comes(in *Inject) bool {
	return r.follows(in.Trigger.After) && r.taken(in.Branch) && r.possible(when(in), r.deadline(in), false) &&
		r.possible(spared(in), r.c.p.Duration, false)
}

func when(in *Inject) []wanted {
	if in.Trigger.When == nil {
		return nil
	}
	return []wanted{{in.Trigger.When, true}}
}

// spared is what must be so that an inject does not lapse at its release.
func spared(in *Inject) []wanted {
	if in.Trigger.Unless == nil {
		return nil
	}
	return []wanted{{in.Trigger.Unless, false}}
}

// follows reports whether the inject or task that starts a time can come. An
// unknown one is a finding of its own.
func (r *reach) follows(key string) bool {
	in := r.origin(key)
	return in == nil || r.injects[in]
}

// origin is the inject with the key, or that of the task with it, or nil.
func (r *reach) origin(key string) *Inject {
	if in := r.c.p.InjectByKey(key); in != nil {
		return in
	}
	_, in, _ := r.c.p.TaskByKey(key)
	return in
}

func (r *reach) taken(branch string) bool {
	return branch == "" || r.branches[branch] || r.c.p.DecisionOf(branch) == nil
}

func (r *reach) made(d *Decision) bool {
	if in := r.origin(d.After); in != nil {
		return r.injects[in] && r.at[in]+d.Delay < r.c.p.Duration
	}
	return d.At < r.c.p.Duration
}

// deadline is the last moment at which the condition of an inject is looked
// at.
func (r *reach) deadline(in *Inject) time.Duration {
	if tr := in.Trigger; tr.Within > 0 && tr.After == "" && in.Branch == "" {
		return min(tr.At+tr.Within, r.c.p.Duration)
	}
	return r.c.p.Duration
}

// momentOf is the last moment at which a decision can be made.
func (r *reach) momentOf(d *Decision) time.Duration {
	if d.After == "" {
		return d.At
	}
	return r.c.p.Duration
}

// choice is what must be so that branch i of a decision is taken.
func (r *reach) choice(d *Decision, i int) []wanted {
	var all []wanted
	for _, b := range d.Branches[:i] {
		if b.When != nil {
			all = append(all, wanted{b.When, false})
		}
	}
	if when := d.Branches[i].When; when != nil {
		all = append(all, wanted{when, true})
	}
	return all
}

// inject says why an inject never comes, and which of its tasks nobody gets.
func (r *reach) inject(in *Inject) {
	if r.injects[in] {
		r.asked(in)
		return
	}
	if _, known := r.at[in]; !known { // in a circle, or after something unknown
		return
	}
	args := map[string]any{"Inject": in.Key}
	switch tr := in.Trigger; {
	case !r.follows(tr.After):
		args["After"] = tr.After
		r.c.report(tr.Pos, codeTriggerFollows, args)
	case !r.taken(in.Branch):
		args["Branch"] = in.Branch
		r.c.report(r.c.p.at(in.Pos, "branch"), codeTriggerBranch, args)
	case !r.possible(spared(in), r.c.p.Duration, false):
		r.c.report(tr.Unless.Pos, codeConditionAlways, args)
	default:
		r.never(tr.When, when(in), r.deadline(in))
	}
}

// never says why a condition cannot hold at its time.
func (r *reach) never(cond *Condition, all []wanted, until time.Duration) {
	if !r.possible(all, r.c.p.Duration, true) {
		r.c.report(cond.Pos, codeConditionNever, nil)
		return
	}
	r.c.report(cond.Pos, codeConditionEarly, map[string]any{"Names": r.missing(cond, until), "Until": until.String()})
}

// missing lists what a condition names that cannot have happened by then.
func (r *reach) missing(cond *Condition, until time.Duration) string {
	names := map[string]bool{}
	for _, n := range cond.names {
		if !r.happens(n, until) {
			names[n.key] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}

// happens reports whether anything can be true about what is named by then.
func (r *reach) happens(n conditionName, until time.Duration) bool {
	var in *Inject
	switch n.kind {
	case varBranch:
		return r.taken(n.key)
	case varInject:
		in = r.c.p.InjectByKey(n.key)
		return in == nil || r.injects[in] && r.at[in] <= until
	case varFlow, varMade:
		if f := r.c.p.FlowByKey(n.key); f != nil {
			in = r.c.p.InjectByKey(f.After)
		}
	default:
		_, in, _ = r.c.p.TaskByKey(n.key)
	}
	return in == nil || r.injects[in] && r.at[in] < until
}

// decision reports branches that are never taken.
func (r *reach) decision(d *Decision) {
	pos := r.c.p.at(d.Pos, "at")
	if d.After != "" {
		pos = r.c.p.at(d.Pos, "after")
	}
	switch {
	case !r.follows(d.After):
		r.c.report(pos, codeDecisionFollows, map[string]any{"Decision": d.Key, "After": d.After})
		return
	case !r.made(d):
		r.c.report(pos, codeDecisionEndex, map[string]any{"Decision": d.Key, "Endex": r.c.p.Duration.String()})
		return
	}
	other := false // an earlier branch without a condition has been reported
	for i, b := range d.Branches {
		if !r.branches[b.Key] && !other && b.Key != "" {
			r.branch(d, i)
		}
		other = other || b.When == nil
	}
}

// branch says why a branch is never taken.
func (r *reach) branch(d *Decision, i int) {
	b, until := d.Branches[i], r.momentOf(d)
	args := map[string]any{"Branch": b.Key, "Decision": d.Key}
	pos := b.Pos
	if b.When != nil {
		pos = b.When.Pos
	}
	alone := []wanted{{b.When, true}}
	switch {
	case b.When == nil || r.possible(alone, until, false):
		r.c.report(pos, codeBranchTaken, args)
	default:
		r.never(b.When, alone, until)
	}
}

// asked reports tasks of an inject that belong to a branch which those who get
// the inject cannot have taken by then.
func (r *reach) asked(in *Inject) {
	for _, t := range in.Tasks {
		r.askedOf(in, t, in.Trigger.HasAt && in.Trigger.When == nil && in.Branch == "")
	}
	if in.Relay != nil {
		for _, t := range in.Relay.Tasks {
			r.askedOf(in, t, false)
		}
	}
}

// askedOf looks at one task; fixed says that the inject is released at its
// time and at no other.
func (r *reach) askedOf(in *Inject, t *Task, fixed bool) {
	d := r.c.p.DecisionOf(t.Branch)
	if d == nil || t.Branch == "" {
		return
	}
	pos := r.c.p.at(t.Pos, "branch")
	switch {
	case !r.taken(t.Branch):
		r.c.report(pos, codeTaskBranch, map[string]any{"Task": t.Key, "Branch": t.Branch})
	case in.Branch != "" && in.Branch != t.Branch && r.c.p.DecisionOf(in.Branch) == d:
		r.c.report(pos, codeTaskNobody, map[string]any{"Task": t.Key, "Branch": t.Branch, "Other": in.Branch})
	case fixed && d.After == "" && d.At > in.Trigger.At:
		r.c.report(pos, codeTaskBefore, map[string]any{"Task": t.Key, "Branch": t.Branch, "At": in.Trigger.At.String(), "Moment": d.At.String()})
	}
}
