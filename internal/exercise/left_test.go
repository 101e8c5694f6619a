package exercise_test

import (
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/testkit/exercisetest"
)

const teamsMSEL = `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 1m, tasks: [{key: T1, type: answer, prompt: {en: P, ja: P}, due: 30m, accept: [one]}]}
- {key: I02, title: {en: B, ja: B}, phase: inform, from: desk, to: teams, when: 'teams.answered("T1") == teams.total', at: 2m}
- {key: I03, title: {en: C, ja: C}, phase: inform, from: desk, to: teams, when: 'teams.solved("T1") >= 2', at: 2m}
`

// TestWithdrawnTeamsDoNotCount: conditions ask about the teams that take part.
func TestWithdrawnTeamsDoNotCount(t *testing.T) {
	t.Parallel()
	answer := func(d *drill, unit string) {
		t.Helper()
		d.must(player(unit), exercise.Submit{Task: "T1", Unit: unit, Text: "one"})
	}
	leave := func(d *drill, unit string) {
		t.Helper()
		d.must(exercise.Excon(), exercise.SetStatus{Unit: unit, Status: exercise.Withdrawn})
		d.settle()
	}
	t.Run("nobody waits for one that left", func(t *testing.T) {
		t.Parallel()
		d := started(t, teamsMSEL, 3)
		d.pass(minutes(3).Duration())
		answer(d, "asteria")
		answer(d, "borealis")
		d.is("I02", "asteria", exercise.InjectWatching)
		leave(d, "coralia")
		d.is("I02", "asteria", exercise.InjectOut)
	})
	t.Run("what it did counts no more", func(t *testing.T) {
		t.Parallel()
		d := started(t, teamsMSEL, 3)
		d.pass(minutes(1.5).Duration())
		answer(d, "coralia")
		leave(d, "coralia")
		d.pass(minutes(1.5).Duration())
		answer(d, "asteria")
		d.is("I03", "asteria", exercise.InjectWatching)
		d.is("I02", "asteria", exercise.InjectWatching)
		answer(d, "borealis")
		d.settle()
		d.is("I03", "asteria", exercise.InjectOut)
		d.is("I02", "asteria", exercise.InjectOut)
	})
	t.Run("a cell that leaves takes no team with it", func(t *testing.T) {
		t.Parallel()
		d := started(t, teamsMSEL, 3)
		d.pass(minutes(3).Duration())
		leave(d, "coralia/hospital")
		answer(d, "asteria")
		answer(d, "borealis")
		d.settle()
		d.is("I02", "asteria", exercise.InjectWatching)
	})
}

const chainMSEL = `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 2m}
- {key: I02, title: {en: B, ja: B}, phase: inform, from: desk, to: teams, after: I01 +2m}
- {key: I03, title: {en: C, ja: C}, phase: inform, from: desk, to: teams, after: I02 +3m}
- {key: I04, title: {en: D, ja: D}, phase: inform, from: desk, to: teams, when: 'inject("I03").released', at: 1m}
- {key: I05, title: {en: E, ja: E}, phase: inform, from: desk, to: teams, after: I04 +1m}
`

// TestRetractedInjectLetsTheStorylineGoOn: what follows comes when it would
// have, whenever its forerunner was taken out.
func TestRetractedInjectLetsTheStorylineGoOn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before func(d *drill)
		gone   []string
		want   map[string]exercise.Time
	}{
		"before STARTEX":               {nil, []string{"I01", "I02"}, map[string]exercise.Time{"I03": minutes(7)}},
		"whose time is known":          {func(d *drill) { d.pass(minutes(1).Duration()) }, []string{"I01"}, map[string]exercise.Time{"I02": minutes(4), "I03": minutes(7)}},
		"that waits for another":       {func(d *drill) { d.pass(minutes(1).Duration()) }, []string{"I02"}, map[string]exercise.Time{"I01": minutes(2), "I03": minutes(7)}},
		"whose condition is looked at": {func(d *drill) { d.pass(minutes(3).Duration()) }, []string{"I04"}, map[string]exercise.Time{"I05": minutes(4)}},
		"of a unit that stands still": {func(d *drill) {
			d.pass(minutes(1).Duration())
			d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.UnitPause})
			d.pass(minutes(5).Duration())
		}, []string{"I01", "I02"}, map[string]exercise.Time{"I03": minutes(12)}},
		"that came": {func(d *drill) { d.pass(minutes(3).Duration()) }, []string{"I01"}, map[string]exercise.Time{"I02": minutes(4), "I03": minutes(7)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDrill(t, testPlay(t, chainMSEL, exercisetest.Teams(t, 2)))
			retract := func() {
				for _, key := range tc.gone {
					d.must(exercise.Excon(), exercise.Retract{Inject: key})
				}
			}
			if tc.before == nil {
				retract()
			}
			d.must(exercise.Excon(), exercise.Start{Speed: 1})
			if tc.before != nil {
				tc.before(d)
				retract()
			}
			if d.s.Unit(0).Status == exercise.UnitPause {
				d.must(exercise.Excon(), exercise.SetStatus{Unit: "asteria", Status: exercise.Present})
			}
			d.pass(minutes(20).Duration())
			for key, at := range tc.want {
				d.releasedAt(key, "asteria", at)
			}
			for _, key := range tc.gone {
				d.is(key, "asteria", exercise.InjectWithdrawn)
			}
		})
	}
}
