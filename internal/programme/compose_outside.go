package programme

import (
	"slices"
	"strings"

	"renkei/internal/community"
)

// OutsideRow is something that another area has done in the year of a report, in
// numbers. The area says what it is; what the numbers are called, and by which rule
// they were counted, stands in the texts below "programme.outside.".
type OutsideRow struct {
	ID     string // of its record in its area
	On     community.Date
	Name   community.Text
	Member string // whose it is; "" for nobody's
	Facts  []OutsideFact
}

// OutsideFact is a number of another area.
type OutsideFact struct {
	Key string
	N   int64
	// Of are the records that were counted; none where it is the row's own.
	Of []OutsideRecord
}

// OutsideRecord is a record of another area that was counted.
type OutsideRecord struct {
	Kind, ID string
	Name     community.Text
	Member   string // whose it is; "" for nobody's
}

// outsideShows are the blocks that other areas fill.
func outsideShows() []Show { return []Show{ShowComchecks, ShowChanges, ShowNeeds, ShowDeals} }

// shows reports whether a block of the edition shows something.
func (e *Edition) shows(s Show) bool {
	for at := range e.all() {
		if slices.ContainsFunc(at.Blocks, func(b Block) bool { return b.Show == s }) {
			return true
		}
	}
	return false
}

// outside is what another area has done, each number a figure with its rule and
// its record.
func (c *composer) outside(show Show) Piece {
	rows := c.from.Outside[show]
	if len(rows) == 0 {
		return c.none(show)
	}
	piece := Piece{State: Machine, untitled: true, Title: c.t("show." + string(show)), Table: &Table{Head: []string{c.t("field.what")}}}
	dated := len(rows) == 1 || slices.ContainsFunc(rows, func(row OutsideRow) bool { return row.On != rows[0].On })
	if dated {
		piece.Table.Head = append(piece.Table.Head, c.t("field.when"))
	} else { // one date of all
		piece.untitled, piece.Title = false, strings.Join([]string{piece.Title, When(c.p, rows[0].On, "")}, c.t("comma"))
	}
	for _, f := range rows[0].Facts {
		piece.Table.Head = append(piece.Table.Head, c.t("outside."+f.Key))
	}
	for i := range rows {
		row := &rows[i]
		at := Reference{Kind(show), row.ID}
		name := c.outsideName(row.Member, row.Name)
		cells := [][]Span{{{Text: name}}}
		if dated {
			cells = append(cells, []Span{{Text: When(c.p, row.On, "")}})
		}
		for _, f := range row.Facts {
			cells = append(cells, []Span{c.cite(at, name, row.On, f)})
		}
		piece.Records = append(piece.Records, at)
		piece.Table.Rows = append(piece.Table.Rows, cells)
	}
	return piece
}

// outsideName is what a record of another area is called, with whose it is.
func (c *composer) outsideName(member string, name community.Text) string {
	if member == "" {
		return c.say(name)
	}
	return strings.Join(nonEmpty(c.memberNames([]string{member}), c.say(name)), c.t("comma"))
}

// cite is a number of another area in the text; its rule and its record stand at
// the end.
func (c *composer) cite(at Reference, name string, on community.Date, f OutsideFact) Span {
	value := grouped(c.p, f.N)
	cited := Cited{
		ID: strings.Join([]string{string(at.Kind), at.ID, f.Key}, "-"), Name: strings.Join([]string{name, c.t("outside." + f.Key)}, c.t("comma")),
		Value: value, Number: f.N, Rule: c.t("outside." + f.Key + ".rule"), AsOf: on, Records: []Counted{{at, name}},
	}
	if len(f.Of) > 0 {
		cited.Records = nil
		for _, rec := range f.Of {
			cited.Records = append(cited.Records, Counted{Reference{Kind(rec.Kind), rec.ID}, c.outsideName(rec.Member, rec.Name)})
		}
	}
	if !slices.ContainsFunc(c.r.Figures, func(x Cited) bool { return x.ID == cited.ID }) {
		c.r.Figures = append(c.r.Figures, cited)
	}
	return Span{Text: value, Figure: cited.ID}
}
