package report_test

import (
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise/review"
)

// TestOutcomesAreToldInWords counts the teams of each branch, names few of them,
// and leaves out branches that mean nothing by themselves.
func TestOutcomesAreToldInWords(t *testing.T) {
	t.Parallel()
	r := clone(t, fixtures(t)["report.excon.en.json"])
	team := r.Result.Units[0].Key
	r.Titles["outcome:hit"], r.Titles["outcome:dark"] = "dialysis was hit", "the group went dark"
	r.Titles["outcome:halt"] = "停止した"
	ways := func(branch string, n int) (all []review.WayResult) {
		for range n {
			all = append(all, review.WayResult{Unit: team, Branch: branch})
		}
		return all
	}
	r.Result.Decisions = []review.DecisionResult{
		{Key: "D1", Ways: slices.Concat(ways("hit", 5), ways("dull", 2))},
		{Key: "D2", Ways: ways("hit", 1)},
		{Key: "D3", All: true, Ways: []review.WayResult{{Branch: "dark"}}},
		{Key: "D4", All: true, Ways: []review.WayResult{{Branch: "halt"}}},
	}
	var got []string
	for _, li := range parse(t, page(t, r, "en")).all(".outcomes li") {
		got = append(got, text(li))
	}
	want := []string{
		"In 5 of 7 teams, dialysis was hit.", "In 1 of 1 teams (" + text(parse(t, page(t, r, "en")).all("details.unit h3")[0]) + "), dialysis was hit.", "The group went dark.", "停止した.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("outcomes: %q\nwant %q", got, want)
	}
	r.Reader.For = review.ForPublic
	if page := string(page(t, r, "en")); !strings.Contains(page, "In 1 of 1 teams, dialysis was hit.") {
		t.Error("the public reads which team it was, or nothing")
	}
}

// TestGravestFirst puts what most depends on first, each subject once, and says
// what follows of it.
func TestGravestFirst(t *testing.T) {
	t.Parallel()
	r := clone(t, fixtures(t)["report.excon.en.json"])
	r.Findings, r.Plan = nil, nil
	r.Titles["prevents:F2"] = "The hospital did not know."
	add := func(key, subject string, weight, units int) {
		f := review.Finding{Kind: review.FindingImprove, Key: key, Subject: subject, Weight: weight, Text: key + "/" + subject, Args: map[string]any{}}
		for range units {
			f.Units = append(f.Units, r.Result.Units[0].Key)
		}
		r.Findings = append(r.Findings, f)
	}
	add("silent", "I01", 1, 3)
	add("flow_missing", "F1", 3, 1)
	add("flow_slow", "F1", 3, 2)
	add("flow_missing", "F2", 9, 1)
	add("late_many", "T1", 1, 2)
	var got []string
	for _, li := range parse(t, page(t, r, "en")).all(".key-improve li") {
		got = append(got, strings.Fields(text(li))[0])
	}
	if want := []string{"flow_missing/F2", "flow_slow/F1", "silent/I01", "late_many/T1", "flow_missing/F1"}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	if first := text(parse(t, page(t, r, "en")).all(".key-improve li")[0]); !strings.Contains(first, "The hospital did not know.") {
		t.Errorf("no consequence: %q", first)
	}
}
