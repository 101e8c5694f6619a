package exercise_test

import (
	"slices"
	"testing"
	"time"

	"renkei/internal/exercise"
)

func (d *drill) paper(at float64, do exercise.Action) []exercise.Event {
	d.t.Helper()
	return d.must(exercise.Excon(), exercise.Enter{At: minutes(at), By: "M. Sato", Do: do})
}

// TestEnterFromPaper: what was done without a server counts at its true time;
// what nobody entered is passed over when play goes on, and nothing comes in a
// burst.
func TestEnterFromPaper(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(90 * time.Second) // I01 is out since 1m
	d.must(exercise.Excon(), exercise.Pause{})

	d.paper(2, exercise.Acknowledge{Inject: "I01", Unit: "asteria"})
	d.paper(2, answer("T1", "asteria", "one"))
	d.paper(3.5, exercise.Release{Inject: "I02", Units: []string{"asteria"}})
	d.paper(5, answer("T1", "borealis", "one"))
	told := d.paper(9.5, exercise.Send{From: "asteria", Ends: []string{"unit:borealis"}, Text: "x", TLP: 3})
	if e := told[0]; e.At != minutes(9.5) || !slices.Equal(e.To, exercise.Audience{exercise.ToControl}) {
		t.Errorf("the entry is at %s, to %v", e.At, e.To)
	}
	if told[1].At != minutes(9.5) || d.s.At() != minutes(9.5) {
		t.Errorf("the message is at %s, the clock at %s", told[1].At, d.s.At())
	}
	if code := d.code(exercise.Excon(), exercise.Enter{At: minutes(4), By: "x", Do: exercise.AddNote{Text: "x"}}); code != exercise.PaperTime {
		t.Errorf("an entry before the last one: %q", code)
	}
	if a, b := d.task("T1", "asteria"), d.task("T1", "borealis"); a.Late || !b.Late {
		t.Errorf("late: %v and %v, want the second alone", a.Late, b.Late)
	}
	d.releasedAt("I02", "asteria", minutes(3.5))
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)

	d.must(exercise.Excon(), exercise.Resume{})
	d.pass(time.Second)
	d.is("I02", "borealis", exercise.InjectPassed) // it was due at 3m
	d.is("I05", "borealis", exercise.InjectPassed) // it was due at 9m
	if d.s.At() != minutes(9.5) {                  // of the last event
		t.Errorf("play goes on at %s", d.s.At())
	}
	d.must(exercise.Excon(), exercise.Release{Inject: "I05", Units: []string{"borealis"}}) // all the same
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}
