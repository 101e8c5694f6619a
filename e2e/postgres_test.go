//go:build unix

package e2e

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/testkit/postgres"
)

// password is what stands in a URL as the password, as it is and as written there.
func password(tb testing.TB, at string) []string {
	tb.Helper()
	u, err := url.Parse(at)
	if err != nil {
		tb.Fatal(err)
	}
	plain, _ := u.User.Password()
	_, written, _ := strings.Cut(u.User.String(), ":")
	return []string{plain, written}
}

// noPassword sees that nothing that was said holds the password of a URL.
func noPassword(tb testing.TB, at string, r result) {
	tb.Helper()
	for _, word := range password(tb, at) {
		if strings.Contains(r.out+r.errOut, word) {
			tb.Errorf("says the password: %s%s", r.out, r.errOut)
		}
	}
}

// TestRunOnPostgres plays on PostgreSQL: the story is that of SQLite, a run
// that was killed goes on, and the folder's files are there as always.
func TestRunOnPostgres(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	at, dir := server.Database(t), t.TempDir()
	on := func(seed uint64, speed string) []string { return append(runArgs(dir, seed, speed), "--db", at) }

	s := start(t, append(on(5, "200"), "--follow")...)
	said := map[uint64][]byte{}
	for line := range s.lines {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if said[e.Seq] = line; len(said) == 300 {
			if err := s.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = s.cmd.Wait() // killed
	r := renkei(t, on(5, "200")...)
	if r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	noPassword(t, at, r)
	checkStory(t, dir, 5, "200", said)
	if _, err := os.Stat(filepath.Join(dir, "exercise.db")); err == nil {
		t.Error("there is a SQLite database too")
	}

	cases := []struct {
		name string
		args []string
		code int
		say  string
	}{
		{"done already", on(5, "200"), 0, "ENDEX"},
		{"report", []string{"exercise", "report", dir}, 0, "report.html"},
		{"replay", []string{"exercise", "replay", dir}, 0, "00:30:00"},
		{"without the database", runArgs(dir, 5, "200"), 1, "--db"},
		{"other teams", []string{"exercise", "run", pack, "--teams", "3", "--seed", "5", "--speed", "max", "--out", dir, "--db", at}, 1, "another exercise"},
		{"a second exercise, same folder", on(6, "max"), 1, "--out"},
		{"a second exercise", append(runArgs(t.TempDir(), 6, "max"), "--bots", "--db", at), 0, "ENDEX"},
		{"no database", append(runArgs(t.TempDir(), 6, "max"), "--db", server.URL("atlantis")), 1, "createdb"},
		{"no user", append(runArgs(t.TempDir(), 6, "max"), "--db", strings.Replace(at, "//renkei:", "//nobody:", 1)), 1, "refuses"},
		{"no server", append(runArgs(t.TempDir(), 6, "max"), "--db", strings.Replace(at, server.Address(), "127.0.0.1:1", 1)), 1, "does not answer"},
		{"no PostgreSQL", append(runArgs(t.TempDir(), 6, "max"), "--db", strings.Replace(at, "postgres", "mysql", 1)), 2, "--db"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := renkei(t, c.args...)
			if r.code != c.code || !strings.Contains(r.out+r.errOut, c.say) {
				t.Errorf("exit %d, want %d and %q: %s%s", r.code, c.code, c.say, r.out, r.errOut)
			}
			noPassword(t, at, r)
		})
	}
}

// TestRunOnFile plays in a SQLite file that several exercises share, and keeps
// the files of a folder from those of another database.
func TestRunOnFile(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	at := filepath.Join(top, "shared.db")
	one, two, own := filepath.Join(top, "one"), filepath.Join(top, "two"), filepath.Join(top, "own")
	cases := []struct {
		name string
		args []string
		code int
		say  string
	}{
		{"first", append(runArgs(one, 1, "max"), "--db", at), 0, "ENDEX"},
		{"second", append(runArgs(two, 2, "max"), "--db", at), 0, "ENDEX"},
		{"its own", runArgs(own, 1, "max"), 0, "ENDEX"},
		{"named though it is its own", append(runArgs(own, 1, "max"), "--db", filepath.Join(own, "exercise.db")), 0, "ENDEX"},
		{"over another's files", append(runArgs(own, 1, "max"), "--db", at), 1, "exercise.db"},
		{"a folder", append(runArgs(filepath.Join(top, "new"), 1, "max"), "--db", top), 1, top},
	}
	for _, c := range cases {
		if r := renkei(t, c.args...); r.code != c.code || !strings.Contains(r.out+r.errOut, c.say) {
			t.Errorf("%s: exit %d, want %d and %q: %s%s", c.name, r.code, c.code, c.say, r.out, r.errOut)
		}
	}
	sameStory(t, story(t, one), story(t, own))
}
