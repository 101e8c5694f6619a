package review_test

import (
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/testkit/exercisetest"
)

// full is a log of the pack that uses everything the format has, played by
// simulated teams.
func full(tb testing.TB, teams int, seed uint64) *stage {
	tb.Helper()
	pack, ds, err := scenario.Load("../scenario/testdata/full")
	if err != nil || scenario.Failed(ds) {
		tb.Fatalf("load pack: %v %v", err, ds)
	}
	units, err := teamfile.Demo(teams)
	if err != nil {
		tb.Fatal(err)
	}
	s := stageOf(tb, pack.Files, units, nil)
	s.bots = bots.New(s.state.Play(), seed, exercisetest.NewPhrases(tb))
	for _, u := range s.state.Play().Cast.Units {
		s.give(&exercise.Command{Key: "standin/" + u.Key, Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: u.Key, Bot: true}})
	}
	s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
	s.playTo(exercise.Never - 1)
	return s
}

// TestEveryTypeOfTaskIsRecounted: flags, files, numbers, patterns and forms
// stand in results and report as a naive count of the lines has them.
func TestEveryTypeOfTaskIsRecounted(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		log := full(t, 3, seed).end()
		r := report(t, load(t, log), review.Reader{For: review.ForExcon}, "en")
		for _, d := range differences(flatten(r), flatten(readLedger(t, log).tree())) {
			t.Errorf("seed %d: %s", seed, d)
		}
	}
}

// TestReplayShowsFormsAndFiles: parts by their names, files by what is known of
// them and never by what is in them.
func TestReplayShowsFormsAndFiles(t *testing.T) {
	t.Parallel()
	log := full(t, 3, 7).end()
	for lang, wants := range map[string][]string{
		"en": {"Severity: ", "What happened: ", "file result.csv (text/csv, 44", "precision 0.67, recall 1", "T3 flag (I01, for Analyst)"},
		"ja": {"深刻度：", "概要：", "ファイル「result.csv」（text/csv、44バイト", "適合率0.67、再現率1", "T3 フラグ（I01、分析担当）"},
	} {
		shown := string(replay(t, load(t, log), exercise.Never, review.ReplayOptions{Full: true}, lang))
		flat := strings.Join(strings.Fields(shown), " ")
		for _, want := range wants {
			if !strings.Contains(flat, want) && !strings.Contains(strings.ReplaceAll(flat, " ", ""), strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%s: the replay does not show %q", lang, want)
			}
		}
		if strings.Contains(shown, "c2.example") {
			t.Errorf("%s: the replay shows what is in a file", lang)
		}
	}
}
