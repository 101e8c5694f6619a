package web_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/conduct"
	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/live"
	"renkei/internal/scenario"
	"renkei/internal/store"
	"renkei/internal/web"
)

// house is a server with one exercise that runs, between four teams.
type house struct {
	t    *testing.T
	auth *auth.Service
	url  string
	hall *web.Hall
}

const id = "x"

func newHouse(t *testing.T) *house {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, auth: auth.New(db, time.Now), hall: conducted(t, db)}
	texts, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	closing := make(chan struct{})
	handler, err := web.New(web.Deps{
		Auth: h.auth, Texts: texts, Log: slog.New(slog.DiscardHandler), Closing: closing,
		Hall:  func(got string) (*web.Hall, bool) { return h.hall, got == id },
		Halls: func() []*web.Hall { return []*web.Hall{h.hall} },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		close(closing)
		server.Close()
	})
	h.url = server.URL
	return h
}

// conducted is the shipped exercise, begun, with its first injects out.
func conducted(t *testing.T, db *store.DB) *web.Hall {
	t.Helper()
	pack, ds, err := scenario.Load("../../scenarios/hospital-ransomware")
	if err != nil || scenario.Failed(ds) {
		t.Fatalf("load pack: %v %v", err, ds)
	}
	teams, err := community.Demo(4)
	if err != nil {
		t.Fatal(err)
	}
	deps := conduct.Deps{Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler)}
	if err := conduct.Create(t.Context(), deps, conduct.Setup{ID: id, Title: pack.Title, Seed: 7, Pack: pack, Teams: teams}); err != nil {
		t.Fatal(err)
	}
	shown, err := live.Open(t.Context(), db, id)
	if err != nil {
		t.Fatal(err)
	}
	deps.Seen = shown.Seen
	c, err := conduct.Open(t.Context(), deps, id)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error, 2)
	go func() { failed <- c.Run(ctx) }()
	go func() { failed <- shown.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := c.Do(t.Context(), exercise.Command{Key: "start", Actor: exercise.Excon(), Do: exercise.Start{Speed: 1}}); err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(t.Context(), exercise.Command{
		Key: "jump", Actor: exercise.Excon(), Do: exercise.Jump{To: 150 * exercise.Second, Mode: exercise.JumpRelease},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := shown.Wait(t.Context(), res.Last); err != nil {
		t.Fatal(err)
	}
	return &web.Hall{ID: id, Live: shown, Do: c.Do, Content: db.Content}
}

// browser is somebody with cookies of their own, who follows no redirect.
type browser struct {
	h      *house
	client *http.Client
}

func (h *house) browser() *browser {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as lets somebody in with a role.
func (h *house) as(role auth.Role, unit string) *browser {
	h.t.Helper()
	secret, err := h.auth.Invite(h.t.Context(), "test", store.Grant{Exercise: id, Unit: unit, Role: string(role)}, time.Hour)
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	if status, _ := b.post("/in/"+secret, url.Values{"name": {"Ada"}}); status != http.StatusSeeOther {
		h.t.Fatalf("the link of a %s gave %d", role, status)
	}
	return b
}

func (b *browser) send(method, path string, body io.Reader) (int, string) {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+path, body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		line, err := bufio.NewReader(res.Body).ReadString('\n')
		if err != nil {
			b.h.t.Fatal(err)
		}
		return res.StatusCode, line
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func (b *browser) get(path string) (int, string) {
	b.h.t.Helper()
	return b.send(http.MethodGet, path, nil)
}

func (b *browser) post(path string, form url.Values) (int, string) {
	b.h.t.Helper()
	return b.send(http.MethodPost, path, strings.NewReader(form.Encode()))
}

// TestRoutes asks every route as everybody. A letter tells what came: "." is
// the page of what is not there, "y" anything else.
func TestRoutes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	people := []*browser{
		h.browser(), h.as(auth.Director, ""), h.as(auth.Controller, ""), h.as(auth.Observer, ""), h.as(auth.National, "asteria"),
		h.as(auth.Player, "asteria"), h.as(auth.Player, "asteria/hospital"), h.as(auth.Evaluator, "asteria"), h.as(auth.Player, "borealis"),
	}
	absent := make([]string, len(people))
	for i, b := range people {
		_, absent[i] = b.get("/no/such/page")
	}
	tests := map[string]string{ // stranger, director, controller, observer, national, team, cell, evaluator, other team
		"GET /{$}":                                 "yyyyyyyyy",
		"POST /sign-in":                            "yyyyyyyyy",
		"POST /sign-out":                           "", // asked last: it ends the sessions
		"GET /in/{link}":                           "yyyyyyyyy",
		"POST /in/{link}":                          "yyyyyyyyy",
		"POST /language":                           "yyyyyyyyy",
		"GET /static/{name}":                       ".........",
		"GET /healthz":                             "yyyyyyyyy",
		"GET /x/{exercise}/{$}":                    "yyyyyyyyy",
		"GET /x/{exercise}/stream":                 "yyyyyyyyy",
		"GET /x/{exercise}/board":                  "yyyy.....",
		"POST /x/{exercise}/clock":                 ".y.......",
		"POST /x/{exercise}/pause":                 ".yy......",
		"POST /x/{exercise}/stand-in":              ".yy......",
		"GET /x/{exercise}/desk/{unit...}":         "yyyyyy.y.",
		"POST /x/{exercise}/acknowledge/{unit...}": "....yy...",
		"POST /x/{exercise}/answer/{unit...}":      "....yy...",
		"POST /x/{exercise}/message/{unit...}":     "....yy...",
	}
	for _, pattern := range web.Patterns() {
		want, ok := tests[pattern]
		if !ok {
			t.Errorf("%s is missing from the table", pattern)
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{$}", "", "{exercise}", id, "{unit...}", "asteria", "{link}", "none", "{name}", "none").Replace(path)
		for i := range want {
			var body io.Reader
			if method == http.MethodPost {
				body = strings.NewReader("key=")
			}
			_, text := people[i].send(method, path, body)
			// A stranger is led to the start, which says nothing of what is there.
			if got := text == absent[i]; got != (want[i] == '.') && (i > 0 || method == http.MethodPost) {
				t.Errorf("%s as number %d: absent is %v, want %c", pattern, i, got, want[i])
			}
		}
	}
	for _, path := range []string{"/x/y/", "/x/y/board", "/x/x/desk/nobody", "/x/x/desk/asteria/nothing", "/x/x/nothing"} {
		if status, text := people[1].get(path); status != http.StatusNotFound || text != absent[1] {
			t.Errorf("%s answers %d, and not as what is not there", path, status)
		}
	}
	for i, b := range people[1:] {
		if status, _ := b.post("/sign-out", nil); status != http.StatusSeeOther {
			t.Errorf("number %d signs out: %d", i+1, status)
		}
		if status, _ := b.get("/x/x/"); status != http.StatusSeeOther {
			t.Errorf("number %d after signing out: %d", i+1, status)
		}
	}
}

// TestPlay acknowledges, answers and writes as a team, without a script.
func TestPlay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	team, other, director := h.as(auth.Player, "asteria"), h.as(auth.Player, "borealis"), h.as(auth.Director, "")
	_, page := team.get("/x/x/desk/asteria")
	for _, want := range []string{`id="inject-I02"`, "Acknowledge", `id="task-T01"`} {
		if !strings.Contains(page, want) {
			t.Fatalf("the desk lacks %s:\n%s", want, page)
		}
	}
	ack := url.Values{"key": {"k1"}, "inject": {"I02"}}
	for range 2 { // sent twice, it works once
		if status, text := team.post("/x/x/acknowledge/asteria", ack); status != http.StatusSeeOther {
			t.Fatalf("acknowledge: %d %s", status, text)
		}
	}
	if _, page = team.get("/x/x/desk/asteria"); strings.Contains(page, `action="/x/x/acknowledge/`) {
		t.Error("what was acknowledged asks for it still")
	}
	if status, text := team.post("/x/x/answer/asteria", url.Values{"key": {"k2"}, "task": {"T01"}, "text": {"7"}}); status != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", status, text)
	}
	if status, text := team.post("/x/x/answer/asteria", url.Values{"key": {"k3"}, "task": {"T99"}, "text": {"7"}}); status != http.StatusConflict || !strings.Contains(text, "T99") {
		t.Errorf("answer to nothing: %d %s", status, text)
	}
	say := url.Values{"key": {"k4"}, "to": {"unit:borealis"}, "tlp": {"AMBER"}, "text": {"<b>Do you see it too?</b>"}}
	if status, text := team.post("/x/x/message/asteria", say); status != http.StatusSeeOther {
		t.Fatalf("message: %d %s", status, text)
	}
	const shown = "&lt;b&gt;Do you see it too?&lt;/b&gt;"
	for name, b := range map[string]struct {
		*browser
		path string
	}{"receiver": {other, "/x/x/desk/borealis"}, "director": {director, "/x/x/board"}} {
		if _, page := b.get(b.path); !strings.Contains(page, shown) {
			t.Errorf("the %s does not see the message:\n%s", name, page)
		}
	}
	if _, page := h.as(auth.Player, "coralia").get("/x/x/desk/coralia"); strings.Contains(page, shown) {
		t.Error("a third team sees the message")
	}
}

var frame = regexp.MustCompile(`^id: \d+\n$`)

// TestStreamSaysNothing sends a number and no more.
func TestStreamSaysNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, line := h.as(auth.Player, "asteria").get("/x/x/stream"); !frame.MatchString(line) {
		t.Errorf("the stream begins with %q", line)
	}
}

// TestFirstPageIsSmall holds the sign-in page with all it loads to what a poor
// link carries.
func TestFirstPageIsSmall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	size := func(path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "gzip") // set by hand, it is not unpacked
		res, err := b.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		packed, err := io.ReadAll(res.Body)
		if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: %v, %q", path, err, res.Header)
		}
		return len(packed), path
	}
	total, _ := size("/")
	_, page := b.get("/")
	for _, m := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		n, _ := size(m[1])
		total += n
	}
	if total > 60_000 {
		t.Errorf("the first page weighs %d bytes", total)
	}
}
