package exercise_test

import (
	"slices"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/testkit/exercisetest"
)

// forAsteria is what EXCON does for Asteria after a telephone call.
func forAsteria(do exercise.Action) exercise.ActFor {
	return exercise.ActFor{Unit: "asteria", How: exercise.ByTelephone, By: " Ms Lim ", Do: do}
}

// TestActFor: what EXCON does for a unit counts as the unit's own, with its time
// and its points; the actor stays the controller, and the log says for whom and
// after what.
func TestActFor(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(90 * time.Second) // I01 is out since 1m
	cora := exercise.Actor{ID: "cora", Role: exercise.RoleControl}
	for _, do := range []exercise.Action{
		exercise.Acknowledge{Inject: "I01", Unit: "asteria"}, answer("T1", "asteria", "one"),
	} {
		events := d.must(cora, forAsteria(do))
		b, ok := events[0].Body.(*exercise.ActedFor)
		if !ok || *b != (exercise.ActedFor{For: "asteria", How: exercise.ByTelephone, By: "Ms Lim"}) {
			t.Fatalf("%T: %+v", events[0].Body, events[0].Body)
		}
		if !slices.Equal(events[0].To, exercise.Audience{exercise.ToUnit("asteria")}) {
			t.Errorf("it is told to %v", events[0].To)
		}
		for _, e := range events {
			if e.Actor != "cora" || e.At != events[0].At {
				t.Errorf("%s is by %s at %s", e.Body.Type(), e.Actor, e.At)
			}
		}
	}
	d.must(player("borealis"), answer("T1", "borealis", "one"))
	if a, b := d.task("T1", "asteria"), d.task("T1", "borealis"); a.Attempts != 1 || a.Points != b.Points || a.Points == 0 || a.Late {
		t.Errorf("Asteria has %+v, Borealis %+v", a, b)
	}
	if code := d.code(cora, forAsteria(exercise.Acknowledge{Inject: "I01", Unit: "asteria"})); code != exercise.AlreadyAcked {
		t.Errorf("acknowledged twice: %q", code)
	}
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

// TestActForBeforeStart: a unit that only telephones is ready, too.
func TestActForBeforeStart(t *testing.T) {
	t.Parallel()
	d := newDrill(t, testPlay(t, everyMSEL, exercisetest.Teams(t, 2)))
	d.must(exercise.Excon(), forAsteria(exercise.SetReady{Unit: "asteria", Ready: true}))
	if u, _ := d.play.Cast.Index("asteria"); !d.s.Unit(u).Ready {
		t.Error("Asteria is not ready")
	}
}
