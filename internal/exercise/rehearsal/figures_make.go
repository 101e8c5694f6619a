package rehearsal

import (
	"cmp"
	"math"
	"slices"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/scenario"
)

// Figures reads the counts.
func (t *Tally) Figures(o Setup) *Figures {
	l := t.layout
	pack := l.play.Pack
	f := &Figures{
		Format: Format, Pack: PackName{pack.Key, pack.Version, pack.Hash(), pack.Title},
		Asked: o.Runs, Runs: t.Runs, Seed: o.Seed, Slow: max(o.Slow, 0), Units: len(l.play.Cast.Units),
		Events: t.Events, Duration: seconds(l.end), Step: seconds(l.step), Bin: seconds(l.bin),
		Smooth: t.Smooth, Worst: t.Worst,
	}
	if o.Slow == 0 {
		f.Slow = 1
	}
	for kind := range l.kinds {
		f.Kinds = append(f.Kinds, t.kindFigures(kind))
	}
	f.Teams = f.Kinds[0].Units
	for i := range l.injects {
		f.Injects = append(f.Injects, t.injectFigures(i))
	}
	for i := range l.tasks {
		f.Tasks = append(f.Tasks, t.taskFigures(i))
	}
	for i := range l.flows {
		f.Flows = append(f.Flows, t.flowFigures(i))
	}
	f.Control, f.Decisions = t.controlFigures(), t.decisionFigures()
	return f
}

func (t *Tally) spread(hist []int64) Spread {
	at := func(q float64) *Seconds {
		v, ok := t.layout.quantile(hist, q)
		if !ok {
			return nil
		}
		s := seconds(v)
		return &s
	}
	return Spread{P10: at(0.1), Median: at(0.5), P90: at(0.9)}
}

func rangeOf(hist []int64) Range {
	at := func(q float64) int {
		i, _ := quantile(hist, q)
		return i
	}
	return Range{P10: at(0.1), Median: at(0.5), P90: at(0.9), Most: at(1)}
}

// mean is a sum for each of n, to four decimals, so that JSON stays readable.
func mean(sum float64, n int64) float64 {
	if n == 0 {
		return 0
	}
	return math.Round(sum/float64(n)*1e4) / 1e4
}

func (t *Tally) kindFigures(kind int) KindFigures {
	l, n := t.layout, t.finish(kind)
	k := KindFigures{Kind: l.kinds[kind], Cases: n[endUnits], All: n[endAll], Cut: n[endCut], Last: t.spread(n[endCounts:])}
	for _, of := range l.kindOf {
		if of == kind {
			k.Units++
		}
	}
	for bin := range l.bins {
		b := t.load(kind, bin)
		load := Load{
			At:   seconds(exercise.Time(bin) * l.bin),
			Open: rangeOf(b[loadOpen:loadWaits]), Waits: rangeOf(b[loadWaits:]),
			Asked: mean(float64(b[loadAsked])/float64(l.bin), k.Cases), Worked: mean(float64(b[loadWorked])/float64(l.bin), k.Cases),
		}
		k.Most = max(k.Most, load.Asked)
		k.Load = append(k.Load, load)
	}
	return k
}

func (t *Tally) injectFigures(i int) InjectFigures {
	l := t.layout
	inj := l.injects[i]
	f := InjectFigures{Key: inj.Key}
	maybe := inj.Trigger.When != nil || inj.Trigger.Unless != nil || inj.Branch != ""
	for kind, name := range l.kinds {
		n := t.inject(i, kind)
		if n[injMeant] == 0 {
			continue
		}
		f.To = append(f.To, InjectToKind{
			Kind: name, Relay: !meansKind(inj.To, name), Maybe: maybe, Meant: n[injMeant], Came: n[injCame], Idle: n[injIdle], Acked: n[injAcked],
			Unless: n[injUnless], Lapsed: n[injLapsed], Branch: n[injBranch], Tasks: n[injTasks],
			At: t.spread(n[injectCounts : injectCounts+l.steps]), Open: t.spread(n[injectCounts+l.steps:]),
		})
	}
	return f
}

// meansKind reports whether an inject's audience includes a kind of unit.
func meansKind(to, kind string) bool {
	switch to {
	case scenario.AudAll:
		return true
	case scenario.AudTeams:
		return kind == KindTeam
	case scenario.AudCells:
		return kind != KindTeam
	}
	return to == kind
}

func (t *Tally) taskFigures(i int) TaskFigures {
	l, n, def := t.layout, t.task(i), t.layout.tasks[i]
	f := TaskFigures{
		Key: def.Key, Inject: l.injects[l.injectOf[i]].Key, Type: def.Type, Due: seconds(exercise.At(def.Due)),
		Asked: n[taskAsked], Answered: n[taskAnswered], Scored: n[taskScored], Solved: n[taskSolved],
		Late: n[taskLate], Hints: n[taskHints], Tries: n[taskTries], Taken: n[taskTaken], Jammed: n[taskJammed],
		First: t.spread(n[taskCounts : taskCounts+l.steps]), Wait: t.spread(n[taskCounts+l.steps:]),
		Effort: effortOf(def), Difficulty: def.Difficulty, Rated: def.Rated,
	}
	for third := range f.BySkill {
		f.BySkill[third] = Share{N: n[taskWeak+3+third], Of: n[taskWeak+third]}
	}
	for _, need := range def.Needs {
		f.Needs = append(f.Needs, need.Flow)
	}
	for j, inj := range l.injects {
		if sum := *t.ahead(i, j); sum > 0 {
			f.Ahead = append(f.Ahead, Ahead{Inject: inj.Key, Mean: mean(float64(sum)/float64(exercise.Second), n[taskTaken])})
		}
	}
	slices.SortStableFunc(f.Ahead, func(a, b Ahead) int { return cmp.Compare(b.Mean, a.Mean) })
	return f
}

func effortOf(def *scenario.Task) Effort {
	e, stated := def.Effort, def.Effort.Max > 0
	if !stated {
		e = bots.DefaultEffort()
	}
	sec := func(d time.Duration) Seconds { return seconds(exercise.At(d)) }
	return Effort{Min: sec(e.Min), Likely: sec(e.Likely), Max: sec(e.Max), Stated: stated}
}

func (t *Tally) flowFigures(i int) FlowFigures {
	n, def := t.flow(i), t.layout.flows[i]
	return FlowFigures{
		Key: def.Key, From: def.From, To: def.To, Within: seconds(exercise.At(def.Within)),
		Expected: n[flowExpected], Made: n[flowMade], Late: n[flowLate], Missing: n[flowMissing], Loose: n[flowLoose], Stray: n[flowStray],
		Took: t.spread(n[flowCounts:]),
	}
}

func (t *Tally) decisionFigures() []DecisionFigures {
	var out []DecisionFigures
	for i, b := range t.layout.branches {
		if len(out) == 0 || out[len(out)-1].Key != b.decision {
			out = append(out, DecisionFigures{Key: b.decision})
		}
		d, n := &out[len(out)-1], *t.branch(i)
		d.Made += n
		d.Branches = append(d.Branches, BranchFigures{Key: b.branch, Taken: n})
	}
	return out
}

func (t *Tally) controlFigures() ControlFigures {
	l := t.layout
	f := ControlFigures{Bin: seconds(l.talkBin)}
	var talks, reports int64
	for bin := range l.talkBins {
		n, at := t.control(bin), seconds(exercise.Time(bin)*l.talkBin)
		talks, reports = talks+n[controlTalks], reports+n[controlReports]
		f.Talk = append(f.Talk, ControlBin{at, rangeOf(n[controlTalk : controlTalk+levels]), mean(float64(n[controlTalks]), t.Runs)})
		f.Reports = append(f.Reports, ControlBin{at, rangeOf(n[controlReport : controlReport+levels]), mean(float64(n[controlReports]), t.Runs)})
	}
	f.Talks, f.Marks = mean(float64(talks), t.Runs), mean(float64(reports), t.Runs)
	for i, key := range append(slices.Clone(l.personas), "") {
		if n := *t.persona(i); n > 0 {
			f.Personas = append(f.Personas, PersonaShare{Persona: key, Mean: mean(float64(n), t.Runs)})
		}
	}
	slices.SortStableFunc(f.Personas, func(a, b PersonaShare) int { return cmp.Compare(b.Mean, a.Mean) })
	return f
}
