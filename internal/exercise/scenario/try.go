package scenario

import (
	"strings"

	"renkei/internal/exercise/scenario/wording"
)

// Verdict is how a text was judged, and why. Notes stand in the order in which
// they were found.
type Verdict struct {
	Right bool
	Notes []Note
}

// Note is one finding: a code, for which the catalogue has a sentence under
// "try.", and what is filled in.
type Note struct {
	Code string
	Args map[string]any
}

// NoteCodes lists the codes of notes.
func NoteCodes() []string {
	return []string{
		"accepted", "pattern", "missing", "refused", "hedged", "stated", "aside", "denied", "number_right", "number_wrong", "number_none",
		"time_right", "time_wrong", "time_none", "date_right", "date_wrong", "date_none", "part_right", "part_wrong",
		"group_right", "group_wrong", "avoided", "any", "item_right", "item_wrong", "item_missed", "flag", "flag_wrong", "by_hand", "elsewhere",
	}
}

// teller hears what a key finds in a text; nil hears nothing.
type teller func(code string, args map[string]any)

// right tells something and is true, for the end of a function.
func (t teller) right(code string, args ...any) bool {
	t.say(code, args...)
	return true
}

func (t teller) say(code string, args ...any) {
	if t == nil {
		return
	}
	all := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			all[name] = args[i+1]
		}
	}
	t(code, all)
}

// read tells how a number or a time was read, and gives whether it is right.
func (t teller) read(kind string, r wording.Reading, right string) bool {
	switch {
	case t == nil:
	case len(r.Used) == 0:
		t.say(kind+"_none", "Right", right)
	case r.Right:
		t.say(kind+"_right", "Read", strings.Join(r.Used, " / "), "Right", right)
	default:
		t.say(kind+"_wrong", "Read", strings.Join(r.Used, " / "), "Right", right)
	}
	return r.Right
}

func (t teller) part(n int, ok bool) {
	if t == nil {
		return
	}
	code := "part_wrong"
	if ok {
		code = "part_right"
	}
	t.say(code, "N", n)
}

func (t teller) mention(st wording.Statement, form string) {
	if t != nil {
		t.say([]string{"stated", "aside", "denied"}[st], "Form", form)
	}
}

// Try judges a text as an answer of a unit to a task, and says why. The lines
// of a task of indicators are its items. What only people can judge, or what
// is no text, is not right and says so.
func (c *Cast) Try(t *Task, unit int, text string) (Verdict, error) {
	var v Verdict
	tell := v.teller()
	var err error
	switch t.Type {
	case TaskAnswer:
		var k AnswerKey
		if k, err = c.AnswerKey(t, unit); err == nil {
			v.Right = k.judge(Fold(text), tell)
		}
	case TaskIndicators:
		v.Right, err = c.tryItems(t, unit, text, tell)
	case TaskReport:
		v.Right, err = c.tryReport(t, unit, text, tell)
	case TaskFlag:
		var flag string
		if flag, err = c.Flag(t.Flag, unit); err != nil {
			break
		}
		if v.Right = strings.TrimSpace(text) == strings.TrimSpace(flag); v.Right {
			tell.say("flag", "Flag", flag)
		} else {
			tell.say("flag_wrong", "Flag", flag)
		}
	case TaskShare:
		if f := c.pack.FlowByKey(t.Flow); f != nil {
			return c.TryFlow(f, unit, text)
		}
	default:
		tell.say("elsewhere")
	}
	return v, err
}

func (v *Verdict) teller() teller {
	return func(code string, args map[string]any) { v.Notes = append(v.Notes, Note{code, args}) }
}

func (c *Cast) tryItems(t *Task, unit int, text string, tell teller) (bool, error) {
	want, err := c.Forms(t.Accept, unit)
	if err != nil {
		return false, err
	}
	hits, wrong := 0, 0
	given := Items(strings.Split(text, "\n"), want)
	for _, it := range given {
		if has(want, it) {
			hits++
			tell.say("item_right", "Item", it)
		} else {
			wrong++
			tell.say("item_wrong", "Item", it)
		}
	}
	for _, w := range want {
		if !has(given, w) {
			tell.say("item_missed", "Item", w)
		}
	}
	return hits > 0 && F1(hits, wrong, len(want)-hits) >= t.SolvedAt, nil
}

// F1 is the harmonic mean of precision and recall.
func F1(hits, wrong, missed int) float64 { return float64(2*hits) / float64(2*hits+wrong+missed) }

func (c *Cast) tryReport(t *Task, unit int, text string, tell teller) (bool, error) {
	k, err := c.ReportKey(t, unit)
	if err != nil {
		return false, err
	}
	if len(k.Groups) == 0 && len(k.Avoid) == 0 {
		tell.say("by_hand")
		return false, nil
	}
	_, missed, avoided := k.judge(Fold(text), tell)
	return missed == 0 && avoided == 0, nil
}

// TryFlow judges a text as a message of a unit that shall make a flow, and
// says why.
func (c *Cast) TryFlow(f *Flow, unit int, text string) (Verdict, error) {
	var v Verdict
	tell := v.teller()
	if f.Relay != "" {
		tell.say("elsewhere")
		return v, nil
	}
	k, err := c.FlowKey(f, unit)
	if err != nil {
		return v, err
	}
	_, missed, avoided := k.judge(Fold(text), tell)
	if len(k.Groups) == 0 && avoided == 0 {
		tell.say("any")
	}
	v.Right = missed == 0 && avoided == 0
	return v, nil
}

func has(all []string, s string) bool {
	for _, x := range all {
		if x == s {
			return true
		}
	}
	return false
}

// Place is where a text is tried: a task or an expected flow, and who answers.
type Place struct {
	Task *Task
	Flow *Flow
	Unit int
}

// PlaceOf finds the task or flow with a key and the first unit that is asked,
// or from which the flow is expected; false when there is none.
func (c *Cast) PlaceOf(key string) (Place, bool) {
	if task, in, relayed := c.pack.TaskByKey(key); task != nil {
		to := in.To
		if relayed {
			to = in.Relay.To
		}
		return Place{Task: task, Unit: c.first(to)}, true
	}
	if f := c.pack.FlowByKey(key); f != nil {
		to := f.From
		if to == EndTeam {
			to = AudTeams
		}
		return Place{Flow: f, Unit: c.first(to)}, true
	}
	return Place{}, false
}

// first is the first unit of an audience.
func (c *Cast) first(to string) int {
	for i, u := range c.Units {
		switch {
		case to == AudAll, to == AudTeams && u.IsTeam(), to == AudCells && !u.IsTeam(), !u.IsTeam() && to == CellPrefix+u.Cell:
			return i
		}
	}
	return 0
}

// TryAt judges a text at a place, and says why.
func (c *Cast) TryAt(p Place, text string) (Verdict, error) {
	if p.Flow != nil {
		return c.TryFlow(p.Flow, p.Unit, text)
	}
	return c.Try(p.Task, p.Unit, text)
}
