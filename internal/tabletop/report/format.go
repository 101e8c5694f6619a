package report

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/docx"
	"renkei/internal/i18n"
	"renkei/internal/pdf"
	"renkei/internal/sheet"
)

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1118 generate

//go:embed report.css
var style string

// Format is a form in which a report is handed out.
type Format struct {
	Ext, MediaType string
	write          func(ctx context.Context, w io.Writer, r *Report, p *i18n.Printer) error
}

// Formats are all formats, in the order in which they are offered.
func Formats() []Format {
	return []Format{
		{"html", "text/html; charset=utf-8", html},
		{"pdf", "application/pdf", printPDF},
		{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", document},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook},
	}
}

// FormatOf finds a format by the ending of its files.
func FormatOf(ext string) (Format, bool) {
	all := Formats()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Ext == ext })
	if i < 0 {
		return Format{}, false
	}
	return all[i], true
}

// Write writes a report. It returns pdf.ErrNoBrowser where a PDF cannot be made
// on this machine.
func (f *Format) Write(ctx context.Context, w io.Writer, r *Report, p *i18n.Printer) error {
	if err := f.write(ctx, w, r, p); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func html(ctx context.Context, w io.Writer, r *Report, p *i18n.Printer) error {
	return reportPage(r, p).Render(ctx, w)
}

func printPDF(ctx context.Context, w io.Writer, r *Report, p *i18n.Printer) error {
	var page bytes.Buffer
	if err := html(ctx, &page, r, p); err != nil {
		return err
	}
	return pdf.Print(ctx, w, page.Bytes())
}

// document is a draft for the secretariat to work on.
func document(_ context.Context, w io.Writer, r *Report, _ *i18n.Printer) error {
	d := docx.Document{Title: r.Title, Lang: r.Lang}
	d.Heading(1, r.Title)
	d.Text(strings.TrimSpace(r.Draft + " " + r.For))
	d.List(r.Meta)
	for _, s := range r.Sections {
		d.Heading(s.Level+1, s.Title)
		for _, b := range s.Blocks {
			if b.Text != "" {
				d.Text(b.Text)
			}
			d.List(b.Items)
			for _, q := range b.Quotes {
				d.Quote(q)
			}
			if b.Table != nil {
				d.Table(b.Table.Head, b.Table.Rows)
			}
		}
	}
	return d.Write(w)
}

// workbook has a sheet for each table.
func workbook(_ context.Context, w io.Writer, r *Report, _ *i18n.Printer) error {
	about := sheet.Table{Name: r.About, Head: []string{r.Title}}
	about.Add(r.For)
	for _, line := range r.Meta {
		about.Add(line)
	}
	tables := []sheet.Table{about}
	for _, s := range r.Sections {
		for _, b := range s.Blocks {
			if b.Table == nil {
				continue
			}
			name := strconv.Itoa(len(tables)) + " " + sheetName(b.Table.Name)
			tables = append(tables, sheet.Table{Name: name, Head: b.Table.Head, Rows: b.Table.Rows})
		}
	}
	return sheet.WriteXLSX(w, tables...)
}

// sheetName leaves out signs that names of sheets may not have.
func sheetName(s string) string {
	return string(bytes.Map(func(r rune) rune {
		if bytes.ContainsRune([]byte(`[]:*?/\'`), r) {
			return ' '
		}
		return r
	}, []byte(s)))
}

// bar is how long a number is, of 1000.
func (t *Table) bar(cell string) string {
	n, err := strconv.Atoi(cell)
	if err != nil || t.Of <= 0 {
		return "0"
	}
	return strconv.Itoa(min(1000, n*1000/t.Of))
}
