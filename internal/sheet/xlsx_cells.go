package sheet

import (
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetCells reads the cells of one sheet into a grid.
type sheetCells struct {
	book   *workbook
	grid   *Grid
	row    int // from 0
	col    int
	kind   string // of the cell, as the sheet says it
	style  int
	value  string
	inline runs

	formula, group string            // of the cell; the group of cells that share a formula
	shared         map[string]string // group -> formula

	merged []string // ranges
}

func (s *sheetCells) begin(name string, attr attributes, within []string) error {
	switch {
	case name == "row" && ends(within, "sheetData"):
		return s.beginRow(attr)
	case name == "c" && ends(within, "row"):
		return s.beginCell(attr)
	case name == "f" && ends(within, "c"):
		s.group = ""
		if attr.get("t") == "shared" {
			s.group = attr.get("si")
		}
	case name == "mergeCell" && ends(within, "mergeCells"):
		s.merged = append(s.merged, attr.get("ref"))
	}
	return nil
}

func (s *sheetCells) beginRow(attr attributes) error {
	s.row++
	s.col = -1
	if n, err := strconv.Atoi(attr.get("r")); err == nil && n > 0 {
		s.row = n - 1
	}
	if isTrue(attr.get("hidden")) && s.row < maxRows {
		s.grid.HiddenRows[s.row+1] = true
	}
	return nil
}

func (s *sheetCells) beginCell(attr attributes) error {
	s.col++
	if ref := attr.get("r"); ref != "" {
		col, row, err := excelize.CellNameToCoordinates(ref)
		if err != nil {
			return err
		}
		s.col, s.row = col-1, row-1
	}
	s.kind, s.value, s.formula, s.group = attr.get("t"), "", "", ""
	s.style, _ = strconv.Atoi(attr.get("s")) // none is the first
	s.inline.Reset()
	return nil
}

func (s *sheetCells) end(name, text string, within []string) error {
	switch {
	case name == "v" && ends(within, "c"):
		s.value = text
	case name == "f" && ends(within, "c"):
		if s.formula = text; s.group != "" && text == "" {
			s.formula = s.shared[s.group]
		} else if s.group != "" {
			s.shared[s.group] = text
		}
		if s.formula == "" {
			s.formula = "…"
		}
	case name == "c" && ends(within, "row"):
		if c := s.cell(); c != (Cell{}) {
			return s.put(s.row, s.col, c)
		}
	}
	return s.inline.end(name, text, within)
}

// cell is the cell that was read.
func (s *sheetCells) cell() Cell {
	text := s.value
	switch s.kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(s.value))
		if err != nil || n < 0 || n >= len(s.book.strings) {
			return Cell{}
		}
		return Cell{Text: s.book.strings[n]}
	case "inlineStr":
		if text = s.inline.String(); text == "" {
			text = s.value
		}
		return Cell{Text: unescaped(text)}
	case "str":
		text = unescaped(text)
	}
	switch {
	case text == "" && s.formula != "":
		return Cell{Text: "=" + s.formula, Kind: Broken}
	case text != "" && s.kind == "e":
		return Cell{Text: text, Kind: Broken}
	case s.kind != "" && s.kind != "n" && s.kind != "str":
		return Cell{Text: text}
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return Cell{Text: text}
	}
	c := Cell{Text: text, Number: number}
	if c.Kind = Number; s.style >= 0 && s.style < len(s.book.formats) {
		c.Kind = s.book.formats[s.style]
	}
	if c.Kind == Moment && s.book.date1904 && number >= 1 {
		c.Number += 1462 // days between the two systems
	}
	return c
}

// put sets a cell, within the bounds of all grids together.
func (s *sheetCells) put(row, col int, c Cell) error {
	if row >= maxRows || col >= maxCols {
		return ErrLarge
	}
	g := s.grid
	for len(g.Rows) <= row {
		g.Rows = append(g.Rows, nil)
	}
	more := col + 1 - len(g.Rows[row])
	if s.book.cells -= max(more, 1); s.book.cells < 0 {
		return ErrLarge
	}
	if more > 0 {
		g.Rows[row] = slices.Grow(g.Rows[row], more)[:col+1]
	}
	if s.book.textSize -= len(c.Text); s.book.textSize < 0 {
		return ErrLarge
	}
	g.Rows[row][col] = c
	return nil
}

// fill gives the value of a merged cell to every row that it covers.
func (s *sheetCells) fill() error {
	for _, ref := range s.merged {
		from, to, _ := strings.Cut(ref, ":")
		col, first, err := excelize.CellNameToCoordinates(from)
		if err != nil {
			continue
		}
		_, last, err := excelize.CellNameToCoordinates(to)
		if err != nil || last > maxRows || first >= last {
			continue
		}
		value := s.grid.At(first-1, col-1)
		value.Filled = true
		for row := first; row < last; row++ {
			if err := s.put(row, col-1, value); err != nil {
				return err
			}
		}
	}
	return nil
}
