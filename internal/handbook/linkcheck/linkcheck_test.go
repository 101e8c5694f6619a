package linkcheck

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"renkei/internal/handbook"
)

// TestPublic lets through no address of a network inside, in whatever form.
func TestPublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "2606:4700:4700::1111": true,
		"127.0.0.1": false, "127.8.9.1": false, "::1": false, "0.0.0.0": false, "::": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "fe80::1": false, "fd00::1": false, "100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:db8::1": false,
		"192.0.2.1": false, "198.18.0.1": false, "198.51.100.7": false, "203.0.113.9": false, "fec0::1": false, "ff02::1": false, "fe80::1%eth0": false,
	} {
		if got := Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %v", address, got)
		}
	}
	for address, want := range map[string]bool{
		"8.8.8.8:443": true, "8.8.8.8:80": true, "8.8.8.8:22": false, "[::1]:443": false, "127.0.0.1:80": false, "nonsense": false,
	} {
		if err := control("tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestCheckInside asks no server of this machine, by its address, by a name or by
// a redirect.
func TestCheckInside(t *testing.T) {
	t.Parallel()
	asked := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(inside.Close)
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	for _, link := range []string{inside.URL, "http://localhost" + port, "http://[::1]" + port, "http://0.0.0.0" + port} {
		if got := NewChecker().Check(t.Context(), link, time.Now()); got.Why != handbook.LinkPrivate || asked > 0 {
			t.Errorf("%s: %+v, asked %d times", link, got, asked)
		}
	}
	for _, link := range []string{"file:///etc/passwd", "ftp://example.org/", "https://user:secret@example.org/", "https://", ":"} {
		if got := NewChecker().Check(t.Context(), link, time.Now()); got.Why != handbook.LinkRedirect {
			t.Errorf("%s: %+v", link, got)
		}
	}
}

// open is a checker that reaches the servers of a test, and none that is named
// closed.
func open(closed string) *Checker {
	return newChecker(func(_, address string, _ syscall.RawConn) error {
		if "http://"+address == closed {
			return ErrPrivate
		}
		return nil
	})
}

// TestCheck says what became of a page, and asks again where HEAD is refused.
func TestCheck(t *testing.T) {
	t.Parallel()
	inside := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(inside.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("/there", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /get", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.Handle("/once", http.RedirectHandler("/there", http.StatusFound))
	mux.Handle("/inside", http.RedirectHandler(inside.URL, http.StatusFound))
	mux.Handle("/file", http.RedirectHandler("file:///etc/passwd", http.StatusFound))
	mux.HandleFunc("/away", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for path, want := range map[string]struct {
		why    handbook.LinkWhy
		status int
	}{
		"/there": {"", 200}, "/get": {"", 200}, "/once": {"", 200}, "/none": {handbook.LinkRefused, 404}, "/away": {handbook.LinkRefused, 500},
		"/loop": {handbook.LinkRedirect, 0}, "/file": {handbook.LinkRedirect, 0}, "/inside": {handbook.LinkPrivate, 0},
	} {
		got := open(inside.URL).Check(t.Context(), server.URL+path, time.Now())
		if got.Why != want.why || got.Status != want.status {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
	server.Close()
	if got := open("").Check(t.Context(), server.URL, time.Now()); got.Why != handbook.LinkUnreachable {
		t.Errorf("nobody answers: %+v", got)
	}
}

// kept is a store of one edition.
type kept struct {
	content *handbook.Content
	checks  map[string]handbook.LinkCheck
	taken   map[string]bool
}

func (k *kept) Editions(context.Context) ([]handbook.Edition, error) {
	return []handbook.Edition{k.content.Edition}, nil
}
func (k *kept) Content(context.Context, string) (*handbook.Content, error) { return k.content, nil }
func (k *kept) LinkChecks(context.Context) (map[string]handbook.LinkCheck, error) {
	return k.checks, nil
}

func (k *kept) ClaimLink(_ context.Context, link string, _, _ time.Time) (bool, error) {
	return !k.taken[link], nil
}

func (k *kept) PutLinkCheck(_ context.Context, c handbook.LinkCheck) error {
	k.checks[c.URL] = c
	return nil
}

// TestAdvance looks at few pages at a time, at each seldom, and at none that
// another server looks at.
func TestAdvance(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		if r.URL.Path == "/dead" {
			w.WriteHeader(http.StatusGone)
		}
	}))
	t.Cleanup(server.Close)
	k := &kept{content: &handbook.Content{}, checks: map[string]handbook.LinkCheck{}, taken: map[string]bool{server.URL + "/taken": true}}
	for _, path := range []string{"/one", "/dead", "/taken", "/one"} {
		k.content.Items = append(k.content.Items, handbook.Item{Evidence: []handbook.Evidence{{Title: path, URL: server.URL + path}, {Title: "file", File: "a.pdf"}}})
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &Service{Store: k, Checker: open(""), Now: func() time.Time { return now }}
	advance := func(want map[string]int) {
		t.Helper()
		clear(asked)
		if err := s.Advance(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(asked) != len(want) {
			t.Errorf("at %s it asked %v, want %v", now, asked, want)
		}
		for path, n := range want {
			if asked[path] != n {
				t.Errorf("at %s it asked %v, want %v", now, asked, want)
			}
		}
	}
	advance(map[string]int{"/one": 1}) // one of a host
	advance(map[string]int{"/dead": 1})
	advance(nil) // another server has the third
	now = now.Add(sooner)
	advance(map[string]int{"/dead": 1})
	now = now.Add(again)
	advance(map[string]int{"/one": 1})
}
