package msel

import (
	"maps"
	"slices"
	"strings"
)

// Question is asked where the spreadsheet does not say it itself. Its sentence
// is in the interface catalogue under "msel.ask.<Code>".
type Question struct {
	Code    string // column, unit, order, startex
	Args    map[string]any
	Options []string // possible answers; none: free text
}

// Answers to a question about a column, beside the names of fields.
const (
	KeepAsNote = "note"
	LeaveOut   = "-"
)

// Asker answers questions.
type Asker interface {
	Ask(q Question) (string, error)
}

// column is a column of the sheet that is read.
type column struct {
	col  int
	head string
	name string // field with its language; dateField; "" for a note
}

// bind finds out which column is which. What it learns by asking goes into the
// mapping.
func (im *importer) bind() error {
	g := newGuesser()
	row, _ := g.row(im.grid)
	if im.m.Head > 0 {
		row = im.m.Head - 1
	}
	if row >= len(im.grid.Rows) {
		im.issue("", "no_head", map[string]any{"Row": row + 1}, false)
		return nil
	}
	im.head = row
	wanted := map[string]string{} // folded head -> field
	for name, head := range im.m.Columns {
		wanted[foldHead(head)] = name
	}
	taken := map[string]bool{}
	for c := range im.grid.Rows[row] {
		head := tidy(im.grid.At(row, c).Text)
		if head == "" {
			im.headless(c)
			continue
		}
		name, found := wanted[foldHead(head)]
		if !found {
			name = im.language(g.head(head))
		}
		if err := im.take(column{c, head, name}, taken, found); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(im.m.Columns)) {
		if !taken[im.language(name)] && !taken[name] {
			im.issue("", "no_column", map[string]any{"Field": name, "Head": im.m.Columns[name]}, false)
		}
	}
	return nil
}

// take settles what becomes of a column.
func (im *importer) take(c column, taken map[string]bool, said bool) error {
	if said {
		c.name = im.language(c.name)
	}
	is := func(list []string) bool {
		return slices.ContainsFunc(list, func(h string) bool { return foldHead(h) == foldHead(c.head) })
	}
	switch {
	case is(im.m.Ignore):
		return nil
	case is(im.m.Notes):
		im.columns = append(im.columns, column{c.col, c.head, ""})
		return nil
	case c.name != "" && !taken[c.name] && im.possible(c.name):
		taken[c.name] = true
		im.columns = append(im.columns, c)
		return nil
	case im.in.Ask == nil:
		im.unmapped(c)
		return nil
	}
	answer, err := im.in.Ask.Ask(Question{
		Code: "column", Args: map[string]any{"Head": c.head, "Ref": im.grid.Ref(im.head, c.col), "Sample": im.sample(c.col)},
		Options: append(im.free(taken), KeepAsNote, LeaveOut),
	})
	if err != nil {
		return err
	}
	switch answer {
	case LeaveOut:
		im.m.Ignore = append(im.m.Ignore, c.head)
	case KeepAsNote:
		im.m.Notes = append(im.m.Notes, c.head)
		im.columns = append(im.columns, column{c.col, c.head, ""})
	default:
		c.name = im.language(answer)
		taken[c.name] = true
		im.m.Columns[c.name] = c.head
		im.columns = append(im.columns, c)
	}
	return nil
}

// unmapped names a column that is not read, or keeps it as a note.
func (im *importer) unmapped(c column) {
	if im.in.KeepRest {
		im.m.Notes = append(im.m.Notes, c.head)
		im.columns = append(im.columns, column{c.col, c.head, ""})
		return
	}
	im.issue(im.grid.Ref(im.head, c.col), "unmapped", map[string]any{"Head": c.head}, true)
}

// headless names a column that has something in it but no head.
func (im *importer) headless(c int) {
	if s := im.sample(c); s != "" {
		im.issue(im.grid.Ref(im.head, c), "headless", map[string]any{"Sample": s}, true)
	}
}

// language gives a text column without a language that of the mapping.
func (im *importer) language(name string) string {
	if f, lang, ok := fieldOf(name); ok && f.lang && lang == "" {
		return name + "." + im.textLanguage()
	}
	return name
}

// possible reports whether the pack can have the column.
func (im *importer) possible(name string) bool {
	_, lang, _ := fieldOf(name)
	return lang == "" || im.src == nil || slices.Contains(im.src.pack.Languages, lang)
}

// free lists the fields that no column has yet.
func (im *importer) free(taken map[string]bool) []string {
	var all []string
	for _, name := range append(names(im.languages()), dateField) {
		if !taken[name] {
			all = append(all, name)
		}
	}
	return all
}

// sample is the first thing that stands in a column below the heads.
func (im *importer) sample(c int) string {
	for r := im.head + 1; r < len(im.grid.Rows); r++ {
		if cell := im.grid.At(r, c); !cell.Empty() {
			return clip(cell.Text)
		}
	}
	return ""
}

// clip shortens what is quoted.
func clip(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
