package mattermost

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSplit cuts where a reader would, and loses nothing.
func TestSplit(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		text string
		most int
		want []string
	}{
		"short":      {"one\n", 10, []string{"one"}},
		"paragraphs": {"first part\n\nsecond part", 15, []string{"first part", "second part"}},
		"lines":      {"first line\nsecond line", 15, []string{"first line", "second line"}},
		"sentences":  {"最初の文です。次の文です。", 8, []string{"最初の文です。", "次の文です。"}},
		"words":      {"aaaa bbbb cccc", 10, []string{"aaaa bbbb", "cccc"}},
		"no end":     {"aaaaaaaaaaaa", 5, []string{"aaaaa", "aaaaa", "aa"}},
		"backslash":  {`aaaa\*bbbb`, 5, []string{"aaaa", `\*bbb`, "b"}},
	} {
		got := split(x.text, x.most)
		if strings.Join(got, "|") != strings.Join(x.want, "|") {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("# a_b *c* @here 1. https://x.example/a_b\n\n文。", 7)
	f.Fuzz(func(t *testing.T, text string, most int) {
		if !utf8.ValidString(text) || most < 2 || most > 1000 {
			return
		}
		all := split(text, most)
		bare := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r == ' ' || r == '\n' {
					return -1
				}
				return r
			}, s)
		}
		if got := bare(strings.Join(all, "")); got != bare(text) {
			t.Errorf("%q became %q", text, all)
		}
		for _, part := range all {
			if utf8.RuneCountInString(part) > most {
				t.Errorf("%q is longer than %d", part, most)
			}
		}
		undo := strings.NewReplacer("\u2060", "", `\`, "")
		if a, b := undo.Replace(plain(text)), undo.Replace(text); a != b {
			t.Errorf("%q is shown as %q", text, plain(text))
		}
	})
}

// TestPlain writes texts so that they are shown as they are.
func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"# 1":                         `\# 1`,
		"1. one":                      `1\. one`,
		"1.5 GB":                      `1\.5 GB`,
		"* a *b*":                     `\* a \*b\*`,
		"see https://x.example/a_b c": "see https://x.example/a_b c",
		"a_b":                         `a\_b`,
		"@channel, @all! @here":       "@\u2060channel, @\u2060all! @\u2060here",
		"@Channel":                    "@\u2060Channel",
		"@allan ann@here.example":     "@allan ann@\u2060here.example",
		"![x](http://y)":              `\!\[x\](http://y)`,
		"日本語\n- 項目":                   "日本語\n\\- 項目",
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
