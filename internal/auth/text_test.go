package auth

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestStorable: what people type goes into a database that takes only text.
func TestStorable(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\xff\x00", "a\xffb", "\x00", "\xed\xa0\x80", "Ａda\xc3"} {
		for _, got := range []string{FoldLogin(text), oneLine(text), clip(oneLine(text), 3)} {
			if !utf8.ValidString(got) || strings.Contains(got, "\x00") {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
}
