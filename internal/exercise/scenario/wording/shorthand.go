package wording

import (
	"regexp"
	"strings"
	"sync"
)

var (
	lastNumber = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b((?:\d{1,3}\.){3})\d{1,3}( ?(?:/|,|、|&|\+|;| and|と) ?)\.(\d{1,3})(?:\D|$)`)
	})
	sharedDomain = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`((?:[a-z0-9._+-]+@?(?:, and |, | and | & |; | / |、|,|と))+)([a-z0-9._+-]+)( ?\(?(?:all |each |all at |いずれも)?)@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})`)
	})
	mailboxName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[a-z0-9._+-]{3,}`) })
)

// WriteOut writes out, in a folded text, what people shorten in a list: the
// addresses in "192.0.2.17 / .81", and the mailboxes in "billing, physio (all
// @uh.example)", where at least one of them is known.
func WriteOut(folded string, known func(mailbox string) bool) string {
	for strings.Contains(folded, ".") {
		m := lastNumber().FindStringSubmatchIndex(folded)
		if m == nil {
			break
		}
		folded = folded[:m[5]] + folded[m[2]:m[3]] + folded[m[6]:]
	}
	if !strings.Contains(folded, "@") {
		return folded
	}
	m := sharedDomain().FindStringSubmatchIndex(folded)
	if m == nil {
		return folded
	}
	var all []string
	domain, found := folded[m[8]:m[9]], false
	for _, name := range mailboxName().FindAllString(folded[m[2]:m[5]], -1) {
		if name == "and" {
			continue
		}
		box := name + "@" + domain
		found = found || known(box)
		all = append(all, box)
	}
	if !found {
		return folded
	}
	return folded[:m[2]] + strings.Join(all, ", ") + " " + strings.TrimPrefix(folded[m[9]:], ")")
}
