package handbook

import (
	"strings"
	"unicode"
)

// Piece is a part of two texts set side by side.
type Piece struct {
	Text string
	Sign int // 0 in both, -1 in the first only, 1 in the second only
}

// maxWords bounds what is compared word by word; longer texts differ as wholes.
const maxWords = 3000

// Differ sets two texts side by side, with as few changed words as there can
// be. Words are parted by spaces; in scripts without spaces each character is
// one.
func Differ(before, after string) []Piece {
	a, b := wordsOf(before), wordsOf(after)
	if len(a)+len(b) > maxWords {
		return []Piece{{before, -1}, {after, 1}}
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out pieces
	out.add(0, a[:head]...)
	out.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	out.add(0, a[len(a)-tail:]...)
	return out
}

type pieces []Piece

func (p *pieces) add(sign int, words ...string) {
	text := strings.Join(words, "")
	if text == "" {
		return
	}
	if n := len(*p); n > 0 && (*p)[n-1].Sign == sign {
		(*p)[n-1].Text += text
		return
	}
	*p = append(*p, Piece{text, sign})
}

// middle adds what differs: what goes before what comes, between the words of
// the longest common sequence.
func (p *pieces) middle(a, b []string) {
	longest := make([][]int, len(a)+1) // of a[i:] and b[j:]
	for i := range longest {
		longest[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			p.add(0, a[i])
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || longest[i+1][j] >= longest[i][j+1]):
			p.add(-1, a[i])
			i++
		default:
			p.add(1, b[j])
			j++
		}
	}
}

// wordsOf parts a text into words, the spaces after each with it.
func wordsOf(text string) (words []string) {
	start := 0
	var last rune
	for i, r := range text {
		if i > start && parts(last, r) {
			words = append(words, text[start:i])
			start = i
		}
		last = r
	}
	return append(words, text[start:])
}

// parts reports whether a word ends between two characters.
func parts(last, next rune) bool {
	if unicode.In(next, unicode.M) || unicode.IsSpace(next) {
		return false
	}
	return unicode.IsSpace(last) || unspaced(next) || unspaced(last) || unicode.IsPunct(last) != unicode.IsPunct(next)
}

// unspaced reports whether a character is of a script without spaces between
// words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) || r == 'ー' || r >= 0x3000 && r <= 0x303F
}
