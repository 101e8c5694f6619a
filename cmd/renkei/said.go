package main

import (
	"io"
	"strings"
	"unicode"
)

// said writes what commands say. Titles, names and file names come from packs
// and logs that others made: what would steer a terminal, or turn the order of
// letters around, is shown as a sign instead.
type said struct{ w io.Writer }

// Write writes text, of which no letter is cut in two.
func (s *said) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.w, printable(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// printable replaces what does not print, but for tabs and ends of lines.
func printable(text string) string {
	if strings.IndexFunc(text, steers) < 0 {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		if steers(r) {
			return '\uFFFD'
		}
		return r
	}, text)
}

func steers(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u200e' || r == '\u200f':
		return true
	}
	return unicode.IsControl(r)
}
