package pages

import (
	"strings"

	"renkei/internal/i18n"
)

// Bounds of what the projector shows, measured in signs of half width at the
// smaller of its two sizes of type. A screen does not scroll, and smaller type is
// not read from the back: what is too much is counted, and stands whole on phones
// and in the report.
const (
	roomWidth   = 120 // signs across a table
	roomLines   = 22  // lines of a table
	roomEach    = 3   // lines of a row
	roomColumns = 6
	roomPlain   = 14 // lines of a table in the larger size
	roomPairs   = 8  // options of a ranking up to which the pairs stand beside it

	quoteWidth = 68 // signs across a quote
	quoteLines = 12 // lines of all quotes
	quoteEach  = 4  // lines of a quote
)

// forRoom cuts what a question came to down to what a projector shows.
func (q *question) forRoom() {
	q.quotes, q.moreQuotes = fitQuotes(q.quotes)
	p := q.picture
	if p == nil {
		return
	}
	p.rows, p.columns, p.moreColumns = fitColumns(p.rows, p.columns)
	p.rows, p.moreRows, p.dense = fitRows(p.rows)
	if len(p.pairs) > roomPairs {
		p.pairs = nil
	}
}

// fitColumns leaves out columns after the most that a room reads.
func fitColumns(rows []row, columns []string) (fit []row, heads []string, more int) {
	if len(columns) <= roomColumns {
		return rows, columns, 0
	}
	for _, r := range rows {
		fit = append(fit, row{r.unit, r.cells[:min(len(r.cells), roomColumns)]})
	}
	return fit, columns[:roomColumns], len(columns) - roomColumns
}

// fitRows shortens cells and leaves out the last rows where a table has more
// lines than fit. It is dense where it takes the smaller size of type.
func fitRows(rows []row) (fit []row, more int, dense bool) {
	lines := 0
	for i, r := range rows {
		width := roomWidth / (len(r.cells) + 1)
		cells, most := make([]string, len(r.cells)), linesOf(r.unit, width)
		for j, c := range r.cells {
			cells[j] = short(c, width, roomEach)
			most = max(most, linesOf(cells[j], width))
		}
		if lines+most > roomLines {
			return fit, len(rows) - i, true
		}
		lines += most
		fit = append(fit, row{r.unit, cells})
	}
	return fit, 0, lines > roomPlain
}

// fitQuotes does the same with quotes.
func fitQuotes(quotes []string) (fit []string, more int) {
	lines := 0
	for i, q := range quotes {
		q = short(q, quoteWidth, quoteEach)
		lines += linesOf(q, quoteWidth)
		if lines > quoteLines {
			return fit, len(quotes) - i
		}
		fit = append(fit, q)
	}
	return fit, 0
}

// linesOf is how many lines a text takes.
func linesOf(s string, width int) (n int) {
	for line := range strings.SplitSeq(s, "\n") {
		n += max(1, (i18n.Width(line)+width-1)/width)
	}
	return n
}

// short cuts a text that takes more lines than it may, and says so.
func short(s string, width, lines int) string {
	if linesOf(s, width) <= lines {
		return s
	}
	var out strings.Builder
	left := lines*width - 1
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if left -= i18n.Width(string(r)); left < 0 {
			break
		}
		out.WriteRune(r)
	}
	return out.String() + "…"
}
