package exercise_test

import (
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

const hintMSEL = `
injects:
- key: I01
  title: {en: A, ja: A}
  phase: recognise
  from: desk
  to: all
  at: 2m
  tasks:
  - key: T1
    type: answer
    prompt: {en: P, ja: P}
    due: 9m
    attempts: 5
    accept: [one]
    hints:
    - {text: {en: H, ja: H}, cost: 2}
    - {text: {en: H, ja: H}, after: 10m, wrong: 2}
    - {text: {en: H, ja: H}, after: 15m, cost: 3}
    - {text: {en: H, ja: H}, cost: 1}
  - {key: T2, type: report, prompt: {en: P, ja: P}, due: 9m, hints: [{text: {en: H, ja: H}, after: 5m}]}
  - {key: T3, type: share, prompt: {en: P, ja: P}, due: 9m, hints: [{text: {en: H, ja: H}, after: 6m}], flow: {from: team, to: next, what: [needle]}}
`

// came lists the hints of a unit that came by themselves: task, number, cost
// and time.
func (d *drill) came(unit string) []hintCame {
	var all []hintCame
	for i := range d.log {
		if b, ok := d.log[i].Body.(*exercise.HintGiven); ok && b.Unit == unit {
			all = append(all, hintCame{b.Task, b.N, b.Cost, b.Why, d.log[i].At})
		}
	}
	return all
}

type hintCame struct {
	task string
	n    int
	cost float64
	why  string
	at   exercise.Time
}

func (d *drill) answers(unit string, texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		d.must(player(unit), exercise.Submit{Task: "T1", Unit: unit, Text: text})
	}
}

func TestHintsByThemselves(t *testing.T) {
	t.Parallel()
	excon := exercise.Excon()
	status := func(unit, status string) func(d *drill) {
		return func(d *drill) { d.must(excon, exercise.SetStatus{Unit: unit, Status: status}) }
	}
	at := func(min float64, do func(d *drill)) func(d *drill) {
		return func(d *drill) {
			d.pass((minutes(min) - d.s.Now(d.wall)).Duration())
			do(d)
		}
	}
	answer := func(texts ...string) func(d *drill) { return func(d *drill) { d.answers("asteria", texts...) } }
	ten := hintCame{"T1", 2, 0, exercise.HintAfter, minutes(12)}
	fifteen := hintCame{"T1", 3, 3, exercise.HintAfter, minutes(17)}
	for name, tc := range map[string]struct {
		moves []func(d *drill)
		want  []hintCame
		hints int
		cost  float64
	}{
		"by time":              {nil, []hintCame{ten, fifteen}, 3, 3},
		"by wrong attempts":    {[]func(*drill){at(4, answer("x", "y"))}, []hintCame{{"T1", 2, 0, exercise.HintWrong, minutes(4)}, fifteen}, 3, 3},
		"one wrong, then time": {[]func(*drill){at(4, answer("x"))}, []hintCame{ten, fifteen}, 3, 3},
		"solved":               {[]func(*drill){at(4, answer("one"))}, nil, 0, 0},
		"solved between":       {[]func(*drill){at(14, answer("one"))}, []hintCame{ten}, 2, 0},
		"no attempt left":      {[]func(*drill){at(13, answer("1", "2", "3", "4", "5"))}, []hintCame{ten}, 2, 0},
		"the first was asked for": {[]func(*drill){at(4, func(d *drill) {
			d.must(player("asteria"), exercise.TakeHint{Task: "T1", Unit: "asteria"})
		})}, []hintCame{ten, fifteen}, 3, 5},
		"a pause of the exercise": {[]func(*drill){at(4, func(d *drill) {
			d.must(excon, exercise.Pause{})
			d.pass(time.Hour)
			d.must(excon, exercise.Resume{})
		})}, []hintCame{ten, fifteen}, 3, 3},
		"a pause of the unit": {
			[]func(*drill){at(4, status("asteria", exercise.UnitPause)), at(9, status("asteria", exercise.Present))},
			[]hintCame{{"T1", 2, 0, exercise.HintAfter, minutes(17)}, {"T1", 3, 3, exercise.HintAfter, minutes(22)}},
			3, 3,
		},
		"wrong while the unit stands still": {
			[]func(*drill){at(4, status("asteria", exercise.UnitPause)), at(5, answer("x", "y")), at(9, status("asteria", exercise.Present))},
			[]hintCame{{"T1", 2, 0, exercise.HintWrong, minutes(9)}, {"T1", 3, 3, exercise.HintAfter, minutes(22)}},
			3, 3,
		},
		"away, and back": {
			[]func(*drill){at(4, answer("x")), at(5, status("asteria", exercise.Absent)), at(14, status("asteria", exercise.Present))},
			[]hintCame{{"T1", 2, 0, exercise.HintAfter, minutes(14)}, fifteen},
			3, 3,
		},
		"away before it began": {[]func(*drill){at(5, status("asteria", exercise.Absent)), at(14, status("asteria", exercise.Present))}, nil, 0, 0},
		"retracted":            {[]func(*drill){at(5, func(d *drill) { d.must(excon, exercise.Retract{Inject: "I01"}) })}, nil, 0, 0},
		"a key that takes what was wrong": {
			[]func(*drill){at(4, answer("two")), at(5, func(d *drill) { d.must(excon, exercise.AmendTask{Task: "T1", Accept: []string{"two"}}) })}, nil, 0, 0,
		},
		"a key that takes no more what was right": {
			[]func(*drill){at(4, answer("x", "one")), at(5, func(d *drill) { d.must(excon, exercise.AmendTask{Task: "T1", Accept: []string{"two"}}) })},
			[]hintCame{{"T1", 2, 0, exercise.HintWrong, minutes(5)}, fifteen},
			3, 3,
		},
		"a jump": {[]func(*drill){at(4, func(d *drill) {
			d.must(excon, exercise.Jump{To: minutes(30), Mode: exercise.JumpSkip})
			d.settle()
		})}, []hintCame{{"T1", 2, 0, exercise.HintAfter, minutes(30)}, {"T1", 3, 3, exercise.HintAfter, minutes(30)}}, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := started(t, hintMSEL, 2)
			for _, move := range tc.moves {
				move(d)
			}
			d.pass(40 * time.Minute)
			var got []hintCame
			for _, h := range d.came("asteria") {
				if h.task == "T1" {
					got = append(got, h)
				}
			}
			if len(got) != len(tc.want) {
				t.Fatalf("came %v, want %v", got, tc.want)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("came %v, want %v", got[i], tc.want[i])
				}
			}
			if v := d.task("T1", "asteria"); v.Hints != tc.hints {
				t.Errorf("has %d hints, want %d", v.Hints, tc.hints)
			}
			cost := 0.0
			for i := range d.log {
				switch b := d.log[i].Body.(type) {
				case *exercise.HintTaken:
					cost += b.Cost
				case *exercise.HintGiven:
					if b.Unit == "asteria" {
						cost += b.Cost
					}
				}
			}
			if cost != tc.cost {
				t.Errorf("hints cost %g, want %g", cost, tc.cost)
			}
			sameAs(t, d.s, refold(t, d.play, d.log), d.wall)
		})
	}
}

// TestHintForWhatOnlyAPersonCanTell comes as long as nothing is handed in.
func TestHintForWhatOnlyAPersonCanTell(t *testing.T) {
	t.Parallel()
	d := started(t, hintMSEL, 2)
	d.pass(4 * time.Minute)
	d.must(player("asteria"), exercise.Submit{Task: "T2", Unit: "asteria", Text: "done"})
	d.must(player("asteria"), exercise.Send{From: "asteria", Ends: []string{"unit:borealis"}, Text: "needle", TLP: scenario.TLPAmber})
	d.pass(5 * time.Minute)
	if got := d.came("asteria"); got != nil {
		t.Errorf("came though it was handed in: %v", got)
	}
	want := []hintCame{{"T2", 1, 0, exercise.HintAfter, minutes(7)}, {"T3", 1, 0, exercise.HintAfter, minutes(8)}}
	got := d.came("borealis")
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("came %v, want %v", got, want)
	}
}

// TestAskForHints: what comes by itself cannot be asked for, what stands behind
// it can when it has come.
func TestAskForHints(t *testing.T) {
	t.Parallel()
	d := started(t, hintMSEL, 2)
	d.pass(4 * time.Minute)
	ask := exercise.TakeHint{Task: "T1", Unit: "asteria"}
	if v := d.task("T1", "asteria"); v.HintsLeft != 1 {
		t.Errorf("%d can be asked for, want 1", v.HintsLeft)
	}
	d.must(player("asteria"), ask)
	if got := d.code(player("asteria"), ask); got != exercise.HintComes {
		t.Errorf("refused as %q", got)
	}
	d.pass(20 * time.Minute)
	d.must(player("asteria"), ask)
	if got := d.code(player("asteria"), ask); got != exercise.NoHint {
		t.Errorf("refused as %q", got)
	}
	d.answers("asteria", "one")
	if got := d.score("asteria"); got != 10-2-0-3-1 {
		t.Errorf("score %g", got)
	}
}
