package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
)

// Bounds of a sheet (ECMA-376, as Excel has them).
const (
	maxSheetName = 31
	maxCellText  = 32767
)

// XLSX writes a workbook with a sheet for each table; heads stay in sight.
// Texts are written as texts, never as formulas.
func XLSX(w io.Writer, r *review.Report, p *i18n.Printer) error {
	return workbook(w, p, tables(r, p))
}

// PlanXLSX writes the improvement plan as a workbook of one sheet.
func PlanXLSX(w io.Writer, r *review.Report, p *i18n.Printer) error {
	return workbook(w, p, []*table{find(tables(r, p), "plan")})
}

func workbook(w io.Writer, p *i18n.Printer, tables []*table) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	look, err := newLook(f)
	if err != nil {
		return err
	}
	for i, t := range tables {
		name := sheetName(p.T("report.sheet." + t.key))
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err == nil {
			err = t.sheet(f, name, look)
		}
		if err != nil {
			return fmt.Errorf("write sheet %s: %w", t.key, err)
		}
	}
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// look is how cells are shown: heads, long texts, and what people fill in.
type look struct{ head, text, fill int }

func newLook(f *excelize.File) (look, error) {
	line := make([]excelize.Border, 0, 4)
	for _, side := range []string{"left", "right", "top", "bottom"} {
		line = append(line, excelize.Border{Type: side, Color: "949497", Style: 1})
	}
	top := &excelize.Alignment{WrapText: true, Vertical: "top"}
	var l look
	for _, s := range []struct {
		to    *int
		style *excelize.Style
	}{
		{&l.head, &excelize.Style{
			Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "bottom"},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F1FE"}},
		}},
		{&l.text, &excelize.Style{Alignment: top}},
		{&l.fill, &excelize.Style{Alignment: top, Border: line}},
	} {
		n, err := f.NewStyle(s.style)
		if err != nil {
			return look{}, fmt.Errorf("write workbook: %w", err)
		}
		*s.to = n
	}
	return l, nil
}

func sheetName(s string) string {
	if utf8.RuneCountInString(s) <= maxSheetName {
		return s
	}
	return string([]rune(s)[:maxSheetName])
}

// sheet streams one table. Widths and panes come before the rows.
func (t *table) sheet(f *excelize.File, name string, l look) error {
	if err := printed(f, name); err != nil {
		return err
	}
	s, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range t.widths() {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(t.head))
	for i, h := range t.head {
		head[i] = excelize.Cell{StyleID: l.head, Value: h}
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	for i, row := range t.rows {
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, t.cells(row, l)); err != nil {
			return err
		}
	}
	return s.Flush()
}

// printed sets a sheet up for paper: landscape, as wide as the page, the heads
// on every sheet.
func printed(f *excelize.File, name string) error {
	landscape, wide, long, fit := "landscape", 1, 0, true
	if err := f.SetPageLayout(name, &excelize.PageLayoutOptions{
		Orientation: &landscape, FitToWidth: &wide, FitToHeight: &long,
	}); err != nil {
		return err
	}
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: name, RefersTo: "'" + strings.ReplaceAll(name, "'", "''") + "'!$1:$1",
	})
}

// cells cuts texts to what a cell holds, and wraps those that are long. The
// plan has a line around each cell, to be filled in by hand too.
func (t *table) cells(row []any, l look) []any {
	out := make([]any, len(row))
	for i, cell := range row {
		text, ok := cell.(string)
		if ok && len(text) > maxCellText {
			text = cut(text, maxCellText)
			cell = text
		}
		switch {
		case t.key == "plan":
			cell = excelize.Cell{StyleID: l.fill, Value: cell}
		case ok && (i18n.Width(text) > maxWidth || strings.Contains(text, "\n")):
			cell = excelize.Cell{StyleID: l.text, Value: cell}
		}
		out[i] = cell
	}
	return out
}

// maxWidth is how wide a column gets, in characters; longer texts are wrapped.
const maxWidth = 60

// widths are how wide the columns are, in characters, by their first rows.
func (t *table) widths() []float64 {
	least := 8
	if t.key == "plan" {
		least = 18 // room to fill in
	}
	out := make([]float64, len(t.head))
	for i, h := range t.head {
		out[i] = float64(min(18, max(least, i18n.Width(h)+2)))
	}
	for _, row := range t.rows[:min(len(t.rows), 200)] {
		for i, cell := range row {
			if text, ok := cell.(string); ok {
				out[i] = max(out[i], float64(min(maxWidth, i18n.Width(text)+2)))
			}
		}
	}
	return out
}
