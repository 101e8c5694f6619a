package limit_test

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"renkei/internal/auth/limit"
)

// clock is a time that a test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

func newClock() *clock { return &clock{time.Date(2027, 6, 16, 1, 0, 0, 0, time.UTC)} }

// most asks until it is refused, at most n times.
func most(l *limit.Limiter, kind limit.Kind, key string, n int) int {
	for i := range n {
		if ok, _ := l.Allow(kind, key); !ok {
			return i
		}
	}
	return n
}

func TestRates(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind        limit.Kind
		key         string
		burst, next int // allowed at once, and after the pause
		pause       time.Duration
	}{
		"sign-in of an address": {limit.SignInAddress, "192.0.2.1", 60, 30, time.Minute},
		"sign-in of a login":    {limit.SignInLogin, "ada", 10, 1, time.Minute},
		"all of a login":        {limit.SignInLogin, "ada", 10, 10, 10 * time.Minute},
		"link":                  {limit.LinkAddress, "192.0.2.1", 1000, 300, time.Minute},
		"upload":                {limit.Upload, "p", 20, 20, time.Minute},
		"request":               {limit.Request, "s", 200, 50, time.Second},
		"a hall of strangers":   {limit.Stranger, "192.0.2.1", 1000, 100, time.Second},
		"a long rest":           {limit.Request, "s", 200, 200, time.Hour},
		"no kind":               {limit.Kind(99), "s", 2000, 2000, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			l := limit.New(c.now, limit.Options{})
			if got := most(l, tt.kind, tt.key, 2000); got != tt.burst {
				t.Errorf("%d at once, want %d", got, tt.burst)
			}
			c.pass(tt.pause)
			if got := most(l, tt.kind, tt.key, 2000); got != tt.next {
				t.Errorf("%d after %v, want %d", got, tt.pause, tt.next)
			}
		})
	}
}

// TestRetry is refused until exactly the time that it was told.
func TestRetry(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := limit.New(c.now, limit.Options{})
	most(l, limit.SignInLogin, "ada", 100)
	ok, retry := l.Allow(limit.SignInLogin, "ada")
	if ok || retry != time.Minute {
		t.Fatalf("%v, again after %v", ok, retry)
	}
	c.pass(retry - 1)
	if ok, _ := l.Allow(limit.SignInLogin, "ada"); ok {
		t.Error("too early")
	}
	c.pass(1)
	if ok, _ := l.Allow(limit.SignInLogin, "ada"); !ok {
		t.Error("still refused")
	}
	if ok, _ := l.Allow(limit.SignInLogin, "bob"); !ok {
		t.Error("somebody else is refused")
	}
	l.Forget(limit.SignInLogin, "ada")
	if got := most(l, limit.SignInLogin, "ada", 100); got != 10 {
		t.Errorf("%d after it was forgotten", got)
	}
}

// TestClockGoesBack blocks nobody for as long as the clock went back.
func TestClockGoesBack(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := limit.New(c.now, limit.Options{})
	most(l, limit.SignInLogin, "ada", 5)
	c.pass(-time.Hour)
	_, retry := l.Allow(limit.SignInLogin, "ada")
	if retry > time.Minute {
		t.Errorf("again after %v", retry)
	}
	c.pass(retry)
	if ok, _ := l.Allow(limit.SignInLogin, "ada"); !ok {
		t.Error("refused after the time that was told")
	}
	if got := most(l, limit.SignInLogin, "new", 100); got != 10 {
		t.Errorf("somebody new: %d", got)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		one, other string
		same       bool
	}{
		"IPv4":             {"192.0.2.1", "192.0.2.2", false},
		"port":             {"192.0.2.1:1000", "192.0.2.1:2000", true},
		"IPv6 in a /64":    {"2001:db8::1", "[2001:db8::ffff:2]:443", true},
		"IPv6 in another":  {"2001:db8:0:1::1", "2001:db8:0:2::1", false},
		"mapped":           {"192.0.2.1", "::ffff:192.0.2.1", true},
		"zone":             {"fe80::1%eth0", "fe80::1%eth1", true},
		"no address":       {"", "", true},
		"no address twice": {"unix", "@", false},
	} {
		l := limit.New(newClock().now, limit.Options{})
		most(l, limit.SignInAddress, tt.one, 1000)
		if ok, _ := l.Allow(limit.SignInAddress, tt.other); ok == tt.same {
			t.Errorf("%s: allowed is %v", name, ok)
		}
	}
}

// TestTrusted has 5,000 sign in from one address.
func TestTrusted(t *testing.T) {
	t.Parallel()
	l := limit.New(newClock().now, limit.Options{Trusted: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8::/32")}})
	for _, addr := range []string{"198.51.100.7", "::ffff:198.51.100.7", "2001:db8::7", "198.51.100.7:44321"} {
		if got := most(l, limit.SignInAddress, addr, 5000); got != 5000 {
			t.Errorf("%s: %d", addr, got)
		}
	}
	if got := most(l, limit.SignInAddress, "198.51.101.7", 5000); got != 60 {
		t.Errorf("from beside it: %d", got)
	}
	if got := most(l, limit.SignInLogin, "198.51.100.7", 5000); got != 10 {
		t.Errorf("a login that looks like it: %d", got)
	}
}

// TestBounded forgets those that were not seen for longest.
func TestBounded(t *testing.T) {
	t.Parallel()
	const keys = 100
	l := limit.New(newClock().now, limit.Options{Keys: keys})
	most(l, limit.SignInLogin, "busy", 9)
	for i := range keys * 10 {
		l.Allow(limit.SignInLogin, fmt.Sprint("other", i))
		if i == keys/4 {
			l.Allow(limit.SignInLogin, "busy")
		}
		if i == keys/2 {
			if ok, _ := l.Allow(limit.SignInLogin, "busy"); ok {
				t.Error("one seen lately is forgotten")
			}
		}
	}
	if got := most(l, limit.SignInLogin, "busy", 100); got != 10 {
		t.Errorf("one seen long ago is remembered: %d", got)
	}
}

func TestAtOnce(t *testing.T) {
	t.Parallel()
	l := limit.New(newClock().now, limit.Options{})
	var allowed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { allowed.Add(int64(most(l, limit.LinkAddress, "192.0.2.1", 2000))) })
	}
	all.Wait()
	if got := allowed.Load(); got != 1000 {
		t.Errorf("%d were allowed", got)
	}
}

func BenchmarkAllow(b *testing.B) {
	l := limit.New(time.Now, limit.Options{})
	keys := make([]string, 5000)
	for i := range keys {
		keys[i] = fmt.Sprint("session", i)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			l.Allow(limit.Request, keys[i%len(keys)])
		}
	})
}
