package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"renkei/internal/i18n"
)

// Bounds of a sheet (ECMA-376, as Excel has them).
const (
	maxSheetName = 31
	maxCellText  = 32767 // UTF-16 units; counted in characters, which are never more
)

// BOM makes spreadsheet programs read a CSV file as UTF-8.
const BOM = "\ufeff"

// Table is a table to be written: texts only.
type Table struct {
	Name string // of the sheet
	Head []string
	Rows [][]string
	Fill int // so many columns at the end are there to be filled in by hand
}

// Add appends a row.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// WriteCSV writes the table in UTF-8 (RFC 4180), with a byte order mark where
// wished. Texts that a spreadsheet would take for a formula get an
// apostrophe.
func (t *Table) WriteCSV(w io.Writer, bom bool) error {
	if bom {
		if _, err := io.WriteString(w, BOM); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return t.write(c)
}

// WriteTabs writes the table as spreadsheets take it from the clipboard: cells
// parted by tabs.
func (t *Table) WriteTabs(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Comma = '\t'
	return t.write(c)
}

func (t *Table) write(c *csv.Writer) error {
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = guard(text)
		}
		if err := c.Write(cells); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// guard puts an apostrophe before what a spreadsheet would evaluate, and
// before what would look guarded.
func guard(text string) string {
	text = afterSeparator.ReplaceAllString(text, "$1'$2")
	if evaluated(strings.TrimLeft(text, "'")) {
		return "'" + text
	}
	return text
}

// starters begin a formula in some spreadsheet program, also in full width.
const starters = `=+\-@＝＋－＠`

var (
	// Blanks before a formula are passed over.
	formula = regexp.MustCompile(`^(?:[\t\r\n]|[\s\p{Zs}\x{200b}\x{feff}]*[` + starters + `])`)
	// A program that parts cells at other signs than the comma finds cells where
	// none were meant.
	afterSeparator = regexp.MustCompile(`([;\t|]["\s\p{Zs}]*)('*[` + starters + `])`)
	guardedAfter   = regexp.MustCompile(`([;\t|]["\s\p{Zs}]*)'('*[` + starters + `])`)
)

func evaluated(text string) bool { return formula.MatchString(text) }

// WriteXLSX writes a workbook with a sheet for each table; heads stay in sight
// and are printed on every page. Texts are written as texts, never as
// formulas, and cut to what a cell holds.
func WriteXLSX(w io.Writer, tables ...Table) error {
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	look, err := newLook(f)
	if err != nil {
		return err
	}
	for i := range tables {
		t := &tables[i]
		name := sheetName(t.Name)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err == nil {
			err = t.stream(f, name, look)
		}
		if err != nil {
			return fmt.Errorf("write sheet %q: %w", name, err)
		}
	}
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// sheetName makes a name that a workbook takes.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return '-'
		}
		return r
	}, s), "'")
	if r := []rune(s); len(r) > maxSheetName {
		return string(r[:maxSheetName])
	}
	return s
}

// look is how cells are shown.
type look struct{ head, text int }

func newLook(f *excelize.File) (look, error) {
	line := make([]excelize.Border, 0, 4)
	for _, side := range []string{"left", "right", "top", "bottom"} {
		line = append(line, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	top := &excelize.Alignment{WrapText: true, Vertical: "top"}
	head, err := f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Alignment: top, Border: line,
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6E6E6"}},
	})
	if err != nil {
		return look{}, fmt.Errorf("write workbook: %w", err)
	}
	const asText = 49 // the number format "@": what is typed in stays as it is
	text, err := f.NewStyle(&excelize.Style{Alignment: top, Border: line, NumFmt: asText})
	if err != nil {
		return look{}, fmt.Errorf("write workbook: %w", err)
	}
	return look{head, text}, nil
}

// stream writes one sheet. Widths and panes come before the rows.
func (t *Table) stream(f *excelize.File, name string, l look) error {
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
	for i, row := range append([][]string{t.Head}, t.Rows...) {
		style := l.text
		if i == 0 {
			style = l.head
		}
		cells := make([]any, len(row))
		for n, text := range row {
			cells[n] = excelize.Cell{StyleID: style, Value: cut(text)}
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := s.SetRow(at, cells); err != nil {
			return err
		}
	}
	return s.Flush()
}

// printed sets a sheet up for paper: A4 landscape, as wide as the page, the
// heads on every page.
func printed(f *excelize.File, name string) error {
	landscape, wide, long, fit, a4 := "landscape", 1, 0, true, 9
	if err := f.SetPageLayout(name, &excelize.PageLayoutOptions{
		Orientation: &landscape, FitToWidth: &wide, FitToHeight: &long, Size: &a4,
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

func cut(text string) string {
	if len(text) <= maxCellText || utf8.RuneCountInString(text) <= maxCellText {
		return text
	}
	return string([]rune(text)[:maxCellText-1]) + "…"
}

// widths are how wide the columns are, in characters, by their first rows.
func (t *Table) widths() []float64 {
	const most, room, sample = 48, 18, 200
	out := make([]float64, len(t.Head))
	for i, h := range t.Head {
		out[i] = float64(min(room, i18n.Width(h)+3))
		if i >= len(t.Head)-t.Fill {
			out[i] = room
		}
	}
	for _, row := range t.Rows[:min(len(t.Rows), sample)] {
		for i, text := range row {
			for line := range strings.Lines(text) {
				out[i] = max(out[i], float64(min(most, i18n.Width(strings.TrimSpace(line))+2)))
			}
		}
	}
	return out
}
