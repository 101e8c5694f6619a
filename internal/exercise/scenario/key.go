package scenario

import (
	"regexp"
	"slices"
)

// AnswerKey is what makes an answer right for one unit.
type AnswerKey struct {
	Accept    []string         // folded forms
	Match     []*regexp.Regexp // for the whole folded answer
	Number    *float64
	Tolerance Tolerance
}

// AnswerKey renders the key of a task of type answer for a unit.
func (c *Cast) AnswerKey(t *Task, unit int) (AnswerKey, error) {
	k := AnswerKey{Tolerance: t.Tolerance}
	var err error
	if k.Accept, err = c.Forms(t.Accept, unit); err != nil {
		return k, err
	}
	if k.Match, err = c.Patterns(t.Match, unit, true); err != nil {
		return k, err
	}
	if t.Number != "" {
		n, err := c.Number(t.Number, unit)
		if err != nil {
			return k, err
		}
		k.Number = &n
	}
	return k, nil
}

// Takes reports whether an answer is an accepted form, is covered by a
// pattern, or names the right number.
func (k AnswerKey) Takes(answer string) bool {
	folded := Fold(answer)
	if slices.Contains(k.Accept, folded) {
		return true
	}
	for _, p := range k.Match {
		if p.MatchString(folded) {
			return true
		}
	}
	if k.Number == nil {
		return false
	}
	given, ok := ParseNumber(answer)
	return ok && k.Tolerance.Takes(*k.Number, given)
}
