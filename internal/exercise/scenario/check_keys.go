package scenario

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// keys tries the answer keys of a pack on sample teams, by the code with which
// the engine scores.
func (c *checker) keys() {
	if c.cast == nil || c.steps > maxPackSteps { // nobody will play it
		return
	}
	for _, in := range c.p.Injects {
		for _, t := range allTasks(in) {
			c.key(t)
		}
	}
	words := c.readWords()
	for _, in := range c.p.Injects {
		for _, t := range allTasks(in) {
			for i, m := range t.Mentions {
				c.stems(t.Pos, field("mentions", i), m, words)
			}
		}
	}
	for _, f := range c.p.Flows {
		c.blankForms(f.Pos, "never_what", f.NeverWhat)
		c.blankForms(f.Pos, "avoid", f.Avoid)
		for i, group := range f.What {
			name := groupField("what", len(f.What), i)
			c.blankForms(f.Pos, name, group)
			c.stems(f.Pos, name, group, words)
		}
	}
}

func (c *checker) key(t *Task) {
	c.blankForms(t.Pos, "accept", t.Accept)
	c.blankForms(t.Pos, "avoid", t.Avoid)
	for _, w := range append([]Want{t.Want}, t.Parts...) {
		c.blankForms(w.Pos, "contains", w.Contains)
		c.blankForms(w.Pos, "refuse", w.Refuse)
	}
	for i, m := range t.Mentions {
		c.blankForms(t.Pos, field("mentions", i), m)
	}
	switch t.Type {
	case TaskAnswer:
		c.answer(t)
	case TaskFlag:
		c.flag(t)
	case TaskFile:
		for _, r := range t.Files {
			if t.MaxSize > 0 && r.Min > t.MaxSize {
				c.report(c.p.at(r.Pos, "min"), codeKeySize, map[string]any{"Task": t.Key})
			}
		}
	}
}

// blankForms reports forms of which nothing is left to compare, so that they
// never count.
func (c *checker) blankForms(owner Pos, name string, f Forms) {
	c.eachForm(owner, name, f, func(pos Pos, lang string, form string) bool {
		for _, unit := range c.cast.ring {
			if s, _, err := c.cast.Render(form, unit, c.language(lang), time.Time{}); err == nil && Fold(s) == "" {
				c.report(pos, codeKeyEmpty, map[string]any{"Team": c.cast.Units[unit].N})
				return false
			}
		}
		return true
	})
}

// eachForm goes through forms with their places.
func (c *checker) eachForm(owner Pos, name string, f Forms, try func(pos Pos, lang, form string) bool) {
	for _, lang := range slices.Sorted(maps.Keys(f)) {
		for i, form := range f[lang] {
			try(c.p.at(owner, field(name, lang, i)), lang, form)
		}
	}
}

// language is that in which a form is rendered.
func (c *checker) language(lang string) string {
	if lang == "" {
		return c.cast.languages()[0]
	}
	return lang
}

// answer tries the examples on the key of every team.
func (c *checker) answer(t *Task) {
	right, wrong := t.Examples.Right, t.Examples.Wrong
	if len(t.Match) > 0 && len(t.Accept) == 0 && !t.Want.any() && len(t.Parts) == 0 && len(right) == 0 {
		c.report(c.p.at(t.Pos, "match"), codeKeyExample, map[string]any{"Task": t.Key})
	}
	var all []AnswerKey
	for _, unit := range c.cast.ring {
		k, err := c.cast.AnswerKey(t, unit)
		if err != nil {
			if errors.Is(err, errNoNumber) {
				c.report(c.p.at(t.Pos, "number"), codeKeyNumber, map[string]any{"Team": c.cast.Units[unit].N})
			}
			return // else a finding of its own
		}
		if k.Takes("") {
			c.report(c.p.at(t.Pos, "match"), codeKeyAnything, map[string]any{"Task": t.Key})
			return
		}
		all = append(all, k)
	}
	c.sentence(t, all)
	owner := c.p.at(t.Pos, "examples")
	c.examples(owner, "right", right, all, codeKeyRefuses)
	c.examples(owner, "wrong", wrong, all, codeKeyTakes)
}

// sentence warns of a key that takes an answer as it stands in the key, but not
// as people write it: as a sentence.
func (c *checker) sentence(t *Task, keys []AnswerKey) {
	if len(t.Accept) == 0 {
		return
	}
	for i := range keys {
		sample := keys[i].Sample()
		for _, s := range []string{"It is " + sample + ".", sample + "です。"} {
			if !keys[i].Takes(s) {
				c.warn(c.p.at(t.Pos, "accept"), codeKeyExact, map[string]any{"Answer": clip(s)})
				return
			}
		}
	}
}

func (c *checker) examples(owner Pos, name string, f Forms, keys []AnswerKey, code string) {
	c.eachForm(owner, name, f, func(pos Pos, lang, form string) bool {
		for i, unit := range c.cast.ring {
			s, _, err := c.cast.Render(form, unit, c.language(lang), time.Time{})
			if err == nil && keys[i].Takes(s) != (name == "right") {
				c.report(pos, code, map[string]any{"Answer": clip(s), "Team": c.cast.Units[unit].N})
				return false
			}
		}
		return true
	})
}

// flag sees that a flag can be handed in: as one line.
func (c *checker) flag(t *Task) {
	for _, unit := range c.cast.ring {
		s, err := c.cast.Flag(t.Flag, unit)
		if err == nil && (strings.TrimSpace(s) == "" || strings.ContainsAny(strings.TrimSpace(s), "\r\n")) {
			c.report(c.p.at(t.Pos, "flag"), codeKeyFlag, map[string]any{"Team": c.cast.Units[unit].N})
			return
		}
	}
}
