package report

import (
	"strconv"
	"strings"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
)

// positions are what the rounds of a question came to.
func (m *maker) positions(v *exercise.PollView) (blocks []Block) {
	last := v.Shown[len(v.Shown)-1]
	if last.Simulated {
		blocks = append(blocks, Block{Text: m.t("simulated")})
	}
	switch v.Kind {
	case exercise.PollText:
		if quotes := m.src.Quotes[v.Key]; len(quotes) > 0 && !m.public() {
			blocks = append(blocks, Block{Text: m.t("quotes")}, Block{Quotes: quotes})
		}
		if v.Attributed && !m.public() {
			blocks = append(blocks, Block{Table: m.said(v, last.Answers)})
		}
	case exercise.PollMatrix:
		if !m.public() {
			blocks = append(blocks, Block{Table: m.matrix(v, last.Answers)})
		}
	case exercise.PollScale:
		blocks = append(blocks, Block{Table: m.scale(v)}, Block{Text: m.t("median", i18n.Args{"N": number(tabletop.Median(last.Answers))})})
	default:
		blocks = append(blocks, Block{Table: m.tallies(v)})
		if v.Kind == exercise.PollRanking {
			blocks = append(blocks, Block{Text: m.t("borda")}, Block{Table: m.pairs(v, last.Answers)})
		}
	}
	switch v.Kind {
	case exercise.PollScale, exercise.PollPoints, exercise.PollRanking:
		if v.Attributed && !m.public() {
			blocks = append(blocks, Block{Table: m.said(v, last.Answers)})
		}
	}
	if len(blocks) == 0 {
		blocks = []Block{{Text: m.t("took_part", i18n.Args{"N": len(last.Answers)})}}
	}
	return blocks
}

// tallies have a column for each round, and which delegations chose what where the
// room saw that. Points and places are no choice: said has them by
// delegation.
func (m *maker) tallies(v *exercise.PollView) *Table {
	t := &Table{Name: m.text(v.Title), Head: []string{m.t("option")}}
	for _, r := range v.Shown {
		t.Head = append(t.Head, m.t("round", i18n.Args{"N": r.Round}))
		t.Of = max(t.Of, len(r.Answers))
	}
	t.Bars = len(t.Head) - 1
	who := v.Attributed && !m.public() && v.Kind != exercise.PollPoints && v.Kind != exercise.PollRanking
	if who {
		t.Head = append(t.Head, m.t("gap_who"))
	}
	for i, o := range v.Options {
		row := []string{m.text(o.Text)}
		var units []string
		for _, r := range v.Shown {
			tally := tabletop.Tallies(&v.Poll, r.Answers)[i]
			row = append(row, strconv.Itoa(tally.N))
			t.Of = max(t.Of, tally.N)
			units = units[:0]
			for _, u := range tally.Units {
				units = append(units, m.unit(u))
			}
		}
		if who {
			row = append(row, strings.Join(units, m.t("comma")))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (m *maker) scale(v *exercise.PollView) *Table {
	t := &Table{Name: m.text(v.Title), Head: []string{m.t("value")}}
	for _, r := range v.Shown {
		t.Head = append(t.Head, m.t("round", i18n.Args{"N": r.Round}))
		t.Of = max(t.Of, len(r.Answers))
	}
	t.Bars = len(t.Head) - 1
	for n := 1; n <= 3; n++ {
		t.Head = append(t.Head, m.t("sure."+strconv.Itoa(n)))
	}
	last := tabletop.Steps(&v.Poll, v.Shown[len(v.Shown)-1].Answers)
	for i, st := range last {
		row := []string{strconv.Itoa(st.Value)}
		for _, r := range v.Shown {
			row = append(row, strconv.Itoa(tabletop.Steps(&v.Poll, r.Answers)[i].N()))
		}
		for _, n := range st.Sure {
			row = append(row, strconv.Itoa(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (m *maker) pairs(v *exercise.PollView, answers []exercise.PollAnswer) *Table {
	t := &Table{Name: m.t("pairs"), Bars: -1, Head: []string{m.t("pairs")}}
	for i := range v.Options {
		t.Head = append(t.Head, strconv.Itoa(i+1))
	}
	for i, line := range tabletop.Pairs(&v.Poll, answers) {
		row := []string{strconv.Itoa(i+1) + " " + m.text(v.Options[i].Text)}
		for j, n := range line {
			if i == j {
				row = append(row, "–")
			} else {
				row = append(row, strconv.Itoa(n))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (m *maker) said(v *exercise.PollView, answers []exercise.PollAnswer) *Table {
	t := &Table{Name: m.text(v.Title), Bars: -1, Head: []string{m.t("delegation"), m.t("answer")}}
	for i := range answers {
		t.Rows = append(t.Rows, []string{m.unit(answers[i].Unit), m.words(&v.Poll, &answers[i])})
	}
	return t
}

func (m *maker) matrix(v *exercise.PollView, answers []exercise.PollAnswer) *Table {
	t := &Table{Name: m.text(v.Title), Bars: -1, Head: []string{m.t("delegation")}}
	for _, o := range v.Options {
		t.Head = append(t.Head, m.text(o.Text))
	}
	for _, a := range answers {
		row := []string{m.unit(a.Unit)}
		for _, o := range v.Options {
			row = append(row, a.Row[o.Key])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
