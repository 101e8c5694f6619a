package wording

import (
	"net/netip"
	"regexp"
	"strings"
	"sync"
)

var indicatorPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}` + // mailbox
		`|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}` +
		`|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}` +
		`|(?:[a-z0-9_-]+\.)+[a-z]{2,}` +
		`|[0-9a-f]*:[0-9a-f:]+:[0-9a-f]*`)
})

// Indicators finds the mailboxes, hashes, addresses and domain names in a
// folded text. Names of files are none.
func Indicators(folded string) (all []Span) {
	for _, m := range indicatorPattern().FindAllStringIndex(folded, -1) {
		s := Span{m[0], m[1]}
		word := folded[s.From:s.To]
		switch {
		case s.From > 0 && wordByte(folded[s.From-1]), s.To < len(folded) && wordByte(folded[s.To]):
		case strings.Contains(word, ":"):
			if _, err := netip.ParseAddr(word); err == nil && strings.Count(word, ":") > 1 && !clockLike(word) {
				all = append(all, s)
			}
		case !isFile(word):
			all = append(all, s)
		}
	}
	return all
}

func clockLike(word string) bool { return len(word) <= 8 && strings.Count(word, ":") == 2 }

// isFile reports whether what looks like a domain name is the name of a file.
func isFile(word string) bool {
	if strings.Contains(word, "@") {
		return false
	}
	i := strings.LastIndexByte(word, '.')
	return i >= 0 && isOneOf(word[i+1:], "bat box cmd conf csv dat db dll doc docx eml exe gz ini js json log md msi pdf ps pst txt xls xlsx zip")
}
