package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is where something stands in a text, in bytes.
type Span struct{ From, To int }

func (s Span) overlaps(o Span) bool { return s.From < o.To && o.From < s.To }

// Covered reports whether a span overlaps one of others.
func (s Span) Covered(others []Span) bool {
	for _, o := range others {
		if s.overlaps(o) {
			return true
		}
	}
	return false
}

// Mentions reports whether a folded text holds a folded form. An end of the
// form that is an ASCII letter or digit must not touch another one in the
// text, so that 203.0.113.1 is not found in 203.0.113.12; any other end, as
// in Japanese, which has no word borders, matches anywhere. In a form * stands
// for letters and digits or nothing, # for digits; a backslash takes the next
// character as it is. An empty form is never mentioned.
func Mentions(folded, form string) bool {
	switch special := firstSpecial(form); {
	case special < 0:
		_, ok := nextPlain(folded, form, 0, false)
		return ok
	case special > 0 && special == len(form)-1 && form[special] == '*': // a stem, as most are
		return beginsWord(folded, form[:special])
	}
	p := parsePattern(form)
	_, ok := p.next(folded, 0, false)
	return ok
}

// firstSpecial is where a form has its first character that stands for others.
func firstSpecial(form string) int {
	for i := range len(form) {
		if c := form[i]; c == '*' || c == '#' || c == '\\' {
			return i
		}
	}
	return -1
}

// beginsWord reports whether a word of a text begins with a stem.
func beginsWord(text, stem string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], stem)
		if i < 0 {
			return false
		}
		if i += from; bordered(text, i, i+len(stem), wordByte(stem[0]), false, false) {
			return true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		from = i + n
	}
}

// Find gives every place where a folded text names a form as a name of its
// own: what stands in a longer name, such as kelp.example in my-kelp.example
// or in kelp.example.org, does not count. The form is as in Mentions.
func Find(folded, form string) (all []Span) {
	find := func(from int) (Span, bool) { return nextPlain(folded, form, from, true) }
	if strings.ContainsAny(form, `*#\`) {
		p := parsePattern(form)
		find = func(from int) (Span, bool) { return p.next(folded, from, true) }
	}
	for from := 0; ; {
		s, ok := find(from)
		if !ok {
			return all
		}
		all = append(all, s)
		from = max(s.To, s.From+1)
	}
}

// Plain gives a form without its wildcards, as somebody would write it.
func Plain(form string) string {
	if !strings.ContainsAny(form, `*#\`) {
		return form
	}
	var b strings.Builder
	for _, piece := range parsePattern(form) {
		switch piece.kind {
		case digits:
			b.WriteByte('1')
		case literal:
			b.WriteString(piece.text)
		}
	}
	return b.String()
}

// Literal writes a text so that a form takes it as it is.
func Literal(text string) string {
	if !strings.ContainsAny(text, `*#\`) {
		return text
	}
	return strings.NewReplacer(`*`, `\*`, `#`, `\#`, `\`, `\\`).Replace(text)
}

func nextPlain(text, form string, from int, whole bool) (Span, bool) {
	if form == "" {
		return Span{}, false
	}
	for {
		i := strings.Index(text[from:], form)
		if i < 0 {
			return Span{}, false
		}
		i += from
		if end := i + len(form); bordered(text, i, end, wordByte(form[0]), wordByte(form[len(form)-1]), whole) {
			return Span{i, end}, true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		from = i + n
	}
}

// bordered reports whether text[i:end] stands on its own where its ends are
// letters or digits; with whole it is not part of a longer name either.
func bordered(text string, i, end int, head, tail, whole bool) bool {
	if head && i > 0 && (wordByte(text[i-1]) || whole && joinedBefore(text, i)) {
		return false
	}
	return !tail || end >= len(text) || !wordByte(text[end]) && (!whole || !joinedAfter(text, end))
}

// joinedBefore reports whether a name goes on before i: my-name, x.name, a@name.
func joinedBefore(text string, i int) bool {
	return i > 1 && strings.IndexByte("-._@", text[i-1]) >= 0 && wordByte(text[i-2])
}

// joinedAfter reports whether a name goes on at end: name.org, name-2, name_x.
// A word after a hyphen, as in "W22-based", goes on with the sentence.
func joinedAfter(text string, end int) bool {
	if end+1 >= len(text) || !wordByte(text[end+1]) {
		return false
	}
	switch text[end] {
	case '.', '_':
		return true
	case '-':
		run := end + 1
		for run < len(text) && text[run] >= 'a' && text[run] <= 'z' {
			run++
		}
		plain := run-end > 3 && (run == len(text) || !wordByte(text[run]) && text[run] != '.' && text[run] != '-')
		return !plain
	}
	return false
}

func wordByte(b byte) bool { return b >= 'a' && b <= 'z' || isDigit(b) || b >= 'A' && b <= 'Z' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// pieceKind tells what a piece of a form with wildcards takes.
type pieceKind uint8

const (
	literal pieceKind = iota
	letters           // *
	digits            // #
)

type piece struct {
	kind pieceKind
	text string
}

type pattern []piece

func parsePattern(form string) (p pattern) {
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			p = append(p, piece{literal, b.String()})
			b.Reset()
		}
	}
	for i := 0; i < len(form); i++ {
		switch c := form[i]; {
		case c == '\\' && i+1 < len(form):
			i++
			b.WriteByte(form[i])
		case c == '*':
			flush()
			p = append(p, piece{kind: letters})
		case c == '#':
			flush()
			p = append(p, piece{kind: digits})
		default:
			b.WriteByte(c)
		}
	}
	flush()
	return p
}

// next finds the first place from a byte on. A form of nothing but stars is
// never found.
func (p pattern) next(text string, from int, whole bool) (Span, bool) {
	named := false
	for _, x := range p {
		named = named || x.kind != letters
	}
	if !named {
		return Span{}, false
	}
	for i := from; i <= len(text); {
		if p[0].kind == literal {
			j := strings.Index(text[i:], p[0].text)
			if j < 0 {
				return Span{}, false
			}
			i += j
		}
		if end, ok := p.at(text, i, whole); ok {
			return Span{i, end}, true
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		i += max(n, 1)
	}
	return Span{}, false
}

// at matches the form at i.
func (p pattern) at(text string, i int, whole bool) (int, bool) {
	first, last := p[0], p[len(p)-1]
	head := first.kind != literal || wordByte(first.text[0])
	tail := last.kind == digits || last.kind == literal && wordByte(last.text[len(last.text)-1])
	if i >= len(text) || !bordered(text, i, len(text), head, false, whole) {
		return 0, false
	}
	end, ok := p.rest(text, i)
	if !ok || tail && !bordered(text, i, end, false, true, whole) {
		return 0, false
	}
	return end, true
}

// rest matches what is left of the form, taking as much as it can.
func (p pattern) rest(text string, i int) (int, bool) {
	if len(p) == 0 {
		return i, true
	}
	if p[0].kind == literal {
		if !strings.HasPrefix(text[i:], p[0].text) {
			return 0, false
		}
		return p[1:].rest(text, i+len(p[0].text))
	}
	least, most := 0, i
	for most < len(text) {
		r, n := utf8.DecodeRuneInString(text[most:])
		if p[0].kind == digits && (r < '0' || r > '9') || p[0].kind == letters && !continues(r) {
			break
		}
		most += n
	}
	if p[0].kind == digits {
		least = 1
	}
	for end := most; end >= i+least; end-- {
		if end < len(text) && !utf8.RuneStart(text[end]) {
			continue
		}
		if to, ok := p[1:].rest(text, end); ok {
			return to, true
		}
	}
	return 0, false
}

// continues reports whether a rune goes on with a word: a letter or digit of a
// script that writes words apart.
func continues(r rune) bool {
	if r < utf8.RuneSelf {
		return wordByte(byte(r))
	}
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}
