//go:build unix

package e2e

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"renkei/internal/testkit/browser"
	"renkei/internal/testkit/flakylink"
)

// The account of the secretary of a drill.
const (
	secretaryLogin    = "ada@asteria.example"
	secretaryPassword = "seven quiet herons wade"
)

// drill is an exercise that people play in browsers. The server that serves it
// may be killed and come back elsewhere: all reach it through lines.
type drill struct {
	t        *testing.T
	data, id string
	server   *started
	addr     string // of the server, which changes
	browser  *browser.Browser
	road     *flakylink.Line // what all take
	wire     *flakylink.Line // what the players of Asteria alone take
	links    map[string]string
	ann      string // the id of a player
	playing
}

// playing are the pages of those who take part.
type playing struct {
	director, controller, judge         *browser.Page
	asteria, borealis, hospital, nation *browser.Page
}

// newDrill serves an empty database, and returns with the link of its first
// start.
func newDrill(t *testing.T) (d *drill, first string) {
	t.Helper()
	d = &drill{t: t, data: t.TempDir(), browser: browser.New(t), links: map[string]string{}}
	server, at := serving(t, "--data", d.data)
	d.server, d.addr = server, hostOf(at)
	for line := range server.lines {
		if _, token, ok := strings.Cut(string(line), "/in/"); ok {
			first = "/in/" + token
			break
		}
	}
	d.road, d.wire = flakylink.New(t, d.addr), flakylink.New(t, d.addr)
	return d, first
}

func hostOf(at string) string { return strings.TrimPrefix(at, "http://") }

// person is somebody at the table, on a line.
func (d *drill) person(line *flakylink.Line, lang string) *browser.Page {
	d.t.Helper()
	return d.browser.Person(d.t, "http://"+line.Addr(), lang)
}

// x is an address of the exercise.
func (d *drill) x(path string) string { return "/x/" + d.id + path }

// crash kills the server and starts another on the same data, at another port.
func (d *drill) crash() {
	d.t.Helper()
	if code := d.server.ended(d.t, syscall.SIGKILL); code != -1 {
		d.t.Fatalf("exit %d: %s", code, d.server.err)
	}
	server, at := serving(d.t, "--data", d.data)
	d.server, d.addr = server, hostOf(at)
	d.road.Mend(d.addr)
	d.wire.Mend(d.addr)
}

// found makes the first account and, of a pack, an exercise of two teams.
func (d *drill) found(first, title string, bots bool) {
	d.t.Helper()
	p := d.person(d.road, "en")
	d.director = p
	p.Go(first)
	p.Fill("#name", "Ada")
	p.Fill("#login", secretaryLogin)
	p.Fill("#password", secretaryPassword)
	p.Click("main form button.main")
	p.See("nav.tabs")
	p.Go("/packs")
	p.Upload("#pack", zipped(d.t, "testdata/browser-drill"))
	p.Click("form[action='/packs'] button.main")
	const row = `[...document.querySelectorAll("main tbody tr")].find((r) => r.innerText.includes(%q))`
	p.Until(fmt.Sprintf(row+` && document.body.innerText.includes("is added")`, title)) // a page arrives in pieces
	p.Go(browser.Value[string](p, fmt.Sprintf(row+`.querySelector("a").getAttribute("href")`, title)))
	browser.Value[int](p, fmt.Sprintf(`document.querySelectorAll("input[name=team]").forEach((e) => {
		e.checked = ["asteria", "borealis"].includes(e.value); }), document.getElementById("bots").checked = %t, 1`, bots))
	p.Click("form[action='/new'] button.main")
	p.Until(`location.pathname.startsWith("/x/")`)
	d.id = strings.Split(p.Path(), "/")[2]
}

// seat has everybody take a link of their own.
func (d *drill) seat(cell string) {
	d.t.Helper()
	d.invite("controller", "")
	d.invite("evaluator", "asteria")
	d.invite("national", "asteria")
	for _, unit := range []string{"asteria", "borealis", "asteria/" + cell} {
		d.invite("player", unit)
	}
	d.controller = d.take(d.road, "en", "controller ", "Cleo")
	d.judge = d.take(d.road, "en", "evaluator asteria", "Eli")
	d.nation = d.take(d.road, "ja", "national asteria", "奈津")
	d.asteria = d.take(d.wire, "en", "player asteria", "Ann")
	d.borealis = d.take(d.road, "en", "player borealis", "Bo")
	d.hospital = d.take(d.road, "ja", "player asteria/"+cell, "春")
}

func (d *drill) take(line *flakylink.Line, lang, link, name string) *browser.Page {
	d.t.Helper()
	p := d.person(line, lang)
	p.Take(d.links[link], name)
	return p
}

// invite has the director make a link.
func (d *drill) invite(role, unit string) {
	d.t.Helper()
	p := d.director
	p.Go(d.x("/invite"))
	p.Choose("#role", role)
	p.Choose("#unit", unit)
	p.Click("form[action$='/invite'] button.main")
	_, token, _ := strings.Cut(p.Text(".handout .mono"), "/in/")
	d.links[role+" "+unit] = "/in/" + token
}

// zipped is a folder as a zip.
func zipped(t *testing.T, dir string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "pack.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	if err := z.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// events counts what stands in the log, once the real binary has verified it:
// types, for answers with task and unit, and texts of messages.
func (d *drill) events() map[string]int {
	d.t.Helper()
	dir := d.t.TempDir()
	path := filepath.Join(dir, "log.jsonl")
	if err := os.WriteFile(path, []byte(d.log()), 0o600); err != nil {
		d.t.Fatal(err)
	}
	if r := renkei(d.t, "exercise", "verify", path); r.code != 0 {
		d.t.Errorf("exit %d: %s%s", r.code, r.out, r.errOut)
	}
	_, events := readLog(d.t, dir)
	got := map[string]int{}
	for _, e := range events {
		switch e.Type {
		case "task.submitted":
			got[fmt.Sprint(e.Type, " ", e.Body["task"], " ", e.Body["unit"])]++
		case "message.sent":
			got[fmt.Sprintf("%q", e.Body["text"])]++
		default:
			got[e.Type]++
		}
	}
	return got
}
