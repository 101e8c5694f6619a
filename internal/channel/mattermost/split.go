package mattermost

import (
	"strings"
	"unicode/utf8"
)

// MaxPost is how many characters a post has at most, the server's own limit.
const MaxPost = 16_383

// split cuts a text into parts of at most most characters, where a reader would:
// between paragraphs, else lines, else sentences, else words. Nothing is lost but
// the line ends and spaces at a cut.
func split(text string, most int) []string {
	var parts []string
	for utf8.RuneCountInString(text) > most {
		head := prefix(text, most)
		at := cutAt(head)
		parts = append(parts, strings.TrimRight(text[:at], " \n"))
		text = strings.TrimLeft(text[at:], "\n")
		text = strings.TrimPrefix(text, " ")
	}
	return append(parts, strings.TrimRight(text, "\n"))
}

// prefix is what the first n characters of a text are.
func prefix(text string, n int) string {
	at := 0
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return text[:at]
}

// cutAt is where a text is best cut, in its second half where that can be.
func cutAt(head string) int {
	half := len(head) / 2
	for _, ends := range [][]string{{"\n\n"}, {"\n"}, {"。", "！", "？", ". ", "! ", "? "}, {" ", "、"}} {
		best := 0
		for _, end := range ends {
			if i := strings.LastIndex(head, end); i >= 0 {
				best = max(best, i+len(end))
			}
		}
		if best > half {
			return best
		}
	}
	// A backslash stays with what it takes the meaning from.
	if n := len(head) - len(strings.TrimRight(head, `\`)); n%2 == 1 && n < len(head) {
		return len(head) - 1
	}
	return len(head)
}

// plain writes a text so that the server shows it as it is: it reads Markdown,
// and calls everybody in for some words. Addresses are left alone.
func plain(text string) string {
	var b strings.Builder
	for i, l := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		plainLine(&b, l)
	}
	return b.String()
}

func plainLine(b *strings.Builder, l string) {
	body := strings.TrimLeft(l, " \t　")
	b.WriteString(l[:len(l)-len(body)])
	digits := len(body) - len(strings.TrimLeft(body, "0123456789"))
	switch {
	case body == "":
		return
	case digits > 0 && digits < len(body) && strings.ContainsRune(".)", rune(body[digits])):
		b.WriteString(body[:digits] + `\`)
		body = body[digits:]
		b.WriteByte(body[0])
		body = body[1:]
	case strings.ContainsRune("#>+-=|", rune(body[0])):
		b.WriteByte('\\')
		b.WriteByte(body[0])
		body = body[1:]
	}
	for len(body) > 0 {
		n := strings.IndexAny(body, " \t")
		word := body
		if n >= 0 {
			word = body[:n+1]
		}
		plainWord(b, word)
		body = body[len(word):]
	}
}

func plainWord(b *strings.Builder, w string) {
	if strings.Contains(w, "://") && !strings.ContainsAny(w, "`<>[]*\\") {
		b.WriteString(w)
		return
	}
	for i, r := range w {
		switch {
		case strings.ContainsRune("\\`*_~[]<|", r), r == '!' && strings.HasPrefix(w[i:], "!["):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '@' && calls(w[i+1:]):
			b.WriteString("@\u2060") // joins without a gap, and is no name any more
		default:
			b.WriteRune(r)
		}
	}
}

// calls reports whether a word after @ calls in everybody.
func calls(w string) bool {
	w = strings.ToLower(w)
	for _, name := range []string{"channel", "all", "here"} {
		if rest, ok := strings.CutPrefix(w, name); ok {
			r, _ := utf8.DecodeRuneInString(rest)
			return rest == "" || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r)
		}
	}
	return false
}
