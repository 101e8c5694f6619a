package review_test

import (
	"encoding/json"
	"strings"
	"testing"

	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
)

// TestStorylineByReader: EXCON sees which way it went for whom, a unit nothing
// of it, and the public no names.
func TestStorylineByReader(t *testing.T) {
	t.Parallel()
	log := load(t, story(t, 6, 3).end())
	all := report(t, log, review.Reader{For: review.ForExcon}, "en")
	if n := len(all.Result.Decisions[0].Ways); n != 6 || len(all.Result.Decisions[1].Ways) != 1 {
		t.Errorf("%d ways: %+v", n, all.Result.Decisions)
	}
	if all.Titles["branch:warned"] != "Passed on" || all.Titles["decision:D1"] == "" {
		t.Errorf("titles %v", all.Titles)
	}
	if len(all.Flow.Personas) != 1 || all.Flow.Personas[0].ByItself == 0 || all.Flow.Personas[0].Took == nil {
		t.Errorf("personas %+v", all.Flow.Personas)
	}
	found := map[string]bool{}
	for _, f := range all.Findings {
		found[f.Key] = true
	}
	if !found["hint_came"] {
		t.Errorf("hints that came by themselves are told as %v", found)
	}
	own := report(t, log, review.Reader{For: "asteria"}, "ja")
	if len(own.Result.Decisions) > 0 || len(own.Flow.Personas) > 0 || own.Titles["branch:warned"] != "" {
		t.Errorf("a unit is told %+v, %+v, %v", own.Result.Decisions, own.Flow.Personas, own.Titles)
	}
	public := report(t, log, review.Reader{For: review.ForPublic, TLP: scenario.TLPGreen}, "en")
	raw, err := json.Marshal(public.Result.Decisions)
	if err != nil {
		t.Fatal(err)
	}
	if len(public.Result.Decisions) > 0 && strings.Contains(string(raw), "asteria") {
		t.Errorf("the public is told %s", raw)
	}
}
