package rehearsal_test

import (
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/rehearsal"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/testkit/exercisetest"
)

// shippedPlay is the shipped pack with so many demo teams.
func shippedPlay(tb testing.TB, teams int) *exercise.Play {
	tb.Helper()
	return packPlay(tb, "hospital-ransomware", teams)
}

// packPlay is a shipped pack with so many demo teams.
func packPlay(tb testing.TB, name string, teams int) *exercise.Play {
	tb.Helper()
	pack, ds, err := scenario.Load("../../../scenarios/" + name)
	if err != nil || scenario.Failed(ds) {
		tb.Fatalf("load pack: %v %v", err, ds)
	}
	return playOf(tb, pack, teams)
}

func playOf(tb testing.TB, pack *scenario.Pack, teams int) *exercise.Play {
	tb.Helper()
	units, err := teamfile.Demo(teams)
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

// BenchmarkRehearse rehearses the shipped packs with eleven teams on all cores.
// The goal is 1.5 million events a second on two.
func BenchmarkRehearse(b *testing.B) {
	for _, name := range []string{"hospital-ransomware", "gateway-to-wards"} {
		b.Run(name, func(b *testing.B) { rehearsalOf(b, name) })
	}
}

func rehearsalOf(b *testing.B, name string) {
	b.Helper()
	play, words := packPlay(b, name, 11), exercisetest.NewPhrases(b)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as the program does
	b.ReportAllocs()
	b.ResetTimer()
	before := cpuTime(b)
	t, err := rehearsal.Run(b.Context(), rehearsal.Setup{Play: play, Phrases: words, Runs: b.N})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(t.Events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(t.Runs)/b.Elapsed().Seconds(), "runs/s")
	b.ReportMetric(float64(t.Events)/(cpuTime(b)-before).Seconds(), "events/cpu-s") // for machines that others use too
}

// cpuTime is what this process has used of all processors.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
