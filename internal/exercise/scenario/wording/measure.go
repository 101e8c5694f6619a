package wording

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Measure is a number that is asked for.
type Measure struct {
	Right float64
	Takes func(right, given float64) bool // within the tolerance
	Units []string                        // folded words for what is counted; none: anything
}

// scale is how many bytes the first unit has; 0 where it is none of data.
func (m *Measure) scale() float64 {
	if len(m.Units) == 0 {
		return 0
	}
	return Bytes(m.Units[0])
}

// Reading is how an answer to a measure or a moment was read.
type Reading struct {
	Right bool
	Used  []string // what counted, as it stands in the text
}

// Read finds the number of an answer. Of several that disagree, one that is
// called the total counts; otherwise all must be right. Numbers with the unit
// that is asked for outweigh those without, and those those with another.
func (m *Measure) Read(folded string) Reading {
	text := Numerals(folded)
	all := m.weigh(text, Quantities(text))
	if len(all) > 1 && !m.agree(all) {
		if totals := slices.DeleteFunc(slices.Clone(all), func(q Quantity) bool { return !total(text, q) }); len(totals) > 0 {
			all = totals
		}
	}
	r := Reading{Right: len(all) > 0 && m.agree(all)}
	for _, q := range all {
		r.Used = append(r.Used, q.Text)
	}
	return r
}

func (m *Measure) agree(all []Quantity) bool {
	return !slices.ContainsFunc(all, func(q Quantity) bool { return !m.Takes(m.Right, q.Value) })
}

// weigh keeps the numbers that count: what the text stands by, with the best
// fitting unit, in the unit that is asked for.
func (m *Measure) weigh(text string, all []Quantity) []Quantity {
	all = products(text, all)
	shareUnits(text, all)
	var best []Quantity
	worth := 0
	for _, q := range all {
		value, fits := m.fit(q)
		st := m.statementOf(text, q)
		if rest := clauseAfter(text[q.To:]); strings.Contains(rest, " each") || strings.Contains(rest, "ずつ") {
			st = max(st, Aside)
		}
		if st == Denied || fits == 0 {
			continue
		}
		w := fits * 2
		if st == Stated {
			w++
		}
		q.Value = value
		switch {
		case w > worth:
			best, worth = []Quantity{q}, w
		case w == worth:
			best = append(best, q)
		}
	}
	return best
}

// statementOf tells how a text stands by a number: what it says of it stands
// behind the number or behind its unit.
func (m *Measure) statementOf(text string, q Quantity) Statement {
	st := StatementOf(text, q.Span)
	if q.Unit == "" {
		return st
	}
	i := strings.Index(text[q.To:], q.Unit)
	if i < 0 {
		return st
	}
	end := q.To + i + len(q.Unit)
	if q.Unit[0] >= 0x80 { // Japanese goes on without a space
		_, n := utf8.DecodeRuneInString(q.Unit)
		for _, u := range m.Units {
			if strings.HasPrefix(q.Unit, u) {
				n = max(n, len(u))
			}
		}
		end = q.To + i + n
	}
	return max(st, StatementOf(text, Span{q.From, end}))
}

// fit gives a number in the unit that is asked for, and how well its unit
// fits: 3 the right one, 2 none, 1 some word, 0 not at all.
func (m *Measure) fit(q Quantity) (float64, int) {
	given := Bytes(q.Unit)
	if scale := m.scale(); scale > 0 {
		switch {
		case given > 0:
			return q.Value * given / scale, 3
		case q.Unit == "" && q.Value > 1e6*m.Right && scale > 1:
			return q.Value / scale, 2 // bytes, as a log counts them
		case q.Unit == "":
			return q.Value, 2
		}
		return q.Value, 1
	}
	if len(m.Units) == 0 {
		return q.Value, 2
	}
	if slices.ContainsFunc(m.Units, func(u string) bool {
		return q.Unit == u || u[0] >= 0x80 && strings.HasPrefix(q.Unit, u)
	}) {
		return q.Value, 3
	}
	switch {
	case given > 0 || q.Unit == "%":
		return q.Value, 0
	case q.Unit == "":
		return q.Value, 2
	}
	return q.Value, 1
}

// products makes one number of "4 x 1.5 GiB".
func products(text string, all []Quantity) (out []Quantity) {
	for i := 0; i < len(all); i++ {
		q := all[i]
		if i+1 < len(all) {
			next := all[i+1]
			between := strings.TrimSpace(text[q.To:next.From])
			size := strings.HasPrefix(between, q.Unit) && strings.HasSuffix(between, " of") && q.Unit != "" && !total(text, next)
			times := size || between == "×" || between == "*" || between == "x" || strings.HasSuffix(between, "×") && len(between) <= 8
			if times || q.Unit == "x" || strings.HasPrefix(between, "x ") {
				next.Value *= q.Value
				next.From, next.Text = q.From, text[q.From:next.To]+" "+next.Unit
				out = append(out, next)
				i++
				continue
			}
		}
		out = append(out, q)
	}
	return out
}

// shareUnits gives a bare number the unit of the next where they belong
// together: "22 or 24 GB", "22-24 GB".
func shareUnits(text string, all []Quantity) {
	for i := len(all) - 2; i >= 0; i-- {
		if all[i].Unit != "" && !isOneOf(all[i].Unit, "or and to から または か と") {
			continue
		}
		switch strings.Trim(text[all[i].To:all[i+1].From], " ,") {
		case "or", "and", "to", "-", "/", "~", "", "または", "か", "と", "から", "・":
			all[i].Unit = all[i+1].Unit
		}
	}
}

// total reports whether a number is said to be the sum.
func total(text string, q Quantity) bool {
	before := strings.TrimRight(clauseTail(text[:q.From]), " ")
	if strings.HasSuffix(before, "=") || strings.HasSuffix(before, "->") || strings.HasSuffix(before, "→") {
		return true
	}
	after := clauseAfter(text[q.To:])
	for _, word := range totals() {
		if strings.Contains(before, word) || strings.Contains(after, word) {
			return true
		}
	}
	return false
}

func totals() []string {
	return []string{
		"total", "together", "altogether", "sum ", "sums", "in all", "overall", "adds up", "add up", "adding up", "makes",
		"合計", "総計", "総量", "計", "合わせ", "あわせ", "全部", "全体", "総",
	}
}

// clauseTail is what stands since the last comma, bracket or other number.
func clauseTail(text string) string {
	i := strings.LastIndexAny(text, ",;()0123456789")
	return text[i+1:]
}
