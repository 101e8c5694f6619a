package exercise_test

import (
	"slices"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

const callMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: desk
  to: all
  at: 1m
  tasks:
  - {key: T1, type: share, prompt: {en: P, ja: P}, due: 5m, flow: F1}
- {key: I02, title: {en: B, ja: B}, phase: inform, from: desk, to: teams, when: flow("F1").missed, at: 2m}
flows:
- {key: F1, title: {en: A, ja: A}, from: team, to: next, after: I01, within: 4m, what: [needle], tlp: AMBER}
- {key: F2, title: {en: B, ja: B}, from: team, to: liaison, after: I01, within: 4m, what: [needle]}
- {key: F3, title: {en: C, ja: C}, from: team, to: "persona:it", after: I01, within: 4m}
- {key: F4, title: {en: D, ja: D}, from: team, to: cell:hospital, after: I01, within: 4m, relay: I01}
- {key: F5, title: {en: E, ja: E}, from: cell:hospital, to: team, after: I01, within: 4m}
`

// call notes a call to borealis, which asteria shall tell, and gives its seq.
func (d *drill) call(a exercise.NoteCall) uint64 {
	d.t.Helper()
	return d.must(player(a.Unit), a)[0].Seq
}

// caller is what asteria notes of a call to its neighbour.
func caller(text string) exercise.NoteCall {
	return exercise.NoteCall{Unit: "asteria", With: "borealis", Text: text, TLP: scenario.TLPAmber}
}

func confirm(call uint64, text string) exercise.ConfirmCall {
	return exercise.ConfirmCall{Call: call, Unit: "borealis", Text: text}
}

// made lists the flows that events tell of.
func made(events []exercise.Event) (all []exercise.FlowMade) {
	for i := range events {
		if b, ok := events[i].Body.(*exercise.FlowMade); ok {
			all = append(all, *b)
		}
	}
	return all
}

// TestConfirmedCallIsToldWhenItWasNoted.
func TestConfirmedCallIsToldWhenItWasNoted(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		noted, confirmed time.Duration // after STARTEX
		note             exercise.NoteCall
		answer           string
		want             []exercise.FlowMade
	}{
		"at once":                     {3, 3, caller("the needle"), "", []exercise.FlowMade{{Flow: "F1", Unit: "asteria"}}},
		"confirmed after its time":    {3, 20, caller("the needle"), "", []exercise.FlowMade{{Flow: "F1", Unit: "asteria"}}},
		"noted after its time":        {8, 9, caller("the needle"), "", []exercise.FlowMade{{Flow: "F1", Unit: "asteria", Late: true}}},
		"named by the other side":     {3, 4, caller("it"), "the needle, yes", []exercise.FlowMade{{Flow: "F1", Unit: "asteria"}}},
		"named by nobody":             {3, 4, caller("it"), "yes", nil},
		"noted before it was to tell": {0, 4, caller("the needle"), "", nil},
		"under no label":              {3, 4, exercise.NoteCall{Unit: "asteria", With: "borealis", Text: "needle"}, "", []exercise.FlowMade{{Flow: "F1", Unit: "asteria", Broken: true}}},
		"noted by the one who was called": {
			3, 4,
			exercise.NoteCall{Unit: "borealis", With: "asteria", Incoming: true, Text: "needle", TLP: scenario.TLPRed},
			"",
			[]exercise.FlowMade{{Flow: "F1", Unit: "asteria"}},
		},
		"the other way round": {3, 4, exercise.NoteCall{Unit: "asteria", With: "borealis", Incoming: true, Text: "needle"}, "", []exercise.FlowMade{{Flow: "F1", Unit: "borealis", Broken: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := started(t, callMSEL, 2)
			d.pass(tc.noted * time.Minute)
			seq := d.call(tc.note)
			d.pass((tc.confirmed - tc.noted) * time.Minute)
			events := d.must(player(tc.note.With), exercise.ConfirmCall{Call: seq, Unit: tc.note.With, Text: tc.answer})
			got := made(events)
			for i := range tc.want {
				tc.want[i].Via = seq
			}
			if !slices.Equal(got, tc.want) {
				t.Fatalf("made %+v, want %+v", got, tc.want)
			}
			for _, f := range got {
				task, status := d.task("T1", f.Unit), exercise.FlowIsMade
				if f.Late {
					status = exercise.FlowIsLate
				}
				if now, _ := d.flow("F1", f.Unit); task.Late != f.Late || task.Attempts != 1 || now != status {
					t.Errorf("the task is %+v, the flow %s", task, now)
				}
			}
			sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
		})
	}
}

// TestCallThatTheUnitStoodStillAfter: its own clock decides.
func TestCallThatTheUnitStoodStillAfter(t *testing.T) {
	t.Parallel()
	d := started(t, callMSEL, 2)
	d.pass(3 * time.Minute)
	seq := d.call(caller("needle"))
	d.pass(4 * time.Minute)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.UnitPause})
	d.pass(10 * time.Minute)
	d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.Present})
	if got := made(d.must(player("borealis"), confirm(seq, ""))); len(got) != 1 || got[0].Late {
		t.Errorf("made %+v", got)
	}
}

// TestCallsReachNoRoom, and make no flow by a relay; cells, EXCON and personas
// can be called.
func TestCallsReachNoRoom(t *testing.T) {
	t.Parallel()
	excon := exercise.Excon()
	for name, tc := range map[string]struct {
		note  exercise.NoteCall
		who   exercise.Actor
		flows []string
		to    []string
	}{
		"a team":       {caller("needle"), player("borealis"), []string{"F1"}, []string{"unit:asteria", "unit:borealis"}},
		"a persona":    {exercise.NoteCall{Unit: "asteria", With: "persona:it", Text: "x"}, excon, []string{"F3"}, []string{"unit:asteria"}},
		"from persona": {exercise.NoteCall{Unit: "asteria", With: "persona:it", Text: "x", Incoming: true}, excon, nil, []string{"unit:asteria"}},
		"EXCON":        {exercise.NoteCall{Unit: "asteria", With: "excon", Text: "needle"}, excon, nil, []string{"unit:asteria"}},
		"a cell":       {exercise.NoteCall{Unit: "asteria", With: "asteria/hospital", Text: "needle"}, player("asteria/hospital"), nil, []string{"unit:asteria", "unit:asteria/hospital"}},
		"the team":     {exercise.NoteCall{Unit: "asteria", With: "asteria/hospital", Incoming: true, Text: "x"}, player("asteria/hospital"), []string{"F5"}, []string{"unit:asteria", "unit:asteria/hospital"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := started(t, callMSEL, 2)
			d.pass(2 * time.Minute)
			note := d.must(player(tc.note.Unit), tc.note)[0]
			events := d.must(tc.who, exercise.ConfirmCall{Call: note.Seq, Unit: tc.note.With})
			var flows []string
			for _, f := range made(events) {
				flows = append(flows, f.Flow)
			}
			if !slices.Equal(flows, tc.flows) {
				t.Errorf("made %v, want %v", flows, tc.flows)
			}
			if !slices.Equal(note.To, tc.to) || !slices.Equal(events[0].To, tc.to) {
				t.Errorf("to %v and %v, want %v", note.To, events[0].To, tc.to)
			}
			if status, _ := d.flow("F2", "asteria"); status != exercise.FlowExpected {
				t.Errorf("the room is told: %s", status)
			}
		})
	}
}

// TestCallViews tell how every call stands, each unit of its own.
func TestCallViews(t *testing.T) {
	t.Parallel()
	d := started(t, callMSEL, 3)
	d.pass(2 * time.Minute)
	first, second := d.call(caller("one")), d.call(caller("two"))
	third := d.call(exercise.NoteCall{Unit: "coralia", With: "persona:it", Incoming: true, Text: "three"})
	d.pass(time.Minute)
	d.must(player("borealis"), exercise.ConfirmCall{Call: first, Unit: "borealis", Deny: true, Text: "nobody called"})
	d.must(player("borealis"), confirm(second, "yes"))
	want := []exercise.CallView{
		{Seq: first, At: minutes(2), Unit: "asteria", With: "borealis", From: "asteria", To: "borealis", Text: "one", TLP: scenario.TLPAmber, Status: exercise.CallIsDenied, By: "p/borealis", Answered: minutes(3), Answer: "nobody called"},
		{Seq: second, At: minutes(2), Unit: "asteria", With: "borealis", From: "asteria", To: "borealis", Text: "two", TLP: scenario.TLPAmber, Status: exercise.CallIsReal, By: "p/borealis", Answered: minutes(3), Answer: "yes"},
		{Seq: third, At: minutes(2), Unit: "coralia", With: "persona:it", From: "persona:it", To: "coralia", Text: "three", Status: exercise.CallWaits, Answered: exercise.Never},
	}
	if got := slices.Collect(d.s.Calls()); !slices.Equal(got, want) {
		t.Errorf("calls are\n%+v, want\n%+v", got, want)
	}
	of := func(unit string) []exercise.CallView {
		u, _ := d.play.Cast.Index(unit)
		return slices.Collect(d.s.CallsOf(u))
	}
	if !slices.Equal(of("asteria"), want[:2]) || !slices.Equal(of("borealis"), want[:2]) || !slices.Equal(of("coralia"), want[2:]) || of("asteria/hospital") != nil {
		t.Error("a unit is told of other calls than its own")
	}
	d.must(player("borealis"), confirm(first, "we found who took it")) // after all
	if v := slices.Collect(d.s.Calls())[0]; v.Status != exercise.CallIsReal || v.Answer != "we found who took it" {
		t.Errorf("after the denial it is %+v", v)
	}
	sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
}

// TestCallConfirmedAfterENDEX still counts: it was told during play. One that is
// noted then does not.
func TestCallConfirmedAfterENDEX(t *testing.T) {
	t.Parallel()
	d := started(t, callMSEL, 2)
	d.pass(2 * time.Minute)
	seq := d.call(caller("needle"))
	d.must(exercise.Excon(), exercise.End{})
	later := d.call(exercise.NoteCall{Unit: "borealis", With: "asteria", Text: "needle"})
	if got := made(d.must(player("borealis"), confirm(seq, ""))); len(got) != 1 || got[0].Late {
		t.Errorf("made %+v", got)
	}
	if got := made(d.must(player("asteria"), exercise.ConfirmCall{Call: later, Unit: "asteria"})); got != nil {
		t.Errorf("made %+v", got)
	}
}
