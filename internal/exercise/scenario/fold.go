package scenario

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold brings a text into the form in which texts are compared: Unicode NFKC,
// without case, without invisible characters, with indicators refanged (hxxp,
// [.], (dot), [at] ...), with white space folded to single spaces and trimmed.
func Fold(s string) string {
	if folded, ok := foldASCII(s); ok {
		return refang(folded)
	}
	s = norm.NFKC.String(s)
	if caseless(s) {
		s = strings.Map(lowerASCII, s)
	} else {
		s = norm.NFKC.String(cases.Fold().String(s))
	}
	s = strings.Map(dropInvisible, s)
	return strings.Join(strings.Fields(refang(s)), " ")
}

// caseless reports whether a text has, beside ASCII, only the scripts of China,
// Japan and Korea and their punctuation, which know no case.
func caseless(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && (r < 0x3000 || r > 0x9fff) && (r < 0xac00 || r > 0xd7a3) {
			return false
		}
	}
	return true
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}

// dropInvisible drops what leaves no mark when a text is copied: format
// characters, such as zero width spaces, marks of direction and soft hyphens,
// and selectors of variants.
func dropInvisible(r rune) rune {
	if r >= utf8.RuneSelf && unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
		return -1
	}
	return r
}

// foldASCII folds case and white space of an ASCII text, which most are; false
// means that it is none.
func foldASCII(s string) (string, bool) {
	as := true // it is folded as it stands
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return "", false
		case c > ' ' && (c < 'A' || c > 'Z'):
		case c == ' ' && i > 0 && i+1 < len(s) && s[i+1] > ' ':
		default:
			as = false
		}
	}
	if as {
		return s, true
	}
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c > ' ' || !isSpace(c):
			b = append(b, c)
		case len(b) > 0 && b[len(b)-1] != ' ':
			b = append(b, ' ')
		}
	}
	return strings.TrimSuffix(string(b), " "), true
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// refang undoes what people do to indicators to make them harmless, in folded
// text.
func refang(s string) string {
	if !strings.ContainsAny(s, "[({") && !strings.Contains(s, "hxxp") {
		return s
	}
	return refanger().Replace(s)
}

// refanger is built once.
var refanger = sync.OnceValue(newRefanger)

func newRefanger() *strings.Replacer {
	return strings.NewReplacer(
		"hxxp", "http",
		"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "{dot}", ".",
		"[:]", ":", "[://]", "://",
		"[at]", "@", "(at)", "@", "[@]", "@",
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
