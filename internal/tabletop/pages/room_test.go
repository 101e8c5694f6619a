package pages

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"renkei/internal/i18n"
)

// TestFitsTheRoom: whatever a room answers, the projector has no more lines and
// columns than fit; what it leaves out it counts, and what fits it leaves as it
// is.
func TestFitsTheRoom(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"word ", "各国の首相が判断する。", "unbroken"} {
		for _, n := range []int{1, 7, 11, 40} {
			for _, columns := range []int{0, 1, 3, 6, 7, 20} {
				for _, length := range []int{0, 1, 30, 1000} {
					fits(t, word, n, columns, length)
				}
			}
		}
	}
	small := []row{{"Asteria", []string{"yes"}}, {"Borealis", []string{"no\nnever"}}}
	if got, more, dense := fitRows(small, []string{"Answer"}); more != 0 || dense || len(got) != 2 || got[1].cells[0] != "no\nnever" {
		t.Errorf("what fits is changed: %+v, %d, %v", got, more, dense)
	}
}

func fits(t *testing.T, word string, n, columns, length int) {
	t.Helper()
	long := strings.Repeat(word, length)
	q := &question{picture: &picture{}}
	for i := range columns {
		q.picture.columns = append(q.picture.columns, strconv.Itoa(i)+long)
	}
	for range n {
		q.quotes = append(q.quotes, long)
		q.picture.rows = append(q.picture.rows, row{"Asteria", slices.Repeat([]string{long}, max(1, columns))})
	}
	q.forRoom()
	p, lines, quoted := q.picture, 1, 0
	for _, c := range q.picture.columns {
		width := columnWidth(len(q.picture.columns))
		lines = max(lines, (i18n.Width(c)+width-1)/width)
	}
	for _, r := range p.rows {
		width, most := columnWidth(len(r.cells)), 1
		for _, c := range r.cells {
			most = max(most, (i18n.Width(c)+width-1)/width)
		}
		lines += most
	}
	for _, c := range q.quotes {
		quoted += max(1, (i18n.Width(c)+quoteWidth-1)/quoteWidth)
	}
	if lines > roomLines || quoted > quoteLines || len(p.columns) > roomColumns {
		t.Errorf("%q, %d rows, %d columns: %d lines, %d of quotes, %d columns", word, n, columns, lines, quoted, len(p.columns))
	}
	if len(p.rows)+p.moreRows != n || len(q.quotes)+q.moreQuotes != n || len(p.columns)+p.moreColumns != columns || len(p.rows) == 0 || len(q.quotes) == 0 {
		t.Errorf("%q, %d rows, %d columns: something is lost without being counted", word, n, columns)
	}
}

// TestFitsOptions: bars and options are small and short only where they have to
// be, and the pairs of a ranking are left out before the bars become small.
func TestFitsOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, words              int
		pairs, columns, short bool
	}{{2, 3, true, false, false}, {4, 3, false, false, false}, {6, 20, false, true, true}, {20, 20, false, true, true}, {20, 1, false, true, false}} {
		q := &question{picture: &picture{pairs: make([][]string, c.n)}}
		long := strings.TrimSpace(strings.Repeat("word ", c.words))
		for range c.n {
			q.options = append(q.options, option{text: long})
			q.picture.bars = append(q.picture.bars, bar{text: long, who: "Asteria"})
		}
		q.forRoom()
		p, high := q.picture, 0.0
		for _, b := range p.bars {
			high += 1.12*float64(linesOf(b.text, barSmall)) + 1.5
		}
		if (p.pairs != nil) != c.pairs || p.barColumns != c.columns || (p.bars[0].text != long) != c.short || len(p.bars) != c.n || len(q.options) != c.n {
			t.Errorf("%+v: pairs %v, columns %v, %q", c, p.pairs != nil, p.barColumns, p.bars[0].text)
		}
		if c.columns && high/2 > barsHigh+2 {
			t.Errorf("%+v: bars stand %.1f high", c, high/2)
		}
		lines := 0
		for _, o := range q.options {
			lines += linesOf(o.text, optionSmall)
		}
		if q.columns && lines > optionSmallLines {
			t.Errorf("%+v: %d lines of options", c, lines)
		}
	}
}

// TestBriefSize: the longer a text is, and with pictures beside it, the smaller
// its type, and of several blocks each begins a line.
func TestBriefSize(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("Nobody knows more at this hour. ", 12)
	long := strings.Repeat("<p>"+text+"</p>", 2)
	for _, c := range []struct {
		page     string
		pictures int
		want     string
	}{
		{"", 0, ""},
		{"<p>" + text + "</p>", 0, ""},
		{long, 0, ""},
		{long, 1, "dense"},
		{long + long, 0, "denser"},
		{"<ul>" + strings.Repeat("<li>One &amp; two</li>", 30) + "</ul>", 0, "densest"},
		{"<p>" + strings.Repeat("この時点でそれ以上を知る者はいない。", 22) + "</p>", 0, ""},
		{"<p>" + strings.Repeat("この時点でそれ以上を知る者はいない。", 28) + "</p>", 0, "dense"},
	} {
		if c.pictures == 0 && c.want == "" && len(c.page) > len(text)*2 && sizeOf(c.page, 0, newsHead) == "" {
			t.Errorf("%.60q fits below the head of a newspaper too", c.page)
		}
		if got := sizeOf(c.page, c.pictures, 0); got != c.want {
			t.Errorf("%.60q with %d pictures: %q, want %q", c.page, c.pictures, got, c.want)
		}
	}
}
