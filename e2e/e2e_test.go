// Package e2e plays exercises with the real binary, as a user would.
package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/journal"
	"renkei/internal/testkit/soak"
)

const pack = "../scenarios/hospital-ransomware"

// binary is the program under test, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "renkei-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	binary = filepath.Join(dir, "renkei")
	out, err := exec.Command("go", "build", "-o", binary, "../cmd/renkei").CombinedOutput()
	if err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// result is how a command ended.
type result struct {
	code        int
	out, errOut string
}

func renkei(tb testing.TB, args ...string) result {
	tb.Helper()
	return runAs(tb, exec.CommandContext(tb.Context(), binary, args...))
}

func runAs(tb testing.TB, cmd *exec.Cmd) result {
	tb.Helper()
	cmd.Env = append(os.Environ(), "LC_ALL=C", "RENKEI_LANG=en")
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errOut.String()}
}

func runArgs(dir string, seed uint64, speed string) []string {
	return []string{
		"exercise", "run", pack, "--teams", "11", "--bots", "--seed", fmt.Sprint(seed), "--speed", speed, "--out", dir,
	}
}

// event is what the tests look at in a stored event.
type event struct {
	Seq  uint64         `json:"seq"`
	At   int64          `json:"at"`
	Cmd  string         `json:"cmd"`
	Type string         `json:"type"`
	Body map[string]any `json:"body"`
}

// readLog verifies a log and gives its events, as bytes and read.
func readLog(tb testing.TB, dir string) (raw [][]byte, events []event) {
	tb.Helper()
	f, err := os.Open(filepath.Join(dir, "log.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r, err := journal.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	for {
		line, err := r.Next()
		if errors.Is(err, io.EOF) {
			return raw, events
		}
		if err != nil {
			tb.Fatal(err)
		}
		if line.Entry == nil {
			continue
		}
		var e event
		if err := json.Unmarshal(line.Entry.Event, &e); err != nil {
			tb.Fatal(err)
		}
		raw = append(raw, line.Entry.Event)
		events = append(events, e)
	}
}

// story is a log without what two runs of a seed may differ in: wall times,
// hashes, seqs, and that the conductor was away.
func story(tb testing.TB, dir string) []string {
	tb.Helper()
	raw, events := readLog(tb, dir)
	var out []string
	for i, e := range events {
		if e.Type == "clock.recovered" || e.Type == "clock.paused" || e.Type == "clock.resumed" {
			continue
		}
		var m map[string]any
		if err := json.Unmarshal(raw[i], &m); err != nil {
			tb.Fatal(err)
		}
		delete(m, "seq")
		delete(m, "wall")
		if body, ok := m["body"].(map[string]any); ok {
			for _, ref := range []string{"via", "submission", "of"} {
				delete(body, ref)
			}
		}
		line, err := json.Marshal(m)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, string(line))
	}
	return out
}

func sameStory(tb testing.TB, want, got []string) {
	tb.Helper()
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			tb.Fatalf("line %d differs:\n%s\n%s", i+1, want[i], got[i])
		}
	}
	if len(want) != len(got) {
		tb.Fatalf("%d events, want %d", len(got), len(want))
	}
}

func TestSameSeedSameLog(t *testing.T) {
	t.Parallel()
	a, b, c := t.TempDir(), t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		if r := renkei(t, runArgs(dir, 7, "max")...); r.code != 0 {
			t.Fatalf("exit %d: %s", r.code, r.errOut)
		}
	}
	sameStory(t, story(t, a), story(t, b))
	for _, name := range []string{"results.json", "summary.md"} {
		if info, err := os.Stat(filepath.Join(a, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r := renkei(t, runArgs(c, 8, "max")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	if strings.Join(story(t, a), "\n") == strings.Join(story(t, c), "\n") {
		t.Error("another seed played the same exercise")
	}
}

func TestRealTimeTellsTheSameStory(t *testing.T) {
	t.Parallel()
	quick, timed := t.TempDir(), t.TempDir()
	if r := renkei(t, runArgs(quick, 3, "max")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	if r := renkei(t, runArgs(timed, 3, "900")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	want, got := story(t, quick), story(t, timed)
	// Only STARTEX itself says how fast.
	for i := range want {
		want[i] = strings.Replace(want[i], `"speed":0`, `"speed":900`, 1)
	}
	sameStory(t, want, got)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	done := t.TempDir()
	if r := renkei(t, runArgs(done, 7, "max")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	cases := []struct {
		name string
		args []string
		code int
		say  string // on either stream
	}{
		{"nothing", nil, 2, "exercise run"},
		{"help", []string{"--help"}, 0, "exercise run"},
		{"help of one", []string{"exercise", "run", "--help"}, 0, "--speed"},
		{"group", []string{"exercise"}, 0, "exercise replay"},
		{"unknown command", []string{"exercise", "fly"}, 2, "exercise fly"},
		{"unknown flag", []string{"scenario", "check", pack, "--fast"}, 2, "--fast"},
		{"flag without value", []string{"exercise", "run", pack, "--out"}, 2, "--out"},
		{"no folder", []string{"exercise", "run", pack}, 2, "--out"},
		{"bad speed", append(runArgs(fresh, 7, "-1"), "--bots"), 2, "-1"},
		{"bad time", []string{"exercise", "replay", done, "--at", "soon"}, 2, "soon"},
		{"no pack", []string{"scenario", "check", "/nowhere/pack"}, 1, "/nowhere/pack"},
		{"a file as a folder", []string{"exercise", "run", pack, "--out", "e2e_test.go/x"}, 1, "a file of that name"},
		{"a report over a folder", []string{"exercise", "report", done, "--out", filepath.Dir(done)}, 1, "Give the path of a file"},
		{"a report over a device", []string{"exercise", "report", done, "--out", "/dev/null"}, 1, "Give the path of a file"},
		{"a report into no folder", []string{"exercise", "report", done, "--out", "/nowhere/x.html"}, 1, "nothing at /nowhere."},
		{"too few teams", []string{"exercise", "run", pack, "--teams", "1", "--out", fresh}, 1, "1"},
		{"shipped by name", []string{"scenario", "check", "hospital-ransomware"}, 0, "passed"},
		{"check", []string{"scenario", "check", pack}, 0, "passed"},
		{"show", []string{"scenario", "show", pack}, 0, "I01"},
		{"list", []string{"scenario", "list"}, 0, "hospital-ransomware"},
		{"version", []string{"version"}, 0, "renkei "},
		{"other exercise", runArgs(done, 8, "max"), 1, "another exercise"},
		{"done already", runArgs(done, 7, "max"), 0, "ENDEX"},
		{"replay", []string{"exercise", "replay", filepath.Join(done, "log.jsonl"), "--at", "00:15:00"}, 0, "00:15:00"},
		{"replay of a folder", []string{"exercise", "replay", done, "--unit", "asteria"}, 0, "Asteria"},
		{"replay of no unit", []string{"exercise", "replay", done, "--unit", "atlantis"}, 1, "asteria"},
		{"new", []string{"scenario", "new", filepath.Join(fresh, "pack")}, 0, "scenario check"},
		{"new over something", []string{"scenario", "new", done}, 1, done},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := renkei(t, c.args...)
			if r.code != c.code {
				t.Errorf("exit %d, want %d: %s%s", r.code, c.code, r.out, r.errOut)
			}
			if !strings.Contains(r.out+r.errOut, c.say) {
				t.Errorf("does not say %q: %s%s", c.say, r.out, r.errOut)
			}
		})
	}
}

// TestFullOutput redirects what a command tells into a disk that is full.
func TestFullOutput(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	cmd := exec.CommandContext(t.Context(), binary, "scenario", "show", pack)
	cmd.Env = append(os.Environ(), "RENKEI_LANG=en")
	var errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = full, &errOut
	_ = cmd.Run() // its code is looked at
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(errOut.String(), "the disk may be full") {
		t.Errorf("exit %d: %s", cmd.ProcessState.ExitCode(), &errOut)
	}
}

func TestCheckTellsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "pack")
	if r := renkei(t, "scenario", "new", dir); r.code != 0 {
		t.Fatal(r.errOut)
	}
	path := filepath.Join(dir, "msel.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.ReplaceAll(string(raw), "phase:", "fase:")
	if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	r := renkei(t, "scenario", "check", dir)
	if want := strings.Count(broken, "fase:"); r.code != 1 || strings.Count(r.out, "msel.yaml:") < want {
		t.Errorf("exit %d, want 1 and at least %d findings: %s", r.code, want, r.out)
	}
}

// started runs the binary in the background.
type started struct {
	cmd   *exec.Cmd
	lines chan []byte // whole lines of standard output; closed at its end
	err   *bytes.Buffer
}

func start(tb testing.TB, args ...string) *started {
	tb.Helper()
	return startProgram(tb, exec.CommandContext(tb.Context(), binary, args...))
}

func startProgram(tb testing.TB, cmd *exec.Cmd) *started {
	tb.Helper()
	s := &started{cmd: cmd, lines: make(chan []byte, 1<<14), err: &bytes.Buffer{}}
	s.cmd.Env = append(os.Environ(), "RENKEI_LANG=en")
	s.cmd.Stderr = s.err
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() {
		defer close(s.lines)
		r := bufio.NewReader(out)
		for {
			line, err := r.ReadBytes('\n')
			if err != nil {
				return // what has no newline was not said
			}
			s.lines <- bytes.TrimSuffix(line, []byte("\n"))
		}
	}()
	return s
}

func TestCtrlCPausesAndGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, append(runArgs(dir, 5, "300"), "--follow")...)
	for range 300 { // well into play
		if _, ok := <-s.lines; !ok {
			t.Fatal(s.err)
		}
	}
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	for range s.lines {
	}
	if err := s.cmd.Wait(); s.cmd.ProcessState.ExitCode() != 1 || !strings.Contains(s.err.String(), "goes on") {
		t.Fatalf("%v: %s", err, s.err)
	}
	_, events := readLog(t, dir)
	if last := events[len(events)-1]; last.Type != "clock.paused" {
		t.Errorf("the log ends with %s", last.Type)
	}
	if r := renkei(t, runArgs(dir, 5, "300")...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	whole := t.TempDir()
	if r := renkei(t, runArgs(whole, 5, "max")...); r.code != 0 {
		t.Fatal(r.errOut)
	}
	want := story(t, whole)
	for i := range want {
		want[i] = strings.Replace(want[i], `"speed":0`, `"speed":300`, 1)
	}
	sameStory(t, want, story(t, dir))
}

func TestTwoProcessesOnOneFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, append(runArgs(dir, 5, "60"), "--follow")...)
	if _, ok := <-s.lines; !ok {
		t.Fatal(s.err)
	}
	r := renkei(t, runArgs(dir, 5, "60")...)
	if r.code != 1 || !strings.Contains(r.errOut, "has "+filepath.Join(dir, "exercise.db")+" open") {
		t.Errorf("exit %d: %s", r.code, r.errOut)
	}
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for range s.lines {
	}
	_ = s.cmd.Wait() // killed
}

// TestKill kills a real run at random moments, 200 times in a soak, and goes on.
// Whatever the run had told (each line is an event that was committed) must be
// in the log, byte for byte; nothing is released twice; the log verifies; and
// the story is that of an exercise which nobody killed.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := soak.Count(10, 40, 200)
	chance := rand.New(rand.NewPCG(20270616, 1))
	for seed := uint64(100); kills > 0; seed++ {
		kills -= killRun(t, chance, seed, kills)
	}
}

func killRun(t *testing.T, chance *rand.Rand, seed uint64, most int) (kills int) {
	t.Helper()
	dir := t.TempDir()
	said := map[uint64][]byte{}
	for {
		s := start(t, append(runArgs(dir, seed, "200"), "--follow")...)
		killed := make(chan struct{})
		var timer *time.Timer
		if kills < most {
			timer = time.AfterFunc(time.Duration(chance.IntN(450))*time.Millisecond, func() {
				defer close(killed)
				_ = s.cmd.Process.Kill() // may just have ended
			})
		}
		for line := range s.lines {
			var e event
			if err := json.Unmarshal(line, &e); err != nil {
				t.Fatalf("seed %d: %v in %s", seed, err, line)
			}
			if _, twice := said[e.Seq]; twice {
				t.Fatalf("seed %d: event %d told twice", seed, e.Seq)
			}
			said[e.Seq] = line
		}
		_ = s.cmd.Wait() // its code is looked at below
		if timer != nil && !timer.Stop() {
			<-killed
		}
		code := s.cmd.ProcessState.ExitCode()
		if code == 0 {
			checkStory(t, dir, seed, "200", said)
			return kills
		}
		if code != -1 {
			t.Fatalf("seed %d: exit %d: %s", seed, code, s.err)
		}
		kills++
	}
}

// checkStory sees that a run that was disturbed lost nothing of what it said,
// released nothing twice, and tells the story of one that nobody disturbed.
func checkStory(t *testing.T, dir string, seed uint64, speed string, said map[uint64][]byte) {
	t.Helper()
	raw, events := readLog(t, dir)
	for seq, line := range said {
		if seq > uint64(len(raw)) || !bytes.Equal(raw[seq-1], line) {
			t.Fatalf("seed %d: event %d was told and is not in the log: %s", seed, seq, line)
		}
	}
	released := map[string]bool{}
	for _, e := range events {
		if e.Type != "inject.released" {
			continue
		}
		key := fmt.Sprint(e.Body["inject"], " ", e.Body["unit"])
		if released[key] {
			t.Fatalf("seed %d: %s released twice", seed, key)
		}
		released[key] = true
	}
	whole := t.TempDir()
	if r := renkei(t, runArgs(whole, seed, "max")...); r.code != 0 {
		t.Fatal(r.errOut)
	}
	want := story(t, whole)
	for i := range want {
		want[i] = strings.Replace(want[i], `"speed":0`, `"speed":`+speed, 1)
	}
	sameStory(t, want, story(t, dir))
}

// BenchmarkRun plays each shipped pack as a whole process, eleven teams at full
// speed, and gives its time and its largest memory.
func BenchmarkRun(b *testing.B) {
	for _, pack := range []string{"hospital-ransomware", "gateway-to-wards"} {
		b.Run(pack, func(b *testing.B) { benchmarkRun(b, pack) })
	}
}

func benchmarkRun(b *testing.B, pack string) {
	b.Helper()
	var peak int64
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), binary,
			"exercise", "run", pack, "--teams", "11", "--bots", "--seed", "7", "--speed", "max", "--out", b.TempDir())
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, usage.Maxrss) // KiB on Linux
		}
	}
	b.ReportMetric(float64(peak)/1024, "MB-peak")
}
