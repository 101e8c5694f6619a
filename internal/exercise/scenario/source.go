package scenario

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// source remembers where in its files a pack said what, so that Check can
// point at the very place. A pack built by hand has none.
type source struct {
	marks  map[markKey]Pos
	broken map[string]bool // kinds of names that could not all be read
}

// markKey names a value by the element it stands in and its field.
type markKey struct {
	owner Pos
	field string
}

// field joins the parts of the name of a value inside an element.
func field(parts ...any) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteByte('.')
		}
		switch p := p.(type) {
		case int:
			b.WriteString(strconv.Itoa(p))
		case string:
			b.WriteString(p)
		}
	}
	return b.String()
}

// at gives the place of a field of an element, or of the element itself.
func (p *Pack) at(owner Pos, name string) Pos {
	if p.src != nil {
		if pos, ok := p.src.marks[markKey{owner, name}]; ok {
			return pos
		}
	}
	return owner
}

// broken reports whether some names of a kind could not be read, so that an
// unknown name of that kind is no finding.
func (p *Pack) broken(kind string) bool { return p.src != nil && p.src.broken[kind] }

// inside gives the place of a byte offset within the value of the YAML scalar
// that stands at pos.
func (p *Pack) inside(pos Pos, value string, offset int) Pos {
	raw, ok := tail(p.Files[pos.File], pos)
	if !ok {
		return pos
	}
	return advance(pos, raw[:align(raw, value, offset)])
}

// tail returns the file from a place on.
func tail(raw []byte, pos Pos) ([]byte, bool) {
	if pos.Line < 1 || pos.Col < 1 {
		return nil, false
	}
	for range pos.Line - 1 {
		_, rest, ok := bytes.Cut(raw, []byte{'\n'})
		if !ok {
			return nil, false
		}
		raw = rest
	}
	for range pos.Col - 1 {
		_, n := utf8.DecodeRune(raw)
		raw = raw[n:]
	}
	return raw, len(raw) > 0
}

// advance moves a place past some text.
func advance(pos Pos, text []byte) Pos {
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		pos.Line += bytes.Count(text, []byte{'\n'})
		pos.Col = 1
		text = text[i+1:]
	}
	pos.Col += utf8.RuneCount(text)
	return pos
}

// align finds where in the raw text of a YAML scalar the given offset of its
// value is. It follows quotes, escapes, folded lines and indentation.
func align(raw []byte, value string, offset int) int {
	j := skipProperties(raw)
	var quote byte
	if j < len(raw) {
		switch raw[j] {
		case '"', '\'':
			quote = raw[j]
			j++
		case '|', '>':
			j += max(bytes.IndexByte(raw[j:], '\n'), 0)
		}
	}
	for i := 0; i <= offset && j < len(raw); {
		d, dn := ' ', 1
		if i < len(value) {
			d, dn = utf8.DecodeRuneInString(value[i:])
		}
		r, rn := utf8.DecodeRune(raw[j:])
		switch {
		case unicode.IsSpace(r) && !unicode.IsSpace(d):
			j += rn // indentation and folded lines
			continue
		case i == offset:
			return j
		case quote == '"' && r == '\\':
			n, blank := escape(raw[j:])
			j += n
			if blank {
				continue
			}
		case quote == '\'' && r == '\'':
			j += 2
		case unicode.IsSpace(d) && !unicode.IsSpace(r): // space lost to folding
		default:
			j += rn
		}
		i += dn
	}
	return min(j, len(raw))
}

// skipProperties returns the length of anchors and tags before a scalar.
func skipProperties(raw []byte) int {
	j := 0
	for j < len(raw) && (raw[j] == '&' || raw[j] == '!') {
		for j < len(raw) && raw[j] > ' ' {
			j++
		}
		for j < len(raw) && (raw[j] == ' ' || raw[j] == '\t') {
			j++
		}
	}
	return j
}

// escape returns the length of a double-quoted escape and whether it stands
// for nothing (a joined line).
func escape(raw []byte) (n int, blank bool) {
	if len(raw) < 2 {
		return len(raw), false
	}
	switch raw[1] {
	case 'x':
		n = 4
	case 'u':
		n = 6
	case 'U':
		n = 10
	default:
		n = 2
	}
	return min(n, len(raw)), raw[1] == '\n'
}
