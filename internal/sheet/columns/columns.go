// Package columns reads tables that people have worked on with a spreadsheet
// program and whose first row names the columns: fields, and texts that are there
// once for each language, such as "title:en". It says of every wrong cell where it
// is. It knows nothing of what the tables are about.
//
// Start reading at [Read].
package columns

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"renkei/internal/sheet"
)

// Yes marks what is so in a column of yes or nothing.
const Yes = "yes"

// Errors of cells.
var (
	// ErrColumn means a column that there is not, or twice.
	ErrColumn = errors.New("columns: unknown column, or twice")
	// ErrID means a row that names what is not there, or is there twice.
	ErrID = errors.New("columns: no such row, or twice")
	// ErrFormula means a formula that has never been computed, or an error.
	ErrFormula = errors.New("columns: a formula without a value")
	// ErrMark means neither yes nor nothing.
	ErrMark = errors.New("columns: neither yes nor empty")
)

// Problem is what is wrong with a cell.
type Problem struct {
	Cell  string // as people name it: "KH!C7"
	Field string // of the column
	Text  string // what stands there
	Err   error
}

// Key names the reason in a word, for a catalogue of texts: one of this package, or
// one of others.
func (p *Problem) Key(others map[string]error) string {
	own := map[string]error{"column": ErrColumn, "id": ErrID, "formula": ErrFormula, "mark": ErrMark}
	for _, reasons := range []map[string]error{own, others} {
		for key, reason := range reasons {
			if errors.Is(p.Err, reason) {
				return key
			}
		}
	}
	return "other"
}

// Table is a table on its way in. What is wrong with it is added to its problems.
type Table struct {
	grid     *sheet.Grid
	at       map[string]int // columns by name
	problems *[]Problem
}

// Read finds the columns of a table, among fields and texts.
func Read(g *sheet.Grid, fields, texts []string, problems *[]Problem) *Table {
	t := &Table{g, map[string]int{}, problems}
	if len(g.Rows) == 0 {
		return t
	}
	for col, c := range g.Rows[0] {
		name := strings.TrimSpace(c.Text)
		if name == "" {
			continue
		}
		field, lang, isText := strings.Cut(name, ":")
		ok := slices.Contains(fields, name) || isText && slices.Contains(texts, field) && len(lang) >= 2 && len(lang) <= 12
		if _, twice := t.at[name]; !ok || twice {
			*problems = append(*problems, Problem{g.Ref(0, col), name, name, ErrColumn})
			continue
		}
		t.at[name] = col
	}
	return t
}

// Rows are the numbers of the rows below the first that hold something.
func (t *Table) Rows() iter.Seq[int] {
	return func(yield func(int) bool) {
		for row := 1; row < len(t.grid.Rows); row++ {
			if slices.ContainsFunc(t.grid.Rows[row], func(c sheet.Cell) bool { return !c.Empty() || c.Kind == sheet.Broken }) && !yield(row) {
				return
			}
		}
	}
}

// Has reports whether there is a column.
func (t *Table) Has(name string) bool {
	_, there := t.at[name]
	return there
}

// Names are those of all columns.
func (t *Table) Names() []string { return slices.Sorted(maps.Keys(t.at)) }

// Problem notes what is wrong with a cell.
func (t *Table) Problem(row int, field string, err error) {
	col := t.at[field]
	*t.problems = append(*t.problems, Problem{t.grid.Ref(row, col), field, strings.TrimSpace(t.grid.At(row, col).Text), err})
}

// Cell returns what stands in a column of a row; was where there is no such column,
// and where it says the same but for spaces around it.
func (t *Table) Cell(row int, field, was string) string {
	col, there := t.at[field]
	if !there {
		return was
	}
	c := t.grid.At(row, col)
	if c.Kind == sheet.Broken {
		t.Problem(row, field, ErrFormula)
		return was
	}
	text := strings.TrimSpace(strings.ReplaceAll(c.Text, "\r\n", "\n"))
	if text == strings.TrimSpace(strings.ReplaceAll(was, "\r\n", "\n")) {
		return was
	}
	return text
}

// Marked returns what a column of yes or nothing says.
func (t *Table) Marked(row int, field string, was bool) bool {
	switch text := strings.ToLower(t.Cell(row, field, Mark(was))); text {
	case "", Yes:
		return text == Yes
	}
	t.Problem(row, field, ErrMark)
	return was
}

// Mark is what a column of yes or nothing says.
func Mark(is bool) string {
	if is {
		return Yes
	}
	return ""
}

// Languages are English and Japanese, and those of texts beside them in order.
func Languages(texts iter.Seq[string]) []string {
	langs := []string{"en", "ja"}
	for lang := range texts {
		if !slices.Contains(langs, lang) {
			langs = append(langs, lang)
		}
	}
	slices.Sort(langs[2:])
	return langs
}

// Head is the first row: fields, then texts for each language.
func Head(fields, texts, langs []string) []string {
	all := slices.Clone(fields)
	for _, lang := range langs {
		for _, field := range texts {
			all = append(all, field+":"+lang)
		}
	}
	return all
}
