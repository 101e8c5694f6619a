package review_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
)

// called is an exercise in which the neighbour is told by telephone: asteria
// notes it in time, and it is confirmed after that; borealis tells under a
// label, and what hinomoto notes nobody confirms.
func called(tb testing.TB, tlp scenario.TLP) *stage {
	tb.Helper()
	s := newStage(tb, demo(tb, 1, 2, 8), func(files map[string][]byte) {
		files["msel.yaml"] = bytes.Replace(files["msel.yaml"], []byte("to: liaison"), []byte("to: next"), 1)
	})
	call := func(at, unit, with, text string, tlp scenario.TLP) uint64 {
		s.do(at, player(unit), exercise.NoteCall{Unit: unit, With: with, Text: text, TLP: tlp})
		return s.head.Seq
	}
	answer := func(at string, call uint64, unit, text string, deny bool) {
		s.do(at, player(unit), exercise.ConfirmCall{Call: call, Unit: unit, Text: text, Deny: deny})
	}
	s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
	first := call("8:00", "asteria", "borealis", "Block 203.0.113.11, please.", scenario.TLPAmber)
	second := call("9:00", "borealis", "hinomoto", "We have one too.", tlp)
	third := call("9:30", "hinomoto", "asteria", "203.0.113.18", scenario.TLPAmber)
	answer("9:40", third, "asteria", "Nobody called us.", true)
	answer("10:00", second, "hinomoto", "WHISPERED 203.0.113.12", false)
	answer("15:00", first, "borealis", "Blocked.", false)
	s.until(exercise.Never - 1)
	return s
}

func unitOf(tb testing.TB, r *review.Report, key string) *review.UnitResult {
	tb.Helper()
	for i := range r.Result.Units {
		if r.Result.Units[i].Key == key {
			return &r.Result.Units[i]
		}
	}
	tb.Fatalf("no unit %s", key)
	return nil
}

// TestCallCountsFromWhenItWasNoted, if it was confirmed: as a flow, as an
// answer, and in who told whom.
func TestCallCountsFromWhenItWasNoted(t *testing.T) {
	t.Parallel()
	r := report(t, called(t, scenario.TLPAmber).load(), review.Reader{For: review.ForExcon}, "en")
	ast := unitOf(t, r, "asteria")
	f := ast.Flows[0]
	if f.Status != exercise.FlowIsMade || f.Made.Seconds != review.Span(8*60*exercise.Second) || *f.Took != review.Span(2*60*exercise.Second) || f.Broken {
		t.Errorf("the flow is %+v, made at %+v", f, f.Made)
	}
	i := slices.IndexFunc(ast.Tasks, func(task review.TaskResult) bool { return task.Key == "T3" })
	if task := ast.Tasks[i]; task.Late || task.First.Clock != "00:08:00" || !task.Solved {
		t.Errorf("the task is %+v", task)
	}
	if hin := unitOf(t, r, "hinomoto"); hin.Flows[0].Status != exercise.FlowIsMissed || hin.Calls != (review.Traffic{Received: 1}) {
		t.Errorf("hinomoto has %+v", hin)
	}
	if ast.Calls != (review.Traffic{Sent: 1}) {
		t.Errorf("asteria has %+v", ast.Calls)
	}
	var edges []string
	for _, e := range r.Flow.Edges {
		if e.Calls > 0 {
			edges = append(edges, e.From+">"+e.To+" "+e.First.Clock)
		}
	}
	if !slices.Equal(edges, []string{"asteria>borealis 00:08:00", "borealis>hinomoto 00:09:00"}) {
		t.Errorf("told: %v", edges)
	}
}

// TestCallsInAReplay stand as they stood at that time.
func TestCallsInAReplay(t *testing.T) {
	t.Parallel()
	log := called(t, scenario.TLPAmber).load()
	for _, tc := range []struct{ at, unit, want string }{
		{"8:30", "asteria", "call to Borealis [TLP:AMBER] (not confirmed): Block 203.0.113.11, please."},
		{"15:00", "asteria", "call to Borealis [TLP:AMBER] (confirmed at 00:15:00: Blocked.): Block"},
		{"9:40", "asteria", "call from Hinomoto to Asteria [TLP:AMBER] (denied at 00:09:40: Nobody called us.)"},
		{"9:50", "borealis", "call to Hinomoto [TLP:AMBER] (not confirmed): We have one too."},
	} {
		var out bytes.Buffer
		if err := review.Replay(&out, log, clock(t, tc.at), review.ReplayOptions{Unit: tc.unit}, printer(t, "en")); err != nil {
			t.Fatal(err)
		}
		if said := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(said, tc.want) {
			t.Errorf("at %s the replay of %s lacks %q:\n%s", tc.at, tc.unit, tc.want, out.String())
		}
	}
}

// TestCallsAboveTheClearance are left out of a report and of a redacted log,
// with what confirms them; under too loose a label too.
func TestCallsAboveTheClearance(t *testing.T) {
	t.Parallel()
	s := called(t, scenario.TLPGreen)
	raw := s.end()
	r := report(t, load(t, raw), review.Reader{For: review.ForExcon, TLP: scenario.TLPGreen}, "en")
	for _, e := range r.Events {
		if strings.Contains(e.Text, "203.0.113.11") || strings.Contains(e.Text, "Blocked") {
			t.Errorf("the report for TLP:GREEN holds %+v", e)
		}
	}
	out := string(cleared(t, raw, scenario.TLPGreen))
	for _, text := range []string{"Block 203", "Blocked.", "We have one", "WHISPERED"} {
		if !strings.Contains(string(raw), text) || strings.Contains(out, text) {
			t.Errorf("the log for TLP:GREEN holds %q, or the whole lacks it", text)
		}
	}
	amber := string(cleared(t, raw, scenario.TLPAmber))
	if !strings.Contains(amber, "WHISPERED") {
		t.Error("the log for TLP:AMBER lacks the call")
	}
	broken := report(t, load(t, raw), review.Reader{For: review.ForExcon}, "en").Flow.Broken
	if len(broken) != 1 || broken[0].From != "borealis" || broken[0].Is != scenario.TLPGreen || !slices.Equal(broken[0].To, []string{"unit:hinomoto"}) {
		t.Errorf("broken: %+v", broken)
	}
}
