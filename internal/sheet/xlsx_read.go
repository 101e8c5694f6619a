package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// openXLSX reads every sheet of a workbook. Values are taken as they are
// stored; formulas are not computed.
func openXLSX(raw []byte) (all []*Grid, err error) {
	defer func() { // the library trusts what files say of themselves
		if r := recover(); r != nil {
			all, err = nil, fmt.Errorf("%w: %v", ErrWorkbook, r)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		UnzipSizeLimit: 4 * MaxFile, UnzipXMLSizeLimit: MaxFile,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWorkbook, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	props, err := f.GetWorkbookProps()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWorkbook, err)
	}
	b := &workbook{f: f, date1904: props.Date1904 != nil && *props.Date1904, formats: map[int]Kind{}}
	for _, name := range f.GetSheetList() {
		g, err := b.grid(name)
		if errors.Is(err, ErrLarge) {
			return nil, err
		}
		if err != nil {
			continue // a chart sheet has no cells
		}
		all = append(all, g)
	}
	if len(all) == 0 {
		return nil, ErrWorkbook
	}
	return all, nil
}

type workbook struct {
	f        *excelize.File
	date1904 bool
	formats  map[int]Kind // style -> kind of a number in it
}

func (b *workbook) grid(name string) (*Grid, error) {
	rows, err := b.f.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	g := &Grid{Name: name, HiddenRows: map[int]bool{}}
	if visible, err := b.f.GetSheetVisible(name); err == nil {
		g.Hidden = !visible
	}
	for rows.Next() {
		raw, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, err
		}
		if len(g.Rows) >= maxRows || len(raw) > maxCols {
			return nil, ErrLarge
		}
		if rows.GetRowOpts().Hidden {
			g.HiddenRows[len(g.Rows)+1] = true
		}
		line := make([]Cell, len(raw))
		for i, text := range raw {
			line[i] = b.cell(name, len(g.Rows), i, text)
		}
		g.Rows = append(g.Rows, line)
	}
	b.formulas(g)
	return g, b.merged(g)
}

// cell reads one stored value.
func (b *workbook) cell(sheet string, row, col int, raw string) Cell {
	if raw == "" {
		return Cell{}
	}
	text := strings.ReplaceAll(raw, "\r\n", "\n")
	ref, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		return Cell{Text: text}
	}
	typ, err := b.f.GetCellType(sheet, ref)
	if err == nil && typ == excelize.CellTypeError {
		return Cell{Text: text, Kind: Broken}
	}
	number, numErr := strconv.ParseFloat(raw, 64)
	numeric := typ == excelize.CellTypeUnset || typ == excelize.CellTypeNumber || typ == excelize.CellTypeFormula
	if err != nil || numErr != nil || !numeric {
		return Cell{Text: text}
	}
	c := Cell{Text: text, Number: number, Kind: b.kind(sheet, ref)}
	if c.Kind == Moment && b.date1904 && number >= 1 {
		c.Number += 1462 // days between the two systems
	}
	return c
}

// kind tells numbers from dates by the format of the cell.
func (b *workbook) kind(sheet, ref string) Kind {
	id, err := b.f.GetCellStyle(sheet, ref)
	if err != nil {
		return Number
	}
	if k, known := b.formats[id]; known {
		return k
	}
	k := Number
	if style, err := b.f.GetStyle(id); err == nil {
		k = formatKind(style)
	}
	b.formats[id] = k
	return k
}

// formatKind reads a number format (ECMA-376 part 1, 18.8.30 and 18.8.31).
func formatKind(s *excelize.Style) Kind {
	if s.CustomNumFmt == nil {
		switch n := s.NumFmt; {
		case n == 46:
			return Elapsed
		case n >= 14 && n <= 22, n >= 27 && n <= 36, n == 45, n == 47, n >= 50 && n <= 58:
			return Moment
		}
		return Number
	}
	code := strings.ToLower(plainFormat(*s.CustomNumFmt))
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

// formulas marks formulas that have no stored value.
func (b *workbook) formulas(g *Grid) {
	for r, row := range g.Rows {
		for c := range row {
			if row[c].Text != "" {
				continue
			}
			ref, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				continue
			}
			if formula, err := b.f.GetCellFormula(g.Name, ref); err == nil && formula != "" {
				row[c] = Cell{Text: "=" + formula, Kind: Broken}
			}
		}
	}
}

// merged gives the value of a merged cell to every row that it covers.
func (b *workbook) merged(g *Grid) error {
	all, err := b.f.GetMergeCells(g.Name)
	if err != nil {
		return nil //nolint:nilerr // a sheet whose merged cells cannot be read is read without
	}
	for _, m := range all {
		col, from, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		if err != nil {
			continue
		}
		_, to, err := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err != nil || to > maxRows {
			continue
		}
		value := g.At(from-1, col-1)
		value.Filled = true
		for r := from; r < to; r++ {
			g.set(r, col-1, value)
		}
	}
	return nil
}

func (g *Grid) set(row, col int, c Cell) {
	for len(g.Rows) <= row {
		g.Rows = append(g.Rows, nil)
	}
	for len(g.Rows[row]) <= col {
		g.Rows[row] = append(g.Rows[row], Cell{})
	}
	g.Rows[row][col] = c
}
