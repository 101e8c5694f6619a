package scenario

import (
	"strings"
	"testing"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// TestFoldShortWays holds the short ways, for ASCII and for scripts without
// case, against the long one.
func TestFoldShortWays(t *testing.T) {
	t.Parallel()
	const alphabet = " \t\n\x00Aaz[.]("
	var words []string
	for _, a := range alphabet {
		for _, b := range alphabet {
			for _, c := range alphabet {
				words = append(words, string(a)+string(b)+string(c), string(a)+"Hxxp[.]"+string(b)+string(c))
			}
		}
	}
	words = append(words, "Ａ暗号化 ｶﾞ\u3099", "ガ\u3099Ab", "日本語 HXXP[.]病院", "한국 ㄱ", "Straße 病院", "Ä", "漢\u200b字")
	for _, w := range append(words, "", "HXXPS[://]Evil(dot)Example", "a  b", " a b ") {
		long := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(w)))
		long = pointNames(strings.Map(asASCII, long))
		long = refang(strings.Join(strings.Fields(long), " "))
		if got := Fold(w); got != long {
			t.Errorf("Fold(%q) = %q, want %q", w, got, long)
		}
	}
}

// TestCaselessKnowNoCase: what the short way passes by has no case at all.
func TestCaselessKnowNoCase(t *testing.T) {
	t.Parallel()
	fold := cases.Fold()
	for r := rune(0x80); r < 0x20000; r++ {
		if s := string(r); caseless(s) && fold.String(s) != s {
			t.Errorf("%U folds to %q", r, fold.String(s))
		}
	}
}
