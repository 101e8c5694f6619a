package rehearsal

import "slices"

// ofKind looks at the time of one kind of unit.
func (f *Figures) ofKind(k *KindFigures) []Finding {
	last := f.lastWork(k.Kind)
	cut := atLeast("cut", Hurts, share(k.Cut, k.Cases), limitCut, UnitShare, k.Cases)
	cut.Who, cut.Inject = k.Kind, last
	cut.Rests = append(f.effortsOf([]string{last}), assume(AssumeSingle))
	cut.From = f.cameAt(last)

	least := float64(f.Duration) * partOfPlay
	pile := f.window(k, "pile_up", Hurts, limitPile, func(l *Load) bool { return l.Waits.Median > 0 })
	pile.Ahead = f.before(k.Kind, pile.From, pile.To)
	pile.Rests = append(f.effortsOf(pile.Ahead), assume(AssumeSingle))
	lull := f.window(k, "lull", Look, max(limitLull, least), func(l *Load) bool {
		return l.Open.P90 == 0 && l.At >= f.firstWork(k.Kind)
	})
	lull.Rests = []Assumption{assume(AssumePace), assume(AssumeOnlyTasks)}
	flat := f.window(k, "flat_out", Look, max(limitFlatOut, least), func(l *Load) bool { return l.Worked >= 0.9 })
	flat.Rests = append(f.effortsOf(f.before(k.Kind, flat.From, flat.To)), assume(AssumeSingle))
	return []Finding{cut, pile, lull, flat}
}

// window is the longest stretch of time in which something holds.
func (f *Figures) window(k *KindFigures, key, weight string, limit float64, holds func(*Load) bool) Finding {
	var from, to, begin Seconds
	in := false
	for i := range k.Load {
		at := k.Load[i].At
		if !holds(&k.Load[i]) {
			in = false
			continue
		}
		if !in {
			begin, in = at, true
		}
		if end := min(at+f.Bin, f.Duration); end-begin > to-from {
			from, to = begin, end
		}
	}
	out := atLeast(key, weight, float64(to-from), limit, UnitSeconds, k.Cases)
	out.Who, out.From, out.To = k.Kind, &from, &to
	return out
}

// each calls do with every inject that brings tasks to a kind of unit, and when
// it usually comes.
func (f *Figures) each(kind string, do func(inject string, at Seconds)) {
	for i := range f.Injects {
		for _, to := range f.Injects[i].To {
			if to.Kind == kind && to.Tasks > 0 && to.At.Median != nil {
				do(f.Injects[i].Key, *to.At.Median)
			}
		}
	}
}

// lastWork is the inject with tasks that comes last to a kind of unit.
func (f *Figures) lastWork(kind string) string {
	last, at := "", Seconds(-1)
	f.each(kind, func(inject string, t Seconds) {
		if t > at {
			last, at = inject, t
		}
	})
	return last
}

// firstWork is when the first task comes to a kind of unit.
func (f *Figures) firstWork(kind string) Seconds {
	at := f.Duration
	f.each(kind, func(_ string, t Seconds) { at = min(at, t) })
	return at
}

// before are the injects with tasks that came during a window or were the last
// to come before it.
func (f *Figures) before(kind string, from, to *Seconds) []string {
	if from == nil || *from == *to {
		return nil
	}
	var out []string
	last, at := "", Seconds(-1)
	f.each(kind, func(inject string, t Seconds) {
		switch {
		case t > *from && t < *to:
			out = append(out, inject)
		case t <= *from && t > at:
			last, at = inject, t
		}
	})
	if last != "" {
		out = append([]string{last}, out...)
	}
	return slices.Compact(out)
}

// ofInject looks at whether an inject comes.
func (f *Figures) ofInject(i *InjectFigures) []Finding {
	var out []Finding
	for _, to := range i.To {
		if to.Relay || to.Branch > 0 {
			continue // a flow tells, or a decision
		}
		came := share(to.Came, to.Meant)
		never := atMost("never_comes", Hurts, came, limitRare, to.Meant)
		asked := to.Meant - to.Idle // who answered nothing says nothing about the condition
		always := atLeast("always_comes", Look, share(to.Came, asked), limitSure, UnitShare, asked)
		always.holds = always.holds && to.Maybe
		lapses := atLeast("lapses", Look, share(to.Lapsed, to.Meant), limitLapse, UnitShare, to.Meant)
		lapses.holds = lapses.holds && !never.holds
		for _, c := range []Finding{never, always, lapses} {
			c.Who, c.Inject, c.From = to.Kind, i.Key, to.At.Median
			c.Rests = []Assumption{assume(AssumeSkill), assume(AssumeShares)}
			out = append(out, c)
		}
	}
	return out
}

// ofDecision looks at which branches are taken.
func (f *Figures) ofDecision(d *DecisionFigures) []Finding {
	var out []Finding
	for _, b := range d.Branches {
		if b.Key == "" {
			continue
		}
		taken := share(b.Taken, d.Made)
		never := atMost("branch_never", Look, taken, limitRare, f.Runs)
		always := atLeast("branch_always", Look, taken, limitAll, UnitShare, d.Made)
		for _, c := range []Finding{never, always} {
			c.Decision, c.Branch = d.Key, b.Key
			c.Rests = []Assumption{assume(AssumeSkill), assume(AssumeShares), assume(AssumePace)}
			out = append(out, c)
		}
	}
	return out
}

// ofFlow looks at one expected flow.
func (f *Figures) ofFlow(w *FlowFigures) []Finding {
	told := w.Made + w.Late
	out := []Finding{
		atMost("flow_never", Hurts, share(told, w.Expected), limitFlowNever, w.Expected),
		atLeast("flow_always", Look, share(w.Made, w.Expected), limitFlowAlways, UnitShare, w.Expected),
		atLeast("flow_late", Hurts, share(w.Late, told), limitFlowLate, UnitShare, told),
		atLeast("flow_missing", Hurts, share(w.Missing, w.Expected), limitMissing, UnitShare, w.Expected),
	}
	out[3].holds = out[3].holds && !out[0].holds
	for i := range out {
		out[i].Flow = w.Key
		out[i].Rests = []Assumption{assume(AssumeShares), assume(AssumeTell)}
	}
	return out
}

// ofControl looks at what EXCON has to do.
func (f *Figures) ofControl() []Finding {
	c := &f.Control
	most, at := 0.0, Seconds(0)
	for _, b := range c.Talk {
		if perMinute := float64(b.Count.P90) * 60 / float64(c.Bin); perMinute > most {
			most, at = perMinute, b.At
		}
	}
	talk := atLeast("control_talk", Hurts, most, limitTalk, UnitCount, f.Runs)
	end := at + c.Bin
	talk.From, talk.To = &at, &end
	talk.Rests = []Assumption{assume(AssumeShares), assume(AssumeQuiet)}
	marks := atLeast("control_marks", Hurts, mean(c.Marks*3600, int64(max(1, f.Duration))), limitMarks, UnitCount, f.Runs)
	marks.Rests = []Assumption{assume(AssumeMarks), assume(AssumeRevises)}
	return []Finding{talk, marks}
}
