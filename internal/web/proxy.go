package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// BehindProxies believes trusted proxies whom they speak for, and nobody else:
// RemoteAddr becomes the address of the person, and URL.Scheme how they came.
// What strangers claim of that is dropped, so that nothing further in can
// believe it by mistake.
func BehindProxies(trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proto := strings.ToLower(r.Header.Get("X-Forwarded-Proto"))
		if peer, ok := peerOf(r.RemoteAddr); ok && among(trusted, peer) {
			if from, ok := client(trusted, r.Header.Values("X-Forwarded-For")); ok {
				r.RemoteAddr = net.JoinHostPort(from.String(), "0")
			}
		} else {
			proto = ""
		}
		r.URL.Scheme = "http"
		if proto == "https" || r.TLS != nil {
			r.URL.Scheme = "https"
		}
		for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip"} {
			r.Header.Del(name)
		}
		next.ServeHTTP(w, r)
	})
}

// client is the last address in the list that is no trusted proxy: each proxy
// adds at the end whom it speaks for, and what stands before that was claimed by
// a stranger.
func client(trusted []netip.Prefix, lists []string) (last netip.Addr, ok bool) {
	hops := strings.Split(strings.Join(lists, ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, good := peerOf(strings.TrimSpace(hop))
		if !good {
			break
		}
		last, ok = addr, true
		if !among(trusted, addr) {
			break
		}
	}
	return last, ok
}

// peerOf reads an address, with a port or without.
func peerOf(text string) (netip.Addr, bool) {
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap().WithZone(""), err == nil
}

func among(prefixes []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}
