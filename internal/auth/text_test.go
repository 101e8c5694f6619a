package auth

import (
	"strings"
	"testing"
	"unicode"
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

// FuzzText: whatever people type as a login or a name, it is refused or a line
// that a database takes, and typed again it is the same.
func FuzzText(f *testing.F) {
	for _, text := range []string{"\xff\x00", "a\xffb", "\x00", "\xed\xa0\x80", "Ａda＠example.org ", "a\u0301\u0301", "\u202eevil", strings.Repeat("ﷺ", 100), "a\r\nb"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, clean := range []func(string) (string, error){cleanLogin, cleanName} {
			got, err := clean(text)
			if err != nil {
				continue
			}
			if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) || len([]rune(got)) > 100 {
				t.Errorf("%q became %q", text, got)
			}
			if again, err := clean(got); err != nil || again != got {
				t.Errorf("%q became %q, and that %q, %v", text, got, again, err)
			}
		}
	})
}
