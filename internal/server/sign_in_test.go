package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/auth"
)

// member is somebody with an account who has not signed in yet.
func (h *fixture) member(login string) {
	h.t.Helper()
	if _, err := h.auth.AddAccount(h.t.Context(), "Name of "+login, "", login, password); err != nil {
		h.t.Fatal(err)
	}
}

// at is a new browser at an address.
func (h *fixture) at(address string) *browser {
	h.t.Helper()
	b := h.browser()
	b.from = address
	return b
}

func (b *browser) signIn(login, password string) int {
	b.h.t.Helper()
	status, _ := b.post("/sign-in", url.Values{"login": {login}, "password": {password}})
	return status
}

// guess tries n wrong passwords, which are too long to cost time, and returns
// the last answer.
func (b *browser) guess(login string, n int) (status int) {
	b.h.t.Helper()
	for range n {
		status = b.signIn(login, strings.Repeat("x", 2000))
	}
	return status
}

// TestStrangersDoNotLockOut has strangers try wrong passwords for a known login,
// from one network and then from many.
func TestStrangersDoNotLockOut(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	h.member("ada@example.org")
	own := h.at("192.0.2.1")
	if status := own.signIn("ada@example.org", password); status != http.StatusSeeOther {
		t.Fatalf("the first time: %d", status)
	}
	own.want(http.StatusSeeOther, "/sign-out", nil)

	if status := h.at("198.51.100.7").guess("ada@example.org", 12); status != http.StatusTooManyRequests {
		t.Errorf("the twelfth guess: %d", status)
	}
	if status := h.at("192.0.2.9").signIn("ada@example.org", password); status != http.StatusSeeOther {
		t.Errorf("the owner in a new browser elsewhere: %d", status)
	}
	for i := range 12 {
		h.at(fmt.Sprintf("203.0.113.%d", i)).guess("ada@example.org", 10)
	}
	h.at("192.0.2.1").guess("ada@example.org", 70) // and from where the owner is
	if status := h.at("192.0.2.10").signIn("ada@example.org", password); status != http.StatusTooManyRequests {
		t.Errorf("a browser that was never seen, while many guess: %d", status)
	}
	if status := own.signIn("ada@example.org", password); status != http.StatusSeeOther {
		t.Errorf("the owner's browser is kept out: %d", status)
	}
	if status := own.guess("ada@example.org", 11); status != http.StatusTooManyRequests {
		t.Errorf("guesses from a browser that is known: %d", status)
	}
	h.member("bob@example.org")
	if status := own.guess("bob@example.org", 11); status != http.StatusTooManyRequests {
		t.Errorf("guesses of another login from that browser: %d", status)
	}
}

// TestOwnPassword bounds how often somebody may give a wrong password to change
// it, and writes down from where.
func TestOwnPassword(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	h.member("ada@example.org")
	b := h.at("192.0.2.1")
	b.signIn("ada@example.org", password)
	status := 0
	for range 11 {
		status, _ = b.post("/me/password", url.Values{"old": {strings.Repeat("x", 2000)}, "password": {password + "!"}})
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the eleventh: %d", status)
	}
	said, err := h.auth.Audit(t.Context(), 0, 11)
	if err != nil || len(said) != 11 || said[0].Deed != auth.PasswordFailed || said[0].Address != "192.0.2.1" || said[10].Deed != auth.SignedIn || said[10].Address != "192.0.2.1" {
		t.Errorf("the audit log says %+v, %v", said, err)
	}
}
