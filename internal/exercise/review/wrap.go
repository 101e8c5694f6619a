package review

import (
	"strings"
	"unicode"

	"renkei/internal/i18n"
)

// clean takes out of a text what could steer a terminal or turn the reading
// direction: players wrote it. Tabs become blanks; newlines stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// wrap breaks a text into lines of at most limit columns: at blanks, and
// between wide characters, which have none around them. A longer word is cut.
func wrap(text string, limit int) []string {
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		lines = append(lines, wrapLine(line, limit)...)
	}
	return lines
}

func wrapLine(line string, limit int) []string {
	var lines []string
	rest := []rune(strings.TrimRight(line, " "))
	for {
		cut, next := breakAt(rest, limit)
		lines = append(lines, strings.TrimRight(string(rest[:cut]), " "))
		if next >= len(rest) {
			return lines
		}
		rest = rest[next:]
	}
}

// breakAt gives where the first line ends and the next begins.
func breakAt(rs []rune, limit int) (cut, next int) {
	used, good := 0, 0
	for i, r := range rs {
		if i > 0 && mayBreak(rs[i-1], r) {
			good = i
		}
		if used += i18n.Width(string(r)); used <= limit || r == ' ' {
			continue
		}
		if good == 0 {
			good = max(i, 1)
		}
		next = good
		for next < len(rs) && rs[next] == ' ' {
			next++
		}
		return good, next
	}
	return len(rs), len(rs)
}

// mayBreak reports whether a line may end between two runes. No line begins
// with a closing mark or ends with an opening one (kinsoku shori, JIS X 4051).
func mayBreak(before, after rune) bool {
	switch {
	case strings.ContainsRune("、。，．）」』】〕〉》！？：；ー・々ゃゅょっァィゥェォャュョッ)]}", after):
		return false
	case strings.ContainsRune("（「『【〔〈《([{", before):
		return false
	case before == ' ':
		return after != ' '
	}
	return i18n.Width(string(before)) == 2 || i18n.Width(string(after)) == 2
}
