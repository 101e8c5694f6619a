package rehearse_test

import (
	"testing"

	"renkei/internal/community"
	"renkei/internal/conduct/rehearse"
	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/scenario"
)

// shippedPlay is the shipped pack with so many demo teams.
func shippedPlay(tb testing.TB, teams int) *exercise.Play {
	tb.Helper()
	pack, ds, err := scenario.Load("../../../scenarios/hospital-ransomware")
	if err != nil || scenario.Failed(ds) {
		tb.Fatalf("load pack: %v %v", err, ds)
	}
	return playOf(tb, pack, teams)
}

func playOf(tb testing.TB, pack *scenario.Pack, teams int) *exercise.Play {
	tb.Helper()
	units, err := community.Demo(teams)
	if err != nil {
		tb.Fatal(err)
	}
	cast, err := scenario.NewCast(pack, units)
	if err != nil {
		tb.Fatal(err)
	}
	play, err := exercise.NewPlay(pack, cast)
	if err != nil {
		tb.Fatal(err)
	}
	return play
}

type phrases struct{ texts *i18n.Catalogue }

func (p phrases) Say(lang, key string, args map[string]any) string {
	return p.texts.For(lang).T(key, args)
}

func newPhrases(tb testing.TB) phrases {
	tb.Helper()
	texts, err := i18n.New()
	if err != nil {
		tb.Fatal(err)
	}
	return phrases{texts}
}

// BenchmarkRehearse rehearses the shipped pack with eleven teams on all cores.
// The goal is 1.5 million events a second on two.
func BenchmarkRehearse(b *testing.B) {
	play, words := shippedPlay(b, 11), newPhrases(b)
	b.ReportAllocs()
	b.ResetTimer()
	t, err := rehearse.Run(b.Context(), rehearse.Setup{Play: play, Phrases: words, Runs: b.N})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(t.Events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(t.Runs)/b.Elapsed().Seconds(), "runs/s")
}
