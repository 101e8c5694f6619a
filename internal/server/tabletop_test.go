package server_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"renkei/internal/auth"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	"renkei/internal/server"
	"renkei/internal/testkit/exercisetest"
	"renkei/internal/web"
)

// tabletopRoom is a server with a tabletop that waits for its facilitator.
type tabletopRoom struct {
	*fixture
	t     *testing.T
	id    string
	units []string
	log   lockedBuffer // of the program
	db    *database.DB
	n     int
}

// lockedBuffer is written to by many.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newTabletopRoom(t *testing.T) *tabletopRoom {
	t.Helper()
	return newTabletopRoomOf(t, "payment@1.0", nil)
}

// newTabletopRoomOf plays a pack, which is added where it is not shipped.
func newTabletopRoomOf(t *testing.T, pack string, zipped []byte) *tabletopRoom {
	t.Helper()
	db := exercisetest.Store(t, server.Stored()...)
	texts, err := server.Texts()
	if err != nil {
		t.Fatal(err)
	}
	teams, err := teamfile.Demo(7)
	if err != nil {
		t.Fatal(err)
	}
	r := &tabletopRoom{t: t, db: db.Database}
	log := slog.New(slog.NewTextHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	host := hosting.Open(t.Context(), hosting.Options{
		DB: db, Texts: texts, Log: log, Teams: teams, Added: filepath.Join(t.TempDir(), "packs"), Kinds: server.Kinds(), Keys: ballot.NewKeyring(t.TempDir()),
	})
	t.Cleanup(func() { host.Close(context.Background()) }) // that of the test has ended
	if zipped != nil {
		if _, ds, err := host.AddPack(t.Context(), zipped); err != nil || scenario.Failed(ds) {
			t.Fatalf("add pack: %v %v", err, ds)
		}
	}
	for _, u := range teams {
		r.units = append(r.units, u.Key)
	}
	if r.id, err = host.Create(t.Context(), hosting.CreateOptions{Key: "k", Pack: pack, Teams: r.units}); err != nil {
		t.Fatal(err)
	}
	x, err := host.Exercise(t.Context(), r.id)
	if err != nil {
		t.Fatal(err)
	}
	r.fixture = &fixture{t: t, auth: auth.New(db, time.Now, server.Rules()...), exercise: x}
	closing := make(chan struct{})
	pages := newPages(t, web.Deps{
		Auth: r.auth, Areas: server.Areas(server.Deps{Host: host, DB: db.Database}), Texts: texts, Log: log, Closing: closing, Limits: hurried(),
	})
	s := httptest.NewServer(web.Logged(log, pages))
	t.Cleanup(func() {
		close(closing)
		s.Close()
	})
	r.url = s.URL
	return r
}

// in lets somebody in with a role of the tabletop.
func (r *tabletopRoom) in(role auth.Role, unit string) *browser {
	r.t.Helper()
	secret, err := r.auth.Invite(r.t.Context(), "test", auth.Grant{Scope: access.In(r.id, unit), Role: string(role)}, time.Hour)
	if err != nil {
		r.t.Fatal(err)
	}
	b := r.browser()
	if status, _ := b.post("/in/"+secret, url.Values{"name": {"Ada"}}); status != http.StatusSeeOther {
		r.t.Fatalf("the link of a %s gave %d", role, status)
	}
	return b
}

func (r *tabletopRoom) path(rest string) string { return "/x/" + r.id + rest }

// send fills in a form, given as name, value, name, value.
func (r *tabletopRoom) send(b *browser, path string, pairs ...string) (int, string) {
	r.n++
	form := url.Values{"key": {"form-" + strconv.Itoa(r.n)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.post(r.path(path), form)
}

// must fills in a form that is taken.
func (r *tabletopRoom) must(b *browser, path string, pairs ...string) {
	r.t.Helper()
	if status, text := r.send(b, path, pairs...); status != http.StatusSeeOther {
		r.t.Fatalf("%s %v: %d %.300s", path, pairs, status, text)
	}
}

// current is the question that was announced last.
func (r *tabletopRoom) current() (v exercise.PollView) {
	r.exercise.Live.Now(func(m *follow.Moment) {
		for p := range m.State.Polls() {
			v = p
		}
	})
	return v
}

// fields are an answer of delegation number n to a question, with a marker where
// it is in words.
func fields(v *exercise.PollView, n int, marker string) []string {
	all := []string{"poll", v.Key, "round", strconv.Itoa(v.Round)}
	switch v.Kind {
	case exercise.PollChoice:
		all = append(all, "chosen", v.Options[n%2].Key)
	case exercise.PollScale:
		all = append(all, "scale", strconv.Itoa(n), "sure", "2")
	case exercise.PollMatrix:
		all = append(all, "row-"+v.Options[0].Key, marker)
	case exercise.PollText:
		all = append(all, "text", marker)
	case exercise.PollCommitment:
		all = append(all, "text", marker, "by", "2027-12-31", "who", marker)
	}
	return all
}

// TestTabletop plays the short pack by forms alone, as who has no scripts: a
// facilitator, a projector, and delegations of which one answers on paper. Until
// the reveal no page, stream or log has what was answered, but for the page of
// the delegation itself while the question is open.
func TestTabletop(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	chief, screen, guest := r.in(access.Director, ""), r.in(access.Observer, ""), r.in(access.Evaluator, r.units[0])
	var phones []*browser
	for _, u := range r.units {
		phones = append(phones, r.in(access.Player, u))
	}
	stream := r.listen(screen)
	if _, page := phones[0].get(r.path("/phone/" + r.units[0])); !strings.Contains(page, "The tabletop has not begun") {
		t.Error("a phone does not say that play has not begun")
	}
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	steps := 0
	for {
		step := nextOf(t, chief, r.path("/table"))
		if step == "" {
			break
		}
		if steps++; steps > 60 {
			t.Fatal("the facilitator never comes to the end")
		}
		poll := r.current().Key
		if step == "announce" {
			_, page := chief.get(r.path("/table"))
			poll = attr(nodes(t, page, func(n *html.Node) bool { return attr(n, "name") == "poll" })[0], "value")
		}
		r.must(chief, "/table/step", "step", step, "poll", poll)
		if step == "open" || step == "again" {
			r.answerAll(chief, screen, guest, phones)
		}
	}
	r.must(chief, "/clock", "do", "end", "sure", "yes", "back", r.path("/table"))
	for _, form := range []string{"html", "docx", "xlsx"} {
		for _, who := range []*browser{chief, phones[1]} {
			if status, _ := who.get(r.path("/outcome/room/" + form)); status != http.StatusOK {
				t.Errorf("the report as %s: %d", form, status)
			}
		}
	}
	if status, _ := phones[1].get(r.path("/outcome/" + r.units[0] + "/html")); status != http.StatusNotFound {
		t.Errorf("a delegation gets the report of another: %d", status)
	}
	if strings.Contains(stream.String(), "MARK") || strings.Contains(r.log.String(), "MARK") {
		t.Error("an answer is in a stream or in the log of the program")
	}
	if !strings.Contains(stream.String(), "event: news") {
		t.Error("the stream said nothing")
	}
}

// answerAll has every delegation answer, looks everywhere for what they said, and
// closes the question.
func (r *tabletopRoom) answerAll(chief, screen, guest *browser, phones []*browser) {
	r.t.Helper()
	v := r.current()
	last := len(phones) - 1
	for n, phone := range phones {
		marker := fmt.Sprintf("MARK-%s-%d-%s", v.Key, v.Round, r.units[n])
		if n == last && !v.Attributed { // on paper, into the box
			r.must(chief, "/table/tick", "poll", v.Key, "unit", r.units[n])
			r.must(chief, "/paper/"+v.Key, fields(&v, n, marker)...)
			continue
		}
		if n == last {
			r.must(chief, "/paper/"+v.Key, append(fields(&v, n, marker), "unit", r.units[n])...)
			continue
		}
		path := "/reply/" + r.units[n]
		r.must(phone, path, fields(&v, n+1, "MARK-changed")...)
		r.must(phone, path, fields(&v, n, marker)...)
		if _, page := phone.get(r.path("/phone/" + r.units[n])); v.Kind != exercise.PollChoice && v.Kind != exercise.PollScale && !strings.Contains(page, marker) {
			r.t.Errorf("%s does not see its own answer to %s", r.units[n], v.Key)
		}
	}
	r.must(phones[0], "/stands/"+r.units[0], "poll", v.Key, "do", "stands")
	if status, page := r.send(phones[0], "/reply/"+r.units[0], fields(&v, 1, "MARK-late")...); status == http.StatusSeeOther || !strings.Contains(page, "confirmed") {
		r.t.Errorf("a confirmed answer to %s is changed: %d", v.Key, status)
	}
	looks := map[string]*browser{"facilitator": chief, "projector": screen, "evaluator": guest, "another delegation": phones[1]}
	r.look(&v, "open", looks, "MARK-"+v.Key+"-"+strconv.Itoa(v.Round)+"-"+r.units[0])
	r.must(chief, "/table/step", "step", "close", "poll", v.Key)
	looks["the delegation itself"] = phones[0]
	r.look(&v, "closed", looks, "MARK-"+v.Key+"-"+strconv.Itoa(v.Round))
	if status, page := r.send(phones[0], "/reply/"+r.units[0], fields(&v, 0, "late")...); status == http.StatusSeeOther || strings.Contains(page, "MARK-"+v.Key) {
		r.t.Errorf("%s is answered when it is closed: %d", v.Key, status)
	}
	r.must(chief, "/table/step", "step", "reveal", "poll", v.Key)
	r.revealed(&v, chief, screen, phones[0])
}

// revealed: words without names are the facilitator's alone until they are
// quoted; the rest is for the room.
func (r *tabletopRoom) revealed(v *exercise.PollView, chief, screen, phone *browser) {
	r.t.Helper()
	marker := "MARK-" + v.Key + "-" + strconv.Itoa(v.Round) + "-" + r.units[0]
	_, room := screen.get(r.path("/projector"))
	_, table := chief.get(r.path("/table"))
	_, own := phone.get(r.path("/phone/" + r.units[0]))
	switch v.Kind {
	case exercise.PollText:
		if strings.Contains(room+own, marker) || !strings.Contains(table, marker) {
			r.t.Errorf("%s: words without names are not the facilitator's alone", v.Key)
		}
		r.must(chief, "/table/quote", "poll", v.Key, "text", "in other words", "text", "left out", "show", "0")
		if _, room = screen.get(r.path("/projector")); !strings.Contains(room, "in other words") || strings.Contains(room, "left out") {
			r.t.Errorf("%s: the room sees other quotes", v.Key)
		}
	case exercise.PollMatrix, exercise.PollCommitment:
		if !strings.Contains(room, marker) {
			r.t.Errorf("%s is not shown with its names", v.Key)
		}
	}
	if v.Kind == exercise.PollCommitment {
		r.must(phone, "/commit/"+r.units[0], "poll", v.Key, "what", marker, "by", "2027-12-31", "who", "somebody")
	}
}

// look looks on all pages of some people for a marker.
func (r *tabletopRoom) look(v *exercise.PollView, when string, people map[string]*browser, marker string) {
	r.t.Helper()
	paths := []string{
		"/table", "/projector", "/outcome", "/outcome/room/html", "/outcome/public/html", "/log", "/log.jsonl", "/units", "/invite", "/board", "/msel",
		"/inbox", "/after", "/signals", "/position", "/report", "/paper/" + v.Key, "/desk/" + r.units[0], "/talk/" + r.units[0], "/unitlog/" + r.units[0],
		"/extract/" + r.units[0], "/phone/" + r.units[0], "/phone/" + r.units[1],
	}
	for who, b := range people {
		seen := 0
		for _, path := range paths {
			status, page := b.get(r.path(path))
			if status >= http.StatusInternalServerError {
				r.t.Errorf("%s to the %s: %d", path, who, status)
			}
			if status == http.StatusOK {
				seen++
			}
			if strings.Contains(page, marker) {
				r.t.Errorf("%s, %s: the %s finds %s on %s", v.Key, when, who, marker, path)
			}
		}
		if seen < 2 {
			r.t.Errorf("the %s sees %d pages", who, seen)
		}
	}
}

// nextOf is the step that the facilitator's page offers first; "" for ENDEX.
func nextOf(t *testing.T, chief *browser, path string) string {
	t.Helper()
	status, page := chief.get(path)
	if status != http.StatusOK {
		t.Fatalf("the facilitator's page: %d", status)
	}
	buttons := nodes(t, page, func(n *html.Node) bool { return attr(n, "data-key") == "n" })
	if len(buttons) == 0 || attr(buttons[0], "name") != "step" {
		return ""
	}
	return attr(buttons[0], "value")
}

// listen keeps what a stream says until the test ends.
func (r *tabletopRoom) listen(b *browser) *lockedBuffer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+r.path("/stream"), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := b.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	heard := &lockedBuffer{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, err := res.Body.Read(buf)
			_, _ = heard.Write(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	r.t.Cleanup(func() {
		_ = res.Body.Close()
		<-done
	})
	return heard
}

// TestTabletopRoutes: each screen is for those whose it is.
func TestTabletopRoutes(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	people := []*browser{
		r.in(access.Director, ""), r.in(access.Controller, ""), r.in(access.Observer, ""), r.in(access.Player, r.units[0]),
		r.in(access.Player, r.units[1]), r.in(access.Evaluator, r.units[0]),
	}
	steps := func(path string) string { return "POST " + path }
	for pattern, want := range map[string]string{
		"GET /table": "yy....", "GET /projector": "yyyyyy", "GET /outcome": "yyyyyy", "GET /position": "yyyyyy", "GET /paper/q": "yy....",
		"GET /outcome/room/html": "yyyyyy", "GET /outcome/public/html": "yyy...", "GET /outcome/" + r.units[0] + "/html": "yy.y..",
		"GET /phone/" + r.units[0]: "...y..", steps("/table/step"): "yy....", steps("/table/floor"): "yy....", steps("/table/quote"): "yy....",
		steps("/table/tick"): "yy....", steps("/table/recall"): "yy....", steps("/table/news"): "yy....", steps("/table/joining"): "yy....", steps("/paper/q"): "yy....", steps("/reply/" + r.units[0]): "...y..", steps("/stands/" + r.units[0]): "...y..",
		steps("/speak/" + r.units[0]): "...y..", steps("/commit/" + r.units[0]): "...y..", steps("/handover/" + r.units[0]): "...y..",
	} {
		method, path, _ := strings.Cut(pattern, " ")
		for i := range want {
			var status int
			if method == http.MethodGet {
				status, _ = people[i].get(r.path(path))
			} else {
				status, _ = r.send(people[i], path)
			}
			if got := status == http.StatusNotFound; got != (want[i] == '.') || status >= http.StatusInternalServerError {
				t.Errorf("%s as number %d: %d, want %c", pattern, i, status, want[i])
			}
		}
	}
	code := r.id[strings.LastIndex(r.id, "-")+1:]
	if status, _ := people[3].get("/t/" + strings.ToUpper(code)); status != http.StatusSeeOther {
		t.Errorf("the code on the projector leads to %d", status)
	}
	if !slices.Contains(r.units, "asteria") {
		t.Error("the demo community has no asteria")
	}
}
