package exercise

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// judge scores one submission automatically against the unit's key.
func judge(def *taskDef, key *taskKey, sub *submission) Scored {
	r := Scored{Max: key.points}
	switch def.kind {
	case scenario.TaskIndicators:
		judgeSet(&r, def, key, sub)
		return r
	case scenario.TaskReport:
		judgeReport(&r, key, sub)
		return r
	case scenario.TaskAnswer:
		r.Correct = key.takes(sub.text)
	case scenario.TaskFlag:
		r.Correct = slices.Contains(key.accept, strings.TrimSpace(sub.text))
	case scenario.TaskFile:
		r.Correct = key.takesFile(sub.file)
	case scenario.TaskChoice:
		countSet(&r, key.accept, sub.items)
		r.Correct = r.Wrong == 0 && r.Missed == 0
	case scenario.TaskShare:
		r.Correct = !sub.void
	}
	if r.Correct {
		r.Points = key.points
	}
	return r
}

// takes reports whether an answer is an accepted form, is covered by a pattern,
// or names the right number.
func (k *taskKey) takes(answer string) bool {
	key := k.answer()
	return key.Takes(answer)
}

func (k *taskKey) answer() scenario.AnswerKey {
	return scenario.AnswerKey{
		Accept: k.accept, Match: k.match, Number: k.number, Tolerance: k.tolerance, Unit: k.unit, Open: k.open,
	}
}

func (k *taskKey) takesFile(f *HandedIn) bool {
	handed := scenario.Handed{Name: f.Name, Media: f.Media, Size: f.Size, SHA256: f.Hash}
	return slices.ContainsFunc(k.files, func(r scenario.FileRule) bool { return r.Fits(&handed) })
}

// judgeSet gives points x F1, the harmonic mean of precision and recall.
func judgeSet(r *Scored, def *taskDef, key *taskKey, sub *submission) {
	countSet(r, key.accept, scenario.Items(sub.items, key.accept))
	if r.Hits == 0 {
		return
	}
	r.Precision = float64(r.Hits) / float64(r.Hits+r.Wrong)
	r.Recall = float64(r.Hits) / float64(r.Hits+r.Missed)
	f1 := scenario.F1(r.Hits, r.Wrong, r.Missed)
	r.Points = key.points * f1
	r.Correct = f1 >= def.solvedAt
}

// countSet counts what was given against what is wanted; what was given twice
// counts once, what is empty not at all.
func countSet(r *Scored, want, given []string) {
	for i, g := range given {
		switch {
		case g == "" || slices.Contains(given[:i], g):
		case slices.Contains(want, g):
			r.Hits++
		default:
			r.Wrong++
		}
	}
	r.Missed = len(want) - r.Hits
}

// judgeReport gives the share of the groups that are mentioned, and nothing to
// a report that mentions what it must not. A report without groups waits for an
// evaluator.
func judgeReport(r *Scored, key *taskKey, sub *submission) {
	k := scenario.ReportKey{Groups: key.mentions, Avoid: key.avoid}
	r.Hits, r.Missed, r.Wrong = k.Judge(scenario.Fold(sub.text))
	if n := len(key.mentions); n > 0 && r.Wrong == 0 {
		r.Points = key.points * float64(r.Hits) / float64(n)
		r.Correct = r.Missed == 0
	}
}
