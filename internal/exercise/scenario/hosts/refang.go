package hosts

import (
	"strings"
	"unicode/utf8"
)

// refang undoes what is done to indicators to make them harmless, and writes
// full-width letters as plain ones. back gives the offset in text of every
// byte of plain, and of its end; nil when both are the same.
func refang(text string) (plain string, back []int) {
	if !strings.ContainsAny(text, `[({\`) && !strings.Contains(text, "xx") && !strings.Contains(text, "XX") && isASCII(text) {
		return text, nil
	}
	var b strings.Builder
	write := func(s string, at int) {
		for range len(s) {
			back = append(back, at)
		}
		b.WriteString(s)
	}
	for i := 0; i < len(text); {
		if from, to := mark(text[i:]); from > 0 {
			write(to, i)
			i += from
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r >= 0xff01 && r <= 0xff5e:
			write(string(r-0xff01+'!'), i)
		case r == '\u3002' || r == '\uff61': // dots of names (IDNA)
			write(ideographicDot(text[i+n:]), i)
		default:
			for k := range n {
				back = append(back, i+k)
			}
			b.WriteString(text[i : i+n])
		}
		i += n
	}
	return b.String(), append(back, len(text))
}

// ideographicDot is the dot of a name before a letter, else the end of a
// sentence.
func ideographicDot(rest string) string {
	if rest != "" && isAlnum(rest[0]) {
		return " ." // not of the words before it, unless these are ASCII: rare enough
	}
	return " "
}

// mark returns the length of a mark at the start of a text and what it stands
// for; 0 for none.
func mark(s string) (int, string) {
	switch s[0] {
	case '[', '(', '{', 'h', 'H':
		for _, m := range marks() {
			if len(s) >= len(m[0]) && strings.EqualFold(s[:len(m[0])], m[0]) {
				return len(m[0]), m[1]
			}
		}
	case '\\':
		if strings.HasPrefix(s, `\.`) { // of a regular expression
			return 2, "."
		}
	}
	return 0, ""
}

func marks() [][2]string {
	return [][2]string{
		{"hxxp", "http"},
		{"[.]", "."},
		{"(.)", "."},
		{"{.}", "."},
		{"[dot]", "."},
		{"(dot)", "."},
		{"{dot}", "."},
		{"[:]", ":"},
		{"[://]", "://"},
		{"[at]", "@"},
		{"(at)", "@"},
		{"{at}", "@"},
		{"[@]", "@"},
	}
}
