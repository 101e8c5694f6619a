//go:build unix

package e2e

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/auth/totp"
	"renkei/internal/testkit/browser"
)

// secondDrill is a server whose secretaries need a second factor.
type secondDrill struct {
	t      *testing.T
	axe    string
	secret []byte    // of the app
	used   time.Time // of its last code
}

// code is a code of the app that was not used yet: the server takes those of the
// step before and of the next.
func (d *secondDrill) code() string {
	at := time.Now()
	if next := d.used.Add(30 * time.Second); at.Before(next) {
		at = next
	}
	d.used = at
	return totp.At(d.secret, at)
}

// signIn gives login and password, and waits for the second factor.
func (d *secondDrill) signIn(p *browser.Page) {
	d.t.Helper()
	p.Go("/")
	p.Fill("#login", secretaryLogin)
	p.Fill("#password", secretaryPassword)
	p.Click("main form button.main")
	p.See("#code")
}

func (d *secondDrill) signOut(p *browser.Page) {
	d.t.Helper()
	p.Click("form[action='/sign-out'] button")
	p.See("#password")
}

// TestBrowserSecondFactor has a secretary be led to a second factor, add a
// passkey and an app, sign in with each, and come back after losing all.
func TestBrowserSecondFactor(t *testing.T) {
	t.Parallel()
	d := &secondDrill{t: t, axe: browser.AxeScript(t)}
	data := t.TempDir()
	s, at := serving(t, "--data", data, "--second-factor", "secretary")
	first := ""
	for line := range s.lines {
		if _, token, ok := strings.Cut(string(line), "/in/"); ok {
			first = "/in/" + token
			break
		}
	}
	// Passkeys belong to a name, not to an address.
	chromium, site := browser.New(t), strings.Replace(at, "127.0.0.1", "localhost", 1)
	p := chromium.Person(t, site, "en")
	passkeys := p.Passkeys()
	p.Go(first)
	p.Fill("#name", "Ada")
	p.Fill("#login", secretaryLogin)
	p.Fill("#password", secretaryPassword)
	p.Click("main form button.main")
	p.Read("Your role requires a second factor")
	p.MustBeOpen(d.axe)
	p.Go("/people")
	p.Read("Your role requires a second factor")

	p.Click("a[href='/me/second/passkey']")
	p.See("#passkey")
	p.MustBeOpen(d.axe)
	p.Fill("#name", "Laptop")
	p.Click("#passkey button.main")
	p.See("#codes li")
	p.MustBeOpen(d.axe)
	recovery := p.Text("#codes li")
	p.Click("main a.button")
	p.Read("Laptop")
	p.Go("/people")
	p.Read("second factor")

	p.Go("/me/second/app")
	p.MustBeOpen(d.axe)
	secret, ok := totp.Parse(p.Text(".secret"))
	if d.secret = secret; !ok || browser.Value[int](p, `document.querySelector("svg.qr path").getBoundingClientRect().width | 0`) < 100 {
		t.Fatal("the page has no secret, or no picture of it")
	}
	p.Fill("#code", d.code())
	p.Click("#app button.main")
	p.Read("Authenticator app")
	p.MustBeOpen(d.axe)
	d.signOut(p)

	copied := passkeys.Copy()
	d.signIn(p)
	p.MustBeOpen(d.axe)
	p.Click("#passkey button")
	p.See("nav.tabs")
	p.Go("/me/second")
	p.Read("last used")
	d.signOut(p)

	// A copy made before that signature counts on from an older number.
	genuine := passkeys.Copy()
	if len(copied) != 1 || len(genuine) != 1 || genuine[0].SignCount <= copied[0].SignCount {
		t.Fatalf("the passkey does not count what it signs: %v, %v", copied, genuine)
	}
	passkeys.PutBack(copied)
	d.signIn(p)
	p.Click("#passkey button")
	p.Read("not right")
	p.Troubles() // the console has noted the status of that answer
	passkeys.PutBack(genuine)
	d.signIn(p)
	p.Click("#passkey button")
	p.See("nav.tabs")
	d.signOut(p)

	japanese := chromium.Person(t, site, "ja")
	d.signIn(japanese)
	japanese.MustBeOpen(d.axe)
	browser.Value[int](japanese, "(navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')), 1)") // as who declines
	japanese.Click("#passkey button")
	japanese.Read("パスキーを利用できませんでした")
	japanese.Fill("#code", "000000")
	japanese.Click("form[action='/sign-in/second'] button")
	japanese.Read("正しくないか、すでに使用されています")
	japanese.Troubles() // the console has noted the status of that answer
	japanese.Fill("#code", d.code())
	japanese.Click("form[action='/sign-in/second'] button")
	japanese.See("nav.tabs")
	for _, path := range []string{"/me", "/me/second", "/me/second/app", "/me/second/passkey", "/audit"} {
		japanese.Go(path)
		japanese.MustBeOpen(d.axe)
	}

	plain := chromium.Person(t, site, "en")
	plain.WithoutScript()
	d.signIn(plain)
	plain.Fill("#code", strings.ToLower(recovery))
	plain.Click("form[action='/sign-in/second'] button")
	plain.See("nav.tabs")

	d.loseAll(chromium, s, data)
}

// loseAll has the operator let the secretary in again, who then has to set up a
// second factor anew.
func (d *secondDrill) loseAll(chromium *browser.Browser, s *started, data string) {
	t := d.t
	t.Helper()
	if code := s.ended(t, syscall.SIGTERM); code != 0 {
		t.Fatalf("exit %d: %s", code, s.err)
	}
	said := renkei(t, "account", "rescue", data, secretaryLogin)
	if said.code != 0 {
		t.Fatalf("rescue: %+v", said)
	}
	_, link, _ := strings.Cut(said.out, "/in/")
	_, at := serving(t, "--data", data, "--second-factor", "secretary")
	p := chromium.Person(t, strings.Replace(at, "127.0.0.1", "localhost", 1), "en")
	p.Go("/in/" + strings.TrimSpace(link))
	p.Fill("#password", "another four plain words")
	p.Click("main form button.main")
	p.Fill("#login", secretaryLogin)
	p.Fill("#password", "another four plain words")
	p.Click("form[action='/sign-in'] button.main")
	p.Read("were removed by the secretariat or the operator")
	p.Read("Your role requires a second factor")
	p.MustBeOpen(d.axe)
	p.Click("form[action='/me/second/seen'] button")
	p.Gone("form[action='/me/second/seen']")
}
