package scenario

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold brings a text into the form in which texts are compared: Unicode NFKC,
// without case, without invisible characters, with the dashes, quotes, minus
// signs and digits of all scripts as ASCII has them, with indicators refanged
// (hxxp, [.], (dot), [at] ...), with white space folded to single spaces and
// trimmed.
func Fold(s string) string {
	if folded, ok := foldASCII(s); ok {
		return refang(folded)
	}
	s = norm.NFKC.String(apartNumerals(s))
	if caseless(s) {
		s = strings.Map(lowerASCII, s)
	} else {
		s = norm.NFKC.String(cases.Fold().String(s))
	}
	s = pointNames(strings.Map(asASCII, s))
	return refang(strings.Join(strings.Fields(s), " "))
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

// asASCII drops what leaves no mark when a text is copied: format characters,
// such as zero width spaces, marks of direction and soft hyphens, and selectors
// of variants. Dashes, quotes and digits it writes as ASCII does.
func asASCII(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	switch r {
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\u2043', '\ufe58', '\ufe63':
		return '-'
	case '\u2018', '\u2019', '\u201a', '\u201b', '\u2032', '\u02bc', '\u00b4':
		return '\''
	case '\u201c', '\u201d', '\u201e', '\u201f', '\u2033', '\u00ab', '\u00bb':
		return '"'
	case '\u301c', '\u223c':
		return '~'
	}
	if r >= 0x3040 && r <= 0x9fff { // most of a Japanese text
		return r
	}
	if unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
		return -1
	}
	if unicode.Is(unicode.Nd, r) {
		return digit(r)
	}
	return r
}

// digit gives the ASCII digit for one of any script: they come in tens, from
// zero on.
func digit(r rune) rune {
	zero := r
	for r-zero < 9 && unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return '0' + (r-zero)%10
}

// apartNumerals puts spaces around ①, ② and the like, which head the entries of
// a list and would become plain digits.
func apartNumerals(s string) string {
	if !strings.ContainsFunc(s, circled) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if circled(r) {
			b.WriteString(" " + string(r) + " ")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func circled(r rune) bool { return r >= 0x2460 && r <= 0x249b }

// pointNames writes a Japanese full stop within an address as a point: it is
// what a Japanese keyboard gives there.
func pointNames(s string) string {
	const stop = "\u3002"
	for from := 0; ; {
		i := strings.Index(s[from:], stop)
		if i < 0 {
			return s
		}
		i += from
		from = i + 1
		if end := i + len(stop); i > 0 && end < len(s) && asciiWord(s[i-1]) && endsAddress(s[:i], s[end:]) {
			s = s[:i] + "." + s[end:]
		}
	}
}

// endsAddress reports whether an address goes on in rest: with a number after a
// number, or with a name that ends as domain names do.
func endsAddress(before, rest string) bool {
	end := 0
	for end < len(rest) && (asciiWord(rest[end]) || rest[end] == '.' || rest[end] == '-') {
		end++
	}
	if end == 0 {
		return false
	}
	if last := before[len(before)-1]; last >= '0' && last <= '9' {
		return rest[0] >= '0' && rest[0] <= '9'
	}
	top := rest[strings.LastIndexByte(rest[:end], '.')+1 : end]
	return len(top) == 2 && !strings.ContainsAny(top, "0123456789-") ||
		slices.Contains([]string{"example", "test", "invalid", "localhost", "com", "net", "org", "info", "gov", "edu", "int"}, top)
}

func asciiWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z'
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
	if !strings.ContainsAny(s, "[({") && !strings.Contains(s, "hxxp") && !strings.Contains(s, " dot ") {
		return s
	}
	for {
		plain := strings.Join(strings.Fields(refanger().Replace(s)), " ")
		if plain == s {
			return s
		}
		s = plain // what was undone may itself be in brackets
	}
}

// refanger is built once.
var refanger = sync.OnceValue(newRefanger)

func newRefanger() *strings.Replacer {
	return strings.NewReplacer(
		"hxxp", "http", " dot ", ".", " [dot] ", ".", " (dot) ", ".", "(ドット)", ".", "[ドット]", ".",
		"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "{dot}", ".",
		"[:]", ":", "[://]", "://",
		"[at]", "@", "(at)", "@", "[@]", "@",
	)
}
