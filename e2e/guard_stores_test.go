//go:build unix

package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGuardStores opens what an earlier program has stored: everybody comes in,
// sees what they saw, and the exercises are what they were.
func TestGuardStores(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(*testing.T) *keptStore{"sqlite": serveStore, "postgres": servePostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			s.signIn()
			s.sessions()
			s.links()
			s.programs(name)
			s.logs(name)
			s.grants() // last: who opens a desk for the first time joins, which is an event
		})
	}
}

// signIn signs everybody in who has a password.
func (s *keptStore) signIn() {
	s.t.Helper()
	for who, login := range s.kept.Logins {
		want, word := http.StatusSeeOther, url.Values{"login": {login}, "password": {guardWord}}
		if who == "disabled" {
			want = http.StatusUnprocessableEntity
		}
		newVisitor(s.t).ask(s.at+"/sign-in", word, want)
		word.Set("password", guardWord+"!")
		newVisitor(s.t).ask(s.at+"/sign-in", word, http.StatusUnprocessableEntity)
	}
}

// sessions come back with the cookies that browsers have.
func (s *keptStore) sessions() {
	s.t.Helper()
	for who := range s.kept.Sessions {
		want := http.StatusOK
		if who == "disabled" {
			want = http.StatusSeeOther
		}
		if got := s.as(who, "en").fetch(s.at + "/me"); got.status != want {
			s.t.Errorf("the session of %s: %d, want %d", who, got.status, want)
		}
	}
}

// links are good that nobody took.
func (s *keptStore) links() {
	s.t.Helper()
	for name, link := range s.kept.Links {
		if got := s.as("", "en").fetch(s.at + link); got.status != http.StatusOK {
			s.t.Errorf("the link of %s: %d", name, got.status)
		}
	}
	for who, want := range map[string]int{"": http.StatusGone, "other": http.StatusSeeOther} {
		if got := s.as(who, "en").fetch(s.at + s.kept.TakenLink); got.status != want {
			s.t.Errorf("the link that was taken, for %q: %d, want %d", who, got.status, want)
		}
	}
	name := "account"
	taken := newVisitor(s.t)
	taken.ask(s.at+s.kept.Links[name], url.Values{
		"key": {"take"}, "name": {"Late"}, "login": {"late@asteria.example"}, "password": {guardWord},
	}, http.StatusSeeOther)
	taken.ask(s.at+"/me", nil, http.StatusOK)
}

// grants open to everybody what is theirs, in both exercises.
func (s *keptStore) grants() {
	s.t.Helper()
	pages := []string{
		"/board", "/invite", "/compose", "/cells/asteria", "/desk/asteria", "/desk/asteria/hospital", "/desk/borealis", "/evaluate", "/marks",
	}
	may := map[string]string{ // in the order of the pages
		"secretary":  ".........",
		"director":   "yyy.yyy.y",
		"controller": "yyy.yyy.y",
		"observer":   "y...yyy..",
		"national":   "...yyy...",
		"player":     "....yy...",
		"cell":       ".....y...",
		"evaluator":  "....yy.y.",
		"other":      "......y..",
	}
	for _, id := range []string{s.kept.Over, s.kept.InPlay} {
		for who, want := range may {
			var got strings.Builder
			for _, page := range pages {
				switch a := s.as(who, "en").fetch(s.at + "/x/" + id + page); a.status {
				case http.StatusOK:
					got.WriteByte('y')
				case http.StatusNotFound:
					got.WriteByte('.')
				default:
					s.t.Errorf("%s as %s: %d", page, who, a.status)
				}
			}
			if got.String() != want {
				s.t.Errorf("%s in %s opens %s, want %s", who, id, &got, want)
			}
		}
	}
}

// programs read with their tokens.
func (s *keptStore) programs(name string) {
	s.t.Helper()
	for who, token := range s.kept.Tokens {
		ask := func(path string, want int) []byte {
			a := newVisitor(s.t).fetch(s.at+"/api/v1"+path, "Authorization", "Bearer "+token, "Accept-Language", "en")
			if a.status != want {
				s.t.Errorf("%s as %s: %d, want %d: %s", path, who, a.status, want, a.body)
			}
			return a.body
		}
		golden(s.t, "opened/"+name+"-"+who+"-exercises.json", ask("/exercises", http.StatusOK))
		for kind, id := range map[string]string{"over": s.kept.Over, "in-play": s.kept.InPlay} {
			file := "opened/" + name + "-" + who + "-" + kind
			golden(s.t, file+"-events.json.gz", lined(ask("/exercises/"+id+"/events?limit=1000", http.StatusOK)))
			if who != "director" {
				ask("/exercises/"+id+"/results", http.StatusNotFound)
				golden(s.t, file+"-state.json.gz", lined(ask("/exercises/"+id+"/state?unit=asteria", http.StatusOK)))
				continue
			}
			golden(s.t, file+"-results.json.gz", ask("/exercises/"+id+"/results", http.StatusOK))
		}
	}
}

// lined breaks JSON into lines, for differences that can be read.
func lined(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte(`},{`), []byte("},\n{"))
}

// logs are those that were stored, and hold.
func (s *keptStore) logs(name string) {
	s.t.Helper()
	var said strings.Builder
	for _, id := range []string{s.kept.Over, s.kept.InPlay} {
		path := filepath.Join(s.t.TempDir(), "log.jsonl")
		a := s.as("director", "en").fetch(s.at + "/x/" + id + "/log.jsonl")
		if err := os.WriteFile(path, a.body, 0o600); err != nil {
			s.t.Fatal(err)
		}
		fmt.Fprintln(&said, verified(s.t, path))
	}
	golden(s.t, "opened/"+name+"-verify.txt", []byte(said.String()))
}

// verified is what the program says of a log, an archive or a database.
func verified(t *testing.T, path string) string {
	t.Helper()
	r := renkei(t, "exercise", "verify", path)
	return fmt.Sprintf("exit %d\n%s%s", r.code, r.out, r.errOut)
}

// TestGuardArchives opens what an earlier program has exported and backed up.
func TestGuardArchives(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	from := func(name string) string { return filepath.Join(guardDir, "stores", name) }
	var k kept
	k.read(t, "sqlite.json")
	db := unpackStore(t, dir)
	well(t, "imported", "exercise", "import", from("archive.zip"), "--out", in("imported"))
	well(t, "restored", "restore", from("backup.zip"), "--out", in("restored"))
	golden(t, "opened/archives-verify.txt", []byte(strings.ReplaceAll(strings.Join([]string{
		"=== archive", verified(t, from("archive.zip")), "=== backup", verified(t, from("backup.zip")),
		"=== database", verified(t, db), "=== imported", verified(t, in("imported")), "=== restored", verified(t, in("restored")),
	}, "\n"), dir, "DIR")))
	well(t, "ENDEX", "exercise", "run", "--out", in("imported"))
	well(t, "ENDEX", "exercise", "run", "--db", in("restored/exercise.db"), "--exercise", k.Over, "--out", in("again"))
	well(t, "ENDEX", "exercise", "run", "--db", db, "--exercise", k.Over, "--out", in("stored"))
	golden(t, "opened/archive-results.json.gz", read(t, in("imported/results.json")))
	for _, other := range []string{"again", "stored"} {
		for _, file := range []string{"results.json", "log.jsonl", "summary.md", "report.html"} {
			sameBytes(t, in("imported/"+file), in(other+"/"+file))
		}
	}
	// What was paused goes on to its end.
	well(t, "ENDEX", "exercise", "run", "--db", in("restored/exercise.db"), "--exercise", k.InPlay, "--out", in("played"), "--bots", "--speed", "max")
	well(t, "unchanged up to event", "exercise", "verify", in("played/log.jsonl"), "--head", headIn(t, from("backup.zip"), k.InPlay))
}

// headIn is the head of an exercise in an archive.
func headIn(t *testing.T, archive, id string) string {
	t.Helper()
	_, rest, _ := strings.Cut(renkei(t, "exercise", "verify", archive).out, id+": ")
	_, head, ok := strings.Cut(rest, "head ")
	if !ok {
		t.Fatalf("no head of %s", id)
	}
	return strings.Fields(head)[0]
}
