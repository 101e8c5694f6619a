package report_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"renkei/internal/exercise/review"
)

// TestEveryFigureLeadsToItsEvents: each row of figures, each mark of a picture
// and each key figure of the first screen leads to events that the page holds,
// to a range of them, or to the table that does.
func TestEveryFigureLeadsToItsEvents(t *testing.T) {
	t.Parallel()
	for name, r := range fixtures(t) {
		doc := parse(t, page(t, r, r.Reader.Lang))
		checkFacts(t, name, doc)
		checkRows(t, name, doc)
		checkMarks(t, name, doc, r)
		checkSeqs(t, name, doc)
	}
}

func checkFacts(t *testing.T, name string, doc *document) {
	t.Helper()
	facts := doc.all(".facts li")
	for _, li := range facts {
		if first(li, "a") == nil {
			t.Errorf("%s: %q leads nowhere", name, text(li))
		}
	}
	if len(facts) < 5 {
		t.Errorf("%s: %d key figures", name, len(facts))
	}
}

// checkRows: a row with a figure other than nought leads somewhere. Spreads
// over everything stand above the evidence that they share.
func checkRows(t *testing.T, name string, doc *document) {
	t.Helper()
	rows := 0
	for _, tr := range doc.all("tbody tr") {
		if !hasFigure(tr) || strings.HasPrefix(attr(tr, "id"), "m-") {
			continue
		}
		rows++
		if first(tr, "a") == nil && ofClass(tr, "range") == nil && !strings.HasPrefix(attr(tr, "id"), "e") {
			t.Errorf("%s: the row %q leads to no event", name, strings.Join(strings.Fields(text(tr)), " "))
		}
	}
	if rows < 20 {
		t.Errorf("%s: %d rows with figures", name, rows)
	}
}

// hasFigure reports whether a row counts or measures anything.
func hasFigure(tr *html.Node) bool {
	for td := tr.FirstChild; td != nil; td = td.NextSibling {
		s := strings.TrimSpace(text(td))
		if td.Data != "td" || !strings.Contains(attr(td, "class"), "n") || strings.Contains(attr(td, "class"), "ev") {
			continue
		}
		if strings.IndexFunc(s, unicode.IsDigit) >= 0 && strings.Trim(s, "0/: –.") != "" {
			return true
		}
	}
	return false
}

// checkMarks: a mark of a timeline whose event the page holds is a link to it.
func checkMarks(t *testing.T, name string, doc *document, r *review.Report) {
	t.Helper()
	there := map[uint64]bool{}
	for i := range r.Events {
		there[r.Events[i].Seq] = true
	}
	want := 0
	for i := range r.Timelines {
		for _, m := range r.Timelines[i].Marks {
			if !there[m.Seq] {
				if r.Reader.For != review.ForExcon && r.Reader.For != review.ForPublic && m.Kind == "missed" {
					continue // a unit is not told in play that its time has run out
				}
				t.Errorf("%s: event %d of a timeline is not embedded", name, m.Seq)
			}
			want++
		}
	}
	if got := len(doc.all(".time a path")); got != want {
		t.Errorf("%s: %d marks are links, %d are there", name, got, want)
	}
}

// checkSeqs: the number of an event alone is a link, or the first or last of a
// range.
func checkSeqs(t *testing.T, name string, doc *document) {
	t.Helper()
	links := 0
	for _, n := range doc.all(".seq") {
		links++
		if n.Data != "a" {
			t.Errorf("%s: event %s is cited and not a link", name, text(n))
		}
	}
	if links < 50 {
		t.Errorf("%s: %d links to events", name, links)
	}
}

// first finds an element within a node.
func first(n *html.Node, tag string) *html.Node {
	return find(n, func(c *html.Node) bool { return c.Data == tag })
}

// ofClass finds an element with a class within a node.
func ofClass(n *html.Node, class string) *html.Node {
	return find(n, func(c *html.Node) bool { return attr(c, "class") == class })
}

func find(n *html.Node, holds func(*html.Node) bool) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && holds(c) {
			return c
		}
	}
	return nil
}
