package review_test

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
)

// TestAnyPlayGivesAReport: whatever is played, cut off anywhere, every reader
// gets a report, the same one each time.
func TestAnyPlayGivesAReport(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := random(t, rapid.IntRange(1, 4).Draw(rt, "teams"), rapid.IntRange(0, 250).Draw(rt, "steps"), rapid.Uint64().Draw(rt, "seed"))
		log := s.end()
		lines := bytes.SplitAfter(log, []byte("\n"))
		first := bytes.Index(log, []byte("\n{\"seq\":1,")) + 1
		kept := max(first+len(lines[bytes.Count(log[:first], []byte("\n"))]), rapid.IntRange(0, len(log)).Draw(rt, "kept"))
		l := load(t, log[:kept])
		units := l.Play.Cast.Units
		reader := review.Reader{
			For: rapid.SampledFrom([]string{review.ForExcon, review.ForPublic, units[0].Key, units[len(units)-1].Key}).Draw(rt, "for"),
			TLP: scenario.TLP(rapid.IntRange(0, 5).Draw(rt, "tlp")),
		}
		lang := rapid.SampledFrom([]string{"en", "ja"}).Draw(rt, "lang")
		r := report(t, l, reader, lang)
		checkCited(t, reader.For, r)
		checkWords(t, r)
		if !bytes.Equal(written(t, r.WriteJSON), written(t, report(t, load(t, log[:kept]), reader, lang).WriteJSON)) {
			rt.Error("two reports of one log differ")
		}
	})
}

func checkWords(t *testing.T, r *review.Report) {
	t.Helper()
	for _, e := range r.Events {
		if strings.HasPrefix(e.Text, "event.") || strings.Contains(e.Text, "<no value>") || strings.ContainsAny(e.Text, "\n\x1b") {
			t.Errorf("event %d %s: %q", e.Seq, e.Type, e.Text)
		}
		if e.Text == "" && r.Reader.For != review.ForPublic {
			t.Errorf("event %d %s has no words", e.Seq, e.Type)
		}
	}
	for key, title := range r.Titles {
		if title == "" || strings.HasPrefix(title, "review.") {
			t.Errorf("title of %s: %q", key, title)
		}
	}
}

// TestBotPlayedReport: simulated teams that play the shipped pack give a report
// with something in every part.
func TestBotPlayedReport(t *testing.T) {
	t.Parallel()
	s := botPlay(t, 6, 7, nil)
	s.playTo(exercise.Never - 1)
	r := report(t, s.load(), review.Reader{For: review.ForExcon}, "ja")
	checkCited(t, "bots", r)
	checkWords(t, r)
	if r.Measures.Ack == nil || r.Measures.Report == nil || len(r.Flow.Indicators) == 0 || len(r.Findings) == 0 || r.Evaluation.Automatic == 0 {
		t.Errorf("a part is empty: %+v", r.Measures)
	}
	rated := map[review.Rating]int{}
	for _, o := range r.Evaluation.Objectives {
		for _, c := range o.Critical {
			for _, u := range c.Ratings {
				rated[u.Rating]++
				if u.Rating != review.NotRated && len(u.Evidence.Seqs) == 0 {
					t.Errorf("%s of %s rests on nothing", c.Key, u.Unit)
				}
			}
		}
	}
	if len(rated) < 3 {
		t.Errorf("ratings %v", rated)
	}
}
