package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth"
	"renkei/internal/auth/totp"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/web"
)

var (
	secretField = regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`)
	factorID    = regexp.MustCompile(`name="id" value="([0-9a-f-]+)"`)
	codeItem    = regexp.MustCompile(`([A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4})`)
)

// addApp adds an authenticator app on the pages, and returns its secret and the
// recovery codes. The code that adds it is of the step before, so that the test
// has those of now and of the next.
func (b *browser) addApp() (secret []byte, codes []string) {
	b.h.t.Helper()
	m := secretField.FindStringSubmatch(b.page("/me/second/app"))
	if m == nil {
		b.h.t.Fatal("no secret on the page")
	}
	secret, _ = totp.Parse(m[1])
	form := url.Values{"name": {"Phone"}, "secret": {m[1]}, "code": {"0"}}
	if page := b.want(http.StatusUnprocessableEntity, "/me/second/app", form); !strings.Contains(page, m[1]) {
		b.h.t.Error("the secret is lost after a wrong code")
	}
	form.Set("code", totp.At(secret, time.Now().Add(-30*time.Second)))
	return secret, codeItem.FindAllString(b.want(http.StatusOK, "/me/second/app", form), -1)
}

// TestSecondStep signs in with an authenticator app and with a recovery code, and
// holds up who guesses.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	h.member("ada@example.org")
	own := h.at("192.0.2.1")
	own.signIn("ada@example.org", password)
	secret, codes := own.addApp()
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %v", codes)
	}
	own.want(http.StatusSeeOther, "/sign-out", nil)

	half := func(b *browser) {
		t.Helper()
		form := url.Values{"login": {"ada@example.org"}, "password": {password}, "to": {"/me"}}
		res := b.answer(http.MethodPost, "/sign-in", nil, form)
		_ = res.Body.Close() // only where it leads matters
		if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != "/sign-in/second?to=%2Fme" {
			t.Fatalf("the password: %d %s", res.StatusCode, to)
		}
		if status, _ := b.get("/me"); status != http.StatusSeeOther {
			t.Errorf("the password alone opens pages: %d", status)
		}
	}
	half(own)
	if page := own.page("/sign-in/second?to=/me"); !strings.Contains(page, "recovery code") || !strings.Contains(page, `value="/me"`) {
		t.Errorf("the page of the second factor:\n%s", page)
	}
	own.want(http.StatusUnprocessableEntity, "/sign-in/second", url.Values{"code": {"000000"}})
	own.want(http.StatusSeeOther, "/sign-in/second", url.Values{"code": {totp.At(secret, time.Now())}, "to": {"/me"}})
	own.page("/me")

	thief := h.at("198.51.100.7") // who has found out the password
	half(thief)
	for range 5 {
		thief.want(http.StatusUnprocessableEntity, "/sign-in/second", url.Values{"code": {"000000"}})
	}
	thief.want(http.StatusTooManyRequests, "/sign-in/second", url.Values{"code": {codes[0]}})
	own.want(http.StatusSeeOther, "/sign-out", nil)
	half(own)
	own.want(http.StatusSeeOther, "/sign-in/second", url.Values{"code": {codes[0]}})
	if status, page := h.browser().get("/sign-in/second"); status != http.StatusUnprocessableEntity || !strings.Contains(page, `name="password"`) {
		t.Errorf("without a password: %d", status)
	}
}

// TestSecondFirst leads whoever has to have a second factor there from every
// page, until they have one.
func TestSecondFirst(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	h.auth.RequireSecond(access.Director)
	b := h.as(access.Director, "")
	free := []string{
		"GET /me/second", "GET /me/second/app", "GET /me/second/passkey", "POST /me/second/account", "POST /me/second/app",
		"POST /me/second/passkey", "POST /me/second/name", "POST /me/second/drop", "POST /me/second/codes", "POST /me/second/seen",
		"POST /language", "POST /sign-out", "GET /static/{name}", "GET /manifest.webmanifest", "GET /healthz", "GET /readyz",
	}
	asked := 0
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		method, path, _ := strings.Cut(pattern, " ")
		if slices.Contains(free, pattern) {
			continue
		}
		path = strings.NewReplacer("{$}", "", "{exercise}", id, "{unit...}", "asteria", "{link}", "none", "{name}", "none", "{inject}", "I02", "{seq}", "1").Replace(path)
		res := b.answer(method, path, nil, url.Values{})
		_ = res.Body.Close() // only where it leads matters
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/me/second" {
			t.Errorf("%s answers %d, to %q", pattern, res.StatusCode, res.Header.Get("Location"))
		}
		asked++
	}
	if asked < 50 {
		t.Errorf("only %d routes were asked", asked)
	}
	if page := b.page("/me/second"); !strings.Contains(page, `action="/me/second/account"`) {
		t.Errorf("who came by a link cannot make an account:\n%s", page)
	}
	account := url.Values{"login": {"di@example.org"}, "password": {"short"}}
	b.want(http.StatusUnprocessableEntity, "/me/second/account", account)
	account.Set("password", password)
	b.want(http.StatusSeeOther, "/me/second/account", account)
	b.want(http.StatusNotFound, "/me/second/account", account)
	b.addApp()
	b.page("/x/x/board")
	m := factorID.FindStringSubmatch(b.page("/me/second"))
	if m == nil {
		t.Fatal("the app is not listed")
	}
	b.want(http.StatusSeeOther, "/me/second/name", url.Values{"id": {m[1]}, "name": {"Tablet <b>"}})
	if page := b.page("/me/second"); !strings.Contains(page, "Tablet &lt;b&gt;") {
		t.Error("it has no other name")
	}
	b.want(http.StatusUnprocessableEntity, "/me/second/drop", url.Values{"id": {m[1]}, "password": {strings.Repeat("x", 2000)}})
	if page := b.want(http.StatusUnprocessableEntity, "/me/second/drop", url.Values{"id": {m[1]}, "password": {password}}); !strings.Contains(page, "your last") {
		t.Error("the last is dropped, or it is not said why not")
	}
	if codes := codeItem.FindAllString(b.want(http.StatusOK, "/me/second/codes", url.Values{"password": {password}}), -1); len(codes) != 10 {
		t.Errorf("new codes: %v", codes)
	}
}

// TestSecondResetBySecretary ends somebody's second factors; they are told until
// they have read it.
func TestSecondResetBySecretary(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	sec := h.secretary()
	h.member("ada@example.org")
	b := h.browser()
	b.signIn("ada@example.org", password)
	b.addApp()
	m := regexp.MustCompile(`name="person" value="([0-9a-f-]+)"/?>\s*<button class="danger" name="do" value="second"`).FindStringSubmatch(sec.page("/people"))
	if m == nil {
		t.Fatal("no button for it")
	}
	sec.want(http.StatusSeeOther, "/people/account", url.Values{"person": {m[1]}, "do": {"second"}})
	if status, _ := b.get("/me"); status != http.StatusSeeOther {
		t.Errorf("their session goes on: %d", status)
	}
	if status := b.signIn("ada@example.org", password); status != http.StatusSeeOther {
		t.Fatalf("sign in: %d", status)
	}
	const told = "were removed by the secretariat"
	if page := b.page("/me"); !strings.Contains(page, told) {
		t.Errorf("they are not told:\n%s", page)
	}
	b.want(http.StatusSeeOther, "/me/second/seen", nil)
	if page := b.page("/me"); strings.Contains(page, told) {
		t.Error("they are told again")
	}
	said, err := h.auth.Audit(t.Context(), 0, 9)
	if err != nil || !slices.ContainsFunc(said, func(e auth.Entry) bool {
		return e.Deed == auth.SecondReset && e.Whom == m[1] && e.ActorName == "Sec Retary" && e.Address == "127.0.0.1"
	}) {
		t.Errorf("the audit log says %+v, %v", said, err)
	}
}
