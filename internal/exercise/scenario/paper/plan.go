package paper

import (
	"cmp"
	"slices"
	"time"

	"renkei/internal/exercise/scenario"
)

// moment is when something is planned, from STARTEX on.
type moment struct {
	at    time.Duration
	early bool // not before at; what it waits for decides
}

// plan knows when everything is planned.
type plan struct {
	pack    *scenario.Pack
	injects map[string]moment
	open    map[string]bool // being worked out: a circle ends there
}

func newPlan(p *scenario.Pack) *plan {
	return &plan{pack: p, injects: map[string]moment{}, open: map[string]bool{}}
}

// inject gives the earliest moment of a release.
func (pl *plan) inject(in *scenario.Inject) moment {
	if m, done := pl.injects[in.Key]; done {
		return m
	}
	if pl.open[in.Key] {
		return moment{early: true}
	}
	pl.open[in.Key] = true
	tr := in.Trigger
	m := pl.after(tr.After, tr.Delay)
	if tr.After == "" {
		m = moment{at: tr.At}
	}
	if d := pl.pack.DecisionOf(in.Branch); in.Branch != "" && d != nil {
		if taken := pl.decision(d); taken.at >= m.at || !tr.HasAt {
			m = moment{max(m.at, taken.at), m.early || taken.early}
		}
	}
	m.early = m.early || tr.When != nil
	delete(pl.open, in.Key)
	pl.injects[in.Key] = m
	return m
}

// after gives the earliest moment some time after an inject or a task.
func (pl *plan) after(key string, delay time.Duration) moment {
	if in := pl.pack.InjectByKey(key); in != nil {
		m := pl.inject(in)
		return moment{m.at + delay, m.early}
	}
	if _, in, _ := pl.pack.TaskByKey(key); in != nil {
		return moment{pl.inject(in).at + delay, true}
	}
	return moment{at: delay, early: true}
}

func (pl *plan) decision(d *scenario.Decision) moment {
	if d.After == "" {
		return moment{at: d.At}
	}
	return pl.after(d.After, d.Delay)
}

// order gives the injects and decisions in the order of their moments; what
// comes at the same moment stays in the order of the MSEL, decisions first.
func (pl *plan) order() []step {
	var all []step
	for _, d := range pl.pack.Decisions {
		all = append(all, step{moment: pl.decision(d), decision: d})
	}
	for _, in := range pl.pack.Injects {
		all = append(all, step{moment: pl.inject(in), inject: in})
	}
	slices.SortStableFunc(all, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	return all
}

// step is one line of the MSEL: an inject or a decision.
type step struct {
	moment
	inject   *scenario.Inject
	decision *scenario.Decision
}
