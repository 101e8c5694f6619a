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
	"strings"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/sheet"
	"renkei/internal/sheet/columns"
)

// Fields of a row beside its texts, in the order of the columns. Texts follow:
// text:en, note:en and lead:en for each language.
var fields = []string{"id", "kind", "measure", "status", "since", "due", "until", "also", "recurring", "uncertain", "themes", "sectors", "indices", "evidence"}

// texts are the fields that are in several languages.
var texts = []string{"text", "note", "lead"}

// Table returns the items of a member as a table: a row for each, with the texts
// in all languages that one of them has, and English and Japanese.
func Table(name string, items []handbook.Item) sheet.Table {
	langs := languages(items)
	t := sheet.Table{Name: name, Head: columns.Head(fields, texts, langs)}
	for i := range items {
		it := &items[i]
		row := []string{
			it.ID, string(it.Kind), it.Measure, string(it.Status), string(it.Since), string(it.Due), string(it.Until), dates(it.Also),
			columns.Mark(it.Recurring), columns.Mark(it.Uncertain), strings.Join(it.Themes, ", "), strings.Join(it.Sectors, ", "), strings.Join(it.Indices, ", "), Evidence(it.Evidence),
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
	return columns.Languages(func(yield func(string) bool) {
		for i := range items {
			for _, field := range texts {
				for lang := range *textOf(&items[i], field) {
					if !yield(lang) {
						return
					}
				}
			}
		}
	})
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

// ErrColumns means that a table has no column "id" or no text.
var ErrColumns = errors.New("exchange: the first row names no columns of a handbook")

// Problem is what is wrong with a cell: an error of package columns, or one of
// package handbook.
type Problem = columns.Problem

// Key names the reason of a problem in a word, for a catalogue of texts.
func Key(p *Problem) string {
	return p.Key(map[string]error{
		"text": handbook.ErrText, "long": handbook.ErrLong, "date": community.ErrDate, "order": handbook.ErrOrder, "kind": handbook.ErrKind, "status": handbook.ErrStatus,
		"measure": handbook.ErrMeasure, "tag": handbook.ErrTag, "language": handbook.ErrLanguage, "evidence": handbook.ErrEvidence,
	})
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
	r := &reading{v: v, member: member, base: map[string]*handbook.Item{}, seen: map[string]bool{}}
	for i := range items {
		r.base[items[i].ID] = &items[i]
	}
	r.Table = columns.Read(g, fields, texts, &r.plan.Problems)
	if !r.Has("id") || !r.Has("text:en") && len(r.Names()) <= len(fields) {
		return Plan{}, ErrColumns
	}
	for row := range r.Rows() {
		if err := r.row(row, newID); err != nil {
			return Plan{}, err
		}
	}
	r.dropMissing(items)
	return r.plan, nil
}

// reading is a table on its way in.
type reading struct {
	*columns.Table

	v      *handbook.Vocabulary
	member string
	base   map[string]*handbook.Item
	seen   map[string]bool
	plan   Plan
}

// row reads an item, and keeps it where it differs from what there is.
func (r *reading) row(row int, newID func() string) error {
	id := r.Cell(row, "id", "")
	was := r.base[id]
	if id != "" && (was == nil || r.seen[id]) {
		r.Problem(row, "id", columns.ErrID)
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
			r.Problem(row, r.named(fault.Field), fault.Err)
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

// named is the column of a field; of texts that of English.
func (r *reading) named(field string) string {
	if r.Has(field) {
		return field
	}
	return field + ":en"
}

// fields reads the cells of a row into an item. What has no column stays.
func (r *reading) fields(row int, it *handbook.Item) {
	it.Kind = cmp.Or(handbook.Kind(r.Cell(row, "kind", string(it.Kind))), handbook.Measured)
	it.Measure, it.Status = r.Cell(row, "measure", it.Measure), handbook.Status(r.Cell(row, "status", string(it.Status)))
	for field, to := range map[string]*community.Date{"since": &it.Since, "due": &it.Due, "until": &it.Until} {
		d, err := community.ParseDate(r.Cell(row, field, string(*to)))
		if err != nil {
			r.Problem(row, field, community.ErrDate)
			continue
		}
		*to = d
	}
	var err error
	if it.Also, err = ParseDates(r.Cell(row, "also", dates(it.Also))); err != nil {
		r.Problem(row, "also", community.ErrDate)
	}
	for field, to := range map[string]*bool{"recurring": &it.Recurring, "uncertain": &it.Uncertain} {
		*to = r.Marked(row, field, *to)
	}
	for field, to := range map[string]*[]string{"themes": &it.Themes, "sectors": &it.Sectors, "indices": &it.Indices} {
		*to = strings.FieldsFunc(r.Cell(row, field, strings.Join(*to, ",")), separates)
	}
	if it.Evidence, err = ParseEvidence(r.Cell(row, "evidence", Evidence(it.Evidence))); err != nil {
		r.Problem(row, "evidence", handbook.ErrEvidence)
	}
	for _, name := range r.Names() {
		if field, lang, isText := strings.Cut(name, ":"); isText {
			t := textOf(it, field)
			*t = t.With(lang, handbook.Words{Text: r.Cell(row, name, "")})
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
