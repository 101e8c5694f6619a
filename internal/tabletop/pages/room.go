package pages

import (
	"html"
	"regexp"
	"strings"

	"renkei/internal/i18n"
)

// Bounds of what the projector shows, measured in signs of half width at the
// smaller of its two sizes of type. A screen does not scroll, and smaller type is
// not read from the back: what is too much is counted, and stands whole on phones
// and in the report.
const (
	roomWidth   = 120 // signs across a table
	roomLines   = 19  // lines of a table with its head
	roomEach    = 3   // lines of a row
	roomColumns = 6
	roomPlain   = 14 // lines of a table in the larger size

	optionPlain, optionLines      = 62, 6  // signs across, and lines of all options
	optionSmall, optionSmallLines = 48, 24 // the same in two columns

	barsHigh           = 25.0 // height of all bars, in letters of the page
	barPlain, whoPlain = 60, 72
	barSmall, whoSmall = 30, 56

	quoteWidth = 68 // signs across a quote
	quoteLines = 12 // lines of all quotes
	quoteEach  = 4  // lines of a quote
)

// forRoom cuts what a question came to down to what a projector shows.
func (q *question) forRoom() {
	q.quotes, q.moreQuotes = fitQuotes(q.quotes)
	q.fitOptions()
	p := q.picture
	if p == nil {
		return
	}
	p.rows, p.columns, p.moreColumns = fitColumns(p.rows, p.columns)
	p.rows, p.moreRows, p.dense = fitRows(p.rows, p.columns)
	p.fitBars()
}

// fitOptions puts many options into columns, and shortens them where that is not
// enough.
func (q *question) fitOptions() {
	plain, small := 0, 0
	for _, o := range q.options {
		plain += linesOf(o.text, optionPlain)
		small += linesOf(o.text, optionSmall)
	}
	q.columns = plain > optionLines
	if !q.columns || small <= optionSmallLines {
		return
	}
	for i := range q.options {
		q.options[i].text = short(q.options[i].text, optionSmall, 1)
	}
}

// fitBars puts bars that stand too high into columns of smaller type, and leaves
// out how often one option stands above another where there is no room.
func (p *picture) fitBars() {
	high := 0.0
	for _, b := range p.bars {
		high += 1.96*float64(linesOf(b.text, barPlain)+1) + .49
		if b.who != "" {
			high += 1.72 * float64(linesOf(b.who, whoPlain))
		}
	}
	if high+pairsHigh(len(p.pairs)) > barsHigh {
		p.pairs = nil
	}
	if p.barColumns = high > barsHigh; !p.barColumns {
		return
	}
	lines := 3
	switch n := len(p.bars); {
	case n > 10:
		lines = 1
	case n > 6:
		lines = 2
	}
	for i := range p.bars {
		p.bars[i].text, p.bars[i].who = short(p.bars[i].text, barSmall, lines), short(p.bars[i].who, whoSmall, lines)
	}
}

// pairsHigh is how high the pairs of so many options stand.
func pairsHigh(n int) float64 { return 1.8*float64(n+1) + 3 }

// fitColumns leaves out columns after the most that a room reads, and shortens
// what stands above them.
func fitColumns(rows []row, columns []string) (fit []row, heads []string, more int) {
	for _, c := range columns[:min(len(columns), roomColumns)] {
		heads = append(heads, short(c, columnWidth(min(len(columns), roomColumns)), roomEach))
	}
	if len(columns) <= roomColumns {
		return rows, heads, 0
	}
	for _, r := range rows {
		fit = append(fit, row{r.unit, r.cells[:min(len(r.cells), roomColumns)]})
	}
	return fit, heads, len(columns) - roomColumns
}

// columnWidth is how many signs fit into one of so many columns beside that of
// the delegation. Words fill narrow columns badly.
func columnWidth(n int) int {
	width := (roomWidth - 16) / max(1, n)
	if width < 40 {
		return width * 2 / 3
	}
	return width
}

// briefSizes are the sizes of type of a text that a room reads, the largest first:
// the class, how many signs of half the width of a letter's height a line has, and
// how many lines there are, in two columns and around pictures.
func briefSizes() []briefSize {
	return []briefSize{{"", 31, 27, 64, 12}, {"dense", 37, 33, 77, 15}, {"denser", 43, 40, 88, 18}, {"densest", 51, 48, 104, 21}}
}

type briefSize struct {
	class                    string
	signs, lines             int
	wideSigns, besidePicture int
}

// newsHead is how many lines what stands above a page of news takes, of both
// columns.
const newsHead = 4

// sizeOf is the class of the largest size of type in which the text of a page fits
// beside pictures and below so many lines more than a title.
func sizeOf(page string, pictures, head int) string {
	all := briefSizes()
	for _, size := range all {
		signs, lines := size.signs, size.lines-head
		if pictures > 0 {
			signs, lines = size.wideSigns, size.besidePicture-2*(pictures-1)
		}
		need := 0.0
		for _, block := range blockEnds.Split(page, -1) {
			if text := strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(block, ""))); text != "" {
				need += float64(linesOf(text, signs)) + 0.4
			}
		}
		if need <= float64(lines) {
			return size.class
		}
	}
	return all[len(all)-1].class
}

var (
	blockEnds = regexp.MustCompile(`</(?:p|li|h[1-6])>|<br>`)
	tags      = regexp.MustCompile(`<[^>]*>`)
)

// fitRows shortens cells, so that every delegation is there if it can be, and leaves out the last rows where a table has more
// lines than fit. It is dense where it takes the smaller size of type.
func fitRows(rows []row, heads []string) (fit []row, more int, dense bool) {
	least := 1
	if len(heads) > 2 {
		least = 2 // of one line in a narrow column nothing is understood
	}
	for each := 3 * roomEach; each >= least; each-- {
		if fit, more, dense = fitLines(rows, heads, each); more == 0 {
			break
		}
	}
	return fit, more, dense
}

// fitLines is fitRows with so many lines for a row.
func fitLines(rows []row, heads []string, each int) (fit []row, more int, dense bool) {
	lines := 1
	for _, h := range heads {
		lines = max(lines, linesOf(h, columnWidth(len(heads))))
	}
	for i, r := range rows {
		width := columnWidth(len(r.cells))
		cells, most := make([]string, len(r.cells)), linesOf(r.unit, width)
		for j, c := range r.cells {
			cells[j] = short(c, width, each)
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
