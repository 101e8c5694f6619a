package exercise_test

import (
	"slices"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// say has asteria write to borealis, which F1 wants of it, and gives the event.
func (d *drill) say(text string) *exercise.Event {
	d.t.Helper()
	e := d.must(player("asteria"), exercise.Send{
		From: "asteria", Ends: []string{exercise.ToUnit("borealis")}, Text: text, TLP: scenario.TLPAmber,
	})[0]
	return &e
}

func evidence(of *exercise.Event, makes bool) exercise.CorrectEvidence {
	return exercise.CorrectEvidence{Of: of, Flow: "F1", Unit: "asteria", Makes: makes, Reason: "read again"}
}

func (d *drill) flowIs(want exercise.FlowStatus) {
	d.t.Helper()
	if got, _ := d.flow("F1", "asteria"); got != want {
		d.t.Fatalf("the flow is %s, want %s", got, want)
	}
}

// TestEvidenceAdded: what was not recognised counts from when it was said, with
// the points of the task that asks for it, also after its time.
func TestEvidenceAdded(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"in time": 0, "after its time": 20 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := started(t, callMSEL, 2)
			d.pass(3 * time.Minute)
			said := d.say("you know what")
			d.flowIs(exercise.FlowExpected)
			d.pass(after)
			events := d.must(exercise.Excon(), evidence(said, true))
			if b, ok := events[0].Body.(*exercise.EvidenceCorrected); !ok || b.Of != said.Seq || !b.Makes || b.Confirmed || !slices.Equal(events[0].To, exercise.Audience{"control"}) {
				t.Fatalf("%+v to %v", events[0].Body, events[0].To)
			}
			if m := made(events); len(m) != 1 || m[0] != (exercise.FlowMade{Flow: "F1", Unit: "asteria", Via: said.Seq}) {
				t.Errorf("it makes %+v", m)
			}
			d.flowIs(exercise.FlowIsMade)
			if v := d.task("T1", "asteria"); v.Points == 0 || v.Late || v.First != said.At {
				t.Errorf("the task is %+v, said at %s", v, said.At)
			}
			sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
			recall(t, d.s)
		})
	}
}

// TestEvidenceTakenBack: the flow waits again or is missed, the points go, and
// come back with another message or when EXCON thinks better of it; the flow is
// no longer counted among those of the teams.
func TestEvidenceTakenBack(t *testing.T) {
	t.Parallel()
	d := started(t, callMSEL, 2)
	d.pass(3 * time.Minute)
	first := d.say("the needle")
	full := d.task("T1", "asteria").Points
	if full == 0 {
		t.Fatal("it is not recognised")
	}
	d.must(exercise.Excon(), exercise.CorrectEvidence{Of: first, Flow: "F1", Unit: "asteria", Makes: true})
	if got := d.s.Evidence(first.Seq); len(got) != 1 || !got[0].Confirmed || got[0].By != "excon" {
		t.Errorf("confirmed: %+v", got)
	}
	d.must(exercise.Excon(), evidence(first, false))
	d.flowIs(exercise.FlowExpected)
	if v := d.task("T1", "asteria"); v.Points != 0 || v.Solved {
		t.Errorf("the task still has %+v", v)
	}
	if u, _ := d.play.Cast.Index("asteria"); d.s.Unit(u).Score != 0 {
		t.Errorf("the unit still has %v points", d.s.Unit(u).Score)
	}
	points := 7.0
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T1", Points: &points}) // judges everything again
	if v := d.task("T1", "asteria"); v.Points != 0 {
		t.Errorf("an amendment brings %v points back", v.Points)
	}
	second := d.say("the needle, in full")
	d.flowIs(exercise.FlowIsMade)
	if v := d.task("T1", "asteria"); v.Points != points || !v.Solved {
		t.Errorf("after another message the task has %+v", v)
	}
	if code := d.code(exercise.Excon(), evidence(first, true)); code != exercise.FlowIsThere {
		t.Errorf("made twice: %q", code)
	}
	d.must(exercise.Excon(), evidence(second, false))
	d.must(exercise.Excon(), evidence(first, true))
	d.flowIs(exercise.FlowIsMade)
	if v := d.task("T1", "asteria"); v.Points != points {
		t.Errorf("counted again the task has %+v", v)
	}
	d.must(exercise.Excon(), evidence(first, false))
	d.pass(20 * time.Minute)
	d.flowIs(exercise.FlowIsMissed)
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
	recall(t, d.s)
}

// TestEvidenceTakenBackAfterItsTime: the flow is missed at once.
func TestEvidenceTakenBackAfterItsTime(t *testing.T) {
	t.Parallel()
	d := started(t, callMSEL, 2)
	d.pass(3 * time.Minute)
	said := d.say("the needle")
	d.pass(20 * time.Minute)
	events := d.must(exercise.Excon(), evidence(said, false))
	if b, ok := events[1].Body.(*exercise.FlowMissed); !ok || b.Flow != "F1" || b.Due != minutes(5) {
		t.Fatalf("%+v", events[1].Body)
	}
	d.flowIs(exercise.FlowIsMissed)
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

// words are something that a unit has said, as the log would have it.
func words(unit string) *exercise.Event {
	return &exercise.Event{Seq: 1, Body: &exercise.Message{From: unit, Text: "x"}}
}
