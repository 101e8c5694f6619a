package exercise_test

import (
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// TestRename gives an exercise other titles until STARTEX. A snapshot keeps the
// last, and a copy that was made before keeps its own.
func TestRename(t *testing.T) {
	t.Parallel()
	c := newDrill(t, shippedPlay(t, 4))
	director := exercise.Actor{ID: "p-director", Role: exercise.RoleControl}
	first := c.s.Created()
	before := c.s.Clone()
	for name, x := range map[string]struct {
		by    exercise.Actor
		title scenario.Text
		code  string
	}{
		"a player":          {player("asteria"), scenario.Text{"en": "Mine"}, exercise.NotAllowed},
		"none":              {director, nil, exercise.EmptyText},
		"blanks":            {director, scenario.Text{"en": "  "}, exercise.BadTitle},
		"too long":          {director, scenario.Text{"en": strings.Repeat("x", exercise.MaxTitle+1)}, exercise.BadTitle},
		"two lines":         {director, scenario.Text{"en": "a\nb"}, exercise.BadTitle},
		"no UTF-8":          {director, scenario.Text{"en": "\xff"}, exercise.BadTitle},
		"no language":       {director, scenario.Text{strings.Repeat("e", exercise.MaxName+1): "x"}, exercise.BadTitle},
		"as long as may be": {director, scenario.Text{"ja": strings.Repeat("演", exercise.MaxTitle)}, ""},
	} {
		if got := c.code(x.by, exercise.Rename{Title: x.title}); got != x.code {
			t.Errorf("%s: refused with %q, want %q", name, got, x.code)
		}
	}
	c.must(director, exercise.Rename{Title: scenario.Text{"en": "Autumn drill", "ja": "秋の演習"}})
	if got := c.s.Created(); got.Title["ja"] != "秋の演習" || got.ID != first.ID || len(got.Units) != len(first.Units) {
		t.Errorf("it is now %v of %s", got.Title, got.ID)
	}
	if first.Title["ja"] == "秋の演習" || before.Created().Title["ja"] == "秋の演習" {
		t.Error("the event that opened the log was changed")
	}
	back, err := exercise.Restore(c.s.Play(), first, c.s.AppendTo(nil))
	if err != nil || back.Created().Title["en"] != "Autumn drill" {
		t.Errorf("from a snapshot: %v", err)
	}
	c.must(exercise.Excon(), exercise.Start{Speed: 1})
	if got := c.code(director, exercise.Rename{Title: scenario.Text{"en": "Late"}}); got != exercise.WrongClock {
		t.Errorf("after STARTEX: refused with %q", got)
	}
}
