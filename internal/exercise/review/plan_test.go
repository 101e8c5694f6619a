package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// planned is the small exercise with a carried plan, and with what EXCON entered
// after ENDEX.
func planned(tb testing.TB) *stage {
	tb.Helper()
	s := small(tb)
	excon := exercise.Excon()
	s.do("15:00", excon, exercise.EnterOverview{OverviewEntered: exercise.OverviewEntered{
		Sponsor: "whisper sponsor", Contacts: "whisper one\nwhisper two", Summary: "whisper summary",
	}})
	r := report(tb, small(tb).load(), review.Reader{For: review.ForExcon}, "en") // the keys of its issues
	s.do("15:00", excon, exercise.EnterPlan{PlanEntered: exercise.PlanEntered{
		Issue: r.Plan[0].Key, Cause: "whisper cause", Responsible: "whisper desk", Contact: "whisper M. Duval", Start: "2027-10-01",
		Completion: "2028-01-31", Capability: "equipment", Status: "begun",
	}})
	s.do("15:00", excon, exercise.EnterPlan{PlanEntered: exercise.PlanEntered{Issue: r.Plan[1].Key, Gone: true}})
	s.do("15:00", excon, exercise.EnterPlan{PlanEntered: exercise.PlanEntered{Title: "whisper mail filter", Action: "whisper buy one"}})
	return s
}

// TestPlanIsEntered: what people entered takes the place of what was proposed,
// what they left empty does not, and it is for EXCON alone.
func TestPlanIsEntered(t *testing.T) {
	t.Parallel()
	before := report(t, small(t).load(), review.Reader{For: review.ForExcon}, "en")
	log := planned(t).load()
	r := report(t, log, review.Reader{For: review.ForExcon}, "en")
	if len(r.Plan) != len(before.Plan) { // one left out, one added
		t.Fatalf("%d rows, before %d", len(r.Plan), len(before.Plan))
	}
	if first := r.Plan[0]; first.Reference != first.ProposedReference {
		t.Errorf("nobody entered a reference, and it is %q, not %q", first.Reference, first.ProposedReference)
	}
	first, last := r.Plan[0], r.Plan[len(r.Plan)-1]
	if first.Cause != "whisper cause" || first.Responsible != "whisper desk" || first.Capability != "equipment" || first.Status != "begun" ||
		first.Title != before.Plan[0].Title || first.Action != before.Plan[0].Action || first.Entered == 0 {
		t.Errorf("the entered row is %+v", first)
	}
	if last.Title != "whisper mail filter" || !strings.HasPrefix(last.Key, "#") || last.N != len(r.Plan) || last.Status != "open" {
		t.Errorf("the added row is %+v", last)
	}
	if slices.ContainsFunc(r.Plan, func(row review.PlanRow) bool { return row.Key == before.Plan[1].Key }) {
		t.Errorf("%s is in the plan although it was left out", before.Plan[1].Key)
	}
	if r.Overview.Sponsor != "whisper sponsor" || r.Feedback.Teams != 3 || r.Feedback.Answered != 1 {
		t.Errorf("overview %+v, feedback %+v", r.Overview, r.Feedback)
	}
	for _, reader := range []review.Reader{
		{For: "asteria"}, {For: review.ForPublic}, {For: review.ForExcon, TLP: scenario.TLPClear}, {For: review.ForPublic, TLP: scenario.TLPRed},
	} {
		if text := fmt.Sprint(jsonOf(t, report(t, log, reader, "en"))); strings.Contains(text, "whisper") {
			t.Errorf("%+v reads what EXCON entered", reader)
		}
	}
}

// TestPlanIsCarried: what is not done goes into the next exercise's report, in
// every language, and from there on.
func TestPlanIsCarried(t *testing.T) {
	t.Parallel()
	var printers []*i18n.Printer
	for _, lang := range i18n.Languages() {
		printers = append(printers, printer(t, lang))
	}
	log := planned(t).load()
	carried, ok, err := review.CarriedPlan(log, printers)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if first := carried.Issues[0]; first.Status != "begun" || first.Responsible != "whisper desk" || first.Title["en"] == first.Title["ja"] || first.Title["ja"] == "" {
		t.Errorf("carried %+v", first)
	}
	next := newStage(t, demo(t, 1, 2, 8), nil)
	next.do("0:00", exercise.Excon(), exercise.CarryPlan{PlanCarried: carried})
	next.do("0:00", exercise.Excon(), exercise.Start{Speed: 1})
	next.do("15:00", exercise.Excon(), exercise.End{})
	next.do("15:00", exercise.Excon(), exercise.EnterPlan{PlanEntered: exercise.PlanEntered{Issue: "carried:1", Status: "done", Remark: "In the SOP since May."}})
	after := next.load()
	r := report(t, after, review.Reader{For: review.ForExcon}, "ja")
	if len(r.LastPlan.Issues) != len(carried.Issues) {
		t.Fatalf("the plan before: %+v", r.LastPlan)
	}
	if first := r.LastPlan.Issues[0]; first.Status != "done" || first.Remark == "" || first.Title != carried.Issues[0].Title["ja"] {
		t.Errorf("became %+v", first)
	}
	again, _, err := review.CarriedPlan(after, printers)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(r.Plan) + len(carried.Issues) - 1; len(again.Issues) != want {
		t.Errorf("%d issues go on, want %d: what is done does not", len(again.Issues), want)
	}
	for _, reader := range []string{"asteria", review.ForPublic} {
		if r := report(t, after, review.Reader{For: reader}, "en"); len(r.LastPlan.Issues) > 0 {
			t.Errorf("%s reads the plan of the exercise before", reader)
		}
	}
}

// TestFindingsBelongToObjectives: a finding about a task or a flow belongs to the
// objective of its critical task.
func TestFindingsBelongToObjectives(t *testing.T) {
	t.Parallel()
	log := small(t).load()
	r := report(t, log, review.Reader{For: review.ForExcon}, "en")
	of := map[string]string{}
	for _, o := range r.Evaluation.Objectives {
		for _, ct := range o.Critical {
			for _, key := range slices.Concat(ct.Tasks, ct.Flows) {
				of[key] = o.Key
			}
		}
	}
	found := 0
	for _, f := range r.Findings {
		if want, ok := of[f.Subject]; ok {
			found++
			if f.Objective != want {
				t.Errorf("%s about %s belongs to %q, want %q", f.Key, f.Subject, f.Objective, want)
			}
		} else if f.Subject == "" && f.Objective != "" {
			t.Errorf("%s is about nothing and belongs to %s", f.Key, f.Objective)
		}
	}
	if found == 0 {
		t.Error("no finding is about a critical task")
	}
}
