//go:build unix

package e2e

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/server"
	fake "renkei/internal/testkit/mattermost"
)

// TestTroubleOnMattermost has a chat server be slow, want to be left alone, take a
// post without saying so, go away, have a clock that is wrong and jumps, and void
// the tokens, while an exercise is played on it: afterwards both agree one to one.
func TestTroubleOnMattermost(t *testing.T) {
	t.Parallel()
	c := newChatPlay(t)
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		c.k.talk(stop)
	}()
	posting := func(r *http.Request) bool {
		return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/posts")
	}
	n := 0 // guarded by the server's lock
	every := func(of int, f fake.Fault) func(*http.Request) *fake.Fault {
		return func(r *http.Request) *fake.Fault {
			if !posting(r) {
				return nil
			}
			if n++; n%of > 0 {
				return nil
			}
			one := f
			return &one
		}
	}
	for _, trouble := range []struct {
		what   string
		begin  func()
		lasts  time.Duration
		mended func()
	}{
		{"slow", func() {
			c.chat.Fault(func(*http.Request) *fake.Fault { return &fake.Fault{Wait: 400 * time.Millisecond} })
		}, 1500 * time.Millisecond, func() { c.chat.Fault(nil) }},
		{"429", func() {
			c.chat.Fault(every(2, fake.Fault{Status: http.StatusTooManyRequests, ID: "api.rate_limited", Header: map[string]string{"Retry-After": "1", "X-Ratelimit-Reset": "1"}}))
		}, 1500 * time.Millisecond, func() { c.chat.Fault(nil) }},
		{"taken without a word", func() { c.chat.Fault(every(2, fake.Fault{Drop: true, Done: true})) }, time.Second, func() { c.chat.Fault(nil) }},
		{"500", func() { c.chat.Fault(every(2, fake.Fault{Status: http.StatusInternalServerError, ID: "app_error"})) }, time.Second, func() { c.chat.Fault(nil) }},
		{"seven minutes ahead", func() { c.chat.Shift(7 * time.Minute) }, time.Second, func() {}},
		{"away", func() { c.chat.Away(true) }, time.Second, func() { c.chat.Away(false) }},
		{"nine minutes back", func() { c.chat.Shift(-9 * time.Minute) }, time.Second, func() {}},
		{"cut, with a gap", func() {
			c.chat.Skip(3)
			c.chat.Cut()
		}, time.Second, func() {}},
	} {
		trouble.begin()
		<-time.After(trouble.lasts) // trouble lasts as long as it does
		trouble.mended()
	}
	c.chat.Withdraw(c.chat.ID("renkei"))
	<-time.After(500 * time.Millisecond) // as above
	if code := c.s.ended(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit %d: %s", code, c.s.err)
	}
	if _, err := server.SetUpMattermost(t.Context(), &c.setUp); err != nil {
		t.Fatal(err)
	}
	c.s, c.at = serving(t, "--data", c.data)
	close(stop)
	<-ended
	c.settle(t)
}
