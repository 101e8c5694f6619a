package review_test

import (
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// onPaper is played for three minutes, then on paper, then to its end. Its
// report is recounted like the others.
func onPaper(tb testing.TB) *stage {
	tb.Helper()
	s := newStage(tb, demo(tb, 1, 8), nil)
	excon, ast := exercise.Excon(), player("asteria")
	paper := func(at string, do exercise.Action) {
		tb.Helper()
		s.do("3:00", excon, exercise.Enter{At: clock(tb, at), By: "M. Sato", Do: do})
	}
	s.do("0s", excon, exercise.Start{Speed: 1})
	s.do("1:40", ast, exercise.Acknowledge{Inject: "I01", Unit: "asteria"})
	s.do("3:00", excon, exercise.Pause{Reason: "no server"})
	paper("4:30", exercise.Submit{Task: "T2", Unit: "asteria", Items: []string{"203.0.113.11"}})
	paper("6:10", exercise.Release{Inject: "I02", Units: []string{"asteria"}})
	paper("8:00", exercise.Send{From: "asteria", Ends: []string{"liaison"}, Text: "203.0.113.11", TLP: scenario.TLPGreen})
	paper("11:20", exercise.Submit{Task: "T1", Unit: "hinomoto", Items: []string{"a"}})
	paper("12:00", exercise.AddNote{Text: "Telephone only until here."})
	s.do("12:00", excon, exercise.Resume{})
	s.until(exercise.Never - 1)
	return s
}

// TestSummaryOfActedFor: the summary says for which units EXCON entered something.
func TestSummaryOfActedFor(t *testing.T) {
	t.Parallel()
	s := newStage(t, demo(t, 1, 8), nil)
	s.do("0s", exercise.Excon(), exercise.Start{Speed: 1})
	s.do("1:40", exercise.Excon(), exercise.ActFor{
		Unit: "asteria", How: exercise.ByTelephone, By: "Ms Lim", Do: exercise.Acknowledge{Inject: "I01", Unit: "asteria"},
	})
	s.until(exercise.Never - 1)
	log := s.load()
	for lang, want := range map[string]string{"en": "Entered by EXCON for units that told it otherwise: Asteria (1).", "ja": "（1件）"} {
		if text := string(summary(t, log, lang)); !strings.Contains(text, want) {
			t.Errorf("%s: %q is missing:\n%s", lang, want, text)
		}
	}
}

// TestPaperCountsAtItsTrueTime: the figures rest on the times that were
// written down, and the summary says so.
func TestPaperCountsAtItsTrueTime(t *testing.T) {
	t.Parallel()
	log := onPaper(t).load()
	for _, e := range log.Events {
		if b, ok := e.Body.(*exercise.Submitted); ok && b.Task == "T1" && (e.At.String() != "00:11:20" || !b.Late) {
			t.Errorf("T1 of hinomoto at %s, late %v", e.At, b.Late)
		}
	}
	for lang, want := range map[string]string{"en": "Entered from paper afterwards: 5, written down by M. Sato", "ja": "5件（記録者：M. Sato）"} {
		if text := string(summary(t, log, lang)); !strings.Contains(text, want) {
			t.Errorf("%s: %q is missing:\n%s", lang, want, text)
		}
	}
}
