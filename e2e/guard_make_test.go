//go:build unix

package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/testkit/postgres"
)

// The stores below testdata/guard/stores were made by the program as it stood
// at commit 023d85f, with
//
//	go test ./e2e -run TestMakeStores -make-stores
//
// They stand for what operators have on their disks: no later program may fail
// to read them, so they are never made anew. What a later program stores
// otherwise wants another folder beside them. Afterwards one thing was changed
// in the databases: sessions, links and tokens end in the year 2100.
var makeStores = flag.Bool("make-stores", false, "make the stores of the guards, which must not change")

const (
	guardDir   = "testdata/guard"
	guardPack  = "hospital-ransomware"
	guardWord  = "seven quiet herons wade"
	farAway    = "4102444800000000" // the year 2100, in microseconds
	guardNever = "UPDATE sessions SET expires = " + farAway + "; UPDATE links SET expires = " + farAway +
		"; UPDATE api_tokens SET expires = " + farAway
)

// kept is what a test must know of a store to come in.
type kept struct {
	Cookie    string            // its name
	Over      string            // id of the exercise that is over
	InPlay    string            // and of the one that is played, paused
	Sessions  map[string]string // by role
	Logins    map[string]string // by role; the password of all is guardWord
	Tokens    map[string]string // by role
	Links     map[string]string // open ones, by what they are for
	TakenLink string
}

// guardRoles are the grants of everybody in the stores, in both exercises;
// whoever has none is a secretary, or was disabled.
func guardRoles() []struct{ who, name, role, unit, login string } {
	return []struct{ who, name, role, unit, login string }{
		{"director", "Dora", "director", "", "dora@asteria.example"},
		{"controller", "Cleo", "controller", "", "cleo@asteria.example"},
		{"observer", "Olga", "observer", "", ""},
		{"national", "奈津", "national", "asteria", ""},
		{"player", "Ann", "player", "asteria", "ann@asteria.example"},
		{"cell", "春", "player", "asteria/hospital", ""},
		{"evaluator", "Eli", "evaluator", "asteria", ""},
		{"other", "Bo", "player", "borealis", ""},
	}
}

// maker plays what is stored.
type maker struct {
	t      *testing.T
	data   string
	at     string // of the server
	n      int    // of keys
	people map[string]*visitor
	kept   kept
}

func TestMakeStores(t *testing.T) {
	if !*makeStores {
		t.Skip("the stores are made once: -make-stores")
	}
	to := filepath.Join(guardDir, "stores")
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	db := makeStore(t, filepath.Join(to, "sqlite.json"), "")
	execute(t, db, guardNever)
	execute(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	gzipped(t, filepath.Join(to, "renkei.db.gz"), read(t, db))
	backup := filepath.Join(t.TempDir(), "backup.zip")
	well(t, "2 exercises", "backup", db, "--out", backup)
	copyTo(t, filepath.Join(to, "backup.zip"), backup)
	archive := filepath.Join(t.TempDir(), "archive.zip")
	well(t, "events", "exercise", "export", db, "--exercise", guardPack+"-7", "--out", archive)
	copyTo(t, filepath.Join(to, "archive.zip"), archive)

	server := postgres.Start(t)
	at := server.Database(t)
	makeStore(t, filepath.Join(to, "postgres.json"), at)
	server.Exec(t, at, guardNever)
	dump := exec.CommandContext(t.Context(), "pg_dump", "--inserts", "--no-owner", "--no-privileges", at)
	text, err := dump.Output()
	if err != nil {
		t.Fatal(err)
	}
	// Words for psql alone say nothing to a server.
	text = regexp.MustCompile(`(?m)^\\.*\n`).ReplaceAll(text, nil)
	gzipped(t, filepath.Join(to, "postgres.sql.gz"), text)
}

func gzipped(t *testing.T, to string, data []byte) {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func copyTo(t *testing.T, to, from string) {
	t.Helper()
	if err := os.WriteFile(to, read(t, from), 0o644); err != nil {
		t.Fatal(err)
	}
}

// makeStore fills a database, of PostgreSQL where a URL is given, and returns
// the path of one of SQLite. It writes down what a test must know.
func makeStore(t *testing.T, to, db string) string {
	t.Helper()
	m := &maker{t: t, data: t.TempDir(), people: map[string]*visitor{}}
	m.kept = kept{Sessions: map[string]string{}, Logins: map[string]string{}, Tokens: map[string]string{}, Links: map[string]string{}}
	path := filepath.Join(m.data, "renkei.db")
	run, serve := path, []string{"--data", m.data}
	if db != "" {
		run, serve = db, append(serve, "--db", db)
	}
	m.kept.Over = guardPack + "-7"
	well(t, "ENDEX", "exercise", "run", guardPack, "--teams", "2", "--bots", "--seed", "7", "--speed", "max",
		"--out", t.TempDir(), "--db", run)
	s, at := serving(t, append(serve, "--trusted-networks", "127.0.0.0/8")...)
	m.at = at
	first := ""
	for line := range s.lines {
		if _, token, ok := strings.Cut(string(line), "/in/"); ok {
			first = "/in/" + token
			break
		}
	}
	m.found(first)
	m.seat()
	m.play()
	if code := s.ended(t, syscall.SIGTERM); code != 0 {
		t.Fatalf("exit %d: %s", code, s.err)
	}
	for who, v := range m.people {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range v.Jar.Cookies(u) {
			if c.Name != "lang" && c.Name != "said" {
				m.kept.Cookie, m.kept.Sessions[who] = c.Name, c.Value
			}
		}
	}
	text, err := json.MarshalIndent(m.kept, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// do posts a form with a key, and wants the answer that it was done.
func (m *maker) do(who, path string, pairs ...string) string {
	m.t.Helper()
	return m.post(who, path, http.StatusSeeOther, pairs...)
}

func (m *maker) post(who, path string, want int, pairs ...string) string {
	m.t.Helper()
	m.n++
	form := url.Values{"key": {fmt.Sprint("guard-", m.n)}}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return m.people[who].ask(m.at+path, form, want)
}

func (m *maker) get(who, path string) string {
	m.t.Helper()
	return m.people[who].ask(m.at+path, nil, http.StatusOK)
}

// inLink is the link that a page shows.
func (m *maker) inLink(page string) string {
	m.t.Helper()
	found := regexp.MustCompile(`/in/[\w-]{20,}`).FindString(page)
	if found == "" {
		m.t.Fatalf("no link:\n%s", page)
	}
	return found
}

// account makes somebody who signs in with a password.
func (m *maker) account(who, link, name, login string) {
	m.t.Helper()
	m.people[who] = newVisitor(m.t)
	m.do(who, link, "name", name, "login", login, "organisation", "Asteria CSIRT", "password", guardWord)
	m.kept.Logins[who] = login
}

// found makes accounts and the exercise that is played.
func (m *maker) found(first string) {
	m.t.Helper()
	m.account("maker", first, "Ada", "ada@asteria.example")
	m.account("secretary", m.inLink(m.post("maker", "/people/invite", http.StatusOK, "for", "Sue", "secretary", "yes")), "Sue", "sue@asteria.example")
	m.account("disabled", m.inLink(m.post("maker", "/people/invite", http.StatusOK, "for", "Max")), "Max", "max@asteria.example")
	m.kept.Links["account"] = m.inLink(m.post("maker", "/people/invite", http.StatusOK, "for", "Nobody yet"))
	page := m.get("maker", "/people")
	_, row, ok := strings.Cut(page, "max@asteria.example")
	if !ok {
		m.t.Fatal("the account is not on the page")
	}
	person := regexp.MustCompile(`name="person" value="([^"]+)"`).FindStringSubmatch(row)[1]
	m.do("maker", "/people/account", "person", person, "do", "disable")

	page = m.get("maker", "/new")
	key := regexp.MustCompile(`id="pack-(hospital-ransomware[^"]*)"`).FindStringSubmatch(page)[1]
	m.do("maker", "/new", "pack", key, "title-en", "Autumn drill", "title-ja", "秋の演習", "team", "asteria", "team", "borealis", "bots", "yes")
	for _, id := range regexp.MustCompile(`/x/([^/"]+)/`).FindAllStringSubmatch(m.get("maker", "/"), -1) {
		if id[1] != m.kept.Over {
			m.kept.InPlay = id[1]
		}
	}
}

// seat gives everybody their role in both exercises, and some a token.
func (m *maker) seat() {
	m.t.Helper()
	for _, x := range []string{m.kept.InPlay, m.kept.Over} {
		for _, p := range guardRoles() {
			var link string
			switch p.role {
			case "director":
				link = m.inLink(m.post("maker", "/director", http.StatusOK, "exercise", x))
			default:
				link = m.inLink(m.post("director", "/x/"+x+"/invite", http.StatusOK,
					"role", p.role, "unit", p.unit, "count", "1", "days", "14", "for", p.name))
			}
			switch {
			case m.people[p.who] != nil:
				m.do(p.who, link, "as", "me")
			case p.login != "":
				m.account(p.who, m.inLink(m.post("maker", "/people/invite", http.StatusOK, "for", p.name)), p.name, p.login)
				m.do(p.who, link, "as", "me")
			default:
				m.people[p.who] = newVisitor(m.t)
				m.do(p.who, link, "name", p.name, "organisation", "Asteria CSIRT")
				m.kept.TakenLink = link
			}
		}
		m.kept.Links["player of "+x] = m.inLink(m.post("director", "/x/"+x+"/invite", http.StatusOK,
			"role", "player", "unit", "borealis", "count", "1", "days", "14", "for", "Nobody yet"))
	}
	for _, who := range []string{"director", "player"} {
		page := m.post(who, "/me/token", http.StatusOK, "name", "Reader", "days", "365")
		m.kept.Tokens[who] = regexp.MustCompile(`renkei_[\w-]+`).FindString(page)
	}
	for _, who := range []string{"national", "cell"} {
		m.do(who, "/language", "lang", "ja", "back", "/")
	}
}

// play plays for some minutes and leaves something on every page.
func (m *maker) play() {
	m.t.Helper()
	x := "/x/" + m.kept.InPlay
	m.do("director", x+"/clock", "do", "start", "sure", "yes")
	m.do("director", x+"/speed", "speed", "60")
	tick := time.NewTicker(100 * time.Millisecond) // the server counts what people ask
	defer tick.Stop()
	for !strings.Contains(m.get("player", x+"/desk/asteria"), "/inject/I03/") { // four minutes
		<-tick.C
	}
	m.do("controller", x+"/stand-in", "unit", "asteria") // people go on with what a simulated team began
	m.do("controller", x+"/stand-in", "unit", "asteria/hospital")
	for !strings.Contains(m.get("player", x+"/desk/asteria"), "/inject/I06/") { // nine minutes
		<-tick.C
	}
	m.do("director", x+"/speed", "speed", "1")
	m.do("player", x+"/attend/asteria", "present", "4", "expected", "5")
	m.do("player", x+"/message/asteria", "to", "unit:borealis", "text", "Do you see it too?", "tlp", "AMBER")
	m.do("other", x+"/message/borealis", "to", "liaison", "text", "Watch for 192.0.2.7.", "tlp", "GREEN")
	m.do("player", x+"/message/asteria", "to", "persona:vendor", "text", "Since when?", "tlp", "CLEAR")
	m.do("player", x+"/message/asteria", "to", "persona:hoster", "text", "Which customer?", "tlp", "CLEAR")
	page := m.get("controller", x+"/inbox")
	asked := regexp.MustCompile(`name="message" value="(\d+)"`).FindAllStringSubmatch(page, -1)
	if len(asked) == 0 {
		m.t.Fatalf("nobody asks:\n%s", page)
	}
	m.do("controller", x+"/inbox/answer", "message", asked[0][1], "persona", "vendor", "text", "Since half past seven.", "tlp", "CLEAR", "do", "send")
	m.do("player", x+"/call/asteria", "with", "unit:borealis", "who", "us", "text", "They block 192.0.2.7.", "tlp", "GREEN")
	page = m.get("other", x+"/contacts/borealis")
	call := regexp.MustCompile(`name="call" value="(\d+)"`).FindStringSubmatch(page)
	if call == nil {
		m.t.Fatalf("no call:\n%s", page)
	}
	m.do("other", x+"/confirm/borealis", "call", call[1], "say", "yes")
	m.do("player", x+"/call/asteria", "with", "unit:borealis", "who", "them", "text", "They ask for logs.", "tlp", "GREEN")
	m.do("player", x+"/acknowledge/asteria", "inject", "I06")
	m.do("player", x+"/answer/asteria", "task", "T03", "items", "192.0.2.7\nc2.example")
	m.do("player", x+"/entry/asteria", "text", "Shift handed over.")
	m.do("national", x+"/cell-message/asteria", "cell", "asteria/hospital", "text", "至急ご確認ください。", "tlp", "GREEN")
	m.do("cell", x+"/message/asteria/hospital", "to", "unit:asteria", "text", "確認しました。", "tlp", "GREEN")
	m.do("controller", x+"/note", "unit", "asteria", "text", "They are quick.")
	m.do("controller", x+"/broadcast", "to", "all", "text", "Ten minutes have gone.", "tlp", "CLEAR")
	m.do("evaluator", x+"/observe/asteria", "text", "Roles were clear.")
	for _, task := range []string{"T02", "T04"} {
		m.do("evaluator", x+"/mark/asteria", "task", task, "points", "3", "note", "Clear, and in time.")
	}
	m.do("player", x+"/real/asteria", "text", "Smoke in the room.", "sure", "yes")
	m.do("controller", x+"/pause", "do", "pause", "reason", "A break.")

	x = "/x/" + m.kept.Over
	m.do("player", x+"/after/asteria", "well", "We asked early.")
	for _, task := range []string{"T11", "T12"} {
		m.do("evaluator", x+"/mark/asteria", "task", task, "points", "3", "note", "Clear, and in time.")
	}
}
