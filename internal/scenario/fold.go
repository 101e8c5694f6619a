package scenario

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold brings a text into the form in which texts are compared: Unicode NFKC,
// without case, with indicators refanged (hxxp, [.], (dot), [at] ...), without
// invisible characters, with white space folded to single spaces and trimmed.
func Fold(s string) string {
	s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
	s = refanger().Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// refanger undoes what people do to indicators to make them harmless, in
// folded text. It is built once.
var refanger = sync.OnceValue(newRefanger)

func newRefanger() *strings.Replacer {
	return strings.NewReplacer(
		"hxxp", "http",
		"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "{dot}", ".",
		"[:]", ":", "[://]", "://",
		"[at]", "@", "(at)", "@", "[@]", "@",
		"\u200b", "", "\u2060", "", "\ufeff", "", "\u00ad", "", // zero width space, word joiner, BOM, soft hyphen
	)
}

// Mentions reports whether a folded text holds a folded form. An end of the
// form that is an ASCII letter or digit must not touch another one in the
// text, so that 203.0.113.1 is not found in 203.0.113.12; any other end, as
// in Japanese, which has no word borders, matches anywhere. An empty form is
// never mentioned.
func Mentions(folded, foldedForm string) bool {
	if foldedForm == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(folded[from:], foldedForm)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(foldedForm)
		joined := i > 0 && wordByte(foldedForm[0]) && wordByte(folded[i-1]) ||
			end < len(folded) && wordByte(foldedForm[len(foldedForm)-1]) && wordByte(folded[end])
		if !joined {
			return true
		}
		_, n := utf8.DecodeRuneInString(folded[i:])
		from = i + n
	}
}

func wordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z'
}
