package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise/access"
)

var (
	shownCode  = regexp.MustCompile(`class="mono code">(\d{3}) (\d{3})<`)
	personLink = regexp.MustCompile(`href="(/x/x/invite/[0-9a-f-]{36})">([^<]+)<`)
)

// invited makes a link to a role, and has somebody take it.
func (h *fixture) invited(role auth.Role, unit, name string) (link string, b *browser) {
	h.t.Helper()
	secret, err := h.auth.Invite(h.t.Context(), "test", auth.Grant{Scope: access.In(id, unit), Role: string(role)}, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	b = h.browser()
	if status, _ := b.post("/in/"+secret, url.Values{"name": {name}}); status != http.StatusSeeOther {
		h.t.Fatalf("the link of a %s gave %d", role, status)
	}
	return "/in/" + secret, b
}

// codeOn reads a code from a page.
func codeOn(t *testing.T, page string) string {
	t.Helper()
	m := shownCode.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no code is shown:\n%s", page)
	}
	return m[1] + m[2]
}

// pageOf is the address of somebody among those who take part.
func pageOf(t *testing.T, list, name string) string {
	t.Helper()
	for _, m := range personLink.FindAllStringSubmatch(list, -1) {
		if m[2] == name {
			return m[1]
		}
	}
	t.Fatalf("%s is not listed:\n%s", name, list)
	return ""
}

// TestOneMoreDevice has a player come in on a second device, by a code of the
// first, and on a third, by one of a controller.
func TestOneMoreDevice(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	link, first := h.invited(access.Player, "asteria", "Ann")
	second := h.browser()
	if status, page := second.get(link); status != http.StatusGone || !strings.Contains(page, `name="code"`) {
		t.Fatalf("a link that was taken, on another device: %d\n%s", status, page)
	}
	if status, _ := second.post(link, url.Values{"name": {"Eve"}}); status != http.StatusGone {
		t.Errorf("it is taken a second time: %d", status)
	}
	if status, page := second.post(link+"/device", url.Values{"code": {"123456"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, `role="alert"`) {
		t.Errorf("a wrong code: %d", status)
	}
	_, page := first.post("/me/code", nil)
	if status, _ := second.post(link+"/device", url.Values{"code": {codeOn(t, page)}}); status != http.StatusSeeOther {
		t.Fatalf("the code of the first device: %d", status)
	}
	if status, page := second.get("/x/x/desk/asteria"); status != http.StatusOK || !strings.Contains(page, "Ann") {
		t.Errorf("the desk, on the second device: %d", status)
	}
	controller := h.as(access.Controller, "")
	_, list := controller.get("/x/x/invite")
	at := pageOf(t, list, "Ann")
	_, page = controller.post(at, url.Values{"do": {"code"}})
	third := h.browser()
	if status, _ := third.post(link+"/device", url.Values{"code": {codeOn(t, page)}}); status != http.StatusSeeOther {
		t.Fatalf("the code of a controller: %d", status)
	}
	if _, page = controller.get(at); strings.Count(page, `name="id"`) != 3 {
		t.Errorf("three devices are not listed:\n%s", page)
	}
	if status, _ := controller.post(at, url.Values{"do": {"out"}}); status != http.StatusSeeOther {
		t.Errorf("sign out everywhere: %d", status)
	}
	for _, b := range []*browser{first, second, third} {
		if status, _ := b.get("/x/x/desk/asteria"); status != http.StatusSeeOther {
			t.Errorf("still in: %d", status)
		}
	}
	if _, page = controller.get("/x/x/invite"); strings.Count(page, ">Ann<") != 1 {
		t.Errorf("Ann is not one person:\n%s", page)
	}
}

// TestLinkMadeAnew lets the same person in again, and closes the link of before.
func TestLinkMadeAnew(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	link, first := h.invited(access.Player, "asteria", "Ann")
	controller := h.as(access.Controller, "")
	_, list := controller.get("/x/x/invite")
	at := pageOf(t, list, "Ann")
	_, page := controller.post(at, url.Values{"do": {"renew"}})
	m := inLink.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no link is shown:\n%s", page)
	}
	other := h.browser()
	if _, page := other.get(link); strings.Contains(page, `name="code"`) {
		t.Error("the link of before opens devices")
	}
	if _, page := other.get(m[1]); !strings.Contains(page, "You come back as Ann") || strings.Contains(page, `name="name"`) {
		t.Errorf("the new link:\n%s", page)
	}
	if status, _ := other.post(m[1], nil); status != http.StatusSeeOther {
		t.Fatalf("take the new link: %d", status)
	}
	for _, b := range []*browser{first, other} {
		if status, _ := b.get("/x/x/desk/asteria"); status != http.StatusOK {
			t.Errorf("the desk: %d", status)
		}
	}
	if _, page = controller.get("/x/x/invite"); strings.Count(page, ">Ann<") != 1 {
		t.Errorf("Ann is not one person:\n%s", page)
	}
}

// TestNotHelped: a controller lets no director in again, and nobody comes near
// the people of an exercise who is not of its EXCON.
func TestNotHelped(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	_, director := h.invited(access.Director, "", "Dee")
	_, list := director.get("/x/x/invite")
	at := pageOf(t, list, "Dee")
	controller, player := h.as(access.Controller, ""), h.as(access.Player, "asteria")
	for _, do := range []string{"code", "renew", "close", "out", ""} {
		if status, page := controller.post(at, url.Values{"do": {do}}); status != http.StatusUnprocessableEntity || shownCode.MatchString(page) || inLink.MatchString(page) {
			t.Errorf("%q: %d\n%s", do, status, page)
		}
		if status, _ := player.post(at, url.Values{"do": {do}}); status != http.StatusNotFound {
			t.Errorf("%q, of a player: %d", do, status)
		}
	}
	if status, _ := controller.post("/x/x/invite", url.Values{"role": {"controller"}, "unit": {""}, "count": {"1"}, "days": {"0"}}); status != http.StatusNotFound {
		t.Errorf("a controller makes a link: %d", status)
	}
	if status, page := director.post(at, url.Values{"do": {"code"}}); status != http.StatusOK || !shownCode.MatchString(page) {
		t.Errorf("the director's own: %d", status)
	}
}

// TestOftenCodes holds up who guesses codes.
func TestOftenCodes(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	link, _ := h.invited(access.Player, "asteria", "Ann")
	eve := h.browser()
	status := 0
	for range 11 {
		status, _ = eve.post(link+"/device", url.Values{"code": {"123456"}})
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the eleventh code: %d", status)
	}
}

// TestSignedOutForm gives back what somebody has sent who is no longer signed in,
// and a part of a page a sentence.
func TestSignedOutForm(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	stranger := h.browser()
	const text = "Files are locked <since> seven."
	status, page := stranger.post("/x/x/attend/asteria?a=b", url.Values{"key": {"k1"}, "text": {text}})
	if status != http.StatusUnauthorized || !strings.Contains(page, "Files are locked &lt;since&gt; seven.") ||
		!strings.Contains(page, `action="/x/x/attend/asteria?a=b"`) || !strings.Contains(page, `type="hidden" name="key" value="k1"`) {
		t.Errorf("a form: %d\n%s", status, page)
	}
	if status, page = stranger.post("/me/password", url.Values{"old": {"zebra one"}, "password": {"zebra two"}}); status != http.StatusUnauthorized || strings.Contains(page, "zebra") {
		t.Errorf("a form with a password: %d\n%s", status, page)
	}
	for header, value := range map[string]string{"HX-Request": "true", "Accept": "text/event-stream"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/x/x/board", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(header, value)
		res, err := stranger.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d %s", header, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
	if status, page := stranger.post("/sign-in", url.Values{"login": {"ada@example.org"}, "password": {"wrong"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="ada@example.org"`) {
		t.Errorf("a failed sign-in forgets the login: %d", status)
	}
}

// TestGuestCookie stays when the browser is closed, for who has no password.
func TestGuestCookie(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	secret, err := h.auth.Invite(t.Context(), "test", auth.Grant{Scope: access.In(id, "asteria"), Role: string(access.Player)}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	h.member("ada@example.org")
	for path, form := range map[string]url.Values{
		"/in/" + secret: {"name": {"Ann"}}, "/sign-in": {"login": {"ada@example.org"}, "password": {password}},
	} {
		res, err := http.DefaultTransport.RoundTrip(mustRequest(t, h.url+path, form))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		for _, c := range res.Cookies() {
			if c.Name == "renkei" && (c.MaxAge > 0) != (path != "/sign-in") {
				t.Errorf("%s: the cookie is kept for %d s", path, c.MaxAge)
			}
		}
	}
}

func mustRequest(t *testing.T, address string, form url.Values) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req
}
