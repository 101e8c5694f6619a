package exercise

import (
	"slices"

	"renkei/internal/scenario"
)

// Standing says what the points of a task rest on.
type Standing string

// Standings. Open points are outside every total until they are settled.
const (
	Automatic   Standing = "automatic"
	Provisional Standing = "provisional" // one evaluator alone
	Agreed      Standing = "agreed"      // two or more evaluators
	Differing   Standing = "open"        // evaluators differ
	Decided     Standing = "decided"     // by the director
)

// points gives what counts for the work, hints taken off, and on what it
// rests. A human mark outranks the automatic score.
func (w *work) points() (float64, Standing) {
	if w.status != workOpen || len(w.subs) == 0 && len(w.marks) == 0 && w.settled == nil {
		return 0, Automatic
	}
	points, standing := w.gross()
	return max(0, points-w.cost), standing
}

func (w *work) gross() (float64, Standing) {
	switch {
	case w.settled != nil:
		return *w.settled, Decided
	case len(w.marks) == 0:
		return w.auto, Automatic
	case len(w.marks) == 1:
		return w.marks[0].points, Provisional
	}
	for _, m := range w.marks[1:] {
		if m.points != w.marks[0].points {
			return 0, Differing
		}
	}
	return w.marks[0].points, Agreed
}

// judge scores one submission automatically against the unit's key.
func judge(def *taskDef, key *taskKey, sub *submission) Scored {
	r := Scored{Max: key.points}
	switch def.kind {
	case scenario.TaskAnswer:
		r.Correct = slices.Contains(key.accept, scenario.Fold(sub.text))
		if r.Correct {
			r.Points = key.points
		}
	case scenario.TaskChoice:
		judgeChoice(&r, key, sub)
	case scenario.TaskIndicators:
		judgeSet(&r, def, key, sub)
	case scenario.TaskReport:
		judgeReport(&r, key, sub)
	case scenario.TaskShare:
		r.Correct, r.Points = true, key.points
	}
	return r
}

func judgeChoice(r *Scored, key *taskKey, sub *submission) {
	countSet(r, key.accept, sub.items)
	r.Correct = r.Wrong == 0 && r.Missed == 0
	if r.Correct {
		r.Points = key.points
	}
}

// judgeSet gives points x F1, the harmonic mean of precision and recall.
func judgeSet(r *Scored, def *taskDef, key *taskKey, sub *submission) {
	countSet(r, key.accept, foldAll(sub.items))
	if all := 2*r.Hits + r.Wrong + r.Missed; all > 0 {
		f1 := float64(2*r.Hits) / float64(all)
		r.Points = key.points * f1
		r.Correct = f1 >= def.solvedAt
	}
}

func countSet(r *Scored, want, given []string) {
	for i, g := range given {
		switch {
		case slices.Contains(given[:i], g):
		case slices.Contains(want, g):
			r.Hits++
		default:
			r.Wrong++
		}
	}
	r.Missed = len(want) - r.Hits
}

// judgeReport gives the share of the groups that are mentioned. A report
// without groups waits for an evaluator.
func judgeReport(r *Scored, key *taskKey, sub *submission) {
	text := scenario.Fold(sub.text)
	for _, group := range key.mentions {
		if slices.ContainsFunc(group, func(form string) bool { return scenario.Mentions(text, form) }) {
			r.Hits++
		} else {
			r.Missed++
		}
	}
	if n := len(key.mentions); n > 0 {
		r.Points = key.points * float64(r.Hits) / float64(n)
		r.Correct = r.Missed == 0
	}
}
