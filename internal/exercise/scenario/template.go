package scenario

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tagKind tells what a tag gives.
type tagKind uint8

const (
	tagVar     tagKind = iota // a variable of the team
	tagUnit                   // a property of a unit: {{team.name}}
	tagAddress                // {{address 203.0.113.0/24 10}}
	tagTime                   // {{time now-12m clf}}
)

// tag is what stands between {{ and }}.
type tag struct {
	kind    tagKind
	literal string // as written, with single spaces
	offset  int    // of the first character inside the braces, in bytes
	hop     int    // -1 prev, +1 next, else 0: whose variable or property
	team    bool   // tagUnit: of the team, else of the unit that reads
	name    string // variable or property
	prefix  netip.Prefix
	number  int
	time    timeSpec
}

// segment is a piece of a template: a text or a tag.
type segment struct {
	text   string
	tag    *tag
	offset int // of a text in the source; a text is as written from there on
}

// reservedNames are the first words of tags that are no variables.
func reservedNames() []string { return []string{"team", "unit", "next", "prev", "time", "address"} }

// unitFields are the properties of a team or unit.
func unitFields() []string { return []string{"name", "csirt", "code", "key", "domain", "zone", "n"} }

// A text with more tags than so many is no text, and of one with more mistakes
// than so many the rest is not looked for: each takes memory and time.
const (
	maxTags             = 100_000
	maxTemplateFindings = 100
)

// parseTemplate splits a template. Tags with an error are left out and found.
func parseTemplate(src string) (segs []segment, found []finding) {
	literal := func(from, to int) {
		if to > from {
			segs = append(segs, segment{text: src[from:to], offset: from})
		}
	}
	from, i := 0, 0
	for {
		if len(found) >= maxTemplateFindings {
			return segs, found
		}
		if len(segs) > 2*maxTags {
			return nil, append(found, finding{i, codeTemplateMany, map[string]any{"Max": maxTags}})
		}
		next := strings.Index(src[i:], "{{")
		if next < 0 {
			literal(from, len(src))
			return segs, found
		}
		next += i
		if strings.HasPrefix(src[next:], "{{{") { // the outer brace is one
			i = next + 1
			continue
		}
		if next > from && src[next-1] == '\\' {
			literal(from, next-1)
			from, i = next, next+2
			continue
		}
		inner, ok := closed(src[next+2:])
		literal(from, next)
		if !ok {
			found = append(found, finding{next, codeTemplateOpen, nil})
			from, i = next+2, next+2
			continue
		}
		t, bad := parseTag(inner, next+2)
		if bad != nil {
			found = append(found, *bad)
		} else {
			segs = append(segs, segment{tag: t})
		}
		from = next + 2 + len(inner) + 2
		i = from
	}
}

// closed returns what stands before }} on the same line.
func closed(s string) (string, bool) {
	end := strings.Index(s, "}}")
	if end < 0 || strings.ContainsAny(s[:end], "\n{") {
		return "", false
	}
	return s[:end], true
}

// parseTag reads the inside of a tag that begins at offset.
func parseTag(inner string, offset int) (*tag, *finding) {
	words := strings.Fields(inner)
	at := offset + len(inner) - len(strings.TrimLeft(inner, " \t"))
	t := &tag{literal: strings.Join(words, " "), offset: at}
	bad := func(code string) (*tag, *finding) {
		return nil, &finding{at, code, map[string]any{"Tag": clip(t.literal)}}
	}
	if len(words) == 0 {
		return bad(codeTemplateSyntax)
	}
	switch {
	case words[0] == "time":
		if t.kind = tagTime; !t.time.parse(words[1:]) {
			return bad(codeTemplateTime)
		}
	case words[0] == "address":
		if t.kind = tagAddress; !t.address(words[1:]) {
			return bad(codeTemplateAddress)
		}
	case len(words) > 1 || !t.path(words[0]):
		return bad(codeTemplateSyntax)
	}
	return t, nil
}

// path reads the name of a variable or property.
func (t *tag) path(word string) bool {
	parts := strings.Split(word, ".")
	if len(parts) > 1 && (parts[0] == "next" || parts[0] == "prev") {
		t.hop = 1
		if parts[0] == "prev" {
			t.hop = -1
		}
		parts = parts[1:]
		if parts[0] == "unit" {
			return false
		}
	}
	switch {
	case len(parts) == 2 && (parts[0] == "team" || parts[0] == "unit"):
		t.kind, t.team, t.name = tagUnit, parts[0] == "team", parts[1]
	case len(parts) == 1:
		t.kind, t.name = tagVar, parts[0]
	default:
		return false
	}
	return keyPattern.MatchString(t.name)
}

// address reads a network and a number.
func (t *tag) address(words []string) bool {
	if len(words) != 2 {
		return false
	}
	prefix, err := netip.ParsePrefix(words[0])
	number, err2 := strconv.Atoi(words[1])
	if err != nil || err2 != nil || prefix != prefix.Masked() || prefix.Addr().Is4In6() || number < 0 || number > 1<<24 {
		return false
	}
	t.prefix, t.number = prefix, number
	return true
}

// addressAt returns address number k of a network. Past the last usable one it
// begins again at the first. In IPv4 networks up to /30 the first and the last
// address are not usable, in IPv6 ones up to /126 the first.
func addressAt(prefix netip.Prefix, k int) netip.Addr {
	host := prefix.Addr().BitLen() - prefix.Bits()
	first, usable := 1, 1<<30 // more than any number that is asked for
	switch {
	case host <= 1:
		first, usable = 0, 1<<host
	case host < 30 && prefix.Addr().Is4():
		usable = 1<<host - 2
	case host < 30:
		usable = 1<<host - 1
	}
	if k < first || k >= first+usable {
		k = first + ((k-first)%usable+usable)%usable
	}
	b := prefix.Addr().AsSlice()
	for i := len(b) - 1; k > 0; i-- {
		k += int(b[i])
		b[i] = byte(k)
		k >>= 8
	}
	a, _ := netip.AddrFromSlice(b) // 4 or 16 bytes, as they came
	return a
}

// timeSpec is the inside of {{time ...}}.
type timeSpec struct {
	startex bool
	offset  time.Duration
	format  string
	utc     bool
}

// timeFormats are the known formats; the first is the default.
func timeFormats() []string {
	return []string{"datetime", "date", "hm", "hms", "iso", "clf", "syslog", "mail", "epoch"}
}

func (s *timeSpec) parse(words []string) bool {
	s.format = timeFormats()[0]
	if len(words) > 0 && (strings.HasPrefix(words[0], "now") || strings.HasPrefix(words[0], "startex")) {
		rest, isNow := strings.CutPrefix(words[0], "now")
		if !isNow {
			rest = strings.TrimPrefix(rest, "startex")
			s.startex = true
		}
		if rest != "" && !s.shift(rest) {
			return false
		}
		words = words[1:]
	}
	if len(words) > 0 && slices.Contains(timeFormats(), words[0]) {
		s.format = words[0]
		words = words[1:]
	}
	if len(words) > 0 && words[0] == "utc" {
		s.utc = true
		words = words[1:]
	}
	return len(words) == 0
}

func (s *timeSpec) shift(text string) bool {
	d, ok := parseDuration(text[1:])
	switch {
	case !ok:
	case text[0] == '+':
		s.offset = d
	case text[0] == '-':
		s.offset = -d
	default:
		ok = false
	}
	return ok
}

// write gives the time in the zone of a unit.
func (s *timeSpec) write(now, startex time.Time, zone *time.Location) string {
	t := now
	if s.startex {
		t = startex
	}
	t = t.Add(s.offset)
	if s.utc {
		zone = time.UTC
	}
	t = t.In(zone)
	switch s.format {
	case "date":
		return t.Format("2006-01-02")
	case "hm":
		return t.Format("15:04")
	case "hms":
		return t.Format("15:04:05")
	case "iso":
		return t.Truncate(time.Second).Format(time.RFC3339)
	case "clf":
		return t.Format("02/Jan/2006:15:04:05 -0700")
	case "syslog":
		return t.Format(time.Stamp)
	case "mail":
		return t.Format(time.RFC1123Z)
	case "epoch":
		return strconv.FormatInt(t.Unix(), 10)
	default:
		return t.Format(time.DateTime)
	}
}
