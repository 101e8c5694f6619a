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
	"renkei/internal/testkit/chatter"
)

// A large exercise: 500 teams of the shipped pack, and a million events.
const (
	largeTeams  = 500
	largeEvents = 1_000_000
)

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
			say := chatter.Message(r, cast)
			s.give(&exercise.Command{
				Key: fmt.Sprintf("%d-%d", i, r.Uint32()), Actor: player(say.From), At: at, Wall: s.wall(at), Do: say,
			})
		}
	}
	s.playTo(exercise.Never - 1)
	if err := s.log.Close(); err != nil {
		tb.Fatal(err)
	}
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
