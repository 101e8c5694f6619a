package review_test

import (
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
)

func TestSummaries(t *testing.T) {
	t.Parallel()
	fresh := newStage(t, demo(t, 1, 2), nil)
	quiet := newStage(t, demo(t, 1), nil)
	quiet.do("0s", exercise.Excon(), exercise.Start{})
	quiet.until(exercise.Never - 1)
	bots := newStage(t, demo(t, 1, 2), nil)
	for _, u := range bots.state.Play().Cast.Units {
		bots.do("0s", exercise.Excon(), exercise.SetStandIn{Unit: u.Key, Bot: true})
	}
	bots.do("0s", exercise.Excon(), exercise.Start{})
	bots.do("0s", exercise.Excon(), exercise.End{})
	cases := []struct {
		name string
		log  *review.Log
		want []string
		not  []string
	}{
		{"not begun", fresh.load(), []string{"there was no STARTEX", "has not begun", "Asteria"}, []string{"## Tasks", "## Expected", "inject"}},
		{
			"nobody did anything", quiet.load(),
			[]string{"nobody acknowledged any of them", "Of 3 tasks", "1 not at all", "Not sent, what most depends on first: F1", "1 team with 1 cell: Asteria"},
			[]string{"Simulated", "waits", "hint for", "never acknowledged", "Hardly"},
		},
		{"ended at once", bots.load(), []string{"No inject", "every unit", "ended it early"}, []string{"stood in for", "## Tasks"}},
		{"eleven", random(t, 11, 700, 3).load(), []string{"11 teams with 11 cells: Asteria, Borealis", "and Kestrelia"}, []string{"not begun"}},
		{"many", random(t, 20, 300, 3).load(), []string{"and 8 more"}, nil},
	}
	for _, c := range cases {
		for _, lang := range []string{"en", "ja"} {
			out := string(summary(t, c.log, lang))
			for _, key := range []string{"summary.", "review.", "<no value>", "%!"} {
				if strings.Contains(out, key) {
					t.Errorf("%s %s: %q in the text:\n%s", c.name, lang, key, out)
				}
			}
			if lang == "ja" {
				continue
			}
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("%s: %q is missing:\n%s", c.name, w, out)
				}
			}
			for _, w := range c.not {
				if strings.Contains(out, w) {
					t.Errorf("%s: %q has no place:\n%s", c.name, w, out)
				}
			}
		}
	}
}

func TestNamesCannotBreakTheTables(t *testing.T) {
	t.Parallel()
	teams := demo(t, 1, 2)
	teams[0].Name = scenario.Text{"en": "A|B `c` <b>*\n# x", "ja": "甲|乙"}
	out := string(summary(t, newStage(t, teams, nil).load(), "en"))
	if want := "| A\\|B \\`c\\` &lt;b&gt;\\* # x | present |"; !strings.Contains(out, want) {
		t.Errorf("%q is missing:\n%s", want, out)
	}
}

// TestSentencesAboutTheFew: hardly solved, mostly hinted, never acknowledged.
func TestSentencesAboutTheFew(t *testing.T) {
	t.Parallel()
	s := newStage(t, demo(t, 1, 2, 3, 4, 5), nil)
	s.do("0s", exercise.Excon(), exercise.Start{})
	for i, u := range []string{"asteria", "borealis", "coralia", "delmara"} {
		s.do("2:00", player(u), exercise.Acknowledge{Inject: "I01", Unit: u})
		s.do("2:00", player(u), exercise.TakeHint{Task: "T2", Unit: u})
		s.do("3:00", player(u), exercise.Submit{Task: "T1", Unit: u, Items: []string{"ab"[min(i, 1) : min(i, 1)+1]}})
	}
	s.do("4:00", exercise.Excon(), exercise.SetStatus{Unit: "delmara", Status: exercise.Withdrawn})
	s.until(exercise.Never - 1)
	l := s.load()
	for lang, want := range map[string][]string{
		"en": {
			"- Nobody solved T2 indicators (The hospital asks for help) and T3", "- Hardly anybody solved T1 choice (The hospital asks for help) (1 of 5).",
			"- Most units took a hint for T2 indicators (The hospital asks for help) (3 of 4).",
			"- Estoria never acknowledged an inject: check this contact.", "- Delmara and Delmara: Central Hospital did not take part",
		},
		"ja": {"正解したユニットがごく少なかった課題：T1", "（4件中3件）", "エストリアからは、受領確認が一度もなかった。", "終了時に不参加：デルマラ"},
	} {
		out := string(summary(t, l, lang))
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%q is missing:\n%s", w, out)
			}
		}
	}
}
