package exercise_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/testkit/exercisetest"
)

// wrongLeads are conditions that hold after a wrong answer to task T and after
// no right one.
var wrongLeads = []string{
	`task("T").answered && !task("T").correct`,
	`task("T").attempts > 0 && task("T").score < 10.0`,
	`!(task("T").correct || !task("T").answered)`,
	`inject("I01").released && task("T").answered != task("T").correct`,
	`teams.answered("T") > teams.solved("T") && task("T").answered && !task("T").correct`,
	`task("T").answered && score < 10.0`,
}

// leadTasks are tasks with one right answer each, and a wrong one.
var leadTasks = []struct {
	yaml         string
	right, wrong exercise.Submit
}{
	{"type: answer\n    accept: [marsh]", exercise.Submit{Text: "Marsh"}, exercise.Submit{Text: "reed"}},
	{
		"type: choice\n    attempts: 3\n    options: [{key: a, text: A, correct: true}, {key: b, text: B}]",
		exercise.Submit{Items: []string{"a"}},
		exercise.Submit{Items: []string{"b"}},
	},
	{"type: indicators\n    accept: [192.0.2.7]", exercise.Submit{Items: []string{"192.0.2.7"}}, exercise.Submit{Items: []string{"192.0.2.8"}}},
	{"type: flag\n    flag: RNK", exercise.Submit{Text: "RNK"}, exercise.Submit{Text: "rnk"}},
}

// TestRightAnswersFireNothingMeantForWrongOnes holds for any pack: what is
// meant for wrong answers comes to those who gave one, and to nobody else.
func TestRightAnswersFireNothingMeantForWrongOnes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		task := rapid.SampledFrom(leadTasks).Draw(r, "task")
		when := rapid.SampledFrom(wrongLeads).Draw(r, "when")
		delay := rapid.SampledFrom([]string{"", "\n  since: I01"}).Draw(r, "since")
		msel := fmt.Sprintf(`injects:
- key: I01
  title: Question
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tasks:
  - key: T
    %s
    prompt: Which?
    due: 10m
- key: I02
  title: For wrong answers
  phase: respond
  from: desk
  to: teams
  when: '%s'%s
`, task.yaml, when, delay)
		d := newDrill(r, testPlay(t, msel, exercisetest.Teams(t, 3)))
		d.must(exercise.Excon(), exercise.Start{Speed: 1})
		d.pass(minutes(2).Duration())
		wrong, solved := map[string]bool{}, map[string]bool{}
		for range rapid.IntRange(1, 8).Draw(r, "answers") {
			unit := rapid.SampledFrom([]string{"asteria", "borealis", "coralia"}).Draw(r, "unit")
			answer, isRight := task.wrong, rapid.Bool().Draw(r, "right")
			if isRight {
				answer = task.right
			}
			answer.Task, answer.Unit = "T", unit
			if d.code(player(unit), answer) == "" {
				wrong[unit], solved[unit] = wrong[unit] || !isRight, solved[unit] || isRight
			}
			d.pass(minutes(0.1).Duration())
		}
		for unit := range solved {
			if got := d.inject("I02", unit).Status == exercise.InjectOut; got != wrong[unit] {
				r.Fatalf("%s: wrong %v, I02 came %v\n%s", unit, wrong[unit], got, msel)
			}
		}
	})
}

// TestNewKeyIsOneFact: an amended key scores every attempt anew, and between the
// first of these scores and the last nothing is a fact.
func TestNewKeyIsOneFact(t *testing.T) {
	t.Parallel()
	d := started(t, strings.NewReplacer("X", leadTasks[0].yaml).Replace(`injects:
- key: I01
  title: Question
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tasks:
  - key: T
    X
    prompt: Which?
    due: 10m
- key: I02
  title: When it was right and no longer is
  phase: respond
  from: desk
  to: teams
  since: I01 +1m
  when: task("T").attempts == 2 && !task("T").correct
`), 1)
	d.pass(minutes(1.5).Duration())
	d.must(player("asteria"), exercise.Submit{Task: "T", Unit: "asteria", Text: "reed"})
	d.must(player("asteria"), exercise.Submit{Task: "T", Unit: "asteria", Text: "marsh"})
	d.pass(minutes(1).Duration())
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T", Points: ptr(5.0)})
	d.pass(minutes(1).Duration())
	d.is("I02", "asteria", exercise.InjectWatching)
}

// TestLastIsMarked: the last event of every command says so, in its stored form
// too, and no other does.
func TestLastIsMarked(t *testing.T) {
	t.Parallel()
	log := playedThrough(t, shippedPlay(t, 3), 9).log[1:]
	bodies := exercise.NewBodies()
	for i := range log {
		e, want := &log[i], exercise.Last
		if e.Cmd == "x" {
			continue // given by hand, all under this key
		}
		if i+1 < len(log) && log[i+1].Cmd == e.Cmd && log[i+1].Actor == e.Actor {
			want = exercise.Inner
		}
		raw, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if stored, err := bodies.Decode(raw); err != nil || e.Place != want || stored.Place != want {
			t.Fatalf("event %d has place %d, stored %d (%v), want %d", e.Seq, e.Place, stored.Place, err, want)
		}
	}
}

// TestUnmarkedFoldsAsItWasWritten: an event without a place is folded by itself,
// so that what once fired between two events of one command still does.
func TestUnmarkedFoldsAsItWasWritten(t *testing.T) {
	t.Parallel()
	msel := `injects:
- key: I01
  title: Question
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tasks:
  - {key: T, type: answer, accept: [marsh], prompt: "Which?", due: 10m}
- key: I02
  title: For wrong answers
  phase: respond
  from: desk
  to: teams
  when: task("T").answered && !task("T").correct
`
	for _, unmarked := range []bool{false, true} {
		d := started(t, msel, 1)
		d.pass(minutes(1.5).Duration())
		d.must(player("asteria"), exercise.Submit{Task: "T", Unit: "asteria", Text: "marsh"})
		s := exercise.New(d.play)
		for _, e := range d.log {
			if unmarked {
				e.Place = exercise.Unmarked
			}
			if err := s.Apply(&e); err != nil {
				t.Fatal(err)
			}
		}
		if due, ok := s.Due(minutes(2)); ok != unmarked || ok && due.Key != "due/I02/asteria/2" {
			t.Errorf("unmarked %v: owes %v %q", unmarked, ok, due.Key)
		}
	}
}
