package exchange

import (
	"errors"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
	"renkei/internal/programme"
	"renkei/internal/sheet"
	"renkei/internal/sheet/columns"
)

// May is what a reader may change.
type May struct {
	Author   string
	Reason   string
	Now      time.Time
	Conducts bool     // the meeting: its record and papers, and its guests
	Members  []string // for which people may be entered
}

// maxChanges bounds the records that a file changes.
const maxChanges = 500

func (m *May) changes(l List) bool {
	if l == People {
		return m.Conducts || len(m.Members) > 0
	}
	return m.Conducts
}

// Plan is what tables change.
type Plan struct {
	Changes  []programme.Change   // of records, in an order in which they can be made
	People   []programme.Attendee // new and changed ones
	New      int                  // how many of all these are new
	Problems []Problem
}

// N is how many things change.
func (p *Plan) N() int { return len(p.Changes) + len(p.People) }

// Open is Read of a file. It returns ErrColumns, or an error of package sheet.
func Open(raw []byte, b *Book, may May) (Plan, error) {
	grids, err := sheet.Open(raw)
	if err != nil {
		return Plan{}, err
	}
	return Read(grids, b, may)
}

// Read finds what tables change of an event. Nothing may be changed where there are
// problems. It returns ErrColumns where none of the tables is one of an event.
func Read(grids []*sheet.Grid, b *Book, may May) (Plan, error) {
	var plan Plan
	seen := map[List]bool{}
	for _, g := range grids {
		l, ok := listOf(g)
		if !ok {
			continue
		}
		if !may.changes(l) || seen[l] {
			plan.Problems = append(plan.Problems, Problem{Cell: g.Ref(0, 0), Field: string(l), Text: strings.TrimSpace(g.At(0, 0).Text), Err: ErrList})
			continue
		}
		seen[l] = true
		r := &reading{
			Table: columns.Read(g, l.fields(), l.texts(), &plan.Problems), b: b, may: &may, plan: &plan, there: map[string]bool{},
			now: b.Records, roll: programme.NewRoll(b.People),
		}
		r.rows(l)
	}
	if len(seen) == 0 && len(plan.Problems) == 0 {
		return Plan{}, ErrColumns
	}
	return plan, nil
}

// reading is a table on its way in.
type reading struct {
	*columns.Table

	b     *Book
	may   *May
	plan  *Plan
	there map[string]bool // rows that are named already
	row   int
	now   *programme.Records // after the changes of the rows above
	roll  *programme.Roll    // likewise
}

// listOf is what the first row says that the table is.
func listOf(g *sheet.Grid) (List, bool) {
	if len(g.Rows) == 0 {
		return "", false
	}
	for _, l := range Lists() {
		first := l.fields()[0]
		if slices.ContainsFunc(g.Rows[0], func(c sheet.Cell) bool { return strings.TrimSpace(c.Text) == first }) {
			return l, true
		}
	}
	return "", false
}

func (r *reading) rows(l List) {
	for r.row = range r.Rows() {
		switch l {
		case Minutes:
			r.minutesRow()
		case Papers:
			r.paperRow()
		case People:
			r.personRow()
		}
	}
}

func (r *reading) problem(field string, err error) { r.Problem(r.row, field, err) }

// cell returns what stands in a column of the row; was where nothing else does.
func (r *reading) cell(field, was string) string { return r.Cell(r.row, field, was) }

// fixed wants a cell to say what it said.
func (r *reading) fixed(field, is string) {
	if r.cell(field, is) != is {
		r.problem(field, ErrFixed)
	}
}

// text reads the columns of a text. What has no column stays.
func (r *reading) text(field string, was community.Text) community.Text {
	t := community.Text{}
	for lang, words := range was {
		t[lang] = words
	}
	for _, name := range r.Names() {
		if f, lang, ok := strings.Cut(name, ":"); ok && f == field {
			if words := r.cell(name, was[lang]); words != "" {
				t[lang] = words
			} else {
				delete(t, lang)
			}
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// name notes which row of the table it is; a problem where that is there already.
func (r *reading) name(field, id string) bool {
	if r.there[id] {
		r.problem(field, columns.ErrID)
		return false
	}
	r.there[id] = true
	return true
}

// propose takes a record into the plan where it differs from what there is.
func (r *reading) propose(field string, was, is programme.Record, before int) {
	if len(r.plan.Problems) > before || was != nil && same(was, is) {
		return
	}
	if len(r.plan.Changes) >= maxChanges {
		r.problem(field, ErrMany)
		return
	}
	c := programme.Change{Author: r.may.Author, Reason: r.may.Reason, Of: is.Kind(), ID: is.Key(), Record: is, Base: r.now.LastOf(is.Kind(), is.Key())}
	c = r.now.Numbered(c)
	if err := r.now.Check(c); err != nil {
		var refused *programme.Refusal
		if errors.As(err, &refused) {
			err = refused
		}
		r.problem(field, err)
		return
	}
	r.plan.Changes = append(r.plan.Changes, c)
	if was == nil {
		r.plan.New++
	}
	r.now = r.now.With(programme.Revision{Number: r.now.Last + 1, At: r.may.Now, Of: c.Of, ID: c.ID, Record: c.Record})
}

// same reports whether two records say the same.
func same(a, b programme.Record) bool {
	one, err := programme.Encode(a)
	two, twoErr := programme.Encode(b)
	return errors.Join(err, twoErr) == nil && string(one) == string(two)
}
