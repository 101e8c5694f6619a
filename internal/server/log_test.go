package server_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise/access"
)

// lines are those of the log on a page.
func lines(t *testing.T, page string) []*html.Node {
	t.Helper()
	return nodes(t, page, func(n *html.Node) bool { return n.Data == "li" && len(attr(n, "id")) > 1 && attr(n, "id")[0] == 'e' })
}

func TestLogIsFiltered(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, controller, observer := h.as(access.Player, "asteria"), h.as(access.Controller, ""), h.as(access.Observer, "")
	team.form("/x/x/acknowledge/asteria", "a", http.StatusSeeOther, url.Values{"inject": {"I02"}})
	team.form("/x/x/answer/asteria", "b", http.StatusSeeOther, url.Values{"task": {"T01"}, "text": {"7"}})
	team.form("/x/x/message/asteria", "c", http.StatusSeeOther, url.Values{"to": {"unit:borealis"}, "tlp": {"AMBER"}, "text": {"=cmd|' /C calc'!A0 and <b>"}})
	controller.form("/x/x/note", "d", http.StatusSeeOther, url.Values{"unit": {"asteria/hospital"}, "text": {"They hesitate"}})
	tests := []struct {
		query string
		n     int // of lines; -1: some
		first string
	}{
		{"", -1, "Note about Asteria: Hospital crisis desk"},
		{"kind=notes", 1, "They hesitate"},
		{"kind=talk", 1, "Message: Asteria → Borealis TLP:AMBER"},
		{"kind=talk&unit=borealis", 1, "Message: Asteria"},
		{"kind=talk&unit=coralia", 0, ""},
		{"kind=tasks", 2, "Asteria: "},
		{"kind=tasks&actor=people", 2, "Asteria: "},
		{"kind=injects&actor=people", 1, "Asteria acknowledged I02 “"},
		{"text=HESITATE", 1, "They hesitate"},
		{"text=ransom+note&kind=injects&unit=asteria/hospital", 1, "I01 “Ransom note at the hospital” released to Asteria: Hospital crisis desk"},
		{"kind=clock&actor=clock", -1, "Jump from 00:00:0"},
		{"kind=nothing", 0, ""},
		{"seq=1", 1, "The exercise was made"},
	}
	for _, tt := range tests {
		status, page := controller.get("/x/x/log?" + tt.query)
		got := lines(t, page)
		if status != http.StatusOK || tt.n >= 0 && len(got) != tt.n || tt.n < 0 && len(got) < 3 {
			t.Errorf("%q: %d, %d lines", tt.query, status, len(got))
			continue
		}
		if len(got) > 0 && !strings.Contains(textOf(got[0]), tt.first) {
			t.Errorf("%q begins with %q", tt.query, textOf(got[0]))
		}
	}
	for _, query := range []string{"kind=notes", "kind=tasks"} {
		if _, page := observer.get("/x/x/log?" + query); len(lines(t, page)) != map[string]int{"kind=notes": 0, "kind=tasks": 1}[query] {
			t.Errorf("the observer reads notes or scores: %s", query)
		}
	}
}

// TestLogPages walks to the beginning of the log and back, and meets every
// event once.
func TestLogPages(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	controller := h.as(access.Controller, "")
	for _, do := range []string{"yes", "no", "yes", "no", "yes", "no", "yes", "no", "yes", "no", "yes", "no", "yes", "no"} {
		controller.form("/x/x/stand-in", "all"+do+text(h.exercise.Live.Seq()), http.StatusSeeOther, url.Values{"unit": {"all"}, "bot": {do}})
	}
	last := h.exercise.Live.Seq()
	walk := func(path, word string) (ids []string) {
		for path != "" {
			_, page := controller.get(path)
			for _, n := range lines(t, page) {
				ids = append(ids, attr(n, "id"))
			}
			links := nodes(t, page, func(n *html.Node) bool { return n.Data == "a" && textOf(n) == word })
			if path = ""; len(links) > 0 {
				path = attr(links[0], "href")
			}
		}
		return ids
	}
	older := walk("/x/x/log", "Older")
	if len(older) != int(last) || last <= 100 {
		t.Errorf("%d lines of %d events", len(older), last)
	}
	newer := walk("/x/x/log?seq=1", "Newer")
	if len(newer) != int(last) {
		t.Errorf("%d lines of %d events on the way back", len(newer), last)
	}
	for i, id := range older {
		if id != "e"+text(last-uint64(i)) {
			t.Fatalf("line %d is %s", i, id)
		}
	}
}

func TestLogAsTable(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, controller, observer := h.as(access.Player, "asteria"), h.as(access.Controller, ""), h.as(access.Observer, "")
	team.form("/x/x/message/asteria", "c", http.StatusSeeOther, url.Values{"to": {"unit:borealis"}, "tlp": {"AMBER"}, "text": {"=1+1, or \"<b>\""}})
	controller.form("/x/x/note", "d", http.StatusSeeOther, url.Values{"text": {"They hesitate"}})
	status, table := controller.get("/x/x/log.csv?kind=talk")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	if status != http.StatusOK || err != nil || len(rows) != 2 {
		t.Fatalf("%d, %v, %d rows", status, err, len(rows))
	}
	if got := strings.Join(rows[1][6:], "|"); got != "Message: Asteria → Borealis|Asteria|Borealis|TLP:AMBER|'=1+1, or \"<b>\"" {
		t.Errorf("the message stands as %s", got)
	}
	if _, table = observer.get("/x/x/log.csv"); strings.Contains(table, "They hesitate") {
		t.Error("the observer reads a note of a controller")
	}
}
