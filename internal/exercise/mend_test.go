package exercise_test

import (
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

func (d *drill) status(unit, status string) {
	d.t.Helper()
	d.must(exercise.Excon(), exercise.SetStatus{Unit: unit, Status: status})
}

func TestPauseOfAUnitLeavesAnsweredTasksAlone(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	d.must(player("asteria"), answer("T1", "asteria", "one"))
	d.status("asteria", exercise.UnitPause)
	d.pass(time.Minute)
	d.status("asteria", exercise.Present)
	d.pass(30 * time.Minute)
	if v := d.task("T1", "asteria"); v.Late {
		t.Error("a task that was answered in time became late after a pause")
	}
	if v := d.task("T2", "asteria"); !v.Late || v.Due != minutes(7) {
		t.Errorf("T2 is due at %s (late %v), want it late at 00:07:00", v.Due, v.Late)
	}
}

func TestWithdrawnCellStaysOutWhateverItsTeamDoes(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.status("asteria/hospital", exercise.Withdrawn)
	d.status("asteria", exercise.UnitPause)
	d.pass(time.Minute)
	d.status("asteria", exercise.Present)
	d.pass(10 * time.Minute)
	d.is("I02", "asteria/hospital", exercise.InjectPassed)
	d.is("I02", "asteria", exercise.InjectOut)
}

// A cell that was set to a status by itself keeps it until it is set to another,
// or its team is withdrawn.
func TestCellKeepsAStatusOfItsOwn(t *testing.T) {
	t.Parallel()
	d := every(t)
	is := func(want string) {
		t.Helper()
		u, _ := d.play.Cast.Index("asteria/hospital")
		if got := d.s.Unit(u).Status; got != want {
			t.Fatalf("the cell is %s, want %s", got, want)
		}
	}
	d.status("asteria/hospital", exercise.UnitPause)
	d.status("asteria", exercise.Absent)
	is(exercise.UnitPause)
	d.status("asteria", exercise.Present)
	d.pass(10 * time.Minute)
	is(exercise.UnitPause)
	d.is("I02", "asteria/hospital", exercise.InjectWaiting)
	d.status("asteria/hospital", exercise.Present)
	d.pass(4 * time.Minute)
	d.releasedAt("I02", "asteria/hospital", minutes(12)) // two minutes on its own clock
	d.status("asteria", exercise.Late)
	is(exercise.Late)
	d.status("asteria", exercise.Present)
	is(exercise.Present)
	d.status("asteria/hospital", exercise.Absent)
	d.status("asteria", exercise.Withdrawn)
	is(exercise.Withdrawn)
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

// A unit that is declared absent while it stands still goes on from there: what
// then passes is skipped, in the live state and in one folded from the log.
func TestPausedThenAbsent(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.status("asteria", exercise.UnitPause)
	d.pass(10 * time.Minute) // the clock looks at the unit's items and passes over
	d.status("asteria", exercise.Absent)
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
	d.pass(2 * time.Minute)
	d.is("I01", "asteria", exercise.InjectPassed)
	d.status("asteria", exercise.Present)
	d.pass(20 * time.Minute)
	d.releasedAt("I05", "asteria", minutes(19))
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

func TestTimesSetForAUnitThatStandsStill(t *testing.T) {
	t.Parallel()
	d := started(t, queueMSEL, 2)
	d.status("asteria", exercise.Late)
	d.pass(4 * time.Minute)
	added := d.must(exercise.Excon(), exercise.AddInject{From: "desk", Texts: scenario.Text{"en": "# x"}, Units: []string{"teams"}, Due: minutes(10)})
	d.must(exercise.Excon(), exercise.AmendInject{Inject: "I02", Due: ptr(minutes(12))})
	d.pass(2 * time.Minute)
	d.status("asteria", exercise.Present)
	key := "#" + digits(added[0].Seq)
	for _, want := range []struct {
		key, unit string
		due       exercise.Time
	}{
		{key, "borealis", minutes(10)},
		{key, "asteria", minutes(12)}, // two of the minutes until then it stood still
		{"I02", "borealis", minutes(12)},
		{"I02", "asteria", minutes(14)},
		{"I01", "asteria", minutes(11)}, // six minutes it was late
	} {
		if got := d.inject(want.key, want.unit).Due; got != want.due {
			t.Errorf("%s for %s is due at %s, want %s", want.key, want.unit, got, want.due)
		}
	}
}

func TestAmendedTimeKeepsEarlierPauses(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	d.status("asteria", exercise.UnitPause)
	d.pass(10 * time.Minute)
	d.status("asteria", exercise.Present)
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T1", Within: ptr(minutes(4))})
	d.settle()
	if v := d.task("T1", "asteria"); v.Due != minutes(15) {
		t.Errorf("due at %s, want a minute later than 00:14:00", v.Due)
	}
	if v := d.task("T1", "borealis"); v.Due != minutes(5) || !v.Late {
		t.Errorf("due at %s (late %v), want it late at 00:05:00", v.Due, v.Late)
	}
}

const frozenStartMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tasks:
  - {key: T1, type: answer, prompt: {en: P, ja: P}, due: 9m, accept: [one]}
- {key: I02, title: {en: B, ja: B}, phase: recognise, from: desk, to: teams, after: T1 +3m, when: 'task("T1").answered', within: 2m}
`

func TestStartingPointWaitsForAUnitThatStandsStill(t *testing.T) {
	t.Parallel()
	d := started(t, frozenStartMSEL, 1)
	d.pass(2 * time.Minute)
	d.status("asteria", exercise.UnitPause)
	d.pass(10 * time.Minute)
	d.must(player("asteria"), answer("T1", "asteria", "one"))
	d.status("asteria", exercise.Present)
	d.is("I02", "asteria", exercise.InjectWaiting)
	d.pass(3 * time.Minute)
	d.releasedAt("I02", "asteria", minutes(15))
}

func TestJump(t *testing.T) {
	t.Parallel()
	t.Run("what is due at its end is not passed", func(t *testing.T) {
		t.Parallel()
		d := started(t, queueMSEL, 1)
		preview, err := d.s.Preview(&exercise.Command{Actor: exercise.Excon(), Do: exercise.Jump{To: minutes(10), Mode: exercise.JumpSkip}})
		if err != nil {
			t.Fatal(err)
		}
		d.must(exercise.Excon(), exercise.Jump{To: minutes(10), Mode: exercise.JumpSkip})
		if got := d.settle(); len(got)+1 != len(preview) {
			t.Errorf("came %v, the preview was %v", types(got), types(preview))
		}
		d.is("I01", "asteria", exercise.InjectPassed)
		d.releasedAt("I02", "asteria", minutes(10))
		d.pass(5 * time.Minute)
		d.releasedAt("I03", "asteria", minutes(15))
	})
	t.Run("release in order, marked", func(t *testing.T) {
		t.Parallel()
		d := started(t, queueMSEL, 1)
		d.must(exercise.Excon(), exercise.Jump{To: minutes(16), Mode: exercise.JumpRelease})
		var order []string
		for _, e := range d.settle() {
			if b, ok := e.Body.(*exercise.InjectReleased); ok {
				order = append(order, b.Inject)
				if !b.Jumped || b.Due >= e.At || e.At != minutes(16) {
					t.Errorf("%s: %+v at %s", b.Inject, b, e.At)
				}
			}
		}
		if len(order) != 3 || order[0] != "I01" || order[2] != "I03" {
			t.Errorf("order %v", order)
		}
	})
	t.Run("what happens at its end is not passed", func(t *testing.T) {
		t.Parallel()
		d := started(t, armMSEL, 1)
		d.pass(5 * time.Minute)
		d.must(exercise.Excon(), exercise.Jump{To: minutes(29), Mode: exercise.JumpSkip})
		d.settle()
		d.must(exercise.Excon(), exercise.Pause{})
		d.must(player("asteria"), exercise.Acknowledge{Inject: "I01", Unit: "asteria"})
		d.must(exercise.Excon(), exercise.Resume{})
		d.settle()
		d.releasedAt("I02", "asteria", minutes(29))
	})
	t.Run("a window that was passed has closed", func(t *testing.T) {
		t.Parallel()
		d := started(t, `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 50m}
- {key: I02, title: {en: B, ja: B}, phase: recognise, from: desk, to: teams, when: 'inject("I01").released', at: 5m, within: 5m}
- {key: I03, title: {en: B, ja: B}, phase: recognise, from: desk, to: teams, when: 'inject("I01").released', at: 5m, within: 50m}
`, 1)
		d.must(exercise.Excon(), exercise.Jump{To: minutes(20), Mode: exercise.JumpRelease})
		d.settle()
		d.is("I02", "asteria", exercise.InjectPassed)
		d.is("I03", "asteria", exercise.InjectWatching)
		d.pass(30 * time.Minute)
		d.releasedAt("I03", "asteria", minutes(50))
	})
}

// A share task that opens after its flow was made is done.
func TestShareTaskAfterItsFlow(t *testing.T) {
	t.Parallel()
	d := started(t, `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 1m}
- key: I02
  title: {en: B, ja: B}
  phase: recognise
  from: desk
  to: teams
  at: 5m
  tasks:
  - {key: T1, type: share, prompt: {en: P, ja: P}, due: 5m, flow: F1}
flows:
- {key: F1, title: {en: A, ja: A}, from: team, to: liaison, after: I01, within: 3m, what: ["{{c2}}"], tlp: AMBER}
`, 2)
	d.pass(2 * time.Minute)
	d.must(player("asteria"), exercise.Send{From: "asteria", Ends: []string{"liaison"}, Text: "it is 203[.]0[.]113[.]11", TLP: scenario.TLPAmber})
	d.pass(10 * time.Minute)
	if v := d.task("T1", "asteria"); !v.Solved || v.Late || v.Points != 10 || v.First != minutes(5) {
		t.Errorf("%+v, want it solved in time when it opened", v)
	}
	if v := d.task("T1", "borealis"); v.Solved || !v.Late {
		t.Errorf("%+v, want it open and late", v)
	}
}

func TestRepeatedFormsOfAnAmendedKeyCountOnce(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	d.must(player("asteria"), exercise.RelayTo{Inject: "I01", From: "asteria", Unit: "asteria/hospital"})
	d.must(exercise.Excon(), exercise.AmendTask{Task: "H1", Accept: []string{"z.example", "Z[.]example"}})
	d.must(player("asteria/hospital"), exercise.Submit{Task: "H1", Unit: "asteria/hospital", Items: []string{"z.example"}})
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T4", Accept: []string{"b", "b"}, Points: ptr(5.0)})
	d.pass(2 * time.Minute)
	d.must(player("asteria"), exercise.Submit{Task: "T4", Unit: "asteria", Items: []string{"b"}})
	if h, c := d.score("asteria/hospital"), d.score("asteria"); h != 10 || c != 5 {
		t.Errorf("scores %g and %g, want 10 and 5", h, c)
	}
}

// An amended key scores again what was submitted, and what it opens is open.
func TestAmendedKeyScoresAgain(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	d.must(player("asteria"), answer("T1", "asteria", "one"))
	d.must(player("borealis"), answer("T1", "borealis", "zwei"))
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T1", Accept: []string{"Zwei"}})
	if a, b := d.score("asteria"), d.score("borealis"); a != 0 || b != 10 {
		t.Errorf("scores %g and %g, want 0 and 10", a, b)
	}
	d.must(player("asteria"), answer("T1", "asteria", "zwei"))
	d.must(exercise.Excon(), exercise.AmendTask{Task: "T1", Unit: "asteria", Points: ptr(4.0)})
	if a, b := d.score("asteria"), d.score("borealis"); a != 4 || b != 10 {
		t.Errorf("scores %g and %g, want 4 and 10", a, b)
	}
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

// What EXCON writes in one language is read by everybody.
func TestTextInOneLanguage(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.must(exercise.Excon(), exercise.AmendInject{Inject: "I01", Texts: scenario.Text{"ja": "# 訂正"}})
	d.must(exercise.Excon(), exercise.AddInject{From: "desk", Texts: scenario.Text{"ja": "# 追加"}})
	for i, want := range map[int]string{0: "# 訂正", d.s.InjectCount() - 1: "# 追加"} {
		for _, lang := range []string{"en", "ja"} {
			if got, ok := d.s.Text(i, 0, lang); !ok || got != want {
				t.Errorf("inject %d in %s: %q, want %q", i, lang, got, want)
			}
		}
	}
}

// Sums of points are exact sums of what counts, not of differences.
func TestScoreDoesNotDrift(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	for _, p := range []float64{0.1, 0.7, 3.3, 0.2, 9.7, 10} {
		d.must(evaluator("e"), exercise.Mark{Task: "T1", Unit: "asteria", Points: ptr(p)})
		d.must(evaluator("e"), exercise.Mark{Task: "T2", Unit: "asteria", Points: ptr(p * 2)})
	}
	if got := d.score("asteria"); got != 30 {
		t.Errorf("score %g, want 30 exactly", got)
	}
}

// Marks of two evaluators: one is provisional, a difference is outside the
// totals, the director decides, and taking a mark back restores what was.
func TestMarks(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	d.must(player("asteria"), answer("T2", "asteria", "alpha beta"))
	automatic := d.score("asteria")
	mark := func(who string, points *float64) {
		d.must(evaluator(who), exercise.Mark{Task: "T2", Unit: "asteria", Points: points})
	}
	check := func(points float64, standing exercise.Standing) {
		t.Helper()
		v := d.task("T2", "asteria")
		if v.Points != points || v.Standing != standing || d.score("asteria") != points {
			t.Errorf("%g points (%s), total %g, want %g (%s)", v.Points, v.Standing, d.score("asteria"), points, standing)
		}
	}
	check(automatic, exercise.Automatic)
	mark("e1", ptr(15.0))
	check(15, exercise.Provisional)
	mark("e2", ptr(15.0))
	check(15, exercise.Agreed)
	mark("e2", ptr(17.0))
	check(0, exercise.Differing)
	d.must(exercise.Excon(), exercise.Settle{Task: "T2", Unit: "asteria", Points: 16})
	check(16, exercise.Decided)
	mark("e2", nil)
	check(15, exercise.Provisional)
	mark("e1", nil)
	check(automatic, exercise.Automatic)
}

// A hint costs its points once an answer is in, and never below nothing.
func TestHintCosts(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	d.must(player("asteria"), exercise.TakeHint{Task: "T1", Unit: "asteria"})
	if got := d.score("asteria"); got != 0 {
		t.Errorf("before an answer %g, want 0", got)
	}
	d.must(player("asteria"), answer("T1", "asteria", "wrong"))
	if got := d.score("asteria"); got != 0 {
		t.Errorf("after a wrong answer %g, want 0", got)
	}
	d.must(player("asteria"), answer("T1", "asteria", "one"))
	if got := d.score("asteria"); got != 8 {
		t.Errorf("after a right answer %g, want 8", got)
	}
}

// The first report counts for time, the last for quality.
func TestRevisedReport(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(2 * time.Minute)
	d.must(player("asteria"), answer("T2", "asteria", "alpha beta gamma"))
	d.pass(20 * time.Minute)
	d.must(player("asteria"), answer("T2", "asteria", "alpha"))
	if v := d.task("T2", "asteria"); v.First != minutes(2) || v.Late || v.Points != 20.0/3 || v.Attempts != 2 {
		t.Errorf("%+v, want the time of the first and a third of the points", v)
	}
}

// A REAL stop holds everything that goes out until play is resumed.
func TestRealStop(t *testing.T) {
	t.Parallel()
	d := started(t, queueMSEL, 2)
	d.pass(4 * time.Minute)
	d.must(player("asteria"), exercise.RaiseReal{Unit: "asteria", Text: "our mail server is down"})
	d.must(exercise.Excon(), exercise.StopReal{Text: "a real incident"})
	if !d.s.RealStop() || d.s.Next() != exercise.Never {
		t.Fatalf("stopped %v, next %s", d.s.RealStop(), d.s.Next())
	}
	if got := d.pass(time.Hour); len(got) > 0 {
		t.Errorf("during the stop came %v", types(got))
	}
	d.must(exercise.Excon(), exercise.Resume{})
	if d.s.RealStop() {
		t.Error("still stopped after resuming")
	}
	d.pass(time.Minute)
	d.releasedAt("I01", "asteria", minutes(5))
}

// A relay's times run from the relay, and its label is not looser.
func TestRelay(t *testing.T) {
	t.Parallel()
	d := every(t)
	d.pass(3*time.Minute + time.Second)
	d.must(player("asteria"), exercise.RelayTo{Inject: "I01", From: "asteria", Unit: "asteria/hospital", TLP: scenario.TLPRed, Text: "please"})
	v := d.inject("I01", "asteria/hospital")
	if !v.Relayed || v.TLP != scenario.TLPRed || v.Released != minutes(3)+exercise.Second {
		t.Errorf("relayed: %+v", v)
	}
	if h := d.task("H1", "asteria/hospital"); h.Due != minutes(7)+exercise.Second {
		t.Errorf("H1 is due at %s, want 4 min after the relay", h.Due)
	}
	if status, _ := d.flow("F2", "asteria"); status != exercise.FlowIsMade {
		t.Errorf("F2 is %s, want made", status)
	}
	if status, _ := d.flow("F2", "borealis"); status != exercise.FlowExpected {
		t.Errorf("F2 of another team is %s, want expected", status)
	}
	d.must(exercise.Excon(), exercise.Retract{Inject: "I01", Units: []string{"asteria"}})
	if v := d.task("T1", "asteria"); v.Status != exercise.TaskVoid {
		t.Errorf("T1 is %s after the retraction, want void", v.Status)
	}
	if v := d.task("H1", "asteria/hospital"); v.Status != exercise.TaskStands {
		t.Errorf("the cell's H1 is %s, want open: only the team's copy went", v.Status)
	}
}

// Flows: the right receiver, the right words, in time or late, the label noted.
func TestFlows(t *testing.T) {
	t.Parallel()
	say := func(end, text string, tlp scenario.TLP) exercise.Send {
		return exercise.Send{From: "asteria", Ends: []string{end}, Text: text, TLP: tlp}
	}
	for _, tc := range []struct {
		name   string
		at     time.Duration
		do     exercise.Action
		flow   string
		want   exercise.FlowStatus
		broken bool
	}{
		{"made", 2 * time.Minute, say("liaison", "c2: 203.0.113.11.", scenario.TLPAmber), "F1", exercise.FlowIsMade, false},
		{"looser label", 2 * time.Minute, say("liaison", "203.0.113.11", scenario.TLPGreen), "F1", exercise.FlowIsMade, true},
		{"late", 5 * time.Minute, say("liaison", "203.0.113.11", scenario.TLPAmber), "F1", exercise.FlowIsLate, false},
		{"wrong words", 2 * time.Minute, say("liaison", "203.0.113.110", scenario.TLPAmber), "F1", exercise.FlowExpected, false},
		{"wrong receiver", 2 * time.Minute, say("excon", "203.0.113.11", scenario.TLPAmber), "F1", exercise.FlowExpected, false},
		{"by indicators", 2 * time.Minute, exercise.Share{Send: say("liaison", "see below", scenario.TLPAmber), Indicators: []string{"203[.]0.113.11"}}, "F1", exercise.FlowIsMade, false},
		{"next by the liaison room", 4 * time.Minute, say("liaison", "a NEEDLE", scenario.TLPAmber), "F4", exercise.FlowIsMade, false},
		{"next directly", 4 * time.Minute, say("unit:borealis", "needle", scenario.TLPAmber), "F4", exercise.FlowIsMade, false},
		{"next missing", 9 * time.Minute, say("unit:borealis", "no", scenario.TLPAmber), "F4", exercise.FlowIsMissed, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := every(t)
			d.pass(tc.at)
			events := d.must(player("asteria"), tc.do)
			if got, _ := d.flow(tc.flow, "asteria"); got != tc.want {
				t.Errorf("%s is %s, want %s", tc.flow, got, tc.want)
			}
			broken := false
			for _, e := range events {
				if b, ok := e.Body.(*exercise.FlowMade); ok && b.Flow == tc.flow {
					broken = b.Broken
				}
			}
			if broken != tc.broken {
				t.Errorf("broken %v, want %v", broken, tc.broken)
			}
		})
	}
}

func TestApplyRejectsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]exercise.Event{
		"gap":            {Seq: 7, Body: &exercise.Paused{}},
		"going back":     {Seq: 3, At: -1, Body: &exercise.Paused{}},
		"unknown unit":   {Seq: 3, Body: &exercise.UnitReady{Unit: "nowhere"}},
		"unknown inject": {Seq: 3, Body: &exercise.InjectReleased{Inject: "I99", Unit: "asteria"}},
		"unknown task":   {Seq: 3, Body: &exercise.Submitted{Task: "T99", Unit: "asteria"}},
		"unknown flow":   {Seq: 3, Body: &exercise.FlowMade{Flow: "F99", Unit: "asteria"}},
		"amended":        {Seq: 3, Body: &exercise.InjectAmended{Inject: "I01", Unit: "nowhere"}},
		"amended task":   {Seq: 3, Body: &exercise.TaskAmended{Task: "T99"}},
		"retracted":      {Seq: 3, Body: &exercise.InjectRetracted{Inject: "I01", Unit: "nowhere"}},
		"added":          {Seq: 3, Body: &exercise.InjectAdded{Units: []string{"nowhere"}}},
		"other kind":     {Seq: 3, Body: oddBody{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := every(t)
			if err := d.s.Apply(&e); err == nil {
				t.Error("no error")
			}
		})
	}
	for _, raw := range []string{`{`, `{"type":"odd"}`, `{"type":"clock.started","body":3}`} {
		if _, err := exercise.NewBodies().Decode([]byte(raw)); err == nil {
			t.Errorf("decoded %s", raw)
		}
	}
}

type oddBody struct{}

func (oddBody) Type() exercise.Type { return "odd" }
