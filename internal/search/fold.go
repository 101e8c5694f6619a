package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters are those with a mark that is part of them in Unicode, as they are
// typed without it, and ligatures.
var letters = strings.NewReplacer("đ", "d", "ð", "d", "ħ", "h", "ı", "i", "ł", "l", "ø", "o", "ß", "ss", "æ", "ae", "œ", "oe", "þ", "th")

// Fold returns a text as it is compared: in Unicode's compatible form (NFKC),
// in small letters, without the marks of Latin and Greek letters and without
// characters that are not seen, such as the zero width spaces that part words
// in Khmer. The vowel signs and tone marks of Thai, Lao, Khmer and Burmese and
// the voiced marks of kana stay: they make other words. Whatever is neither
// letter, digit nor mark becomes one space; there is none at either end. To
// fold twice changes nothing.
func Fold(text string) string {
	text = letters.Replace(strings.ToLower(norm.NFKC.String(strings.Map(seen, text))))
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range text {
		switch base := unmarked(r); {
		case base == 0:
		case unicode.In(base, unicode.L, unicode.N, unicode.M):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(base)
		default:
			gap = true
		}
	}
	return norm.NFC.String(b.String())
}

// seen drops characters of format, and what is no character.
func seen(r rune) rune {
	if unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
		return -1
	}
	return r
}

// unmarked returns a Latin or Greek letter without its marks, 0 for a mark of
// those scripts alone, and anything else as it is.
func unmarked(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case isMark(r):
		return 0
	case unicode.In(r, unicode.Latin, unicode.Greek):
		for _, base := range norm.NFD.String(string(r)) {
			return base
		}
	}
	return r
}

// isMark reports whether r is in one of Unicode's blocks of combining marks for
// letters; the marks of other scripts stand in the blocks of those.
func isMark(r rune) bool {
	return r >= 0x300 && r <= 0x36F || r >= 0x1AB0 && r <= 0x1AFF || r >= 0x1DC0 && r <= 0x1DFF || r >= 0xFE20 && r <= 0xFE2F
}

// Terms returns the words for which a query asks, folded. A text is found where
// each of them is part of it.
func Terms(query string) []string {
	terms := strings.Fields(Fold(query))
	return terms[:min(len(terms), maxTerms)]
}

// longest is how many characters a gram has at most.
const longest = 3

// grams calls each for every gram of a word: the parts of one to three
// characters.
func grams(word string, each func(string)) {
	starts := make([]int, 0, len(word)+1)
	for i := range word {
		starts = append(starts, i)
	}
	starts = append(starts, len(word))
	for i := range len(starts) - 1 {
		for n := 1; n <= longest && i+n < len(starts); n++ {
			each(word[starts[i]:starts[i+n]])
		}
	}
}

// sought are the grams by which a term is looked for: itself where it is one,
// else of its grams of three at most maxGrams, evenly spread.
func sought(term string) []string {
	runes := []rune(term)
	last := len(runes) - longest
	if last <= 0 {
		return []string{term}
	}
	var all []string
	n := min(last+1, maxGrams)
	for i := range n {
		at := i * last / max(1, n-1)
		all = append(all, string(runes[at:at+longest]))
	}
	return all
}

// exact reports whether a document that has all the grams of a term has the
// term.
func exact(term string) bool { return len([]rune(term)) <= longest }
