package exercise

import (
	"regexp"
	"slices"
	"strings"

	"renkei/internal/exercise/scenario"
)

// taskKey is how a unit's answers to a task are judged. An amendment puts a new
// one in its place.
type taskKey struct {
	accept    []string         // folded forms; of a choice the correct options, of a flag the exact texts
	match     []*regexp.Regexp // answer: for the whole folded text
	number    *float64         // answer
	tolerance scenario.Tolerance
	unit      []string            // of the number, folded
	open      *scenario.OpenKey   // what an answer may say in whatever words; nil: none
	files     []scenario.FileRule // rendered
	mentions  [][]string          // groups of folded forms
	avoid     []string            // folded forms that a report must not mention
	points    float64
	within    Time
}

// patterns share one compiled expression among all units for which it is the
// same.
type patterns map[string]*regexp.Regexp

func (p patterns) share(all []*regexp.Regexp) []*regexp.Regexp {
	for i, re := range all {
		if known, ok := p[re.String()]; ok {
			all[i] = known
			continue
		}
		p[re.String()] = re
	}
	return all
}

func (p *Play) renderKey(t *scenario.Task, unit int, shared patterns) (*taskKey, error) {
	answer, err := p.Cast.AnswerKey(t, unit)
	if err != nil {
		return nil, err
	}
	k := &taskKey{
		accept: answer.Accept, match: shared.share(answer.Match), number: answer.Number, tolerance: answer.Tolerance,
		unit: answer.Unit, open: answer.Open, points: t.Points, within: At(t.Due),
	}
	for _, o := range t.Options {
		if o.Correct {
			k.accept = append(k.accept, o.Key)
		}
	}
	if t.Flag != "" {
		flag, err := p.Cast.Flag(t.Flag, unit)
		if err != nil {
			return nil, err
		}
		k.accept = append(k.accept, strings.TrimSpace(flag))
	}
	if k.files, err = p.Cast.FileRules(t.Files, unit); err != nil {
		return nil, err
	}
	report, err := p.Cast.ReportKey(t, unit)
	k.mentions, k.avoid = report.Groups, report.Avoid
	return k, err
}

// amended is the key with the changes of an amendment. A new key takes the
// place of the old one as a whole, however that was given.
func (k *taskKey) amended(kind string, b *TaskAmended) *taskKey {
	key := *k
	if b.newKey() {
		key.accept, key.match, key.number, key.files, key.open = nil, nil, b.Number, nil, nil
		key.tolerance = scenario.Tolerance{}
	}
	switch kind {
	case scenario.TaskChoice:
		key.setAccept(b, distinct(b.Accept))
	case scenario.TaskFlag:
		key.setAccept(b, distinct(trimAll(b.Accept)))
	case scenario.TaskFile:
		for _, sum := range b.Accept {
			key.files = append(key.files, scenario.FileRule{SHA256: strings.ToLower(sum)})
		}
	default:
		key.setAccept(b, distinct(foldAll(b.Accept)))
	}
	for _, src := range b.Match {
		if re, err := scenario.CompilePattern(src); err == nil { // it was refused otherwise
			key.match = append(key.match, re)
		}
	}
	if b.Tolerance != "" {
		key.tolerance, _ = scenario.ParseTolerance(b.Tolerance)
	}
	if b.Points != nil {
		key.points = *b.Points
	}
	if b.Within != nil {
		key.within = *b.Within
	}
	return &key
}

func (k *taskKey) setAccept(b *TaskAmended, accept []string) {
	if len(b.Accept) > 0 {
		k.accept = accept
	}
}

// newKey reports whether an amendment brings a key of its own.
func (b *TaskAmended) newKey() bool { return len(b.Accept) > 0 || len(b.Match) > 0 || b.Number != nil }

// judges reports whether what was submitted must be scored again.
func (b *TaskAmended) judges() bool { return b.newKey() || b.Tolerance != "" || b.Points != nil }

func trimAll(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = strings.TrimSpace(t)
	}
	return out
}

func foldAll(forms []string) []string {
	out := make([]string, len(forms))
	for i, f := range forms {
		out[i] = scenario.Fold(f)
	}
	return out
}

// distinct drops repetitions: what stands twice in a key must not be missed
// twice.
func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
