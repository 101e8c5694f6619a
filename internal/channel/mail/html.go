package mail

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainOf is the text of a page of HTML, as a reader of plain mail would have got
// it: what is quoted begins with ">". It follows no link and loads nothing.
func plainOf(page string) string {
	p := &plain{}
	z := html.NewTokenizer(strings.NewReader(page))
	z.SetMaxBuf(1 << 20)
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return p.String()
		case html.TextToken:
			p.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			p.start(&t, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			t := z.Token()
			p.end(t.DataAtom)
		}
	}
}

// plain gathers the text of a page.
type plain struct {
	out    strings.Builder
	line   strings.Builder
	quoted int // depth of what is quoted
	hidden int // depth of what nobody sees
	pre    int
	space  bool
}

// String returns all of it.
func (p *plain) String() string {
	p.flush(false)
	return p.out.String()
}

// flush ends a line; an empty one only where it is asked for.
func (p *plain) flush(empty bool) {
	line := strings.TrimRight(p.line.String(), " \t")
	p.line.Reset()
	p.space = false
	if line == "" && !empty {
		return
	}
	p.out.WriteString(strings.TrimRight(strings.Repeat("> ", min(p.quoted, 20))+line, " ") + "\n")
}

func (p *plain) text(s string) {
	if p.hidden > 0 {
		return
	}
	s = html.UnescapeString(s)
	if p.pre > 0 {
		for i, l := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
			if i > 0 {
				p.flush(true)
			}
			p.line.WriteString(l)
		}
		return
	}
	for _, r := range s {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' {
			p.space = true
			continue
		}
		if p.space && p.line.Len() > 0 {
			p.line.WriteByte(' ')
		}
		p.space = false
		p.line.WriteRune(r)
	}
}

func (p *plain) start(t *html.Token, closed bool) {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Svg:
		if !closed {
			p.hidden++
		}
	case atom.Br:
		p.flush(true)
	case atom.Blockquote:
		p.flush(false)
		p.quoted++
	case atom.Pre:
		p.flush(false)
		p.pre++
	case atom.Hr:
		p.flush(false)
		p.line.WriteString("________________________________")
		p.flush(false)
	case atom.Td, atom.Th:
		p.space = true
	case atom.Li:
		p.flush(false)
		p.line.WriteString("- ")
	default:
		if block(t.DataAtom) {
			p.flush(false)
		}
	}
	for _, a := range t.Attr {
		if t.DataAtom == atom.Div && a.Key == "id" && (a.Val == "divRplyFwdMsg" || a.Val == "appendonsend") {
			p.line.WriteString("________________________________") // Outlook quotes from here on
			p.flush(false)
		}
	}
}

func (p *plain) end(tag atom.Atom) {
	switch tag {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Template, atom.Svg:
		p.hidden = max(0, p.hidden-1)
	case atom.Blockquote:
		p.flush(false)
		p.quoted = max(0, p.quoted-1)
	case atom.Pre:
		p.flush(false)
		p.pre = max(0, p.pre-1)
	case atom.P:
		p.flush(false)
		p.flush(true)
	default:
		if block(tag) {
			p.flush(false)
		}
	}
}

func block(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Tr, atom.Table, atom.Ul, atom.Ol, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Body:
		return true
	}
	return false
}
