package review_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/testkit/messages"
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
	s := botPlay(tb, teams, 3, f)
	r := rand.New(rand.NewPCG(1, 2))
	cast := s.state.Play().Cast
	steps, per := 1790, max(0, events-teams*100)/1790
	for i := range steps {
		at := exercise.Time(i+1) * exercise.Second
		s.playTo(at)
		for range per {
			say := messages.Message(r, cast)
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

// BenchmarkLargeLog has the program itself write the report of a large log as
// a page: time, peak memory and the size of the page.
func BenchmarkLargeLog(b *testing.B) {
	dir := b.TempDir()
	program, log, page := filepath.Join(dir, "renkei"), filepath.Join(dir, "log.jsonl"), filepath.Join(dir, "report.html")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, "renkei/cmd/renkei").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	largeLog(b, log, largeTeams, largeEvents)
	var peak int
	for b.Loop() {
		peak = max(peak, peakOf(b, exec.CommandContext(b.Context(), program, "exercise", "report", log, "--out", page)))
	}
	info, err := os.Stat(page)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
	b.ReportMetric(float64(info.Size())/1e6, "page-MB")
}

// peakOf runs a command and gives the most memory that it held at once, in
// KiB. It is looked up while the command runs: what a parent is told at the end
// counts the parent too.
func peakOf(b *testing.B, cmd *exec.Cmd) int {
	b.Helper()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	peak := 0
	for {
		select {
		case err := <-done:
			if err != nil {
				b.Fatal(err)
			}
			return peak
		case <-look.C:
			peak = max(peak, heldKiB(cmd.Process.Pid))
		}
	}
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// heldKiB is the most memory that a process held so far, in KiB; 0 where the
// system does not tell.
func heldKiB(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	m := peakLine.FindSubmatch(status)
	if m == nil {
		return 0
	}
	kib, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return 0
	}
	return kib
}
