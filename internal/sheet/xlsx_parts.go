package sheet

import (
	"path"
	"regexp"
	"strconv"
	"strings"
)

// relation names another part of a workbook (ECMA-376 part 2, 9.3).
type relation struct{ id, kind, target string }

// part is the name of the part, seen from a folder.
func (r *relation) part(dir string) string {
	if rest, ok := strings.CutPrefix(r.target, "/"); ok {
		return path.Clean(rest)
	}
	return path.Join(dir, r.target)
}

type relations []relation

func (all *relations) begin(name string, attr attributes, _ []string) error {
	if name == "Relationship" {
		*all = append(*all, relation{attr.get("Id"), path.Base(attr.get("Type")), attr.get("Target")})
	}
	return nil
}

func (*relations) end(string, string, []string) error { return nil }

// of is the first part of a kind, nil for none.
func (all *relations) of(kind string) *relation {
	for i := range *all {
		if (*all)[i].kind == kind {
			return &(*all)[i]
		}
	}
	return nil
}

func (all *relations) byID(id string) *relation {
	for i := range *all {
		if (*all)[i].id == id {
			return &(*all)[i]
		}
	}
	return nil
}

// maxSheets bounds the sheets of a workbook.
const maxSheets = 200

type bookSheet struct {
	name, id string
	hidden   bool
}

// bookSheets reads the list of sheets.
type bookSheets struct {
	all      []bookSheet
	date1904 bool
}

func (b *bookSheets) begin(name string, attr attributes, within []string) error {
	switch {
	case name == "workbookPr":
		b.date1904 = isTrue(attr.get("date1904"))
	case name == "sheet" && ends(within, "sheets"):
		if len(b.all) == maxSheets {
			return ErrLarge
		}
		state := attr.get("state")
		b.all = append(b.all, bookSheet{attr.get("name"), attr.get("id"), state == "hidden" || state == "veryHidden"})
	}
	return nil
}

func (*bookSheets) end(string, string, []string) error { return nil }

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// runs puts the text of a string together, of parts of different looks. How it
// is read aloud (rPh) is none of it.
type runs struct{ strings.Builder }

func (r *runs) end(name, text string, within []string) error {
	if name != "t" || !ends(within, "si") && !ends(within, "is") && !ends(within, "si", "r") && !ends(within, "is", "r") {
		return nil
	}
	if r.Len()+len(text) > maxPiece {
		return ErrLarge
	}
	r.WriteString(text)
	return nil
}

// sharedStrings reads the texts that cells name by their number.
type sharedStrings struct {
	all []string
	now runs
}

func (s *sharedStrings) begin(name string, _ attributes, _ []string) error {
	if name == "si" {
		s.now.Reset()
	}
	return nil
}

func (s *sharedStrings) end(name, text string, within []string) error {
	if name == "si" {
		s.all = append(s.all, unescaped(s.now.String()))
		return nil
	}
	return s.now.end(name, text, within)
}

var escapedRune = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescaped gives the characters that stand as _x000D_ in a text (ECMA-376 part
// 1, 22.9.2.19), and one way to end a line.
func unescaped(s string) string {
	if strings.Contains(s, "_x") {
		s = escapedRune.ReplaceAllStringFunc(s, func(m string) string {
			n, _ := strconv.ParseUint(m[2:6], 16, 16) // the pattern allows nothing else
			return string(rune(n))
		})
	}
	return strings.ReplaceAll(s, "\r\n", "\n")
}

// styles reads which kind of number each style shows (ECMA-376 part 1, 18.8).
type styles struct {
	codes map[string]string // number format -> its code
	kinds []Kind
}

func (s *styles) begin(name string, attr attributes, within []string) error {
	switch {
	case name == "numFmt" && ends(within, "numFmts"):
		s.codes[attr.get("numFmtId")] = attr.get("formatCode")
	case name == "xf" && ends(within, "cellXfs"):
		id := attr.get("numFmtId")
		code, own := s.codes[id]
		if !own {
			s.kinds = append(s.kinds, builtIn(id))
			break
		}
		s.kinds = append(s.kinds, formatKind(code))
	}
	return nil
}

func (*styles) end(string, string, []string) error { return nil }

// builtIn is the kind of a number format that has no code (18.8.30).
func builtIn(id string) Kind {
	switch n, _ := strconv.Atoi(id); { // what is no number is the general format
	case n == 46:
		return Elapsed
	case n >= 14 && n <= 22, n >= 27 && n <= 36, n == 45, n == 47, n >= 50 && n <= 58:
		return Moment
	}
	return Number
}

// formatKind reads the code of a number format (18.8.31).
func formatKind(code string) Kind {
	code = strings.ToLower(plainFormat(code))
	switch {
	case strings.Contains(code, "[h") || strings.Contains(code, "[m") || strings.Contains(code, "[s"):
		return Elapsed
	case strings.ContainsAny(code, "ydhsge") && !strings.Contains(code, "general") && !strings.ContainsAny(code, "#?"),
		strings.Contains(code, "mm"):
		return Moment
	}
	return Number
}

// plainFormat leaves out what a number format shows as it stands.
func plainFormat(code string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case strings.HasPrefix(code[i:], "[$"): // currency or locale
			if end := strings.IndexByte(code[i:], ']'); end > 0 {
				i += end
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
