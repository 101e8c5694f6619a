// Package hosts finds what would point at a real host: addresses, domain
// names, URLs and mail addresses outside the ranges and names that are set
// aside for documentation, tests and private use. It reads a text and nothing
// else; start with Find.
//
// What passes: RFC 5737, RFC 3849 and RFC 9637 (documentation), RFC 1918,
// RFC 4193, RFC 6598 and everything else that is not routed, RFC 2606 and
// RFC 6761 (names), RFC 8375 (home.arpa), RFC 6762 (local), and "internal".
package hosts

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// Kind says what was found.
type Kind string

// Kinds of findings.
const (
	Address Kind = "address"
	Domain  Kind = "domain"
	URL     Kind = "url"
	Mail    Kind = "mail"
)

// Host is a name or address in a text that would point at a real host.
type Host struct {
	Offset, End int    // bytes of the text, of the host alone
	Name        string // the host, refanged and in small letters
	Kind        Kind   // what it stands in
}

// Find returns what would point at a real host, in the order of the text. It
// sees through the usual ways to defang ("hxxp", "[.]", "(dot)", "[at]") and
// full-width letters.
func Find(text string) []Host {
	s := scan{plain: text}
	if !strings.ContainsAny(text, ".:") && !strings.Contains(text, "dot") && isASCII(text) {
		return nil
	}
	s.plain, s.back = refang(text)
	for i := 0; i < len(s.plain); {
		n := s.run(i, isHostByte)
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s.plain[i:])
			i += n
			continue
		}
		i = s.word(i, i+n)
	}
	return s.found
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// scan goes through one text. back gives the offset in the text as written of
// every byte of plain; nil when both are the same.
type scan struct {
	plain string
	back  []int
	found []Host
}

func (s *scan) add(from, to int, name string, kind Kind) {
	h := Host{Offset: from, End: to, Name: name, Kind: kind}
	if s.back != nil {
		h.Offset, h.End = s.back[from], s.back[to]
	}
	s.found = append(s.found, h)
}

// run counts the bytes from i on for which is holds.
func (s *scan) run(i int, is func(byte) bool) int {
	n := 0
	for i+n < len(s.plain) && is(s.plain[i+n]) {
		n++
	}
	return n
}

func isHostByte(c byte) bool { return isAlnum(c) || c == '.' || c == '-' || c == '_' || c == ':' }

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// word looks at a run of letters, digits and . - _ : and returns where to go
// on.
func (s *scan) word(from, to int) int {
	w := s.plain[from:to]
	if strings.Count(w, ":") > 1 && s.address6(from, to) {
		return to
	}
	for start := from; start < to; {
		end := start + strings.IndexByte(s.plain[start:to]+":", ':')
		s.name(start, end)
		start = end + 1
	}
	if strings.HasSuffix(w, ":") && strings.HasPrefix(s.plain[to:], "//") {
		return s.url(to + 2)
	}
	return to
}

// address6 reports whether the run is an IPv6 address, and adds a real one.
func (s *scan) address6(from, to int) bool {
	for to > from && strings.IndexByte(".-_", s.plain[to-1]) >= 0 {
		to--
	}
	if to-from > 2 && s.plain[to-1] == ':' && s.plain[to-2] != ':' {
		to-- // "2001:db8::1: no route"
	}
	a, err := netip.ParseAddr(s.plain[from:to])
	if err != nil {
		return false
	}
	if routed(a) {
		s.add(from, to, a.Unmap().String(), Address)
	}
	return true
}

// url looks at the host of a URL that begins at i and passes over its path;
// another URL in the path is found by its own scheme.
func (s *scan) url(i int) int {
	if user := s.run(i, isUserinfo); i+user < len(s.plain) && s.plain[i+user] == '@' {
		i += user + 1
	}
	if strings.HasPrefix(s.plain[i:], "[") {
		n := strings.IndexByte(s.plain[i:], ']')
		if n > 0 && s.address6(i+1, i+n) {
			i += n + 1
		}
	} else {
		n := s.run(i, func(c byte) bool { return isHostByte(c) && c != ':' })
		s.host(i, i+n, URL)
		i += n
	}
	return s.path(i)
}

func isUserinfo(c byte) bool { return isAlnum(c) || strings.IndexByte("-._~%!$&*+,;=:", c) >= 0 }

// path returns the end of the path of a URL, or the scheme of a URL in it.
func (s *scan) path(i int) int {
	n := s.run(i, func(c byte) bool { return c > ' ' && c < utf8.RuneSelf && strings.IndexByte("\"'<>`|()[]{}\\,", c) < 0 })
	inner := strings.Index(s.plain[i:i+n], "://")
	if inner < 0 {
		return i + n
	}
	for inner > 0 && isAlnum(s.plain[i+inner-1]) {
		inner--
	}
	return i + inner
}
