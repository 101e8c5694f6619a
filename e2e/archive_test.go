//go:build unix

package e2e

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/testkit/postgres"
)

// headOf is the head that the log of a folder ends with, as SEQ:CHAIN.
func headOf(tb testing.TB, dir string) string {
	tb.Helper()
	r := renkei(tb, "exercise", "verify", filepath.Join(dir, "log.jsonl"))
	_, rest, ok := strings.Cut(r.out, "head ")
	if r.code != 0 || !ok {
		tb.Fatalf("exit %d: %s%s", r.code, r.out, r.errOut)
	}
	return strings.Fields(rest)[0]
}

// well runs a command that must do what it should and say so.
func well(tb testing.TB, say string, args ...string) {
	tb.Helper()
	if r := renkei(tb, args...); r.code != 0 || !strings.Contains(r.out+r.errOut, say) {
		tb.Fatalf("%v: exit %d, want 0 and %q: %s%s", args, r.code, say, r.out, r.errOut)
	}
}

// badly runs a command that must fail with a sentence.
func badly(tb testing.TB, say string, args ...string) {
	tb.Helper()
	if r := renkei(tb, args...); r.code != 1 || !strings.Contains(r.out+r.errOut, say) {
		tb.Errorf("%v: exit %d, want 1 and %q: %s%s", args, r.code, say, r.out, r.errOut)
	}
}

func sameBytes(tb testing.TB, one, two string) {
	tb.Helper()
	a, err := os.ReadFile(one)
	b, err2 := os.ReadFile(two)
	if err != nil || err2 != nil || !bytes.Equal(a, b) {
		tb.Errorf("%s and %s differ: %v, %v", one, two, err, err2)
	}
}

// TestArchiveRoundTrip takes an exercise from SQLite to PostgreSQL and back:
// the same bytes, the same chain, the same results.
func TestArchiveRoundTrip(t *testing.T) {
	t.Parallel()
	server, top := postgres.Start(t), t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	at := server.Database(t)
	well(t, "ENDEX", runArgs(in("a"), 7, "max")...)
	head := headOf(t, in("a"))

	well(t, head, "exercise", "export", in("a"), "--out", in("a.zip"))
	well(t, head, "exercise", "import", in("a.zip"), "--out", in("b"), "--db", at)
	well(t, "ENDEX", "exercise", "run", "--out", in("b"), "--db", at)
	well(t, head, "exercise", "export", at, "--out", in("b.zip"))
	well(t, head, "exercise", "import", in("b.zip"), "--out", in("c"))
	well(t, "ENDEX", "exercise", "run", "--out", in("c"))
	for _, name := range []string{"log.jsonl", "results.json", "summary.md", "report.html"} {
		sameBytes(t, filepath.Join(in("a"), name), filepath.Join(in("b"), name))
		sameBytes(t, filepath.Join(in("a"), name), filepath.Join(in("c"), name))
	}
	for _, place := range []string{in("a"), in("a.zip"), in("b"), in("b.zip"), in("c/log.jsonl"), in("c/exercise.db"), at} {
		well(t, "unchanged.", "exercise", "verify", place, "--head", head)
		_, chain, _ := strings.Cut(head, ":")
		well(t, "unchanged.", "exercise", "verify", place, "--head", chain)
		well(t, "consistent.", "exercise", "verify", place)
	}

	// All of it in a backup, and back on the other engine.
	well(t, "1 exercises", "backup", at, "--out", in("all.zip"))
	well(t, head, "restore", in("all.zip"), "--out", in("d"))
	well(t, "unchanged.", "exercise", "verify", in("d"), "--head", head)
	other := server.Database(t)
	badly(t, "There is no exercise", "exercise", "verify", other)
	well(t, head, "restore", in("all.zip"), "--db", other)
	well(t, "1 were there already", "restore", in("all.zip"), "--db", other)
}

// TestImportAgain imports what is there, what is there further, and what is
// there otherwise.
func TestImportAgain(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	said := killAfter(t, in("a"), 19, 300)
	well(t, "events", "exercise", "export", in("a"), "--out", in("early.zip"))
	goOn(t, in("a"), 19, "400", said)
	well(t, "events", "exercise", "export", in("a"), "--out", in("late.zip"))

	well(t, "imported", "exercise", "import", in("early.zip"), "--out", in("b"))
	well(t, "nothing was changed", "exercise", "import", in("early.zip"), "--out", in("b"))
	badly(t, "another state", "exercise", "import", in("late.zip"), "--out", in("b"))
	badly(t, "gone further", "exercise", "import", in("early.zip"), "--out", in("a"))
	goOn(t, in("b"), 19, "400", nil) // it is played to its end as if it had never moved
	well(t, "imported", "exercise", "import", in("late.zip"), "--out", in("c"))
	badly(t, "another state", "exercise", "import", in("late.zip"), "--out", in("b"))

	well(t, "ENDEX", runArgs(in("d"), 20, "max")...)
	badly(t, "another exercise", "exercise", "import", in("late.zip"), "--out", in("d"))
	well(t, "exercises", "backup", in("d"), "--out", in("d.zip"))
	if r := renkei(t, "restore", in("d.zip"), "--out", in("c")); r.code != 2 || !strings.Contains(r.errOut, "--merge") {
		t.Errorf("beside another exercise: exit %d: %s", r.code, r.errOut)
	}
	well(t, "restored", "restore", in("d.zip"), "--out", in("c"), "--merge")
	badly(t, "--exercise", "exercise", "export", in("c"), "--out", in("which.zip"))
	badly(t, "hospital-ransomware-20", "exercise", "export", in("c"), "--exercise", "x", "--out", in("which.zip"))
	well(t, "events", "exercise", "export", in("c"), "--exercise", "hospital-ransomware-20", "--out", in("which.zip"))
	well(t, "ENDEX", "exercise", "run", "--db", in("c/exercise.db"), "--exercise", "hospital-ransomware-20", "--out", in("e"))
	sameStory(t, story(t, in("d")), story(t, in("e")))
}

// TestPeople exports those whom the log names, unless told otherwise, and backs
// up everybody.
func TestPeople(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, name) }
	well(t, "ENDEX", runArgs(in("a"), 43, "max")...)
	// Only a server has people; here one stands for the actor that every log names.
	execute(t, in("a/exercise.db"), `INSERT INTO people (id, name, organisation) VALUES ('excon', 'Kim Named', 'X'), ('p-9', 'Kim Unnamed', 'Y')`)
	well(t, "1 people", "exercise", "export", in("a"), "--out", in("named.zip"))
	well(t, "0 people", "exercise", "export", in("a"), "--people", "none", "--out", in("none.zip"))
	well(t, "0 people", "exercise", "export", in("a"), "--tlp", "RED", "--out", in("red.zip"))
	well(t, "1 people", "exercise", "export", in("a"), "--tlp", "RED", "--people", "named", "--out", in("asked.zip"))
	well(t, "2 people", "backup", in("a"), "--out", in("all.zip"))
	for _, c := range []struct {
		archive  string
		existing string // name that the database knows already
		want     string
	}{
		{"named", "", "Kim Named"},
		{"none", "", ""},
		{"asked", "", "Kim Named"},
		{"all", "", "Kim Named,Kim Unnamed"},
		{"all", "Ours", "Ours,Kim Unnamed"},
	} {
		dir := in(c.archive + c.existing)
		if c.existing != "" {
			well(t, "restored", "restore", in("none.zip"), "--out", dir)
			execute(t, filepath.Join(dir, "exercise.db"), `INSERT INTO people (id, name, organisation) VALUES ('excon', '`+c.existing+`', '')`)
		}
		args := []string{"restore", in(c.archive + ".zip"), "--out", dir}
		if c.existing != "" {
			args = append(args, "--merge")
		}
		well(t, "restored", args...)
		if got := peopleIn(t, filepath.Join(dir, "exercise.db")); got != c.want {
			t.Errorf("%s: %q, want %q", c.archive, got, c.want)
		}
	}
}

func peopleIn(tb testing.TB, path string) (names string) {
	tb.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	const query = `SELECT COALESCE(group_concat(name), '') FROM (SELECT name FROM people ORDER BY id)`
	if err := db.QueryRow(query).Scan(&names); err != nil {
		tb.Fatal(err)
	}
	return names
}
