package scenario

import "strings"

// ReportKey is what a report of one unit is looked through for.
type ReportKey struct {
	Groups [][]string // folded forms, one of each group to be mentioned
	Avoid  []string   // folded forms that must not be
}

// ReportKey renders the key of a report for a unit.
func (c *Cast) ReportKey(t *Task, unit int) (k ReportKey, err error) {
	for _, m := range t.Mentions {
		forms, err := c.Mentions(m, unit)
		if err != nil {
			return k, err
		}
		k.Groups = append(k.Groups, forms)
	}
	k.Avoid, err = c.Mentions(t.Avoid, unit)
	return k, err
}

// Judge counts the groups that a folded text mentions, those that it does not,
// and the forms that it should have avoided.
func (k *ReportKey) Judge(folded string) (hits, missed, avoided int) { return k.judge(folded, nil) }

func (k *ReportKey) judge(folded string, tell teller) (hits, missed, avoided int) {
	for i, group := range k.Groups {
		if form, ok := mentioned(folded, group); ok {
			hits++
			tell.say("group_right", "N", i+1, "Form", form)
			continue
		}
		missed++
		if tell != nil {
			tell.say("group_wrong", "N", i+1, "Forms", strings.Join(group, " / "))
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
