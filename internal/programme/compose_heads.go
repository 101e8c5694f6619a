package programme

import (
	"strings"

	"renkei/internal/community"
	"renkei/internal/i18n"
)

// headRules are the columns of a table of heads.
func headRules() []Rule { return []Rule{Persons, Seats, PersonDays, CoursesCompleted, Certified} }

// heads are those who were at the events of activities in the year of the edition,
// or of all, with what others have stated beside. Each number is a figure with its
// rule and records.
func (c *composer) heads(of []string) Piece {
	piece := Piece{State: Machine, Table: &Table{Head: []string{c.t("field.what")}}}
	for _, rule := range headRules() {
		piece.Table.Head = append(piece.Table.Head, c.t("heads."+string(rule)))
	}
	piece.Table.Head = append(piece.Table.Head, c.t("heads.stated"))
	if len(of) == 0 {
		for _, a := range c.from.Records.Activities() {
			of = append(of, a.ID)
		}
		for _, e := range c.from.Records.Events("") {
			if e.Activity == "" {
				of = append(of, e.ID)
			}
		}
	}
	for _, id := range of {
		if row := c.headRow(id); row != nil {
			piece.Table.Rows = append(piece.Table.Rows, row)
			piece.Records = append(piece.Records, c.references([]string{id})...)
		}
	}
	if len(piece.Table.Rows) == 0 {
		return c.none(ShowHeads)
	}
	if all := c.headFigure(Persons, c.t("heads.all"), ""); len(c.from.Records.Count(all).Records) > 0 {
		piece.Table.Rows = append(piece.Table.Rows, c.headCells(c.t("heads.all"), ""))
	}
	return piece
}

// headRow are the heads of an activity or event; nil where nobody was at it in the
// year and nobody has stated anything.
func (c *composer) headRow(id string) [][]Span {
	rec := c.from.Records.any(id)
	if rec == nil {
		return nil
	}
	f := c.headFigure(Persons, "", id)
	stated := c.stated(id)
	registered := len(c.from.Records.Count(f).Records) > 0
	if !registered && len(stated) == 0 {
		return nil
	}
	if !registered { // nobody was registered, which is not that nobody came
		row := [][]Span{{{Text: c.say(rec.Name())}}}
		for range headRules() {
			row = append(row, []Span{{Text: c.t("heads.none")}})
		}
		return append(row, stated)
	}
	return append(c.headCells(c.say(rec.Name()), id)[:1+len(headRules())], stated)
}

func (c *composer) headCells(name, of string) [][]Span {
	row := [][]Span{{{Text: name}}}
	for _, rule := range headRules() {
		row = append(row, []Span{c.figure(c.headFigure(rule, name, of))})
	}
	return append(row, nil)
}

// headFigure is a figure that the report counts by itself.
func (c *composer) headFigure(rule Rule, name, of string) *Figure {
	title := strings.Join(nonEmpty(name, c.t("heads."+string(rule))), c.t("comma"))
	return &Figure{
		Head: Head{ID: strings.Join(nonEmpty("heads", strings.ReplaceAll(string(rule), "_", "-"), of), "-"), Title: community.Text{c.p.Lang(): title}},
		Rule: rule, Of: of, AsOf: c.r.AsOf, InYear: true,
	}
}

// stated are the figures of an activity or event that others have stated as of the
// year, a span each.
func (c *composer) stated(of string) (all []Span) {
	for _, f := range c.from.Records.Figures(of) {
		if f.Rule != Stated || Year(f.AsOf) != Year(c.r.AsOf) {
			continue
		}
		said := c.figure(f)
		said.Text = c.t("heads.says", i18n.Args{"What": c.say(f.Title), "Value": said.Text})
		all = append(all, said)
	}
	return all
}
