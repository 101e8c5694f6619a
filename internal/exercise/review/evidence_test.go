package review_test

import (
	"bytes"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
)

// TestCorrectedEvidence: results count flows as EXCON has corrected them, from
// when it was said, and results and summary say how many those are.
func TestCorrectedEvidence(t *testing.T) {
	t.Parallel()
	s := newStage(t, demo(t, 1, 2, 8), func(files map[string][]byte) {
		files["msel.yaml"] = bytes.Replace(files["msel.yaml"], []byte("to: liaison"), []byte("to: next"), 1)
	})
	flow := s.state.Play().Pack.Flows[0].Key
	say := func(at, unit, to, text string) *exercise.Event {
		s.do(at, player(unit), exercise.Send{From: unit, Ends: []string{exercise.ToUnit(to)}, Text: text, TLP: scenario.TLPAmber})
		seq := s.head.Seq
		if u, _ := s.state.Play().Cast.Index(unit); s.state.FlowVia(0, u) > 0 {
			seq = s.state.FlowVia(0, u) // more came of it
		}
		return &exercise.Event{Seq: seq, At: s.state.At(), Body: &exercise.Message{From: unit, Text: text, TLP: scenario.TLPAmber}}
	}
	check := func(at string, of *exercise.Event, unit string, makes bool) {
		s.do(at, exercise.Excon(), exercise.CorrectEvidence{Of: of, Flow: flow, Unit: unit, Makes: makes, Reason: "read again"})
	}
	s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
	vague := say("8:00", "asteria", "borealis", "You know what.")
	right := say("9:00", "borealis", "hinomoto", "Block 203.0.113.12, please.")
	wrong := say("9:30", "hinomoto", "asteria", "203.0.113.18 is ours.")
	check("20:00", vague, "asteria", true)
	check("20:10", right, "borealis", true)
	check("20:20", wrong, "hinomoto", false)
	s.until(exercise.Never - 1)

	log := s.load()
	r := report(t, log, review.Reader{For: review.ForExcon}, "en")
	for unit, want := range map[string]struct {
		status  exercise.FlowStatus
		checked string
	}{
		"asteria":  {exercise.FlowIsMade, review.CheckedAdded},
		"borealis": {exercise.FlowIsMade, review.CheckedConfirmed},
		"hinomoto": {exercise.FlowIsMissed, review.CheckedTakenBack},
	} {
		if f := unitOf(t, r, unit).Flows[0]; f.Status != want.status || f.Checked != want.checked {
			t.Errorf("%s has %+v, want %+v", unit, f, want)
		}
	}
	if f := unitOf(t, r, "asteria").Flows[0]; f.Made == nil || f.Made.Clock != "00:08:00" || f.Via != vague.Seq {
		t.Errorf("what was added counts from %+v", f.Made)
	}
	if f := r.Result.Totals.Flows[0]; f.Confirmed != 1 || f.Corrected != 2 || f.Made != 2 || f.Missing != 1 {
		t.Errorf("in all %+v", f)
	}
	if text := string(summary(t, log, "en")); !strings.Contains(text, "1 of these flows confirmed, 2 corrected by hand") {
		t.Errorf("the summary does not say so:\n%s", text)
	}
}
