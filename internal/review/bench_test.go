package review_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strconv"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/review"
	"renkei/internal/scenario"
)

// A large exercise: 500 teams of the shipped pack, and a million events.
const (
	largeTeams  = 500
	largeEvents = 1_000_000
)

// chatter are texts as units write them.
var chatter = [...]string{
	"Do you see the same at your hospitals? We have connections every 60 seconds, and the proxy log is all that we have so far.",
	"Please block 203.0.113[.]%d and tell us what you find. Our contact is on duty until midnight.",
	"日之本の病院でも、60秒間隔の不審な通信を確認しました。各チームにおかれましては、同様の通信の有無をご確認ください。",
	"We asked the hoster of static.reedmere%d.example to take the server down.",
}

// largeLog writes a log in which units talk without end beside what the
// simulated teams do.
func largeLog(tb testing.TB, path string, teams, events int) {
	tb.Helper()
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	s := crewed(tb, teams, 3, f)
	r := rand.New(rand.NewPCG(1, 2))
	cast := s.state.Play().Cast
	steps, per := 1790, max(0, events-teams*100)/1790
	for i := range steps {
		at := exercise.Time(i+1) * exercise.Second
		s.playTo(at)
		for range per {
			from := cast.Units[r.IntN(len(cast.Units))]
			text := chatter[r.IntN(len(chatter))]
			if r.IntN(2) == 0 {
				text = fmt.Sprintf(chatter[1+2*r.IntN(2)], 10+r.IntN(200))
			}
			ends := []string{largeEnd(r, cast, from)}
			s.give(&exercise.Command{
				Key: fmt.Sprintf("%d-%d", i, r.Uint32()), Actor: player(from.Key), At: at, Wall: s.wall(at),
				Do: exercise.Send{From: from.Key, Ends: ends, Text: text, TLP: scenario.TLP(1 + r.IntN(4))},
			})
		}
	}
	s.playTo(exercise.Never - 1)
	if err := s.log.Close(); err != nil {
		tb.Fatal(err)
	}
}

// largeEnd is to whom a unit writes: mostly to the liaison room, its team's
// cell and the neighbours in the ring, now and then to anybody.
func largeEnd(r *rand.Rand, cast *scenario.Cast, from scenario.Unit) string {
	u, _ := cast.Index(from.Key)
	switch n := r.IntN(50); {
	case n == 0:
		return "unit:" + cast.Units[r.IntN(len(cast.Units))].Key
	case n < 8:
		return "liaison"
	case n < 20:
		return "unit:" + cast.Units[cast.Next(u)].Key
	case n < 32:
		return "unit:" + cast.Units[cast.Prev(u)].Key
	case n < 40:
		return "excon"
	}
	return "unit:" + cast.Units[cast.Team(u)].Key + "/hospital"
}

// envLarge names the log that a child process reviews.
const envLarge = "RENKEI_REVIEW_LOG"

// TestReviewLargeLog does nothing by itself: BenchmarkLargeLog runs it in a
// process of its own, to measure that process.
func TestReviewLargeLog(t *testing.T) {
	path := os.Getenv(envLarge)
	if path == "" {
		t.Skip("only for BenchmarkLargeLog")
	}
	if path := os.Getenv("RENKEI_REVIEW_PROFILE"); path != "" {
		p, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := pprof.StartCPUProfile(p); err != nil {
			t.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	start, last := time.Now(), time.Now()
	step := func(what string) {
		t.Logf("%-8s %6.2f s", what, time.Since(last).Seconds())
		last = time.Now()
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := review.LoadFigures(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	step("load")
	r := report(t, l, review.Reader{For: review.ForExcon}, "en")
	step("report")
	n := len(l.Events)
	l = nil //nolint:wastedassign // for the collector: what the report needs of it, the report has
	if err := r.WriteJSON(io.Discard); err != nil {
		t.Fatal(err)
	}
	step("write")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		t.Logf("%s", status) // of the process itself: what a parent is told counts the parent too
	}
	t.Logf("%d events, %d cited, heap %d MiB live at most %d MiB of the system; %.2f s in all",
		n, len(r.Events), m.HeapAlloc>>20, m.HeapSys>>20, time.Since(start).Seconds())
}

// TestMakeLargeLog leaves a large log where RENKEI_MAKE_LOG says.
func TestMakeLargeLog(t *testing.T) {
	path := os.Getenv("RENKEI_MAKE_LOG")
	if path == "" {
		t.Skip("only by hand")
	}
	largeLog(t, path, largeTeams, largeEvents)
}

// BenchmarkLargeLog measures load, report and its JSON: time and peak memory.
func BenchmarkLargeLog(b *testing.B) {
	path := filepath.Join(b.TempDir(), "log.jsonl")
	largeLog(b, path, largeTeams, largeEvents)
	b.ResetTimer()
	for range b.N {
		cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestReviewLargeLog$", "-test.v")
		cmd.Env = append(os.Environ(), envLarge+"="+path, "GOMEMLIMIT=450MiB") // the collector else lets it grow to 800
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		b.Logf("%s", out)
		if m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(out); m != nil {
			if kib, err := strconv.Atoi(string(m[1])); err == nil {
				b.ReportMetric(float64(kib)/1024, "peak-MiB")
			}
		}
	}
}
