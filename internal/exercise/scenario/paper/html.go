package paper

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/a-h/templ"

	"renkei/internal/i18n"
	"renkei/internal/markdown"
)

//go:embed style.css
var style string

type args = i18n.Args

// HTML writes the edition as one page for A4: no script, no reference to
// anything outside itself. The same edition gives the same bytes.
func (b *Book) HTML(w io.Writer) error {
	buf := bufio.NewWriterSize(w, 1<<16)
	pg := &page{Book: b}
	if b.o.For == "" && b.o.Edition != Briefing {
		var err error
		if pg.teamRows, err = b.teams(); err != nil {
			return err
		}
		if pg.who, pg.replies, err = b.personas(); err != nil {
			return err
		}
	}
	if err := layout(pg).Render(context.Background(), buf); err != nil {
		return fmt.Errorf("write printed MSEL: %w", err)
	}
	if err := buf.Flush(); err != nil {
		return fmt.Errorf("write printed MSEL: %w", err)
	}
	return nil
}

// page is an edition with what only the page shows.
type page struct {
	*Book
	teamRows []TeamRow
	who      []Fact
	replies  []ReplyRow
}

// sheetStyle are the margins of every printed sheet: what it is, its label,
// and its number.
func (pg *page) sheetStyle() string {
	return "@page{@top-left{content:" + css(pg.t("marking")) + "}@top-right{content:" + css(pg.tlp()) +
		"}@bottom-left{content:" + css(pg.title()+"  "+pg.heading()+"  "+pg.source()) +
		"}@bottom-right{content:counter(page) \" / \" counter(pages)}}"
}

// css writes a string of CSS that cannot end its style element.
func css(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r < ' ' || strings.ContainsRune(`"\<>&`, r) {
			fmt.Fprintf(&b, `\%x `, r)
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// text shows Markdown.
func text(src string) templ.Component {
	html, err := markdown.HTML(src)
	if err != nil {
		return templ.ComponentFunc(func(context.Context, io.Writer) error { return err })
	}
	return templ.Raw(html) // made by us from escaped text: see package markdown
}
