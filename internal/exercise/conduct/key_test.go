package conduct_test

import (
	"errors"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
)

// code gives a command and returns the code of its refusal, "" for none.
func code(t *testing.T, c *conduct.Conductor, cmd exercise.Command) string {
	t.Helper()
	_, err := c.Do(t.Context(), cmd)
	var r *exercise.Refusal
	if err != nil && !errors.As(err, &r) {
		t.Fatalf("%s: %v is no refusal", cmd.Key, err)
	}
	if r == nil {
		return ""
	}
	return r.Code
}

// TestIdempotencyKeys: a retry answers from the first result, on the same
// conductor and after reopening the store.
func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2, 1)
	c, stop := b.run()
	note := exercise.AddNote{Text: "x"}
	first := b.must(c, exercise.Excon(), "n", note)
	other := b.must(c, exercise.Actor{ID: "eve", Role: exercise.RoleEvaluator}, "n", note)
	if other.First <= first.Last {
		t.Errorf("another's command under the same key gave %v, the first %v", other, first)
	}
	pause := exercise.Command{Key: "p", Actor: exercise.Excon(), Do: exercise.Pause{}}
	if got := code(t, c, pause); got != exercise.WrongClock {
		t.Fatalf("pause before STARTEX: %q", got)
	}
	again := func(c *conduct.Conductor) {
		t.Helper()
		before := c.Seq()
		if got := b.must(c, exercise.Excon(), "n", note); got != first {
			t.Errorf("the retry gave %v, the first %v", got, first)
		}
		for name, do := range map[string]exercise.Action{
			"other body": exercise.AddNote{Text: "y"},
			"other type": exercise.RaiseReal{Text: "x"},
		} {
			if got := code(t, c, exercise.Command{Key: "n", Actor: exercise.Excon(), Do: do}); got != exercise.KeyReused {
				t.Errorf("%s under the same key: %q, want %q", name, got, exercise.KeyReused)
			}
		}
		if after := c.Seq(); after != before {
			t.Errorf("retries added %d events", after-before)
		}
	}
	again(c)
	stop()
	c, stop = b.run()
	defer stop()
	again(c)
	b.must(c, exercise.Excon(), "startex", exercise.Start{Speed: 1})
	if got := code(t, c, pause); got != "" {
		t.Errorf("a refusal was remembered: %q", got)
	}
	if got := code(t, c, pause); got != "" {
		t.Errorf("a retry was decided anew: %q", got)
	}
}

// TestRefusalsOfTheConductor are those that the engine does not know.
func TestRefusalsOfTheConductor(t *testing.T) {
	t.Parallel()
	b := newBench(t, 2, 1)
	c, stop := b.run()
	defer stop()
	bad, fine := scenario.Text{"en": "# {{nope}}"}, scenario.Text{"en": "# x"}
	excon := exercise.Excon()
	for _, tc := range []struct {
		name string
		cmd  exercise.Command
		want string
	}{
		{"no key", exercise.Command{Actor: excon, Do: exercise.AddNote{Text: "x"}}, exercise.MissingKey},
		{"inject", exercise.Command{Key: "1", Actor: excon, Do: exercise.AddInject{From: "ministry", Texts: bad}}, exercise.BadTemplate},
		{"its task", exercise.Command{Key: "2", Actor: excon, Do: exercise.AddInject{From: "ministry", Texts: fine, Tasks: []exercise.AddedTask{{Prompt: bad, Within: 1}}}}, exercise.BadTemplate},
		{"amended inject", exercise.Command{Key: "3", Actor: excon, Do: exercise.AmendInject{Inject: "I01", Texts: bad}}, exercise.BadTemplate},
		{"amended task", exercise.Command{Key: "4", Actor: excon, Do: exercise.AmendTask{Task: "T01", Prompt: bad}}, exercise.BadTemplate},
	} {
		before := c.Seq()
		if got := code(t, c, tc.cmd); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
		if c.Seq() != before {
			t.Errorf("%s left an event", tc.name)
		}
	}
}
