package exercise_test

import (
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
)

const forkMSEL = `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: all, at: 2m, tasks: [{key: T1, type: answer, prompt: {en: P, ja: P}, due: 9m, accept: [one]}]}
- {key: I02, title: {en: B, ja: B}, phase: inform, from: desk, to: all, branch: good}
- {key: I03, title: {en: C, ja: C}, phase: inform, from: desk, to: teams, at: 5m, branch: bad}
- {key: I04, title: {en: D, ja: D}, phase: inform, from: desk, to: teams, at: 20m, branch: bad}
- {key: I05, title: {en: E, ja: E}, phase: inform, from: desk, to: teams, after: I03 +4m}
- {key: I06, title: {en: F, ja: F}, phase: inform, from: desk, to: teams, branch: good, when: 'inject("I02").acknowledged', within: 5m}
- {key: I07, title: {en: G, ja: G}, phase: inform, from: desk, to: teams, at: 30m, unless: branch("few"), tasks: [{key: T7, type: answer, prompt: {en: P, ja: P}, due: 9m, accept: [one], branch: good}, {key: T8, type: answer, prompt: {en: P, ja: P}, due: 9m, accept: [one]}]}
- {key: I08, title: {en: H, ja: H}, phase: inform, from: desk, to: teams, when: branch("bad"), at: 1m}
decisions:
- key: D1
  title: {en: A, ja: A}
  after: I01 +8m
  branches:
  - {key: good, title: {en: A, ja: A}, when: 'task("T1").correct'}
  - {key: bad, title: {en: B, ja: B}, when: '!task("T1").correct && !task("T1").late'}
- key: D2
  title: {en: B, ja: B}
  scope: all
  at: 30m
  branches:
  - {key: many, title: {en: A, ja: A}, when: teams.solved("T1") >= 2}
  - {key: few, title: {en: B, ja: B}}
`

func (d *drill) choice(decision, unit string) exercise.ChoiceView {
	d.t.Helper()
	n, ok := d.play.DecisionIndex(decision)
	u, known := d.play.Cast.Index(unit)
	if !ok || !known {
		d.t.Fatalf("no decision %s or unit %s", decision, unit)
	}
	return d.s.Choice(n, u)
}

func (d *drill) took(decision, unit, branch string) {
	d.t.Helper()
	if v := d.choice(decision, unit); !v.Made || v.Branch != branch {
		d.t.Fatalf("%s of %s is %+v, want %q", decision, unit, v, branch)
	}
}

// branches are what the log tells of decisions, by decision and unit.
func (d *drill) branches() map[string]*exercise.Event {
	d.t.Helper()
	found := map[string]*exercise.Event{}
	for i := range d.log {
		if b, ok := d.log[i].Body.(*exercise.BranchTaken); ok {
			if key := strings.TrimSpace(b.Decision + " " + b.Unit); found[key] == nil {
				found[key] = &d.log[i]
			} else {
				d.t.Fatalf("%s is decided twice", key)
			}
		}
	}
	return found
}

// fork starts an exercise in which asteria solves T1 at 4m and borealis does
// not.
func fork(t *testing.T) *drill {
	t.Helper()
	d := started(t, forkMSEL, 2)
	d.pass(4 * time.Minute)
	d.must(player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", Text: "one"})
	return d
}

// TestBranches: each team goes its own way, at the time of the decision or
// later, and what belongs to the other way lapses.
func TestBranches(t *testing.T) {
	t.Parallel()
	d := fork(t)
	d.is("I03", "borealis", exercise.InjectWaiting)
	d.pass(5 * time.Minute)
	d.is("I03", "borealis", exercise.InjectWaiting) // its time has passed, the decision has not
	d.pass(20 * time.Minute)
	d.took("D1", "asteria", "good")
	d.took("D1", "borealis/hospital", "bad")
	d.releasedAt("I02", "asteria", minutes(10))
	d.releasedAt("I02", "asteria/hospital", minutes(10))
	d.is("I02", "borealis/hospital", exercise.InjectPassed)
	d.is("I03", "asteria", exercise.InjectPassed)
	d.is("I05", "asteria", exercise.InjectWaiting) // follows what does not come
	d.releasedAt("I03", "borealis", minutes(10))
	d.releasedAt("I05", "borealis", minutes(14))
	d.releasedAt("I04", "borealis", minutes(20))
	d.is("I06", "borealis", exercise.InjectPassed)
	d.is("I06", "asteria", exercise.InjectPassed) // nobody acknowledged within 5m of the decision
	d.releasedAt("I08", "borealis", minutes(10))
	d.is("I08", "asteria", exercise.InjectWatching)
	if cmd := d.branches()["D1 borealis"].Cmd; cmd != "due/D1.branch/borealis/1" {
		t.Errorf("the key is %s", cmd)
	}
}

// TestDecisionForAll is made once, after what falls due with it and before what
// asks for it.
func TestDecisionForAll(t *testing.T) {
	t.Parallel()
	few := fork(t)
	few.pass(40 * time.Minute)
	few.took("D2", "asteria", "few")
	few.took("D2", "borealis", "few")
	few.is("I07", "asteria", exercise.InjectPassed)
	if e := few.branches()["D2"]; e == nil || e.Cmd != "due/D2.branch/all/1" || e.At != minutes(30) {
		t.Errorf("decided as %+v", e)
	}
	many := fork(t)
	many.must(player("borealis"), exercise.Submit{Task: "T1", Unit: "borealis", Text: "one"})
	many.pass(40 * time.Minute)
	many.took("D2", "borealis", "many")
	many.releasedAt("I07", "asteria", minutes(30))
}

// TestBranchOfATask: asked only of those who took the branch.
func TestBranchOfATask(t *testing.T) {
	t.Parallel()
	d := started(t, forkMSEL, 3)
	d.pass(3 * time.Minute)
	for _, unit := range []string{"asteria", "borealis"} {
		d.must(player(unit), exercise.Submit{Task: "T1", Unit: unit, Text: "one"})
	}
	d.pass(28 * time.Minute)
	for unit, want := range map[string]string{"asteria": "", "coralia": exercise.TaskNotOpen} {
		if got := d.code(player(unit), exercise.Submit{Task: "T7", Unit: unit, Text: "one"}); got != want {
			t.Errorf("T7 of %s: refused as %q, want %q", unit, got, want)
		}
		if got := d.code(player(unit), exercise.Submit{Task: "T8", Unit: unit, Text: "one"}); got != "" {
			t.Errorf("T8 of %s is refused as %q", unit, got)
		}
	}
}

// TestNoBranch: none is taken when no condition holds, or the team has left;
// whoever is only absent goes on.
func TestNoBranch(t *testing.T) {
	t.Parallel()
	d := started(t, forkMSEL, 4)
	d.pass(4 * time.Minute)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.Withdrawn})
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "borealis", Status: exercise.Absent})
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T1", Unit: "coralia", Within: ptr(minutes(5))})
	d.pass(7 * time.Minute)
	d.took("D1", "asteria", "")
	d.took("D1", "borealis", "bad")
	d.took("D1", "coralia", "")
	d.took("D1", "delmara", "bad")
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "borealis", Status: exercise.Present})
	d.pass(20 * time.Minute)
	d.is("I02", "coralia", exercise.InjectPassed)
	d.is("I03", "coralia", exercise.InjectPassed)
	d.is("I03", "borealis", exercise.InjectPassed) // came while it was absent
	d.releasedAt("I04", "borealis", minutes(20))
}

// TestPauseMovesADecision, of the exercise and of a team; one for everybody
// waits for no team.
func TestPauseMovesADecision(t *testing.T) {
	t.Parallel()
	d := fork(t)
	d.must(exercise.Excon(), exercise.Pause{})
	d.pass(50 * time.Hour)
	d.must(exercise.Excon(), exercise.Resume{})
	d.pass(time.Minute)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "borealis", Status: exercise.UnitPause})
	d.pass(27 * time.Minute)
	if v := d.choice("D1", "borealis"); v.Made {
		t.Fatalf("decided while borealis stood still: %+v", v)
	}
	d.took("D2", "borealis", "few")
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "borealis", Status: exercise.Present})
	d.pass(20 * time.Minute)
	all := d.branches()
	for key, at := range map[string]exercise.Time{"D1 asteria": minutes(10), "D1 borealis": minutes(37), "D2": minutes(30)} {
		if e := all[key]; e == nil || e.At != at {
			t.Errorf("%s: %+v, want at %s", key, e, at)
		}
	}
	d.releasedAt("I03", "borealis", minutes(37))
	d.releasedAt("I04", "borealis", minutes(47))
}

// TestDowntimeMovesADecision: after a long time away the exercise comes back
// paused where it was, and decides at the same exercise time.
func TestDowntimeMovesADecision(t *testing.T) {
	t.Parallel()
	d := fork(t)
	d.pass(5 * time.Minute)
	tick := d.s.Now(d.wall)
	d.wall += (3 * time.Hour).Microseconds()
	cmd := exercise.Command{Key: "recover/1", Actor: exercise.Clock(), At: tick, Wall: d.wall, Do: exercise.Recover{Down: 1, Pause: true}}
	events, err := d.s.Decide(&cmd, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.apply(events)
	d.pass(time.Hour)
	d.must(exercise.Excon(), exercise.Resume{})
	d.pass(2 * time.Minute)
	d.releasedAt("I02", "asteria", minutes(10))
	d.releasedAt("I03", "borealis", minutes(10))
}

// TestCellThatStandsStill gets what its team's decision opens when it is back.
func TestCellThatStandsStill(t *testing.T) {
	t.Parallel()
	d := fork(t)
	d.pass(time.Minute)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria/hospital", Status: exercise.UnitPause})
	d.pass(10 * time.Minute)
	d.releasedAt("I02", "asteria", minutes(10))
	d.is("I02", "asteria/hospital", exercise.InjectWaiting)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria/hospital", Status: exercise.Present})
	d.settle()
	d.releasedAt("I02", "asteria/hospital", minutes(15))
}

// TestJumpTakesDecisions on its way in either mode; what follows counts from
// when they were due.
func TestJumpTakesDecisions(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]exercise.InjectStatus{
		exercise.JumpSkip: exercise.InjectPassed, exercise.JumpRelease: exercise.InjectOut,
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			d := fork(t)
			preview, err := d.s.Preview(&exercise.Command{Actor: exercise.Excon(), At: d.s.Now(d.wall), Do: exercise.Jump{To: minutes(12), Mode: mode}})
			if err != nil || count(preview, "branch.taken") != 2 {
				t.Fatalf("the preview has %v: %v", types(preview), err)
			}
			d.must(exercise.Excon(), exercise.Jump{To: minutes(12), Mode: mode})
			d.settle()
			e := d.branches()["D1 borealis"]
			b, ok := e.Body.(*exercise.BranchTaken)
			if !ok || !b.Jumped || b.Due != minutes(10) || e.At != minutes(12) || b.Branch != "bad" {
				t.Fatalf("decided as %+v at %s", b, e.At)
			}
			d.is("I03", "borealis", want)
			d.pass(2 * time.Minute)
			d.releasedAt("I05", "borealis", minutes(14))
		})
	}
}

// TestByHandBesideADecision: what EXCON releases, retracts or sets another time
// for before the decision.
func TestByHandBesideADecision(t *testing.T) {
	t.Parallel()
	excon := exercise.Excon()
	t.Run("released", func(t *testing.T) {
		t.Parallel()
		d := fork(t)
		d.must(excon, exercise.Release{Inject: "I03", Units: []string{"asteria"}})
		d.pass(20 * time.Minute)
		d.releasedAt("I03", "asteria", minutes(4))
		d.is("I04", "asteria", exercise.InjectPassed)
		d.must(excon, exercise.Release{Inject: "I04", Units: []string{"asteria"}}) // by hand still
	})
	t.Run("at another time", func(t *testing.T) {
		t.Parallel()
		d := fork(t)
		d.must(excon, exercise.AmendInject{Inject: "I03", Due: ptr(minutes(6))})
		d.must(excon, exercise.AmendInject{Inject: "I02", Due: ptr(minutes(15))})
		d.pass(20 * time.Minute)
		d.is("I03", "asteria", exercise.InjectPassed)
		d.releasedAt("I03", "borealis", minutes(10))
		d.releasedAt("I02", "asteria", minutes(15))
		d.is("I02", "borealis", exercise.InjectPassed)
	})
	t.Run("retracted", func(t *testing.T) {
		t.Parallel()
		d := fork(t)
		d.must(excon, exercise.Retract{Inject: "I03"})
		d.pass(5 * time.Minute)
		d.is("I05", "borealis", exercise.InjectWaiting)
		d.pass(15 * time.Minute)
		d.releasedAt("I05", "borealis", minutes(14)) // the storyline goes on where the branch was taken
		d.is("I05", "asteria", exercise.InjectWaiting)
	})
	t.Run("what it follows is retracted", func(t *testing.T) {
		t.Parallel()
		d := started(t, forkMSEL, 2)
		d.pass(time.Minute)
		d.must(excon, exercise.Retract{Inject: "I01"})
		d.pass(10 * time.Minute)
		if e := d.branches()["D1 asteria"]; e == nil || e.At != minutes(10) {
			t.Errorf("decided as %+v", e)
		}
	})
}

// TestUnknownBranchInALog is an error, not a guess.
func TestUnknownBranchInALog(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]*exercise.BranchTaken{
		"decision":             {Decision: "D9", Unit: "asteria", Branch: "good"},
		"branch":               {Decision: "D1", Unit: "asteria", Branch: "x"},
		"branch of another":    {Decision: "D1", Unit: "asteria", Branch: "few"},
		"unit":                 {Decision: "D1", Unit: "x", Branch: "good"},
		"decision without one": {Decision: "", Unit: "asteria"},
	} {
		d := started(t, forkMSEL, 2)
		if err := d.s.Apply(&exercise.Event{Seq: d.s.Seq() + 1, At: d.s.At(), Body: b}); err == nil {
			t.Errorf("%s: folded", name)
		}
	}
}
