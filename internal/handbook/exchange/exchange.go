// Package exchange turns the page of a member into a table that people fill in
// with a spreadsheet program, offline, and back. An untouched table changes
// nothing. It is domain and may import package sheet.
//
// Start reading at [Table] and [Read].
package exchange

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/sheet"
)

// Fields of a row beside its texts, in the order of the columns. Texts follow:
// text:en, note:en and lead:en for each language.
var fields = []string{"id", "kind", "measure", "status", "since", "due", "until", "also", "recurring", "uncertain", "themes", "sectors", "indices", "evidence"}

// texts are the fields that are in several languages.
var texts = []string{"text", "note", "lead"}

// yes marks what is so in a column of yes or nothing.
const yes = "yes"

// Table returns the items of a member as a table: a row for each, with the texts
// in all languages that one of them has, and English and Japanese.
func Table(name string, items []handbook.Item) sheet.Table {
	langs := languages(items)
	t := sheet.Table{Name: name, Head: slices.Clone(fields)}
	for _, lang := range langs {
		for _, field := range texts {
			t.Head = append(t.Head, field+":"+lang)
		}
	}
	for i := range items {
		it := &items[i]
		row := []string{
			it.ID, string(it.Kind), it.Measure, string(it.Status), string(it.Since), string(it.Due), string(it.Until), dates(it.Also),
			mark(it.Recurring), mark(it.Uncertain), strings.Join(it.Themes, ", "), strings.Join(it.Sectors, ", "), strings.Join(it.Indices, ", "), Evidence(it.Evidence),
		}
		for _, lang := range langs {
			for _, field := range texts {
				row = append(row, (*textOf(it, field))[lang].Text)
			}
		}
		t.Add(row...)
	}
	return t
}

func languages(items []handbook.Item) []string {
	langs := []string{"en", "ja"}
	for i := range items {
		for _, field := range texts {
			for _, lang := range textOf(&items[i], field).Languages() {
				if !slices.Contains(langs, lang) {
					langs = append(langs, lang)
				}
			}
		}
	}
	slices.Sort(langs[2:])
	return langs
}

func textOf(it *handbook.Item, field string) *handbook.Texts {
	switch field {
	case "note":
		return &it.Note
	case "lead":
		return &it.Lead
	}
	return &it.Text
}

func mark(is bool) string {
	if is {
		return yes
	}
	return ""
}

func dates(all []community.Date) string {
	out := make([]string, len(all))
	for i, d := range all {
		out[i] = string(d)
	}
	return strings.Join(out, ", ")
}

// Evidence writes evidence one a line: title | link or file | last seen there.
func Evidence(all []handbook.Evidence) string {
	var out []string
	for _, e := range all {
		line := e.Title + " | " + cmp.Or(e.URL, e.File)
		if e.Alive != "" {
			line += " | " + string(e.Alive)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// ParseEvidence reads what Evidence wrote, and what people write like it. It
// returns handbook.ErrEvidence, or community.ErrDate.
func ParseEvidence(text string) (all []handbook.Evidence, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if len(parts) < 2 || len(parts) > 3 {
			return nil, handbook.ErrEvidence
		}
		e := handbook.Evidence{Title: parts[0]}
		if strings.Contains(parts[1], "://") {
			e.URL = parts[1]
		} else {
			e.File = parts[1]
		}
		if len(parts) == 3 {
			if e.Alive, err = community.ParseDate(parts[2]); err != nil {
				return nil, err
			}
		}
		all = append(all, e)
	}
	return all, nil
}

// ParseDates reads dates with commas or spaces between them.
func ParseDates(text string) (all []community.Date, err error) {
	for _, word := range strings.FieldsFunc(text, separates) {
		d, err := community.ParseDate(word)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

func separates(r rune) bool { return strings.ContainsRune(" ,、，;\t\n\r", r) }

// Errors of tables.
var (
	// ErrColumns means that a table has no column "id" or no text.
	ErrColumns = errors.New("exchange: the first row names no columns of a handbook")
	// ErrColumn means a column that there is not, or twice.
	ErrColumn = errors.New("exchange: unknown column, or twice")
	// ErrID means a row whose id is another member's, unknown, or there twice.
	ErrID = errors.New("exchange: no such item, or twice")
	// ErrFormula means a formula that has never been computed, or an error.
	ErrFormula = errors.New("exchange: a formula without a value")
	// ErrMark means neither yes nor nothing.
	ErrMark = errors.New("exchange: neither yes nor empty")
)

// Problem is what is wrong with a cell.
type Problem struct {
	Cell  string // as people name it: "KH!C7"
	Field string // of the column
	Text  string // what stands there
	Err   error
}

// Key names the reason in a word, for a catalogue of texts.
func (p *Problem) Key() string {
	for key, reason := range map[string]error{
		"text": handbook.ErrText, "long": handbook.ErrLong, "date": community.ErrDate, "order": handbook.ErrOrder, "kind": handbook.ErrKind, "status": handbook.ErrStatus,
		"measure": handbook.ErrMeasure, "tag": handbook.ErrTag, "language": handbook.ErrLanguage, "evidence": handbook.ErrEvidence,
		"column": ErrColumn, "id": ErrID, "formula": ErrFormula, "mark": ErrMark,
	} {
		if errors.Is(p.Err, reason) {
			return key
		}
	}
	return "other"
}

// Plan is what a table changes.
type Plan struct {
	Put      []handbook.Item // new and changed ones
	New      int             // how many of them are new
	Drop     []string        // ids of items that have no row
	Problems []Problem
}

// Changes is how many items change.
func (p *Plan) Changes() int { return len(p.Put) + len(p.Drop) }

// Read finds what a table changes of the items of a member. Nothing may be
// changed where there are problems. newID makes the id of an item that has none.
// It returns ErrColumns for a table of another kind.
func Read(v *handbook.Vocabulary, g *sheet.Grid, member string, items []handbook.Item, newID func() string) (Plan, error) {
	r := &reading{v: v, g: g, member: member, base: map[string]*handbook.Item{}, seen: map[string]bool{}}
	for i := range items {
		r.base[items[i].ID] = &items[i]
	}
	if !r.head() {
		return Plan{}, ErrColumns
	}
	for row := 1; row < len(g.Rows); row++ {
		if !slices.ContainsFunc(g.Rows[row], func(c sheet.Cell) bool { return !c.Empty() || c.Kind == sheet.Broken }) {
			continue
		}
		if err := r.row(row, newID); err != nil {
			return Plan{}, err
		}
	}
	r.dropMissing(items)
	return r.plan, nil
}

// reading is a table on its way in.
type reading struct {
	v      *handbook.Vocabulary
	g      *sheet.Grid
	member string
	base   map[string]*handbook.Item
	seen   map[string]bool
	column map[string]int
	plan   Plan
}

func (r *reading) head() bool {
	r.column = map[string]int{}
	if len(r.g.Rows) == 0 {
		return false
	}
	for col, c := range r.g.Rows[0] {
		name := strings.TrimSpace(c.Text)
		if name == "" {
			continue
		}
		field, lang, isText := strings.Cut(name, ":")
		ok := slices.Contains(fields, name) || isText && slices.Contains(texts, field) && len(lang) >= 2 && len(lang) <= 12
		if _, twice := r.column[name]; !ok || twice {
			r.problem(0, col, name, ErrColumn)
			continue
		}
		r.column[name] = col
	}
	_, id := r.column["id"]
	_, en := r.column["text:en"]
	return id && (en || len(r.column) > len(fields))
}

func (r *reading) problem(row, col int, field string, err error) {
	r.plan.Problems = append(r.plan.Problems, Problem{r.g.Ref(row, col), field, strings.TrimSpace(r.g.At(row, col).Text), err})
}

// cell returns what stands in a column; otherwise where there is no such column.
func (r *reading) cell(row int, field, otherwise string) string {
	col, there := r.column[field]
	if !there {
		return otherwise
	}
	c := r.g.At(row, col)
	if c.Kind == sheet.Broken {
		r.problem(row, col, field, ErrFormula)
		return otherwise
	}
	return strings.TrimSpace(strings.ReplaceAll(c.Text, "\r\n", "\n"))
}

// row reads an item, and keeps it where it differs from what there is.
func (r *reading) row(row int, newID func() string) error {
	id := r.cell(row, "id", "")
	was := r.base[id]
	if id != "" && (was == nil || r.seen[id]) {
		r.problem(row, r.column["id"], "id", ErrID)
		return nil
	}
	var it handbook.Item
	if was != nil {
		r.seen[id], it = true, *was
	} else {
		it = handbook.Item{ID: newID(), Member: r.member, Order: len(r.base) + row}
	}
	before := len(r.plan.Problems)
	r.fields(row, &it)
	if len(r.plan.Problems) > before {
		return nil
	}
	for _, err := range r.v.Check(&it) {
		var fault *handbook.FaultError
		if errors.As(err, &fault) {
			r.problem(row, r.columnOf(fault.Field), fault.Field, fault.Err)
		}
	}
	same, err := equal(was, &it)
	if err != nil || same || len(r.plan.Problems) > before {
		return err
	}
	r.plan.Put = append(r.plan.Put, it)
	if was == nil {
		r.plan.New++
	}
	return nil
}

// columnOf is where a field stands; texts in the column of English, or the
// first.
func (r *reading) columnOf(field string) int {
	if col, there := r.column[field]; there {
		return col
	}
	return r.column[field+":en"]
}

// fields reads the cells of a row into an item. What has no column stays.
func (r *reading) fields(row int, it *handbook.Item) {
	it.Kind = cmp.Or(handbook.Kind(r.cell(row, "kind", string(it.Kind))), handbook.Measured)
	it.Measure, it.Status = r.cell(row, "measure", it.Measure), handbook.Status(r.cell(row, "status", string(it.Status)))
	for field, to := range map[string]*community.Date{"since": &it.Since, "due": &it.Due, "until": &it.Until} {
		d, err := community.ParseDate(r.cell(row, field, string(*to)))
		if err != nil {
			r.problem(row, r.column[field], field, community.ErrDate)
			continue
		}
		*to = d
	}
	var err error
	if it.Also, err = ParseDates(r.cell(row, "also", dates(it.Also))); err != nil {
		r.problem(row, r.column["also"], "also", community.ErrDate)
	}
	for field, to := range map[string]*bool{"recurring": &it.Recurring, "uncertain": &it.Uncertain} {
		switch text := strings.ToLower(r.cell(row, field, mark(*to))); text {
		case "", yes:
			*to = text == yes
		default:
			r.problem(row, r.column[field], field, ErrMark)
		}
	}
	for field, to := range map[string]*[]string{"themes": &it.Themes, "sectors": &it.Sectors, "indices": &it.Indices} {
		*to = strings.FieldsFunc(r.cell(row, field, strings.Join(*to, ",")), separates)
	}
	if it.Evidence, err = ParseEvidence(r.cell(row, "evidence", Evidence(it.Evidence))); err != nil {
		r.problem(row, r.column["evidence"], "evidence", handbook.ErrEvidence)
	}
	for name := range r.column {
		if field, lang, isText := strings.Cut(name, ":"); isText {
			t := textOf(it, field)
			*t = t.With(lang, handbook.Words{Text: r.cell(row, name, "")})
		}
	}
}

// equal reports whether two items say the same.
func equal(a, b *handbook.Item) (bool, error) {
	if a == nil {
		return false, nil
	}
	one, err := json.Marshal(a)
	two, twoErr := json.Marshal(b)
	if err := errors.Join(err, twoErr); err != nil {
		return false, fmt.Errorf("compare item %s: %w", a.ID, err)
	}
	return string(one) == string(two), nil
}
