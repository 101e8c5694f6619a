package exercise_test

import (
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/testkit/exercisetest"
)

const holdMSEL = `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 2m, tasks: [{key: T1, type: answer, prompt: {en: P, ja: P}, due: 30m, accept: [one]}]}
- {key: I02, title: {en: B, ja: B}, phase: inform, from: desk, to: teams, after: I01 +2m}
- {key: I03, title: {en: C, ja: C}, phase: inform, from: desk, to: teams, when: task("T1").correct, at: 3m, within: 5m}
- {key: I04, title: {en: D, ja: D}, phase: inform, from: desk, to: teams, at: 40m}
`

func (d *drill) hold(inject string, units ...string) {
	d.t.Helper()
	d.must(exercise.Excon(), exercise.HoldInject{Inject: inject, Units: units, Reason: "not yet"})
}

func (d *drill) letGo(inject string, units ...string) {
	d.t.Helper()
	d.must(exercise.Excon(), exercise.HoldInject{Inject: inject, Units: units, LetGo: true})
	d.settle()
}

// held checks that an inject waits and is held.
func (d *drill) held(inject, unit string, want bool) {
	d.t.Helper()
	if v := d.inject(inject, unit); v.Held != want {
		d.t.Fatalf("%s for %s is held: %v, want %v", inject, unit, v.Held, want)
	}
}

// outOf is the release of an inject to a unit.
func (d *drill) outOf(inject, unit string) *exercise.InjectReleased {
	d.t.Helper()
	for i := range d.log {
		if b, ok := d.log[i].Body.(*exercise.InjectReleased); ok && b.Inject == inject && b.Unit == unit {
			return b
		}
	}
	d.t.Fatalf("%s did not come to %s", inject, unit)
	return nil
}

// TestHeldInject does not come by itself, for those for whom it is held.
func TestHeldInject(t *testing.T) {
	t.Parallel()
	t.Run("let go after its time", func(t *testing.T) {
		t.Parallel()
		d := started(t, holdMSEL, 2)
		d.hold("I01", "asteria")
		d.held("I01", "asteria", true)
		d.pass(10 * time.Minute)
		d.is("I01", "asteria", exercise.InjectWaiting)
		d.releasedAt("I01", "borealis", minutes(2))
		d.letGo("I01")
		d.releasedAt("I01", "asteria", minutes(10))
		if b := d.outOf("I01", "asteria"); b.Due != minutes(2) || !b.Held || b.Jumped || b.Manual {
			t.Errorf("came as %+v", b)
		}
		d.held("I01", "asteria", false)
		d.pass(2 * time.Minute)
		d.releasedAt("I02", "asteria", minutes(12)) // the storyline waited
		d.releasedAt("I02", "borealis", minutes(4))
		sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
	})
	t.Run("let go before its time", func(t *testing.T) {
		t.Parallel()
		d := started(t, holdMSEL, 2)
		d.hold("I01")
		d.pass(time.Minute)
		d.letGo("I01", "asteria")
		d.pass(5 * time.Minute)
		if b := d.outOf("I01", "asteria"); b.Held || b.Due != minutes(2) {
			t.Errorf("came as %+v", b)
		}
		d.releasedAt("I01", "asteria", minutes(2))
		d.is("I01", "borealis", exercise.InjectWaiting)
	})
	t.Run("held before STARTEX", func(t *testing.T) {
		t.Parallel()
		d := newDrill(t, testPlay(t, holdMSEL, exercisetest.Teams(t, 2)))
		d.hold("I01", "teams")
		d.must(exercise.Excon(), exercise.Start{Speed: 1})
		d.pass(5 * time.Minute)
		d.is("I01", "asteria", exercise.InjectWaiting)
		d.is("I02", "asteria", exercise.InjectWaiting)
	})
	t.Run("by hand", func(t *testing.T) {
		t.Parallel()
		d := started(t, holdMSEL, 2)
		d.hold("I01")
		d.pass(4 * time.Minute)
		d.must(exercise.Excon(), exercise.Release{Inject: "I01"})
		d.releasedAt("I01", "asteria", minutes(4))
		d.held("I01", "asteria", false)
		if b := d.outOf("I01", "asteria"); b.Held || !b.Manual {
			t.Errorf("came as %+v", b)
		}
	})
	t.Run("amended", func(t *testing.T) {
		t.Parallel()
		d := started(t, holdMSEL, 2)
		d.hold("I01")
		d.must(exercise.Excon(), exercise.AmendInject{Inject: "I01", Due: ptr(minutes(6))})
		d.pass(10 * time.Minute)
		d.is("I01", "asteria", exercise.InjectWaiting)
		d.letGo("I01")
		if b := d.outOf("I01", "asteria"); b.Due != minutes(6) || !b.Held {
			t.Errorf("came as %+v", b)
		}
	})
	t.Run("taken out", func(t *testing.T) {
		t.Parallel()
		d := started(t, holdMSEL, 2)
		d.hold("I01")
		d.pass(10 * time.Minute)
		d.must(exercise.Excon(), exercise.Retract{Inject: "I01", Units: []string{"asteria"}})
		d.held("I01", "asteria", false)
		d.pass(5 * time.Minute)
		d.releasedAt("I02", "asteria", minutes(12)) // as if it had come now
		d.is("I02", "borealis", exercise.InjectWaiting)
	})
	t.Run("until ENDEX", func(t *testing.T) {
		t.Parallel()
		d := started(t, holdMSEL, 2)
		d.hold("I04")
		d.pass(2 * time.Hour)
		d.is("I04", "asteria", exercise.InjectWaiting)
		if d.s.Phase() != exercise.Over {
			t.Error("it holds ENDEX up")
		}
	})
}

// TestHeldThroughAJump stays held, and is not taken for jumped when it is let
// go right after.
func TestHeldThroughAJump(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{exercise.JumpSkip, exercise.JumpRelease} {
		d := started(t, holdMSEL, 2)
		d.hold("I01", "asteria")
		d.must(exercise.Excon(), exercise.Jump{To: minutes(20), Mode: mode})
		d.settle()
		d.is("I01", "asteria", exercise.InjectWaiting)
		d.letGo("I01")
		d.releasedAt("I01", "asteria", minutes(20))
		if b := d.outOf("I01", "asteria"); b.Jumped || !b.Held || b.Due != minutes(2) {
			t.Errorf("%s: came as %+v", mode, b)
		}
	}
}

// TestHeldCondition is looked at all the same: that it held counts when the
// inject is let go, and it may lapse.
func TestHeldCondition(t *testing.T) {
	t.Parallel()
	d := started(t, holdMSEL, 2)
	d.hold("I03")
	d.pass(4 * time.Minute)
	d.is("I03", "asteria", exercise.InjectWatching)
	d.held("I03", "asteria", true)
	d.must(player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", Text: "one"})
	d.pass(6 * time.Minute)
	d.is("I03", "asteria", exercise.InjectWaiting)
	d.is("I03", "borealis", exercise.InjectPassed) // its five minutes are over
	d.letGo("I03")
	if b := d.outOf("I03", "asteria"); b.Due != minutes(4) || !b.Held {
		t.Errorf("came as %+v", b)
	}
	if got := d.code(exercise.Excon(), exercise.HoldInject{Inject: "I03", Units: []string{"borealis"}, LetGo: true}); got != exercise.NotWaiting {
		t.Errorf("what has lapsed is let go: %q", got)
	}
}

// TestHeldForAUnitThatStandsStill: it comes when the unit goes on, late as it
// was held.
func TestHeldForAUnitThatStandsStill(t *testing.T) {
	t.Parallel()
	d := started(t, holdMSEL, 2)
	d.hold("I01", "asteria")
	d.pass(3 * time.Minute)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.UnitPause})
	d.letGo("I01", "asteria")
	d.is("I01", "asteria", exercise.InjectWaiting)
	d.pass(5 * time.Minute)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.Present})
	d.settle()
	d.releasedAt("I01", "asteria", minutes(8))
	if b := d.outOf("I01", "asteria"); b.Due != minutes(7) || !b.Held {
		t.Errorf("came as %+v", b)
	}
}
