//go:build unix

package e2e

import (
	"bytes"
	"database/sql"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/testkit/soak"
)

// TestExportWhileRunning exports and backs up an exercise that another process
// conducts; both open elsewhere and hold the beginning of what it becomes.
func TestExportWhileRunning(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	s := start(t, append(runArgs(in("a"), 23, "200"), "--follow")...)
	for range 300 {
		if _, ok := <-s.lines; !ok {
			t.Fatal(s.err)
		}
	}
	well(t, "events", "exercise", "export", in("a"), "--out", in("now.zip"))
	well(t, "1 exercises", "backup", in("a"), "--out", in("all.zip"))
	if left := len(s.follow(t)); left == 0 || s.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("%d events came after the export: %s", left, s.err)
	}
	for _, name := range []string{"now", "all"} {
		well(t, "restored", "restore", in(name+".zip"), "--out", in(name))
		r := renkei(t, "exercise", "verify", in(name+".zip"))
		_, head, _ := strings.Cut(r.out, "head ")
		well(t, "unchanged up to event", "exercise", "verify", in("a"), "--head", strings.Fields(head)[0])
		well(t, "ENDEX", "exercise", "run", "--out", in(name), "--bots", "--speed", "200")
		checkStory(t, in(name), 23, "200", nil)
	}
}

// TestKillImport kills imports and restores at random moments: what is there
// afterwards is nothing or all, and the same command brings the rest.
func TestKillImport(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	well(t, "ENDEX", runArgs(in("a"), 29, "max")...)
	head := headOf(t, in("a"))
	well(t, head, "exercise", "export", in("a"), "--out", in("a.zip"))
	chance := rand.New(rand.NewPCG(29, 1))
	killed := 0
	for i := range soak.Count(6, 12, 60) {
		dir := filepath.Join(in("kills"), strconv.Itoa(i))
		command := [][]string{{"exercise", "import"}, {"restore"}}[i%2]
		args := slices.Concat(command, []string{in("a.zip"), "--out", dir})
		s := start(t, args...)
		timer := time.AfterFunc(time.Duration(chance.IntN(300))*time.Millisecond, func() { _ = s.cmd.Process.Kill() })
		s.follow(t)
		timer.Stop()
		if s.cmd.ProcessState.ExitCode() == -1 {
			killed++
		}
		r := renkei(t, "exercise", "verify", dir)
		nothing := r.code == 1 && strings.Contains(r.errOut, "There is no")
		if all := r.code == 0 && strings.Contains(r.out, head); !all && !nothing && !strings.Contains(r.errOut, "version") {
			t.Errorf("after a kill: exit %d: %s%s", r.code, r.out, r.errOut)
		}
		well(t, head, args...)
		well(t, "unchanged.", "exercise", "verify", dir, "--head", head)
	}
	if killed < 5 {
		t.Errorf("only %d of 30 were killed before they ended", killed)
	}
}

// TestVerifyFinds changes what was exported or stored: each change is named
// with its place.
func TestVerifyFinds(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	well(t, "ENDEX", runArgs(in("a"), 31, "max")...)
	head := headOf(t, in("a"))
	well(t, head, "exercise", "export", in("a"), "--out", in("a.zip"))
	log := read(t, in("a/log.jsonl"))
	line := regexp.MustCompile(`(?m)^\{"seq":500,.*\n`)
	tail, _, _ := bytes.Cut(log, []byte(`{"seq":900,`))
	chain := regexp.MustCompile(`"chain":"([0-9a-f]{64})"`).FindAllSubmatch(tail, -1)
	shorter := append(bytes.Clone(tail), `{"head":{"seq":899,"chain":"`+string(chain[len(chain)-1][1])+`"}}`+"\n"...)
	zip := read(t, in("a.zip"))
	for name, data := range map[string][]byte{
		"flipped.jsonl": bytes.Replace(log, []byte(`"seq":500,"clock":"00`), []byte(`"seq":500,"clock":"01`), 1),
		"missing.jsonl": line.ReplaceAll(log, nil),
		"cut.jsonl":     tail,
		"shorter.jsonl": shorter,
		"flipped.zip":   flipped(zip, len(zip)/3),
		"cut.zip":       zip[:len(zip)/2],
	} {
		if err := os.WriteFile(in(name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	badly(t, "event 500, was changed", "exercise", "verify", in("flipped.jsonl"))
	badly(t, "an event is missing", "exercise", "verify", in("missing.jsonl"))
	badly(t, "Up to event 499 it holds", "exercise", "verify", in("missing.jsonl"))
	badly(t, "after event 899", "exercise", "verify", in("cut.jsonl"))
	well(t, "consistent", "exercise", "verify", in("shorter.jsonl"))
	badly(t, "its end is missing", "exercise", "verify", in("shorter.jsonl"), "--head", head)
	badly(t, "log.jsonl", "exercise", "verify", in("flipped.zip"))
	badly(t, "log.jsonl", "exercise", "import", in("flipped.zip"), "--out", in("none"))
	badly(t, "cut off", "exercise", "verify", in("cut.zip"))
	badly(t, "cut off", "restore", in("cut.zip"), "--out", in("none"))
	if _, err := os.Stat(in("none")); err == nil {
		t.Error("a broken archive left something")
	}
	for say, change := range map[string]string{
		"Event 500 in the database was changed": `UPDATE events SET bytes = CAST(replace(CAST(bytes AS TEXT), '"seq":500', '"seq":501') AS BLOB) WHERE seq = 500`,
		"right before event 501":                `DELETE FROM events WHERE seq = 500`,
		"ends at event 899":                     `DELETE FROM events WHERE seq >= 900`,
		"attachment in the database":            `UPDATE contents SET data = CAST(data || 'x' AS BLOB)`,
	} {
		dir := in(say)
		if err := os.CopyFS(dir, os.DirFS(in("a"))); err != nil {
			t.Fatal(err)
		}
		execute(t, filepath.Join(dir, "exercise.db"), change)
		badly(t, say, "exercise", "verify", dir)
	}
}

func read(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func flipped(data []byte, at int) []byte {
	data = bytes.Clone(data)
	data[at] ^= 4
	return data
}

func execute(tb testing.TB, path, statement string) {
	tb.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		tb.Fatal(err)
	}
}

// TestRedacted exports for a clearance: it verifies against the head of the
// whole, and says that it cannot be played or reported.
func TestRedacted(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	well(t, "ENDEX", runArgs(in("a"), 37, "max")...)
	head := headOf(t, in("a"))
	well(t, "Left out for TLP:GREEN: ", "exercise", "export", in("a"), "--tlp", "green", "--out", in("green.zip"))
	well(t, "Left out for TLP:GREEN: ", "exercise", "export", in("a/log.jsonl"), "--tlp", "green", "--out", in("log.zip"))
	badly(t, "--tlp", "exercise", "export", in("a/log.jsonl"), "--out", in("whole.zip"))
	well(t, "left out for TLP:GREEN", "exercise", "verify", in("green.zip"), "--head", head)
	well(t, "unchanged.", "exercise", "verify", in("green.zip"), "--head", head)
	well(t, "It is redacted", "exercise", "import", in("green.zip"), "--out", in("b"))
	well(t, "nothing was changed", "exercise", "import", in("green.zip"), "--out", in("b"))
	well(t, "unchanged.", "exercise", "verify", in("b"), "--head", head)
	well(t, "It is redacted", "exercise", "import", in("green.zip"), "--out", in("c"), "--db", in("c.db"))
	sameBytes(t, in("b/log.jsonl"), in("c/log.jsonl"))
	well(t, "unchanged.", "exercise", "verify", in("c.db"), "--head", head)
	badly(t, "not played", "exercise", "run", "--out", in("b"))
	badly(t, "not played", "exercise", "run", "--out", in("c"), "--db", in("c.db"))
	badly(t, "is redacted", "exercise", "report", in("b"))
	badly(t, "is redacted", "exercise", "replay", in("b"))
	well(t, "events", "exercise", "export", in("a"), "--out", in("a.zip"))
	badly(t, "redacted, and the archive whole", "exercise", "import", in("a.zip"), "--out", in("c"), "--db", in("c.db"))
}

// TestArchiveWrongUse gives wrong paths, files that are something else, a full
// disk, and two exports of one name.
func TestArchiveWrongUse(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	well(t, "ENDEX", runArgs(in("a"), 41, "max")...)
	well(t, "events", "exercise", "export", in("a"), "--out", in("a.zip"))
	if err := os.Mkdir(in("empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("hello"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := []string{"--out", in("x")}
	for _, c := range []struct {
		say  string
		args []string
	}{
		{"nothing at", append([]string{"exercise", "export", in("nowhere")}, out...)},
		{"no exercise in the folder", append([]string{"exercise", "export", in("empty")}, out...)},
		{"no exercise in the folder", append([]string{"exercise", "run"}, "--out", in("empty"))},
		{"cannot be used here", append([]string{"exercise", "export", in("hello")}, out...)},
		{"cannot be used here", append([]string{"exercise", "export", in("a.zip")}, out...)},
		{"cannot be used here", append([]string{"exercise", "import", in("a")}, out...)},
		{"cannot be used here", append([]string{"restore", in("hello")}, out...)},
		{"cannot be used here", []string{"exercise", "verify", in("hello")}},
		{"exists already", []string{"exercise", "export", in("a"), "--out", in("a.zip")}},
		{"exists already", []string{"backup", in("a"), "--out", in("hello")}},
		{"only the log", []string{"backup", in("a/log.jsonl"), "--out", in("x")}},
	} {
		badly(t, c.say, c.args...)
	}
	for _, args := range [][]string{
		{"exercise", "export", in("a")},
		{"exercise", "export", "mysql://u:word@h/d", "--out", in("x")},
		{"exercise", "export", in("a"), "--people", "some", "--out", in("x")},
		{"exercise", "verify", in("a"), "--head", "12"},
		{"exercise", "import", in("a.zip")},
		{"restore", in("a.zip")},
	} {
		if r := renkei(t, args...); r.code != 2 || strings.Contains(r.errOut, "word") {
			t.Errorf("%v: exit %d, want 2: %s", args, r.code, r.errOut)
		}
	}
	well(t, "events", "exercise", "export", in("a"), "--out", in("a.zip"), "--force")
	fullDisk(t, "100", "exercise", "export", in("a"), "--out", in("x"))
	fullDisk(t, "1000", "exercise", "import", in("a.zip"), "--out", in("full"))
	badly(t, "There is no exercise", "exercise", "verify", in("full"))
	well(t, "imported", "exercise", "import", in("a.zip"), "--out", in("full"))
	twoExports(t, in("a"), in("two.zip"))
	if left, err := filepath.Glob(in(".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := os.Stat(in("x")); err == nil {
		t.Error("something was written all the same")
	}
}

// fullDisk lets a command come to a limit on the size of files, in units of 512
// bytes.
func fullDisk(tb testing.TB, limit string, args ...string) {
	tb.Helper()
	shell := append([]string{"-c", `ulimit -f ` + limit + `; exec "$@"`, "sh", binary}, args...)
	if r := runAs(tb, exec.CommandContext(tb.Context(), "sh", shell...)); r.code != 1 || !strings.Contains(r.errOut, "size of files") {
		tb.Errorf("%v: exit %d: %s", args, r.code, r.errOut)
	}
}

// twoExports to one name at once: one is written, and the other says that it
// came too late.
func twoExports(tb testing.TB, from, to string) {
	tb.Helper()
	var results [2]result
	var both sync.WaitGroup
	for i := range results {
		both.Go(func() { results[i] = renkei(tb, "exercise", "export", from, "--out", to) })
	}
	both.Wait()
	if results[0].code+results[1].code != 1 || !strings.Contains(results[0].errOut+results[1].errOut, "exists already") {
		tb.Errorf("%+v", results)
	}
	well(tb, "consistent", "exercise", "verify", to)
}
