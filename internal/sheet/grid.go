package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds of what is read.
const (
	MaxFile  = 64 << 20 // bytes
	maxRows  = 20_000
	maxCols  = 400
	maxCells = 500_000  // of all sheets
	maxText  = 32 << 20 // bytes of all cells, each counted on its own
)

// Errors of files that are no tables.
var (
	ErrLarge    = errors.New("larger than 64 MiB, 20000 rows, 400 columns or 500000 cells")
	ErrWorkbook = errors.New("not a workbook that can be read")
	ErrOld      = errors.New("an old or foreign kind of spreadsheet")
	ErrText     = errors.New("not a text of a known encoding")
)

// Cell is what stands in a cell.
type Cell struct {
	Text   string  // as people see it; for a formula, what it last gave
	Number float64 // of a numeric cell
	Kind   Kind
	Filled bool // belongs to a merged cell further up, whose value it has
}

// Kind says what a cell holds.
type Kind uint8

// Kinds of cells.
const (
	Text    Kind = iota
	Number       // a number without a format of dates and times
	Moment       // a serial date and time (1900 system)
	Elapsed      // a serial length of time, formatted [h]:mm
	Broken       // an error value, or a formula that has never been computed
)

// Empty reports whether nothing stands in the cell.
func (c Cell) Empty() bool { return c.Kind != Broken && strings.TrimSpace(c.Text) == "" }

// Grid is one sheet. Rows[r][c] is the cell in row r+1 and column c+1; rows may
// be of different lengths.
type Grid struct {
	Name       string // "" for a text file
	Hidden     bool
	HiddenRows map[int]bool // from 1
	Encoding   string       // of a text file
	Rows       [][]Cell
}

// At gives a cell; row and column count from 0. Outside it is empty.
func (g *Grid) At(row, col int) Cell {
	if row < 0 || row >= len(g.Rows) || col < 0 || col >= len(g.Rows[row]) {
		return Cell{}
	}
	return g.Rows[row][col]
}

// Ref names a cell as people do: "MSEL!C7", or "C7" in a text file; row and
// column count from 0.
func (g *Grid) Ref(row, col int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row+1)
	if err != nil {
		name = fmt.Sprintf("R%dC%d", row+1, col+1)
	}
	if g.Name == "" {
		return name
	}
	return g.Name + "!" + name
}

// Open reads a file: a workbook by its first bytes, else text. There is at
// least one sheet.
func Open(raw []byte) ([]*Grid, error) {
	switch {
	case len(raw) > MaxFile:
		return nil, ErrLarge
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return openXLSX(raw)
	case bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0")): // .xls, or an encrypted workbook
		return nil, ErrOld
	}
	g, err := openText(raw)
	if err != nil {
		return nil, err
	}
	return []*Grid{g}, nil
}
