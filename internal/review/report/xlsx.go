package report

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"renkei/internal/i18n"
	"renkei/internal/review"
)

// Bounds of a sheet (ECMA-376, as Excel has them).
const (
	maxSheetName = 31
	maxCellText  = 32767
)

// XLSX writes a workbook with a sheet for each table; heads stay in sight.
// Texts are written as texts, never as formulas.
func XLSX(w io.Writer, r *review.Report, p *i18n.Printer) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	head, err := f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "bottom"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F1FE"}},
	})
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	for i, t := range tables(r, p) {
		name := sheetName(p.T("report.sheet." + t.key))
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err == nil {
			err = t.sheet(f, name, head)
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

func sheetName(s string) string {
	if utf8.RuneCountInString(s) <= maxSheetName {
		return s
	}
	return string([]rune(s)[:maxSheetName])
}

// sheet streams one table. Widths and panes come before the rows.
func (t *table) sheet(f *excelize.File, name string, style int) error {
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
		head[i] = excelize.Cell{StyleID: style, Value: h}
	}
	if err := s.SetRow("A1", head); err != nil {
		return err
	}
	for i, row := range t.rows {
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, bounded(row)); err != nil {
			return err
		}
	}
	return s.Flush()
}

// bounded cuts texts to what a cell holds.
func bounded(row []any) []any {
	out := make([]any, len(row))
	for i, cell := range row {
		if text, ok := cell.(string); ok && len(text) > maxCellText {
			cell = cut(text, maxCellText)
		}
		out[i] = cell
	}
	return out
}

// widths are how wide the columns are, in characters, by their first rows.
func (t *table) widths() []float64 {
	out := make([]float64, len(t.head))
	for i, h := range t.head {
		out[i] = float64(min(18, max(8, i18n.Width(h)+2)))
	}
	for _, row := range t.rows[:min(len(t.rows), 200)] {
		for i, cell := range row {
			if text, ok := cell.(string); ok {
				out[i] = max(out[i], float64(min(60, i18n.Width(text)+2)))
			}
		}
	}
	return out
}
