package hosts

import (
	"net/netip"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/publicsuffix"
)

// name looks at a run without a colon that stands by itself in the text.
func (s *scan) name(from, to int) {
	kind := Domain
	switch {
	case to < len(s.plain) && s.plain[to] == '@': // the part of a mail address before the @
		return
	case from > 0 && s.plain[from-1] == '@':
		kind = Mail
	case s.private(from, to):
		return
	}
	s.host(from, to, kind)
}

// private reports whether a run with a dot is none of a host by what stands
// around it: a function call, an account.
func (s *scan) private(from, to int) bool {
	before := s.plain[:from]
	switch {
	case to < len(s.plain) && s.plain[to] == '(':
		return true // asyncio.run(
	case strings.HasSuffix(before, `\`):
		return !strings.HasSuffix(before, `\\`) // DOMAIN\anna.li, C:\bin\setup.sh
	}
	key := strings.ToLower(strings.TrimRight(before[max(0, len(before)-16):], `=: "'`))
	return len(key) < min(len(before), 16) && slices.ContainsFunc(accounts(), func(a string) bool { return strings.HasSuffix(key, a) })
}

// accounts are keys after which a name with a dot is a person's.
func accounts() []string { return []string{"user", "username", "login", "account", "uid", "logname"} }

// host adds a run that would point at a real host.
func (s *scan) host(from, to int, kind Kind) {
	for from < to && !isAlnum(s.plain[from]) {
		if s.plain[from] == '.' && from > 0 && s.plain[from-1] >= 0x80 {
			break // a label in another script
		}
		from++
	}
	for to > from && !isAlnum(s.plain[to-1]) {
		to--
	}
	w := s.plain[from:to]
	if !strings.Contains(w, ".") {
		return
	}
	if a, ok := address4(w); ok {
		if routed(a) && (kind != Domain || !s.version(from)) {
			s.add(from, to, w, Address)
		}
		return
	}
	if start := s.other(from); start < from {
		from, w = start, s.plain[start:to]
	}
	if name := strings.ToLower(w); Real(name) && !archived(name, kind) && (kind != Domain || !s.file(from, to)) {
		s.add(from, to, name, kind)
	}
}

// other gives the start of a label that ends in another script than ASCII.
func (s *scan) other(from int) int {
	if s.plain[from] != '.' {
		return from
	}
	for from > 0 && s.plain[from-1] >= 0x80 {
		from--
	}
	return from
}

// address4 reads four numbers with dots between them.
func address4(w string) (netip.Addr, bool) {
	if c := w[len(w)-1]; c < '0' || c > '9' {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(w)
	return a, err == nil
}

// version reports whether the word before a run says that numbers with dots
// are those of a version.
func (s *scan) version(from int) bool {
	before := strings.ToLower(strings.TrimRight(s.plain[max(0, from-24):from], " \t=:\"'は"))
	return slices.ContainsFunc([]string{
		"version", "versions", "ver.", "ver", " v", "release", "build", "firmware", "patch", "バージョン", "版", "リビジョン", "ファームウェア",
	}, func(w string) bool { return strings.HasSuffix(before, w) })
}

// file reports whether a name is more likely that of a file, a field or two
// sentences than that of a host. A port or a path after it speaks for a host.
func (s *scan) file(from, to int) bool {
	w, after := s.plain[from:to], s.plain[to:]
	labels := strings.Split(w, ".")
	last, before := labels[len(labels)-1], labels[len(labels)-2]
	if strings.HasPrefix(after, "/") || len(after) > 1 && after[0] == ':' && after[1] >= '0' && after[1] <= '9' {
		return false
	}
	inPath := strings.HasSuffix(s.plain[:from], "/") && !strings.HasSuffix(s.plain[:from], "//")
	switch {
	case slices.Contains(extensions(), strings.ToLower(last)):
		return len(labels) == 2 || inPath || strings.Trim(before, "0123456789") == ""
	case len(labels) == 2 && slices.Contains(fields(), before) && (last == "name" || last == "id"):
		return true
	}
	return title(last) && !title(before) // "It was logged.So we"
}

// archived reports whether a name is that of a file called after a reserved
// one, such as a mailbox "director@hospital.example.box".
func archived(name string, kind Kind) bool {
	i := strings.LastIndexByte(name, '.')
	return kind != URL && slices.Contains(extensions(), name[i+1:]) && reserved(name[:i])
}

func title(s string) bool {
	return len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1:] == strings.ToLower(s[1:])
}

// extensions are top-level domains that are known better as ends of file
// names.
func extensions() []string {
	return []string{
		"ai", "app", "box", "bz", "cab", "cat", "cc", "do", "md", "mk", "mm", "mov", "pl", "pm", "ps", "pub", "py", "rs", "sh", "so", "tf", "zip",
	}
}

// fields are first words of names of fields in logs, such as user.name.
func fields() []string {
	return []string{
		"agent", "client", "container", "destination", "event", "file", "group", "host", "log", "process", "rule", "server",
		"service", "session", "source", "task", "team", "trace", "unit", "user",
	}
}

// Real reports whether a domain name, in small letters, is one that somebody
// could own in the public DNS: its top-level domain exists and it is not
// reserved. A public suffix alone, such as "go.jp", is none.
func Real(name string) bool {
	name = strings.TrimSuffix(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case !strings.Contains(name, "."), reserved(name):
		return false
	case last == "onion":
		return onion(name)
	case strings.HasSuffix(name, ".in-addr.arpa"):
		return reverse(strings.TrimSuffix(name, ".in-addr.arpa"))
	case strings.HasSuffix(name, ".ip6.arpa"):
		return false
	}
	suffix, icann := publicsuffix.PublicSuffix(name)
	if suffix == name {
		return !icann && strings.Contains(name, ".") && suffix != last
	}
	return icann || strings.Contains(suffix, ".")
}

// reserved reports whether a name is set aside.
func reserved(name string) bool {
	for _, r := range []string{
		"example", "test", "invalid", "localhost", "local", "internal", "alt", "example.com", "example.net", "example.org", "home.arpa",
	} {
		if name == r || strings.HasSuffix(name, "."+r) {
			return true
		}
	}
	return false
}

// onion reports whether a name has the length and letters of a real onion
// address, of version 2 or 3.
func onion(name string) bool {
	labels := strings.Split(name, ".")
	key := labels[len(labels)-2]
	return (len(key) == 16 || len(key) == 56) && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// reverse reports whether a name for reverse look-ups is that of a real
// address.
func reverse(labels string) bool {
	parts := strings.Split(labels, ".")
	slices.Reverse(parts)
	a, err := netip.ParseAddr(strings.Join(parts, "."))
	return err == nil && routed(a)
}

// routed reports whether an address is one that somebody could have on the
// public internet.
func routed(a netip.Addr) bool {
	a = a.Unmap()
	if a.Is6() && a.As16()[0]>>5 != 1 { // outside 2000::/3
		return false
	}
	return !slices.ContainsFunc(unrouted(), func(p netip.Prefix) bool { return p.Contains(a) })
}

// unrouted gives the networks of the special-purpose registries (RFC 6890 and
// its updates) that no host on the public internet has.
var unrouted = sync.OnceValue(func() (all []netip.Prefix) {
	for _, s := range []string{
		"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", // documentation
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", // private, shared
		"127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "192.0.0.0/24", "198.18.0.0/15", // this host, this link, tests
		"224.0.0.0/4", "240.0.0.0/4", // groups, masks
		"2001:db8::/32", "3fff::/20",
	} {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
})
