package scenario

import (
	"slices"
	"strings"

	"renkei/internal/exercise/scenario/wording"
)

// ReportKey is what a report of one unit, or its message for a flow, is looked
// through for.
type ReportKey struct {
	Groups   [][]string // folded forms, one of each group to be mentioned
	Avoid    []string   // folded forms that must not be
	Asserted bool       // what a text only withdraws, as "do not block it" does, is not mentioned
}

// ReportKey renders the key of a report for a unit.
func (c *Cast) ReportKey(t *Task, unit int) (ReportKey, error) {
	return c.mentionKey(t.Mentions, t.Avoid, unit)
}

// FlowKey renders what a message of a unit must mention to make a flow.
func (c *Cast) FlowKey(f *Flow, unit int) (ReportKey, error) {
	k, err := c.mentionKey(f.What, f.Avoid, unit)
	k.Asserted = true
	return k, err
}

// StrayKey renders that by which is told that something a unit says must not
// reach those whom the flow names.
func (c *Cast) StrayKey(f *Flow, unit int) (ReportKey, error) {
	if len(f.NeverWhat) > 0 {
		return c.mentionKey([]Forms{f.NeverWhat}, nil, unit)
	}
	return c.mentionKey(f.What, nil, unit)
}

func (c *Cast) mentionKey(groups []Forms, avoid Forms, unit int) (k ReportKey, err error) {
	for _, m := range groups {
		forms, err := c.Mentions(m, unit)
		if err != nil {
			return k, err
		}
		k.Groups = append(k.Groups, forms)
	}
	k.Avoid, err = c.Mentions(avoid, unit)
	return k, err
}

// Takes reports whether a folded text mentions one form of every group, and
// nothing that it should have avoided.
func (k *ReportKey) Takes(folded string) bool {
	for _, group := range k.Groups {
		if _, ok := k.mentioned(folded, group); !ok {
			return false
		}
	}
	return !slices.ContainsFunc(k.Avoid, func(form string) bool { return Mentions(folded, form) })
}

// mentioned gives the first form of a group that a folded text mentions.
func (k *ReportKey) mentioned(folded string, group []string) (string, bool) {
	i := slices.IndexFunc(group, func(form string) bool {
		return Mentions(folded, form) && (!k.Asserted || !wording.Withdrawn(folded, form))
	})
	if i < 0 {
		return "", false
	}
	return group[i], true
}

// Judge counts the groups that a folded text mentions, those that it does not,
// and the forms that it should have avoided.
func (k *ReportKey) Judge(folded string) (hits, missed, avoided int) { return k.judge(folded, nil) }

func (k *ReportKey) judge(folded string, tell teller) (hits, missed, avoided int) {
	for i, group := range k.Groups {
		if form, ok := k.mentioned(folded, group); ok {
			hits++
			k.tellGroup(tell, i, "group_right", "stated", "Form", form)
			continue
		}
		if missed++; tell != nil {
			k.tellGroup(tell, i, "group_wrong", "missing", "Forms", strings.Join(group, " / "))
		}
	}
	for _, form := range k.Avoid {
		if Mentions(folded, form) {
			avoided++
			tell.say("avoided", "Form", form)
		}
	}
	return hits, missed, avoided
}

// tellGroup tells something about a group, without its number where it is the
// only one.
func (k *ReportKey) tellGroup(tell teller, i int, code, alone, name, text string) {
	if len(k.Groups) == 1 {
		tell.say(alone, name, text)
		return
	}
	tell.say(code, "N", i+1, name, text)
}
