package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"renkei/internal/web"
)

// TestBehindProxies believes trusted proxies, and no stranger.
func TestBehindProxies(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for name, tt := range map[string]struct {
		peer, proto  string
		forwarded    []string
		addr, scheme string
	}{
		"nobody between":         {"198.51.100.7:4000", "", nil, "198.51.100.7:4000", "http"},
		"a stranger claims":      {"198.51.100.7:4000", "https", []string{"203.0.113.1"}, "198.51.100.7:4000", "http"},
		"a proxy":                {"10.1.1.1:4000", "https", []string{"203.0.113.1"}, "203.0.113.1:0", "https"},
		"the person claims more": {"10.1.1.1:4000", "http", []string{"192.0.2.1, 203.0.113.1"}, "203.0.113.1:0", "http"},
		"two proxies":            {"[::1]:4000", "HTTPS", []string{"192.0.2.1, 203.0.113.1", "10.2.2.2"}, "203.0.113.1:0", "https"},
		"with ports and IPv6":    {"[::ffff:10.1.1.1]:4000", "", []string{"[2001:db8::1]:1234"}, "[2001:db8::1]:0", "http"},
		"proxies alone":          {"10.1.1.1:4000", "", []string{"10.2.2.2"}, "10.2.2.2:0", "http"},
		"no address":             {"10.1.1.1:4000", "", []string{"unknown"}, "10.1.1.1:4000", "http"},
		"rubbish before a proxy": {"10.1.1.1:4000", "", []string{"unknown, 10.2.2.2"}, "10.2.2.2:0", "http"},
		"no list":                {"10.1.1.1:4000", "", nil, "10.1.1.1:4000", "http"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/x?y", nil)
			r.RemoteAddr = tt.peer
			r.Header.Set("X-Forwarded-Proto", tt.proto)
			r.Header["X-Forwarded-For"] = tt.forwarded
			web.BehindProxies(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.RemoteAddr != tt.addr || r.URL.Scheme != tt.scheme {
					t.Errorf("%s by %s, want %s by %s", r.RemoteAddr, r.URL.Scheme, tt.addr, tt.scheme)
				}
				if r.Header.Get("X-Forwarded-For") != "" || r.URL.RequestURI() != "/x?y" {
					t.Errorf("goes on with %v and %s", r.Header, r.URL.RequestURI())
				}
			})).ServeHTTP(httptest.NewRecorder(), r)
		})
	}
}

// FuzzBehindProxies: whatever stands in the headers, a stranger stays who they
// are, and a proxy speaks for an address or for nobody.
func FuzzBehindProxies(f *testing.F) {
	f.Add("198.51.100.7:4000", "203.0.113.1", "https")
	f.Add("10.1.1.1:4000", "203.0.113.1, 10.2.2.2", "HTTPS")
	f.Add("10.1.1.1:4000", ",,,[::1%eth0]:1,\x00", "ht\ntps")
	f.Add("[::ffff:10.1.1.1]:4000", "unknown", "")
	f.Add("not an address", "10.0.0.1", "https")
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, peer, forwarded, proto string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		r.Header = http.Header{"X-Forwarded-For": {forwarded}, "X-Forwarded-Proto": {proto}, "Forwarded": {forwarded}}
		web.BehindProxies(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if len(r.Header) > 0 || r.URL.Scheme != "http" && r.URL.Scheme != "https" {
				t.Errorf("%v, %q", r.Header, r.URL.Scheme)
			}
			if r.RemoteAddr == peer {
				return
			}
			at, err := netip.ParseAddrPort(peer)
			if alone, bad := netip.ParseAddr(strings.Trim(peer, "[]")); err != nil && bad == nil {
				at, err = netip.AddrPortFrom(alone, 0), nil
			}
			if err != nil || !trusted[0].Contains(at.Addr().Unmap().WithZone("")) {
				t.Errorf("%q became %q", peer, r.RemoteAddr)
			}
			if _, err := netip.ParseAddrPort(r.RemoteAddr); err != nil {
				t.Errorf("%q: %v", r.RemoteAddr, err)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	})
}
