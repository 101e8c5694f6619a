package exercise_test

import (
	"testing"

	"renkei/internal/exercise"
)

// TestReplyTakesItsTime: what a condition fires with a delay comes that long
// after its cause, moves with a unit that stands still, and does not come
// earlier for a second cause.
func TestReplyTakesItsTime(t *testing.T) {
	t.Parallel()
	d := started(t, `injects:
- key: I01
  title: Question
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tasks:
  - key: T
    type: answer
    attempts: 5
    accept: [marsh]
    prompt: Which?
    due: 10m
- key: I02
  title: Reply
  phase: respond
  from: desk
  to: teams
  when: task("T").answered
  since: I01
  within: 3m
  delay: 2m
`, 3)
	d.pass(minutes(3).Duration())
	d.must(player("asteria"), exercise.Submit{Task: "T", Unit: "asteria", Text: "reed"})
	d.must(player("borealis"), exercise.Submit{Task: "T", Unit: "borealis", Text: "reed"})
	d.pass(minutes(1).Duration())
	d.must(player("asteria"), exercise.Submit{Task: "T", Unit: "asteria", Text: "marsh"})
	d.is("I02", "asteria", exercise.InjectWaiting)
	d.status("borealis", exercise.UnitPause)
	d.pass(minutes(0.5).Duration())
	d.status("borealis", exercise.Present)
	d.pass(minutes(5).Duration())
	d.releasedAt("I02", "asteria", minutes(5))
	d.releasedAt("I02", "borealis", minutes(5.5))
	d.is("I02", "coralia", exercise.InjectPassed)
}
