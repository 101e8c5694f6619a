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
	if got, more, dense := fitRows(small); more != 0 || dense || len(got) != 2 || got[1].cells[0] != "no\nnever" {
		t.Errorf("what fits is changed: %+v, %d, %v", got, more, dense)
	}
}

func fits(t *testing.T, word string, n, columns, length int) {
	t.Helper()
	long := strings.Repeat(word, length)
	q := &question{picture: &picture{pairs: make([][]string, columns)}}
	for i := range columns {
		q.picture.columns = append(q.picture.columns, "c"+strconv.Itoa(i))
	}
	for range n {
		q.quotes = append(q.quotes, long)
		q.picture.rows = append(q.picture.rows, row{"Asteria", slices.Repeat([]string{long}, max(1, columns))})
	}
	q.forRoom()
	p, lines, quoted := q.picture, 0, 0
	for _, r := range p.rows {
		width, most := roomWidth/(len(r.cells)+1), 1
		for _, c := range r.cells {
			most = max(most, (i18n.Width(c)+width-1)/width)
		}
		lines += most
	}
	for _, c := range q.quotes {
		quoted += max(1, (i18n.Width(c)+quoteWidth-1)/quoteWidth)
	}
	if lines > roomLines || quoted > quoteLines || len(p.columns) > roomColumns || len(p.pairs) > roomPairs {
		t.Errorf("%q, %d rows, %d columns: %d lines, %d of quotes, %d columns", word, n, columns, lines, quoted, len(p.columns))
	}
	if len(p.rows)+p.moreRows != n || len(q.quotes)+q.moreQuotes != n || len(p.columns)+p.moreColumns != columns || len(p.rows) == 0 || len(q.quotes) == 0 {
		t.Errorf("%q, %d rows, %d columns: something is lost without being counted", word, n, columns)
	}
}
