package e2e

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// follow waits for the end of a run and returns the events it told.
func (s *started) follow(tb testing.TB) map[uint64][]byte {
	tb.Helper()
	said := map[uint64][]byte{}
	for line := range s.lines {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			tb.Fatalf("%v in %s", err, line)
		}
		said[e.Seq] = line
	}
	_ = s.cmd.Wait() // its code is looked at by the caller
	return said
}

// goOn gives the same command again, and sees that the exercise comes to its
// end as if nothing had been.
func goOn(t *testing.T, dir string, seed uint64, speed string, said map[uint64][]byte) {
	t.Helper()
	if r := renkei(t, runArgs(dir, seed, speed)...); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	checkStory(t, dir, seed, speed, said)
}

// stopped sees that a run failed with a sentence that says what to do.
func (s *started) stopped(tb testing.TB, say string) {
	tb.Helper()
	if code := s.cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(s.err.String(), say) {
		tb.Fatalf("exit %d, want 1 and %q: %s", code, say, s.err)
	}
}

// TestFullDisk lets a run come to the limit on the size of files, which fails a
// write as a full disk does.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := append(runArgs(dir, 11, "400"), "--follow")
	limited := append([]string{"-c", `ulimit -f 3000; exec "$@"`, "sh", binary}, args...) // in units of 512 bytes
	s := startProgram(t, exec.CommandContext(t.Context(), "sh", limited...))
	said := s.follow(t)
	s.stopped(t, "size of files")
	told := slices.DeleteFunc(strings.Split(s.err.String(), "\n"), func(line string) bool { return strings.HasPrefix(line, "time=") })
	if strings.Count(strings.Join(told, "\n"), "disk I/O") != 1 { // the log may say that batches were tried one by one
		t.Errorf("the cause is not said once: %s", s.err)
	}
	if len(said) == 0 {
		t.Error("nothing was told before the limit: it is too low to try anything")
	}
	goOn(t, dir, 11, "400", said)
}

// TestReadOnly runs as a user who may not write: into a folder, beside another's
// exercise, and onto a database.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	if err := os.Chmod(filepath.Dir(top), 0o755); err != nil {
		t.Fatal(err)
	}
	done := filepath.Join(top, "done")
	if r := renkei(t, "exercise", "run", "hospital-ransomware", "--bots", "--speed", "max", "--out", done); r.code != 0 {
		t.Fatal(r.errOut)
	}
	open := filepath.Join(top, "open") // the folder may be written, the database may not
	if err := os.CopyFS(open, os.DirFS(done)); err != nil {
		t.Fatal(err)
	}
	shut(t, top, 0o555, 0o444)
	t.Cleanup(func() { shut(t, top, 0o755, 0o644) })
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		args []string
		code int
		say  string
	}{
		{"a new folder", []string{"exercise", "run", "hospital-ransomware", "--speed", "max", "--out", filepath.Join(top, "new")}, 1, "permissions"},
		{"an old folder", []string{"exercise", "run", "hospital-ransomware", "--bots", "--speed", "max", "--out", done}, 1, "permissions"},
		{"a database", []string{"exercise", "run", "hospital-ransomware", "--bots", "--speed", "max", "--out", open}, 1, "permissions"},
		{"a report beside it", []string{"exercise", "report", done}, 1, "permissions"},
		{"a report elsewhere", []string{"exercise", "report", done, "--out", filepath.Join(open, "mine.html")}, 0, "mine.html"},
		{"replay", []string{"exercise", "replay", done}, 0, "00:30:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := runAs(t, asNobody(t, c.args...))
			if r.code != c.code || !strings.Contains(r.out+r.errOut, c.say) {
				t.Errorf("exit %d, want %d and %q: %s%s", r.code, c.code, c.say, r.out, r.errOut)
			}
		})
	}
}

// shut sets the modes of everything below a folder.
func shut(tb testing.TB, top string, folders, files os.FileMode) {
	tb.Helper()
	err := filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(path, folders)
		}
		return os.Chmod(path, files)
	})
	if err != nil {
		tb.Error(err)
	}
}

// asNobody returns the program as one who is not root, whom nothing is denied.
func asNobody(tb testing.TB, args ...string) *exec.Cmd {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), binary, args...)
	cmd.Dir = "/"
	if os.Getuid() == 0 {
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// TestTornTail gives the database's newest file half a write too much, as a
// power cut may, and the log file half a line too little.
func TestTornTail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	said := killAfter(t, dir, 13, 400)
	wal, err := os.OpenFile(filepath.Join(dir, "exercise.db-wal"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wal.Write(bytes.Repeat([]byte("torn"), 500)); err != nil {
		t.Fatal(err)
	}
	if err := wal.Close(); err != nil {
		t.Fatal(err)
	}
	goOn(t, dir, 13, "400", said)

	path := filepath.Join(dir, "log.jsonl")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()*2/3); err != nil {
		t.Fatal(err)
	}
	if r := renkei(t, "exercise", "replay", dir); !strings.Contains(r.out+r.errOut, "cut off") {
		t.Errorf("replay of a cut log does not say so: exit %d: %s%s", r.code, r.out, r.errOut)
	}
	goOn(t, dir, 13, "400", said) // it writes the log again
}

// killAfter kills a run once it has told n events, and returns what it had told.
func killAfter(t *testing.T, dir string, seed uint64, n int) map[uint64][]byte {
	t.Helper()
	s := start(t, append(runArgs(dir, seed, "400"), "--follow")...)
	said := map[uint64][]byte{}
	for line := range s.lines {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if said[e.Seq] = line; len(said) == n {
			if err := s.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = s.cmd.Wait() // killed
	if s.cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("it ended before it was killed: %s", s.err)
	}
	return said
}

// TestClockStepsBack goes on with an exercise whose last process ran an hour
// ahead: the machine's clock has been set back in between.
func TestClockStepsBack(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]time.Duration{"an hour back": time.Hour, "an hour forward": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			said := killAfter(t, dir, 17, 400)
			db, err := sql.Open("sqlite", filepath.Join(dir, "exercise.db"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec("UPDATE ticks SET wall = wall + ?", step.Microseconds()); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			goOn(t, dir, 17, "400", said)
			_, events := readLog(t, dir)
			paused := false
			for _, e := range events {
				paused = paused || e.Type == "clock.recovered" && e.Body["paused"] == true
			}
			if !paused {
				t.Error("it did not come back paused, although nobody knows how long it was away")
			}
		})
	}
}
