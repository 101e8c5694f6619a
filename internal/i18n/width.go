package i18n

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Width is how many columns a text takes on a terminal: two for the wide
// characters of East Asia, none for combining marks (Unicode UAX 11).
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) || unicode.IsControl(r) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Fit cuts a text to n columns, with an ellipsis where it was longer, and fills
// it with spaces to exactly n.
func Fit(s string, n int) string {
	if w := Width(s); w <= n {
		return s + strings.Repeat(" ", n-w)
	}
	var b strings.Builder
	used := 0
	for _, r := range s {
		w := runeWidth(r)
		if used+w > n-1 {
			break
		}
		b.WriteRune(r)
		used += w
	}
	b.WriteRune('…')
	return b.String() + strings.Repeat(" ", max(0, n-used-1))
}

// Wrap breaks a text into lines of at most n columns: at spaces where there are
// some, between wide characters otherwise. It gives at least one line.
func Wrap(s string, n int) []string {
	var lines []string
	line, used := "", 0
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, used = "", 0
	}
	for _, word := range words(s) {
		w := Width(word)
		if used > 0 && used+Width(strings.TrimRight(word, " ")) > n {
			flush()
		}
		for w > n && n > 1 { // a word longer than the line
			head := cut(word, n)
			line = head
			flush()
			word = word[len(head):]
			w = Width(word)
		}
		line += word
		used += w
	}
	if line != "" || len(lines) == 0 {
		flush()
	}
	return lines
}

// words splits a text where a line may break, spaces kept with the word before.
func words(s string) []string {
	var out []string
	start := 0
	for i, r := range s {
		next := i + len(string(r))
		if r == '\n' {
			r = ' '
		}
		if r == ' ' || runeWidth(r) == 2 {
			out = append(out, strings.ReplaceAll(s[start:next], "\n", " "))
			start = next
		}
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

func cut(s string, n int) string {
	used := 0
	for i, r := range s {
		if used += runeWidth(r); used > n {
			return s[:i]
		}
	}
	return s
}
