package exercise_test

import (
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// What users of other tools complain about, by the number of their report.

const queueMSEL = `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 5m}
- {key: I02, title: {en: B, ja: B}, phase: recognise, from: desk, to: teams, at: 10m}
- {key: I03, title: {en: C, ja: C}, phase: recognise, from: desk, to: teams, after: I02 +5m}
- {key: I04, title: {en: D, ja: D}, phase: recognise, from: desk, to: cells, at: 20m}
`

// A release by hand is there at once, however long a pause was before it, and
// what follows it counts from it.
func TestOpenAEV1395ReleaseByHandIsNotDelayedByAPause(t *testing.T) {
	t.Parallel()
	for _, resume := range []bool{true, false} {
		d := started(t, queueMSEL, 2)
		d.pass(6 * time.Minute)
		d.must(exercise.Excon(), exercise.Pause{})
		d.pass(3 * time.Hour)
		if resume {
			d.must(exercise.Excon(), exercise.Resume{})
			d.pass(time.Minute)
		}
		at := d.s.Now(d.wall)
		events := d.must(exercise.Excon(), exercise.Release{Inject: "I02", Units: []string{"asteria"}})
		if len(events) != 1 || events[0].At != at {
			t.Fatalf("released by %v, want one event at %s", events, at)
		}
		d.releasedAt("I02", "asteria", at)
		if due := d.inject("I03", "asteria").Due; due != at+minutes(5) {
			t.Errorf("I03 is due at %s, want 5 min after its predecessor at %s", due, at)
		}
	}
}

// After a pause of any length nothing fires at once, and every pending thing
// comes exactly as much later in wall time as the pause was long.
func TestOpenAEV1637PauseMovesEverything(t *testing.T) {
	t.Parallel()
	for _, pause := range []time.Duration{time.Microsecond, time.Hour, 100 * 24 * time.Hour} {
		d := started(t, queueMSEL, 2)
		start := d.wall
		d.pass(7 * time.Minute)
		d.must(exercise.Excon(), exercise.Pause{})
		if got := d.pass(pause); len(got) > 0 {
			t.Fatalf("during the pause came %v", types(got))
		}
		d.must(exercise.Excon(), exercise.Resume{})
		if got := d.settle(); len(got) > 0 {
			t.Fatalf("after a pause of %s came at once %v", pause, types(got))
		}
		for _, want := range []struct {
			key, unit string
			at        exercise.Time
		}{{"I02", "asteria", minutes(10)}, {"I04", "asteria/hospital", minutes(20)}} {
			v := d.inject(want.key, want.unit)
			if v.Due != want.at {
				t.Errorf("%s is due at %s of exercise time, want %s", want.key, v.Due, want.at)
			}
			wall, ok := d.s.WallOf(v.Due)
			if in := start + int64(want.at) + pause.Microseconds(); !ok || wall != in {
				t.Errorf("%s comes at wall %d, want %d", want.key, wall, in)
			}
		}
		if got := d.pass(3*time.Minute - time.Microsecond); len(got) > 0 {
			t.Fatalf("too early: %v", types(got))
		}
		if got := d.pass(time.Microsecond); count(got, "inject.released") != 2 {
			t.Fatalf("at its time came %v, want I02 for two teams", types(got))
		}
		d.pass(5 * time.Minute)
		d.releasedAt("I03", "asteria", minutes(15))
	}
}

// The first inject after a pause comes, and can be acknowledged.
func TestOpenAEV2282FirstInjectAfterAPause(t *testing.T) {
	t.Parallel()
	d := started(t, queueMSEL, 2)
	d.pass(time.Minute)
	d.must(exercise.Excon(), exercise.Pause{})
	d.pass(time.Hour)
	d.must(exercise.Excon(), exercise.Resume{})
	d.pass(4 * time.Minute)
	d.releasedAt("I01", "asteria", minutes(5))
	d.must(player("asteria"), exercise.Acknowledge{Inject: "I01", Unit: "asteria"})
}

const taskMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tasks:
  - {key: T1, type: answer, prompt: {en: P, ja: P}, due: 2m, accept: {en: ["{{c2}}", "Straße"], ja: [暗号化]}}
  - {key: T2, type: report, prompt: {en: P, ja: P}, due: 2m, mentions: [[alpha, beta], {en: [gamma], ja: [ガンマ]}]}
  - {key: T3, type: indicators, prompt: {en: P, ja: P}, due: 2m, accept: ["{{c2}}", evil.example]}
  - key: T4
    type: choice
    prompt: {en: P, ja: P}
    due: 2m
    attempts: 2
    options:
    - {key: a, text: {en: A, ja: A}, correct: true}
    - {key: b, text: {en: B, ja: B}}
    - {key: c, text: {en: C, ja: C}, correct: true}
`

// Nothing is too old: a late answer counts, and an inject whose time has passed
// can still be released.
func TestOpenAEV2798NothingIsTooOld(t *testing.T) {
	t.Parallel()
	d := started(t, taskMSEL, 2)
	d.pass(50 * time.Minute)
	if v := d.task("T1", "asteria"); !v.Late || v.Status != exercise.TaskStands {
		t.Fatalf("T1 after its time: %+v, want late and open", v)
	}
	d.must(player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", Text: "203.0.113.11"})
	if v := d.task("T1", "asteria"); !v.Solved || v.Points != 10 || !v.Late {
		t.Errorf("late answer: %+v, want all points, and late", v)
	}

	d = started(t, queueMSEL, 2)
	d.pass(time.Minute)
	d.must(exercise.Excon(), exercise.Jump{To: minutes(30), Mode: exercise.JumpSkip})
	d.settle()
	d.is("I01", "asteria", exercise.InjectPassed)
	d.must(exercise.Excon(), exercise.Release{Inject: "I01"})
	d.releasedAt("I01", "asteria", minutes(30))

	added := d.must(exercise.Excon(), exercise.AddInject{
		Title: scenario.Text{"": "x"}, From: "desk", Units: []string{"asteria"}, Texts: scenario.Text{"en": "# x"}, Due: minutes(1),
	})
	d.settle()
	d.releasedAt("#"+digits(added[0].Seq), "asteria", minutes(30))
}

func digits(n uint64) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return digits(n/10) + string(rune('0'+n%10))
}

const armMSEL = `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 5m}
- {key: I02, title: {en: B, ja: B}, phase: recognise, from: desk, to: teams, when: inject("I01").acknowledged}
- {key: I03, title: {en: C, ja: C}, phase: recognise, from: desk, to: teams, at: 9m, unless: inject("I01").released}
- {key: I04, title: {en: D, ja: D}, phase: recognise, from: desk, to: teams, at: 30m}
`

// A release by hand works for whatever is not out yet, while the clock runs and
// while it stands.
func TestOpenAEV897ReleaseByHandInEveryState(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, inject string
		from         exercise.InjectStatus
		after        time.Duration
		jump         exercise.Time
	}{
		{name: "waiting for its time", inject: "I01", from: exercise.InjectWaiting, after: time.Minute},
		{name: "condition looked at", inject: "I02", from: exercise.InjectWatching, after: time.Minute},
		{name: "lapsed by unless", inject: "I03", from: exercise.InjectPassed, after: 10 * time.Minute},
		{name: "skipped by a jump", inject: "I01", from: exercise.InjectPassed, after: time.Minute, jump: minutes(20)},
	} {
		for _, hold := range []bool{false, true} {
			t.Run(tc.name, func(t *testing.T) {
				t.Parallel()
				d := started(t, armMSEL, 2)
				d.pass(tc.after)
				if tc.jump > 0 {
					d.must(exercise.Excon(), exercise.Jump{To: tc.jump, Mode: exercise.JumpSkip})
					d.settle()
				}
				if hold {
					d.must(exercise.Excon(), exercise.Pause{})
					d.pass(time.Hour)
				}
				d.is(tc.inject, "asteria", tc.from)
				e := d.must(exercise.Excon(), exercise.Release{Inject: tc.inject})
				b, ok := e[0].Body.(*exercise.InjectReleased)
				if len(e) != 2 || !ok || !b.Manual || b.Due != e[0].At {
					t.Fatalf("got %v, want two releases marked as manual", types(e))
				}
				d.releasedAt(tc.inject, "asteria", d.s.At())
				if got := d.code(exercise.Excon(), exercise.Release{Inject: tc.inject, Units: []string{"asteria"}}); got != exercise.AlreadyReleased {
					t.Errorf("a second time: %q, want %q", got, exercise.AlreadyReleased)
				}
			})
		}
	}
}

const conditionMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tasks:
  - {key: T1, type: answer, prompt: {en: P, ja: P}, due: 9m, accept: [one]}
  - {key: T2, type: answer, prompt: {en: P, ja: P}, due: 9m, accept: [two]}
  - {key: T3, type: answer, prompt: {en: P, ja: P}, due: 9m, accept: [three]}
- {key: I02, title: {en: B, ja: B}, phase: recognise, from: desk, to: teams, when: 'task("T1").correct && (task("T2").correct || task("T3").late)'}
- {key: I03, title: {en: C, ja: C}, phase: recognise, from: desk, to: teams, when: 'teams.solved("T1") >= 2'}
- {key: I04, title: {en: D, ja: D}, phase: recognise, from: desk, to: teams, when: 'score >= 20.0', at: 5m}
- {key: I05, title: {en: E, ja: E}, phase: recognise, from: desk, to: teams, when: 'task("T1").open'}
- {key: I06, title: {en: F, ja: F}, phase: recognise, from: desk, to: teams, when: 'task("T1").answered', since: I01, within: 3m}
`

func answer(task, unit, text string) exercise.Submit {
	return exercise.Submit{Task: task, Unit: unit, Text: text}
}

// A condition fires when it comes true, not when some time comes, and AND mixes
// with OR.
func TestOpenAEVConditionsFireWhenTheyComeTrue(t *testing.T) {
	t.Parallel()
	d := started(t, conditionMSEL, 2)
	d.pass(90 * time.Second)
	d.releasedAt("I05", "asteria", minutes(1)) // a task that opens is a change too
	d.must(player("asteria"), answer("T1", "asteria", "one"))
	d.pass(time.Second)
	d.is("I02", "asteria", exercise.InjectWatching)
	d.releasedAt("I06", "asteria", minutes(1.5))
	d.pass(29 * time.Second)
	d.must(player("asteria"), answer("T2", "asteria", "two"))
	d.settle()
	d.releasedAt("I02", "asteria", minutes(2)) // by the left side of the OR
	d.is("I04", "asteria", exercise.InjectWaiting)
	d.is("I03", "asteria", exercise.InjectWatching)
	d.pass(time.Minute)
	d.must(player("borealis"), answer("T1", "borealis", "one"))
	d.settle()
	d.releasedAt("I03", "asteria", minutes(3)) // by what another team did
	d.releasedAt("I03", "borealis", minutes(3))
	d.pass(2 * time.Minute)
	d.releasedAt("I04", "asteria", minutes(5)) // true before its starting point
	d.is("I06", "borealis", exercise.InjectOut)
	d.is("I02", "borealis", exercise.InjectWatching)
	d.pass(5 * time.Minute)
	d.releasedAt("I02", "borealis", minutes(10)) // by the right side: T3 is late
	d.is("I04", "borealis", exercise.InjectWatching)
}

// A window closes, and what comes true later does not open it again.
func TestConditionLapsesAfterItsWindow(t *testing.T) {
	t.Parallel()
	d := started(t, conditionMSEL, 2)
	d.pass(5 * time.Minute)
	d.is("I06", "asteria", exercise.InjectPassed)
	d.must(player("asteria"), answer("T1", "asteria", "one"))
	d.settle()
	d.is("I06", "asteria", exercise.InjectPassed)
}

// A timed inject comes; forms of one thing count once; a correct answer is
// credited however it is written.
func TestSkillAegisCorrectAnswersAreCredited(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		do   exercise.Submit
		want float64
	}{
		{"plain", answer("T1", "asteria", "203.0.113.11"), 10},
		{"spaces around", answer("T1", "asteria", " \t203.0.113.11\n"), 10},
		{"defanged", answer("T1", "asteria", "203[.]0[.]113(.)11"), 10},
		{"full width", answer("T1", "asteria", "２０３．０．１１３．１１"), 10},
		{"case and sharp s", answer("T1", "asteria", "STRASSE"), 10},
		{"key of another language", answer("T1", "asteria", "暗号化"), 10},
		{"zero width space", answer("T1", "asteria", "203.0.\u200b113.11"), 10},
		{"mark of direction", answer("T1", "asteria", "\u200e203.0.113.11\u200f"), 10},
		{"invisible inside a refang", answer("T1", "asteria", "203[\u200b.]0.113.11"), 10},
		{"another team's", answer("T1", "asteria", "203.0.113.12"), 0},
		{"one group by two forms", answer("T2", "asteria", "alpha and beta"), 5},
		{"all groups", answer("T2", "asteria", "BETA ガンマ"), 10},
		{"one item twice", exercise.Submit{Task: "T3", Unit: "asteria", Items: []string{"evil.example", "EVIL[.]example"}}, 10 * third(2)},
		{"the set in any order", exercise.Submit{Task: "T3", Unit: "asteria", Items: []string{"evil[.]example", "203.0.113[.]11"}}, 10},
		{"the choices", exercise.Submit{Task: "T4", Unit: "asteria", Items: []string{"c", "a", "c"}}, 10},
		{"half of the choices", exercise.Submit{Task: "T4", Unit: "asteria", Items: []string{"a"}}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := started(t, taskMSEL, 2)
			if got := d.pass(time.Minute); count(got, "inject.released") != 2 {
				t.Fatalf("at its time came %v", types(got))
			}
			d.must(player("asteria"), tc.do)
			if got := d.task(tc.do.Task, "asteria").Points; got != tc.want {
				t.Errorf("%g points, want %g", got, tc.want)
			}
			if got := d.score("asteria"); got != tc.want {
				t.Errorf("score %g, want %g", got, tc.want)
			}
			if got := d.code(player("asteria"), tc.do); tc.want == 10 && got != exercise.TaskClosed && tc.do.Task != "T2" {
				t.Errorf("once more: %q, want %q", got, exercise.TaskClosed)
			}
			if got := d.score("asteria"); got != tc.want {
				t.Errorf("score after doing it again %g, want %g", got, tc.want)
			}
		})
	}
}

// The log alone tells how long a unit took from inject to answer.
func TestOpenAEV1498TimeToReplyIsInTheLog(t *testing.T) {
	t.Parallel()
	d := started(t, taskMSEL, 2)
	d.pass(80 * time.Second)
	d.must(exercise.Excon(), exercise.Pause{})
	d.pass(time.Hour)
	d.must(exercise.Excon(), exercise.Resume{})
	d.pass(25 * time.Second)
	d.must(player("borealis"), answer("T1", "borealis", "no idea"))

	bodies := exercise.NewBodies()
	released, took := map[string]exercise.Time{}, exercise.Never
	for i := range d.log {
		raw, err := d.log[i].Encode()
		if err != nil {
			t.Fatal(err)
		}
		e, err := bodies.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		switch b := e.Body.(type) {
		case *exercise.InjectReleased:
			released[b.Unit] = e.At
		case *exercise.Submitted:
			took = e.At - released[b.Unit]
		}
	}
	if want := 45 * exercise.Second; took != want {
		t.Errorf("from inject to reply %s, want %s", took, want)
	}
}

// third is n thirds as the machine rounds them; a constant would be exact.
func third(n float64) float64 { return n / 3 }
