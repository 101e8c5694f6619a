package exercise_test

import (
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

const neverMSEL = `injects:
- {key: I01, title: A row, phase: recognise, from: desk, to: all, at: 1m}
- key: I02
  title: For ourselves
  phase: recognise
  from: desk
  to: teams
  at: 1m
  tlp: AMBER+STRICT
  tasks:
  - {key: T1, type: answer, accept: [x], prompt: "What?", due: 9m}
  - {key: T2, type: answer, accept: [x], prompt: "What?", due: 9m, needs: [{flow: F1, from: prev}]}
flows:
- {key: F1, title: Row, from: team, to: next, after: I01, within: 30m, what: [row-7], never: [others, "persona:it", "cell:hospital"], never_what: [row-7, password]}
- {key: F2, title: Seen, from: "cell:hospital", to: team, after: I01, within: 30m, what: [odd], never: [excon]}
`

// misdirections are those in the events, as "flow or inject: ends".
func misdirections(events []exercise.Event) []string {
	out := []string{}
	for i := range events {
		if b, ok := events[i].Body.(*exercise.Misdirected); ok {
			out = append(out, b.Flow+b.Inject+": "+strings.Join(b.Ends, " "))
		}
	}
	return out
}

// TestMisdirected: what reached somebody it was not meant for is noted, is never
// stopped, and makes the flow all the same.
func TestMisdirected(t *testing.T) {
	t.Parallel()
	send := func(from, text, re string, ends ...string) exercise.Action {
		return exercise.Send{From: from, Ends: ends, Text: text, Re: re, TLP: scenario.TLPAmber}
	}
	for name, tc := range map[string]struct {
		unit string
		do   exercise.Action
		want []string
		made string // flow
	}{
		"to its receiver":       {"asteria", send("asteria", "row-7", "", "unit:borealis"), nil, "F1"},
		"to the room":           {"asteria", send("asteria", "row-7 is yours", "", "liaison"), []string{"F1: liaison"}, "F1"},
		"to both, each once":    {"asteria", send("asteria", "row-7", "", "liaison", "unit:borealis", "liaison"), []string{"F1: liaison"}, "F1"},
		"to a third team":       {"asteria", send("asteria", "row-7", "", "unit:coralia", "excon"), []string{"F1: unit:coralia"}, ""},
		"to a persona":          {"asteria", send("asteria", "row-7", "", "persona:it", "persona:desk"), []string{"F1: persona:it"}, ""},
		"to an own cell":        {"asteria", send("asteria", "row-7", "", "unit:asteria/hospital"), []string{"F1: unit:asteria/hospital"}, ""},
		"what else it must not": {"asteria", send("asteria", "The password!", "", "liaison"), []string{"F1: liaison"}, ""},
		"something else":        {"asteria", send("asteria", "row-77", "", "liaison"), nil, ""},
		"as an indicator": {"asteria", exercise.Share{
			Send:       exercise.Send{From: "asteria", Ends: []string{"liaison"}, Text: "See below"},
			Indicators: []string{"row-7"},
		}, []string{"F1: liaison"}, "F1"},
		"of a cell":              {"asteria/hospital", send("asteria/hospital", "odd", "", "unit:asteria", "excon"), []string{"F2: excon"}, "F2"},
		"strict, beyond":         {"asteria", send("asteria", "x", "I02", "liaison", "persona:it", "unit:asteria/hospital"), []string{"I02: liaison persona:it"}, ""},
		"strict, back or inside": {"asteria", send("asteria", "x", "I02", "excon", "persona:desk", "unit:asteria/hospital"), nil, ""},
		"strict, by its task":    {"asteria", send("asteria", "x", "T1", "unit:delmara"), []string{"I02: unit:delmara"}, ""},
		"strict, but a need":     {"asteria", send("asteria", "x", "T2", "unit:delmara"), nil, ""},
		"not strict":             {"asteria", send("asteria", "x", "I01", "liaison"), nil, ""},
		"strict, but a flow":     {"asteria", send("asteria", "row-7", "I02", "unit:borealis"), nil, "F1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := started(t, neverMSEL, 4)
			if got := misdirections(d.must(player("asteria"), send("asteria", "row-7", "", "liaison"))); len(got) > 0 {
				t.Errorf("before it is known: %v", got)
			}
			d.pass(minutes(2).Duration())
			events := d.must(player(tc.unit), tc.do)
			if got := misdirections(events); !slices.Equal(got, append([]string{}, tc.want...)) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
			made := ""
			for _, e := range events {
				if b, ok := e.Body.(*exercise.FlowMade); ok {
					made = b.Flow
				}
			}
			if made != tc.made {
				t.Errorf("made %q, want %q", made, tc.made)
			}
		})
	}
}

// TestCallsAreMisdirectedOnceConfirmed: a call counts when its other side says so.
func TestCallsAreMisdirectedOnceConfirmed(t *testing.T) {
	t.Parallel()
	d := started(t, neverMSEL, 4)
	d.pass(minutes(2).Duration())
	noted := d.must(player("coralia"), exercise.NoteCall{Unit: "coralia", With: "asteria", Incoming: true, Text: "row-7"})
	if got := misdirections(noted); len(got) > 0 {
		t.Errorf("unconfirmed: %v", got)
	}
	call := noted[len(noted)-1].Seq
	got := misdirections(d.must(player("asteria"), exercise.ConfirmCall{Call: call, Unit: "asteria"}))
	if !slices.Equal(got, []string{"F1: unit:coralia"}) {
		t.Errorf("confirmed: %v", got)
	}
}

// TestTwoTeamsHaveNoOthers: where the receiver is the only other team, nobody
// else can be reached but by the room.
func TestTwoTeamsHaveNoOthers(t *testing.T) {
	t.Parallel()
	d := started(t, strings.ReplaceAll(neverMSEL, "[others,", "[prev,"), 2)
	d.pass(minutes(2).Duration())
	for _, end := range []string{"unit:borealis", "liaison"} {
		if got := misdirections(d.must(player("asteria"), exercise.Send{From: "asteria", Ends: []string{end}, Text: "row-7"})); len(got) > 0 {
			t.Errorf("%s: %v", end, got)
		}
	}
}
