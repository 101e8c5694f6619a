//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/testkit/postgres"
	"renkei/internal/testkit/soak"
)

// outageSpeed is slow enough that a run is in the middle when something happens
// to its database.
const outageSpeed = "300"

// TestDatabaseAway takes the database away in the middle of a run and brings it
// back. The run waits, says so, and goes on: nothing that was told is lost, and
// the story is that of a run whose database was always there.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		seed  uint64
		fault func(t *testing.T, s *postgres.Server, database string)
	}{
		"stopped for a while": {31, func(t *testing.T, s *postgres.Server, _ string) {
			t.Helper()
			s.Stop(t)
			last(t, soak.Lasting(15*time.Second, 100*time.Second))
			s.Start(t)
		}},
		"silent for a while": {32, func(t *testing.T, s *postgres.Server, _ string) {
			t.Helper()
			thaw := s.Freeze(t)
			last(t, soak.Lasting(30*time.Second, 100*time.Second)) // it is noticed after 15 s
			thaw()
		}},
		"restarted": {33, func(t *testing.T, s *postgres.Server, _ string) {
			t.Helper()
			s.Stop(t)
			s.Start(t)
		}},
		"crashed": {34, func(t *testing.T, s *postgres.Server, _ string) {
			t.Helper()
			s.Crash(t)
			s.Start(t)
		}},
		"connections cut": {35, func(t *testing.T, s *postgres.Server, database string) {
			t.Helper()
			s.Disconnect(t, database)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := postgres.Start(t)
			at, dir := server.Database(t), t.TempDir()
			s := start(t, append(runArgs(dir, tc.seed, outageSpeed), "--follow", "--db", at)...)
			said := s.until(t, 300)
			tc.fault(t, server, at)
			for seq, line := range s.follow(t) {
				said[seq] = line
			}
			if code := s.cmd.ProcessState.ExitCode(); code != 0 {
				t.Fatalf("exit %d: %s", code, s.err)
			}
			away, back := strings.Index(s.err.String(), "database_away"), strings.Index(s.err.String(), "database_back")
			if away < 0 || back < away {
				t.Errorf("it does not say that the database was away, and then back: %s", s.err)
			}
			noPassword(t, at, result{errOut: s.err.String()})
			checkStory(t, dir, tc.seed, outageSpeed, said)
		})
	}
}

// TestDatabaseStaysAway: the wait has an end; then the run says what to do, and
// the same command goes on.
func TestDatabaseStaysAway(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	at, dir := server.Database(t), t.TempDir()
	args := append(runArgs(dir, 36, outageSpeed), "--db", at, "--patience", "2s")
	s := start(t, append(args, "--follow")...)
	said := s.until(t, 300)
	server.Crash(t)
	for seq, line := range s.follow(t) {
		said[seq] = line
	}
	s.stopped(t, "The database server does not answer")
	noPassword(t, at, result{errOut: s.err.String()})
	server.Start(t)
	if r := renkei(t, args...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	checkStory(t, dir, 36, outageSpeed, said)
}

// TestInterruptedOutage: who does not want to wait for a database that is away
// presses Ctrl-C until the program ends, and loses nothing by it.
func TestInterruptedOutage(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	at, dir := server.Database(t), t.TempDir()
	args := append(runArgs(dir, 38, outageSpeed), "--db", at)
	s := start(t, append(args, "--follow")...)
	said := s.until(t, 300)
	server.Crash(t)
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for open := true; open; {
		select {
		case line, ok := <-s.lines:
			var e event
			if open = ok; ok && json.Unmarshal(line, &e) == nil {
				said[e.Seq] = line
			}
		case <-again.C:
			_ = s.cmd.Process.Signal(os.Interrupt) // it may just have ended
		}
	}
	_ = s.cmd.Wait() // its code is looked at
	if code := s.cmd.ProcessState.ExitCode(); code != -1 {
		t.Errorf("exit %d, want the end by the signal: %s", code, s.err)
	}
	server.Start(t)
	if r := renkei(t, args...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	checkStory(t, dir, 38, outageSpeed, said)
}

// TestTwoNodes gives the same run command twice at the same time, on one
// database: both play it to its end, and between them nothing happens twice.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	at, top := server.Database(t), t.TempDir()
	var nodes []*started
	for _, name := range []string{"one", "two"} {
		nodes = append(nodes, start(t, append(runArgs(filepath.Join(top, name), 37, outageSpeed), "--follow", "--db", at)...))
	}
	said := map[uint64][]byte{}
	for i, s := range nodes {
		for seq, line := range s.follow(t) {
			if other, ok := said[seq]; ok && !bytes.Equal(other, line) {
				t.Errorf("event %d is told in two ways:\n%s\n%s", seq, other, line)
			}
			said[seq] = line
		}
		if code := s.cmd.ProcessState.ExitCode(); code != 0 {
			t.Fatalf("node %d: exit %d: %s", i, code, s.err)
		}
	}
	checkStory(t, filepath.Join(top, "one"), 37, outageSpeed, said)
	one, err := os.ReadFile(filepath.Join(top, "one", "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(filepath.Join(top, "two", "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one, two) {
		t.Error("the two have written different logs")
	}
}

// until returns the first n events of a run.
func (s *started) until(tb testing.TB, n int) map[uint64][]byte {
	tb.Helper()
	said := map[uint64][]byte{}
	for len(said) < n {
		line, ok := <-s.lines
		var e event
		if !ok || json.Unmarshal(line, &e) != nil {
			tb.Fatalf("it told only %d events: %s%s", len(said), line, s.err)
		}
		said[e.Seq] = line
	}
	return said
}

// last lets an outage last.
func last(tb testing.TB, d time.Duration) {
	tb.Helper()
	select {
	case <-time.After(d):
	case <-tb.Context().Done():
	}
}
