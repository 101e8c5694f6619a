package review_test

import (
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
)

// edged plays the starter pack for one team: I01 comes at 1:00 with T1 (due at
// 5:00) and T2 (due at 9:00), I02 at 6:00 with T3 (due at 11:00).
func edged(tb testing.TB, play func(s *stage)) *review.Report {
	tb.Helper()
	s := newStage(tb, demo(tb, 1, 8), nil)
	s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
	play(s)
	return report(tb, s.load(), review.Reader{For: review.ForExcon}, "en")
}

func (s *stage) status(at, unit, status string) {
	s.tb.Helper()
	s.do(at, exercise.Excon(), exercise.SetStatus{Unit: unit, Status: status})
}

func (s *stage) choose(at string) {
	s.tb.Helper()
	s.do(at, player("asteria"), exercise.Submit{Task: "T1", Unit: "asteria", Items: []string{"a"}})
}

const sec = review.Span(exercise.Second)

// TestLateness measures T1, due at 5:00 on the team's own clock.
func TestLateness(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		play func(s *stage)
		late review.Span // -1: in time
		due  review.Span
		took review.Span
	}{
		"a moment before its time": {func(s *stage) { s.choose("4:59") }, -1, 300 * sec, 239 * sec},
		// The clock goes first: at that time the task is overdue already.
		"at its very time":   {func(s *stage) { s.choose("5:00") }, 0, 300 * sec, 240 * sec},
		"half a minute late": {func(s *stage) { s.choose("5:30") }, 30 * sec, 300 * sec, 270 * sec},
		"a pause moves the time": {func(s *stage) {
			s.status("3:00", "asteria", exercise.UnitPause)
			s.status("5:00", "asteria", exercise.Present)
			s.choose("7:10")
		}, 10 * sec, 420 * sec, 250 * sec},
		"in the pause, after the time that was": {func(s *stage) {
			s.status("3:00", "asteria", exercise.UnitPause)
			s.choose("6:00")
			s.status("8:00", "asteria", exercise.Present)
		}, -1, 300 * sec, 120 * sec},
		"a pause after the time": {func(s *stage) {
			s.status("6:00", "asteria", exercise.UnitPause)
			s.status("8:00", "asteria", exercise.Present)
			s.choose("9:00")
		}, 120 * sec, 300 * sec, 360 * sec},
		"all stood": {func(s *stage) {
			s.do("4:00", exercise.Excon(), exercise.Pause{})
			s.drift += 3_600_000_000_000
			s.do("4:00", exercise.Excon(), exercise.Resume{})
			s.choose("5:01")
		}, sec, 300 * sec, 241 * sec},
		"more time, given when it had run out": {func(s *stage) {
			within := 7 * 60 * exercise.Second
			s.do("5:30", exercise.Excon(), exercise.AmendTask{Task: "T1", Within: &within})
			s.choose("7:59")
		}, -1, 480 * sec, 419 * sec},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := edged(t, c.play)
			task, late := r.Result.Units[0].Tasks[0], review.Span(-1)
			if all := r.Measures.Units[0].Lateness; all != nil {
				late = all.Max
			}
			if late != c.late || task.Late != (c.late >= 0) || task.Due.Seconds != c.due || *task.Took != c.took {
				t.Errorf("late %v by %v, due %v, took %v", task.Late, late, task.Due.Seconds, *task.Took)
			}
		})
	}
}

// TestLoad counts T1 and T2 of one team, cut off at 6:00, before I02: seven
// full minutes, 0:00 to 6:00.
func TestLoad(t *testing.T) {
	t.Parallel()
	mark := func(s *stage) {
		s.do("6:00", player("asteria"), exercise.AddNote{Unit: "asteria", Text: "End.", Own: true})
	}
	for name, c := range map[string]struct {
		play func(s *stage)
		open int // over all minutes
	}{
		// T1 at 1, 2, 3, 4: at 5:00 its time is out. T2 at 1 to 6. At 6:00 T3 comes.
		"nobody answers": {func(*stage) {}, 4 + 6 + 1},
		// Answered at a full minute, a task is not open at that minute any more.
		"answered at a full minute": {func(s *stage) { s.choose("3:00") }, 2 + 6 + 1},
		"answered a moment later":   {func(s *stage) { s.choose("3:01") }, 3 + 6 + 1},
		// A task that waits for a unit that stands still is open; its time does not
		// run out, and what is coming is put off.
		"the unit stands": {func(s *stage) { s.status("3:00", "asteria", exercise.UnitPause) }, 6 + 6},
		"withdrawn inject": {func(s *stage) {
			s.do("4:00", exercise.Excon(), exercise.Retract{Inject: "I01", Units: []string{"asteria"}})
		}, 3 + 3 + 1},
		"the unit leaves": {func(s *stage) { s.status("2:30", "asteria", exercise.Absent) }, 2 + 2},
		// A time that ran out and was then made longer did not run out.
		"more time, given when it had run out": {func(s *stage) {
			within := 20 * 60 * exercise.Second
			s.do("5:30", exercise.Excon(), exercise.AmendTask{Task: "T1", Within: &within})
		}, 6 + 6 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := edged(t, func(s *stage) { c.play(s); mark(s) }).Measures.Units[0]
			if want := float64(c.open) / 7; m.LoadMean < want-0.001 || m.LoadMean > want+0.001 {
				t.Errorf("mean %v, want %d in 7 minutes", m.LoadMean, c.open)
			}
		})
	}
}

// TestPhaseOfTeam: what a cell completes counts in its team's phase, what was
// taken back does not.
func TestPhaseOfTeam(t *testing.T) {
	t.Parallel()
	ast, cell := player("asteria"), player("asteria/hospital")
	answer := func(s *stage) {
		s.do("2:00", ast, exercise.Submit{Task: "T2", Unit: "asteria", Items: []string{"203.0.113.11"}})
		s.do("7:00", ast, exercise.RelayTo{Inject: "I03", From: "asteria", Unit: "asteria/hospital", Text: "Please."})
		s.do("8:00", cell, exercise.Submit{Task: "T5", Unit: "asteria/hospital", Text: "192.0.2.21"})
		s.do("9:00", ast, exercise.Submit{Task: "T4", Unit: "asteria", Text: "Isolate 203.0.113.11."})
	}
	respond := func(r *review.Report) (own review.UnitPhase, all review.PhaseTime) {
		n := len(r.Measures.Phases) - 1
		return r.Measures.Units[0].Phases[n], r.Measures.Phases[n]
	}
	own, all := respond(edged(t, answer))
	if own.Asked != 1 || own.Done != 1 || own.First.Seconds != 540*sec || all.First.Min != 480*sec || all.Last.Max != 540*sec {
		t.Errorf("team %+v, with its cell %+v", own, all)
	}
	own, all = respond(edged(t, func(s *stage) {
		answer(s)
		s.do("10:00", exercise.Excon(), exercise.Retract{Inject: "I03", Units: []string{"asteria"}})
	}))
	if own.Asked != 0 || own.Done != 0 || own.First != nil || all.First.Min != 480*sec || all.Last.Max != 480*sec {
		t.Errorf("taken back: team %+v, with its cell %+v", own, all)
	}
}

// TestWithdrawnClockGoesOn: withdrawn is for good, so a pause of its team does
// not stop the clock of a cell that was withdrawn.
func TestWithdrawnClockGoesOn(t *testing.T) {
	t.Parallel()
	cell := "asteria/hospital"
	r := edged(t, func(s *stage) {
		s.do("2:00", player("asteria"), exercise.Submit{Task: "T2", Unit: "asteria", Items: []string{"203.0.113.11"}})
		s.do("7:00", player("asteria"), exercise.RelayTo{Inject: "I03", From: "asteria", Unit: cell, Text: "Please."})
		s.status("8:00", cell, exercise.Withdrawn)
		s.status("9:00", "asteria", exercise.UnitPause)
		s.status("11:00", "asteria", exercise.Present)
		s.do("12:00", player(cell), exercise.Acknowledge{Inject: "I03", Unit: cell})
	})
	if got := r.Measures.Units[1].Ack.Max; got != 300*sec {
		t.Errorf("acknowledged after %v", got)
	}
}

// TestReplacedHotWash: a later answer takes the place of the earlier one.
func TestReplacedHotWash(t *testing.T) {
	t.Parallel()
	r := edged(t, func(s *stage) {
		s.do("1:00", exercise.Excon(), exercise.End{})
		for _, a := range []exercise.AnswerHotWash{
			{Unit: "asteria", Question: "well", Text: "First."},
			{Unit: "asteria", Question: "better", Text: "Other."},
			{Unit: "hinomoto", Question: "well", Text: "Theirs."},
			{Unit: "asteria", Question: "well", Text: "Second."},
		} {
			s.do("1:00", player(a.Unit), a)
		}
	})
	var got string
	for _, n := range r.Notes {
		got += n.Text
	}
	if got != "Other.Theirs.Second." {
		t.Errorf("notes %q", got)
	}
}
