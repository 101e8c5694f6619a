package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/limit"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
)

// person is who is signed in, as the director's page of people has it.
func (h *fixture) person(role auth.Role) string {
	h.t.Helper()
	all, err := h.auth.GrantsIn(h.t.Context(), access.In(id, ""))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, g := range all {
		if g.Role == string(role) {
			return g.Person
		}
	}
	h.t.Fatalf("there is no %s", role)
	return ""
}

// TestHandOver: the direction goes from one to another, once, and the log says
// so; a form that is sent again does no more.
func TestHandOver(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	if _, page := director.get("/x/x/invite"); !strings.Contains(page, "nobody to hand over to") {
		t.Error("the page offers a hand-over to nobody")
	}
	controller := h.as(access.Controller, "")
	to := h.person(access.Controller)
	if _, page := director.get("/x/x/invite"); !strings.Contains(page, `<option value="`+to+`">Ada (`) {
		t.Fatalf("the page does not offer the controller:\n%s", page)
	}
	form := func(key, to string) url.Values { return url.Values{"key": {key}, "to": {to}} }
	director.want(http.StatusUnprocessableEntity, "/x/x/hand-over", form("k1", ""))
	director.want(http.StatusUnprocessableEntity, "/x/x/hand-over", form("k2", "nobody"))
	controller.want(http.StatusNotFound, "/x/x/hand-over", form("k3", to))
	for range 2 {
		director.want(http.StatusSeeOther, "/x/x/hand-over", form("k4", to))
	}
	if _, page := controller.get("/x/x/invite"); !strings.Contains(page, `id="make-links"`) {
		t.Error("the new director makes no links")
	}
	if status, page := director.get("/x/x/invite"); status != http.StatusOK || strings.Contains(page, `id="make-links"`) {
		t.Errorf("the old director: %d", status)
	}
	said := 0
	h.exercise.Live.Now(func(m *follow.Moment) {
		said = len(m.Events(exercise.Viewer{Control: true}, 0, 10, func(e *exercise.Event) bool {
			b, ok := e.Body.(*exercise.HandedOver)
			return ok && b.To == to
		}))
	})
	if said != 1 {
		t.Errorf("the log tells of the hand-over %d times", said)
	}
	if _, page := director.get("/x/x/log"); !strings.Contains(page, "The lead was handed over") {
		t.Error("the running log does not show the hand-over")
	}
}

// listen opens the stream, and closes the channel when it has ended.
func (b *browser) listen() <-chan struct{} {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.url+"/x/x/stream", nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	in := bufio.NewReader(res.Body)
	if _, err := in.ReadString('\n'); err != nil {
		b.h.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, in) // it ends, or breaks with the test
	}()
	return ended
}

// TestStreamsEndWithAccess: with the next word after a session was ended or a
// role taken away the stream is over, and those of others go on.
func TestStreamsEndWithAccess(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	out, revoked, stays := h.as(access.Observer, ""), h.as(access.Controller, ""), h.as(access.Director, "")
	who := h.person(access.Controller)
	first, second, third := out.listen(), revoked.listen(), stays.listen()
	out.want(http.StatusSeeOther, "/sign-out", nil)
	if err := h.auth.Revoke(t.Context(), "test", auth.Grant{Person: who, Scope: access.In(id, ""), Role: string(access.Controller)}); err != nil {
		t.Fatal(err)
	}
	h.excon("word", exercise.AddNote{Text: "A word."})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for name, ended := range map[string]<-chan struct{}{"signed out": first, "without a role": second} {
		select {
		case <-ended:
		case <-ctx.Done():
			t.Errorf("who is %s still listens", name)
		}
	}
	select {
	case <-third:
		t.Error("the stream of who may see has ended too")
	default:
	}
}

// TestOneSessionOfABrowser: whoever signs in or takes a link in a browser where
// somebody was in ends that session.
func TestOneSessionOfABrowser(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	b := h.as(access.Player, "asteria")
	site, err := url.Parse(h.url)
	if err != nil {
		t.Fatal(err)
	}
	old := b.client.Jar.Cookies(site)
	secret, err := h.auth.Invite(t.Context(), "test", auth.Grant{Scope: access.In(id, "borealis"), Role: string(access.Player)}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	b.want(http.StatusSeeOther, "/in/"+secret, url.Values{"name": {"Bo"}})
	if status, _ := b.get("/x/x/desk/borealis"); status != http.StatusOK {
		t.Errorf("the new session: %d", status)
	}
	thief := h.browser()
	thief.client.Jar.SetCookies(site, old)
	if status, _ := thief.get("/x/x/desk/asteria"); status != http.StatusSeeOther {
		t.Errorf("the session that was left behind is good: %d", status)
	}
	sec := h.secretary()
	old = sec.client.Jar.Cookies(site)
	sec.want(http.StatusSeeOther, "/sign-in", url.Values{"login": {"sec@example.org"}, "password": {password}})
	thief.client.Jar.SetCookies(site, old)
	if status, _ := thief.get("/people"); status != http.StatusSeeOther {
		t.Errorf("the session before the sign-in is good: %d", status)
	}
	if status, _ := sec.get("/people"); status != http.StatusOK {
		t.Errorf("the session of the sign-in: %d", status)
	}
}

// TestPlace leads everybody to where they work.
func TestPlace(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	two := h.as(access.Evaluator, "asteria")
	if err := h.auth.Grant(t.Context(), "test", auth.Grant{
		Person: h.person(access.Evaluator), Scope: access.In(id, "borealis"), Role: string(access.Evaluator),
	}); err != nil {
		t.Fatal(err)
	}
	for want, b := range map[string]*browser{
		"/x/x/evaluate": two, "/x/x/evaluate/coralia": h.as(access.Evaluator, "coralia"),
		"/x/x/desk/asteria": h.as(access.Player, "asteria"), "/x/x/board": h.as(access.Observer, ""),
	} {
		if res := b.answer(http.MethodGet, "/x/x/", nil, nil); res.Header.Get("Location") != want {
			t.Errorf("leads to %q, want %q", res.Header.Get("Location"), want)
		}
	}
}

// answer sends something with headers, and gives the answer without its body.
func (b *browser) answer(method, path string, header http.Header, form url.Values) *http.Response {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		b.h.t.Fatal(err)
	}
	return res
}

// TestHeaders: every answer says what browsers may do with it, whatever went
// wrong.
func TestHeaders(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	cross := http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://elsewhere.example"}}
	for name, res := range map[string]*http.Response{
		"a page":               director.answer(http.MethodGet, "/x/x/board", nil, nil),
		"what is not there":    director.answer(http.MethodGet, "/no/such/page", nil, nil),
		"a download":           director.answer(http.MethodGet, "/x/x/log?as=csv", nil, nil),
		"a refused form":       director.answer(http.MethodPost, "/x/x/hand-over", nil, url.Values{"key": {"k"}}),
		"from another site":    director.answer(http.MethodPost, "/x/x/hand-over", cross, url.Values{"key": {"k"}, "to": {"x"}}),
		"a way that is wrong":  director.answer(http.MethodPut, "/x/x/board", nil, nil),
		"an address to mend":   director.answer(http.MethodGet, "/x//x/board", nil, nil),
		"of health":            director.answer(http.MethodGet, "/healthz", nil, nil),
		"of a signed-out page": h.browser().answer(http.MethodGet, "/", nil, nil),
	} {
		if name == "from another site" && res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := res.Header.Get(header); !strings.HasPrefix(got, want) {
				t.Errorf("%s (%d): %s is %q", name, res.StatusCode, header, got)
			}
		}
	}
}

// TestNoWayOut: no form leads to another site.
func TestNoWayOut(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	b := h.as(access.Player, "asteria")
	for _, to := range []string{
		"https://elsewhere.example/", "//elsewhere.example", `/\elsewhere.example`, "/\t/elsewhere.example", "/\n/elsewhere.example", "\t//elsewhere.example", "javascript:alert(1)", "",
	} {
		res := b.answer(http.MethodPost, "/language", nil, url.Values{"lang": {"en"}, "back": {to}})
		if got := res.Header.Get("Location"); got != "/" {
			t.Errorf("%q leads to %q", to, got)
		}
	}
}

// TestPastOnlyShows: a page of an earlier moment listens for nothing but what is
// REAL now, and has nothing to fill in but what leads to another moment, language
// or out.
func TestPastOnlyShows(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, shown := h.as(access.Director, ""), 0
	for _, path := range reading() {
		status, page := director.get(path)
		if !strings.Contains(path, "?at=") || status != http.StatusOK || !strings.Contains(page, `class="at-bar"`) {
			continue
		}
		shown++
		signals := strings.Count(page, "hx-trigger") == 1 && strings.Contains(page, `hx-trigger="news from:#live" hx-target="#signals"`)
		if !signals || strings.Contains(page, "data-send ") || strings.Contains(page, "data-send>") {
			t.Errorf("%s listens, or takes something", path)
		}
	}
	if shown < 10 {
		t.Errorf("only %d pages show the past", shown)
	}
}

// TestManyBehindOneAddress: 300 people behind one address open the first page and their links
// at once; who guesses passwords there is held up.
func TestManyBehindOneAddress(t *testing.T) {
	t.Parallel()
	l := limit.New(time.Now, limit.Options{})
	for range 300 * 2 { // the page that sends them there, and its form again
		for _, kind := range []limit.Kind{limit.Stranger, limit.LinkAddress} {
			if ok, _ := l.Allow(kind, "192.0.2.1:5000"); !ok {
				t.Fatalf("kind %d is refused", kind)
			}
		}
	}
	h := newFixture(t)
	b, last := h.browser(), 0
	for range 12 {
		last, _ = b.post("/sign-in", url.Values{"login": {"ada@example.org"}, "password": {"a guess or two"}})
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the twelfth guess gets %d", last)
	}
}

// TestAbsentToForms: a form to what is foreign gets the same answer as one to
// what is not there.
func TestAbsentToForms(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	b := h.as(access.Player, "asteria")
	form := url.Values{"key": {"k"}, "to": {"unit:asteria"}, "text": {"x"}}
	_, want := b.post("/no/such/page", form)
	for _, path := range []string{
		"/x/x/message/borealis", "/x/x/message/nobody", "/x/y/message/asteria", "/x/x/hand-over", "/x/x/invite", "/people/account", "/x/x/settle/asteria",
	} {
		if status, got := b.post(path, form); status != http.StatusNotFound || got != want {
			t.Errorf("%s answers %d, and not as what is not there", path, status)
		}
	}
}
