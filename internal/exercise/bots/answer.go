package bots

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// attempt is one answer in the making.
type attempt struct {
	*plan
	task   *scenario.Task // nil: made up during play
	key    exercise.KeyView
	chance float64 // of being right
	rand   rand
}

// answer makes a submission: right with a probability that falls with the
// task's difficulty and rises with attempts and hints.
func (c *Bots) answer(s *exercise.State, p *plan, v exercise.TaskView) exercise.Action {
	t, _, _ := c.play.Pack.TaskByKey(p.what)
	ix, _ := s.TaskIndex(p.what)
	a := &attempt{
		plan: p, task: t, key: s.Key(ix, p.unit), rand: c.rand(p.unit, "answer", p.what, strconv.Itoa(p.n)),
		chance: c.profiles[p.unit].Skill + 0.12*float64(p.n) + 0.2*float64(v.Hints),
	}
	if t != nil {
		a.chance -= 0.45 * t.Difficulty
		if !c.knows(s, p.unit, t.Needs) {
			a.chance = 0
		}
	}
	sub := exercise.Submit{Task: p.what, Unit: c.play.Cast.Units[p.unit].Key}
	switch v.Type {
	case scenario.TaskAnswer:
		sub.Text = c.text(a)
	case scenario.TaskFlag:
		sub.Text = c.flag(a)
	case scenario.TaskChoice:
		sub.Items = choose(a)
	case scenario.TaskIndicators:
		sub.Items = gather(a)
	case scenario.TaskFile:
		sub.File = c.file(a)
	default:
		if sub.Parts = c.form(a); sub.Parts == nil {
			sub.Text = c.report(&a.rand, p, a.key.Mentions, a.chance)
		}
	}
	return sub
}

// text answers with an accepted form, the number, an example of the author or
// what the key looks for; wrong with a number beyond the tolerance, or by not
// knowing.
func (c *Bots) text(a *attempt) string {
	switch {
	case len(a.key.Accept) > 0:
		if a.rand.yes(a.chance) {
			return a.key.Accept[0]
		}
	case a.key.Number != nil:
		return writeNumber(a)
	case a.task != nil && a.rand.yes(a.chance):
		if text := c.example(a, "right", a.task.Examples.Right); text != "" {
			return text
		}
		return cmp.Or(a.key.Sample, c.unsure(a.unit))
	case a.task != nil && a.rand.yes(0.5):
		return cmp.Or(c.example(a, "wrong", a.task.Examples.Wrong), c.unsure(a.unit))
	}
	return c.unsure(a.unit)
}

// writeNumber gives the right number, or one that is clearly off.
func writeNumber(a *attempt) string {
	n := *a.key.Number
	if !a.rand.yes(a.chance) {
		room := a.key.Tolerance.Value
		if a.key.Tolerance.Percent {
			room *= max(n, -n) / 100
		}
		n += (room + 1) * float64(2+a.rand.below(4))
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// example is one of the author's examples, in the unit's language where there
// is one; "" for none.
func (c *Bots) example(a *attempt, verdict string, forms scenario.Forms) string {
	lang := c.lang(a.unit)
	all := forms[lang]
	if len(all) == 0 || len(forms[""]) > 0 {
		all = slices.Concat(all, forms[""])
	}
	for _, l := range c.play.Pack.Languages {
		if len(all) == 0 {
			all = forms[l]
		}
	}
	if len(all) == 0 {
		return ""
	}
	i := a.rand.below(len(all))
	return c.once(line{key: verdict, unit: a.unit, what: a.what, n: i}, func() string {
		text, _, err := c.play.Cast.Render(all[i], a.unit, lang, time.Time{})
		if err != nil {
			return ""
		}
		return strings.TrimSpace(text)
	})
}

// flag copies the flag, or types it in the wrong case.
func (c *Bots) flag(a *attempt) string {
	if len(a.key.Accept) == 0 {
		return c.unsure(a.unit)
	}
	flag := a.key.Accept[0]
	if a.rand.yes(a.chance) {
		return flag
	}
	for _, typed := range []string{strings.ToLower(flag), strings.ToUpper(flag)} {
		if typed != flag {
			return typed
		}
	}
	return flag + "?"
}

func choose(a *attempt) []string {
	if a.rand.yes(a.chance) || a.task == nil || len(a.task.Options) == 0 {
		return a.key.Accept
	}
	return []string{a.task.Options[a.rand.below(len(a.task.Options))].Key}
}

// gather finds most of a set, and now and then an address that does not belong
// to it.
func gather(a *attempt) []string {
	var items []string
	for _, form := range a.key.Accept {
		if a.rand.yes(a.chance + 0.15) {
			items = append(items, form)
		}
	}
	if len(items) == 0 || a.rand.yes((1-a.chance)*0.5) {
		items = append(items, fmt.Sprintf("192.0.2.%d", 200+a.rand.below(50)))
	}
	return items
}
