//go:build linux

package attack

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// signInAttacks are on passwords, and on who signs in meanwhile.
func signInAttacks() []attack {
	return []attack{
		{"passwords tried", passwordsTried},
		{"a password without an account", foreignPassword},
		{"guesses at a login that is known", lockOut},
	}
}

// passwordsTried tries 200 passwords at once, as strangers of one address.
func passwordsTried(ctx context.Context, s *site) (o outcome) {
	stranger := s.stranger()
	atOnce(200, func(i int) (int, error) {
		return stranger.post(ctx, "/sign-in", url.Values{"login": {fmt.Sprint("nobody", i%5, "@example.org")}, "password": {fmt.Sprint("guess number ", i)}})
	}, func(status int, err error) {
		o.expect(status, err, "a password", http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	})
	return o
}

// lockOut guesses the password of somebody whose login is known, from the very
// address where they are: their browser is let in all the same.
func lockOut(ctx context.Context, s *site) (o outcome) {
	const secret = "a long enough password"
	owner := s.stranger()
	own := form("login", "owner@example.org", "password", secret)
	status, err := owner.post(ctx, "/in/"+s.links["owner"], form("name", "Owner", "login", "owner@example.org", "password", secret))
	o.expect(status, err, "the owner's account", http.StatusSeeOther)
	signIn := func(when string) {
		status, err := owner.post(ctx, "/sign-out", nil)
		o.expect(status, err, "sign out "+when, http.StatusSeeOther)
		status, err = owner.post(ctx, "/sign-in", own)
		o.expect(status, err, "sign in "+when, http.StatusSeeOther)
	}
	signIn("before")
	stranger := s.stranger()
	atOnce(100, func(i int) (int, error) {
		return stranger.post(ctx, "/sign-in", form("login", "owner@example.org", "password", fmt.Sprint("guess number ", i)))
	}, func(status int, err error) {
		o.expect(status, err, "a guess", http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	})
	signIn("after")
	return o
}

// foreignPassword sets a password, over and over, as somebody without an
// account.
func foreignPassword(ctx context.Context, s *site) (o outcome) {
	player := s.as("player")
	atOnce(60, func(int) (int, error) {
		return player.post(ctx, "/me/password", form("old", "a", "new", "a long enough password", "password", "a long enough password"))
	}, func(status int, err error) {
		o.expect(status, err, "a password", http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusConflict, http.StatusForbidden, http.StatusTooManyRequests, http.StatusSeeOther)
	})
	return o
}
