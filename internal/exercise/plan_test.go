package exercise_test

import (
	"fmt"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// TestPlanIsEnteredAfterPlay enters issues, changes one, and finds what is refused.
func TestPlanIsEnteredAfterPlay(t *testing.T) {
	t.Parallel()
	c := newDrill(t, shippedPlay(t, 4))
	last := func() *exercise.Event { return &c.log[len(c.log)-1] }
	refuses := func(by exercise.Actor, do exercise.Action, code string) {
		t.Helper()
		if got := c.code(by, do); got != code {
			t.Errorf("%+v: refused with %q, want %q", do, got, code)
		}
	}
	director := exercise.Actor{ID: "p-director", Role: exercise.RoleControl}
	carried := exercise.CarryPlan{PlanCarried: exercise.PlanCarried{From: "before", Issues: []exercise.CarriedIssue{{
		Title: scenario.Text{"en": "Warn the next"}, Action: scenario.Text{"en": "Write it down"}, Status: "open",
	}}}}
	enter := func(issue string, was uint64, change func(*exercise.PlanEntered)) exercise.EnterPlan {
		b := exercise.PlanEntered{Issue: issue, Action: "Name a deputy."}
		if change != nil {
			change(&b)
		}
		return exercise.EnterPlan{PlanEntered: b, Was: was}
	}
	refuses(director, exercise.CarryPlan{PlanCarried: exercise.PlanCarried{From: "before"}}, exercise.BadPlan)
	many := exercise.PlanCarried{From: "before", Issues: make([]exercise.CarriedIssue, exercise.MaxIssues+1)}
	refuses(director, exercise.CarryPlan{PlanCarried: many}, exercise.ManyIssues)
	c.must(exercise.Excon(), carried)
	refuses(director, carried, exercise.PlanIsCarried)
	c.must(exercise.Excon(), exercise.Start{Speed: 1})
	refuses(director, enter("F07", 0, nil), exercise.WrongClock)
	c.must(exercise.Excon(), exercise.End{})
	refuses(player("asteria"), enter("F07", 0, nil), exercise.NotAllowed)
	refuses(director, carried, exercise.WrongClock)

	c.must(director, enter("F07", 0, nil))
	first := last().Seq
	refuses(director, enter("F07", 0, nil), exercise.PlanChanged)
	c.must(director, enter("F07", first, func(b *exercise.PlanEntered) { b.Start, b.Completion, b.Status = "2027-10-01", "2028-01-31", "begun" }))
	c.must(director, enter("", 0, func(b *exercise.PlanEntered) { b.Title = "Mail filter" }))
	added := fmt.Sprintf("#%d", last().Seq)
	c.must(director, enter(added, last().Seq, func(b *exercise.PlanEntered) { b.Gone = true }))
	c.must(director, enter("carried:1", 0, func(b *exercise.PlanEntered) { b.Status = "done" }))
	c.must(director, exercise.EnterOverview{OverviewEntered: exercise.OverviewEntered{Sponsor: "The ministry"}})
	if to := last().To; len(to) != 1 || to[0] != "control" {
		t.Errorf("the overview is for %v, want EXCON alone", to)
	}

	for name, x := range map[string]struct {
		do   exercise.EnterPlan
		code string
	}{
		"none carried":       {enter("carried:2", 0, nil), exercise.UnknownIssue},
		"none with that seq": {enter("#1", 0, nil), exercise.UnknownIssue},
		"a long name":        {enter(strings.Repeat("x", 999), 0, nil), exercise.UnknownIssue},
		"untitled":           {enter("", 0, nil), exercise.IssueUntitled},
		"no status":          {enter("F01", 0, func(b *exercise.PlanEntered) { b.Status = "soon" }), exercise.BadPlan},
		"no capability":      {enter("F01", 0, func(b *exercise.PlanEntered) { b.Capability = "luck" }), exercise.BadPlan},
		"no date":            {enter("F01", 0, func(b *exercise.PlanEntered) { b.Start = "2027-13-01" }), exercise.BadDate},
		"turned dates":       {enter("F01", 0, func(b *exercise.PlanEntered) { b.Start, b.Completion = "2028-01-31", "2027-10-01" }), exercise.DatesTurned},
		"a long text":        {enter("F01", 0, func(b *exercise.PlanEntered) { b.Cause = strings.Repeat("x", exercise.MaxText+1) }), exercise.TooLong},
	} {
		t.Run(name, func(*testing.T) { refuses(director, x.do, x.code) })
	}
}
