package report

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"renkei/internal/i18n"
	"renkei/internal/pdf"
	"renkei/internal/programme"
)

//go:embed report.css
var style string

// Formats are the endings of files in which a report is written.
func Formats() []string { return []string{"html", "pdf", "docx", "json"} }

// view is what the page needs beside the report.
type view struct {
	*programme.Report
	p     *i18n.Printer
	pages map[string]int // by id of a heading; nil where they are not known
	site  bool           // within a page of the program, from where photographs are fetched
}

func (v *view) t(key string, args ...i18n.Args) string { return v.p.T("programme."+key, args...) }

// page is the number of the page on which a heading stands; "" where it is not
// known.
func (v *view) page(id string) string {
	if n := v.pages[id]; n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// PhotoPath is the address of a photograph in the program.
func PhotoPath(hash string) string { return "/programme/photo/" + hash }

// photo is from where a photograph is read: within the file, or in a page of the
// program from its address; "" where there is none any more.
func (v *view) photo(p *programme.Picture) string {
	switch {
	case len(p.Data) > 0:
		return "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(p.Data)
	case v.site && !p.Gone:
		return PhotoPath(p.Hash)
	}
	return ""
}

// isShort reports whether a cell should not be broken: a date or a number in a
// table that is not wider than its page for it.
func isShort(t *programme.Table, text string) bool {
	const most = 55 // letters of a line of the table, where all cells are as long
	n := len(t.Head)
	if n == 0 && len(t.Rows) > 0 {
		n = len(t.Rows[0])
	}
	return n*utf8.RuneCountInString(text) <= most
}

// labelled gives a cell the head of its column, which stands before it where a
// narrow screen has the cells of a row below each other.
func labelled(t *programme.Table, column int) templ.Attributes {
	if column >= len(t.Head) {
		return nil
	}
	return templ.Attributes{"data-label": t.Head[column]}
}

// texts are the words of a cell.
func texts(cell []programme.Span) string {
	var b strings.Builder
	for _, s := range cell {
		b.WriteString(s.Text)
	}
	return b.String()
}

func (v *view) states() i18n.Args {
	return i18n.Args{
		"Checked": v.States[programme.Checked], "Draft": v.States[programme.Draft],
		"Machine": v.States[programme.Machine], "Missing": v.States[programme.Missing],
	}
}

// number is the place of a figure in the list at the end.
func (v *view) number(figure string) int {
	return 1 + slices.IndexFunc(v.Figures, func(c programme.Cited) bool { return c.ID == figure })
}

// margins are what Chromium prints at the edges of each page.
func (v *view) margins() string {
	quoted := func(s string) string { return strconv.QuoteToGraphic(strings.Map(plain, s)) }
	return "@page { @top-center { content: " + quoted(v.Title) + " } @bottom-right { content: counter(page) } }" +
		"@page :first { @top-center { content: \"\" } @bottom-right { content: \"\" } }"
}

// plain leaves out what could end a string of a style sheet.
func plain(r rune) rune {
	if strings.ContainsRune("\"\\<>\n", r) {
		return ' '
	}
	return r
}

// HTML writes the report as a page that refers to nothing outside itself.
func HTML(w io.Writer, r *programme.Report, p *i18n.Printer) error {
	return html(w, &view{Report: r, p: p})
}

func html(w io.Writer, v *view) error {
	if err := reportPage(v).Render(context.Background(), w); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// PDF prints the report with the numbers of pages in its contents: once to learn
// them, and once with them. It returns pdf.ErrNoBrowser where no Chromium is
// installed.
func PDF(ctx context.Context, w io.Writer, r *programme.Report, p *i18n.Printer) error {
	v := &view{Report: r, p: p}
	var page, first bytes.Buffer
	if err := html(&page, v); err != nil {
		return err
	}
	if err := pdf.Print(ctx, &first, page.Bytes()); err != nil {
		return err
	}
	var err error
	if v.pages, err = pdf.Destinations(first.Bytes()); err != nil {
		return err
	}
	page.Reset()
	if err := html(&page, v); err != nil {
		return err
	}
	return pdf.Print(ctx, w, page.Bytes())
}

// MediaDOCX is the type of a draft for a word processor.
const MediaDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// JSON writes the report as it is kept.
func JSON(w io.Writer, r *programme.Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// Body is the report within a page of the program.
func Body(r *programme.Report, p *i18n.Printer) templ.Component {
	return bodyParts(&view{Report: r, p: p, site: true})
}

// Piece is one piece of a report within a page of the program.
func Piece(r *programme.Report, p *i18n.Printer, piece programme.Piece) templ.Component {
	return pieces(&view{Report: r, p: p}, []programme.Piece{piece})
}
