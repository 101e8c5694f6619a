package scenario

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzFold asks that a folded text is folded.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"a dot b", "a [dot] dot b", "①②", "evil@bad。example", "１’０４２", "๔๒", "a dot dot b", "[ dot ]", "(dot) dot (dot)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cherokee, r) }) {
			t.Skip("no text, or one that folds to capitals")
		}
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("%q folds to %q, then to %q", s, once, Fold(once))
		}
	})
}
