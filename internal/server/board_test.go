package server_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// boardTable is the routes of EXCON's board, log and units.
func boardTable() map[string]string {
	return map[string]string{
		"GET /x/{exercise}/board":               "yyyy.....",
		"POST /x/{exercise}/clock":              ".y.......",
		"POST /x/{exercise}/pause":              ".yy......",
		"POST /x/{exercise}/speed":              ".yy......",
		"GET /x/{exercise}/jump":                "yy.......",
		"GET /x/{exercise}/endex":               "yy.......",
		"POST /x/{exercise}/jump":               ".y.......",
		"POST /x/{exercise}/endex":              ".y.......",
		"POST /x/{exercise}/stop":               ".yy......",
		"POST /x/{exercise}/real-seen":          ".yy......",
		"POST /x/{exercise}/broadcast":          ".yy......",
		"POST /x/{exercise}/note":               ".yy......",
		"POST /x/{exercise}/evidence":           ".yy......",
		"GET /x/{exercise}/log":                 "yyyy.....",
		"GET /x/{exercise}/log.csv":             "yyyy.....",
		"GET /x/{exercise}/units":               "yyyy.....",
		"POST /x/{exercise}/status":             ".yy......",
		"POST /x/{exercise}/attendance":         ".yy......",
		"POST /x/{exercise}/stand-in":           ".yy......",
		"POST /x/{exercise}/act/{unit...}":      ".yy......",
		"POST /x/{exercise}/act-file/{unit...}": ".yy......",
		"POST /x/{exercise}/view-as":            ".y.......",
		"GET /x/{exercise}/help":                "yyyyyyyyy",
	}
}

// nodes finds the elements of a page of which is says so.
func nodes(t *testing.T, page string, is func(n *html.Node) bool) (found []*html.Node) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is what an element says, with single spaces.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// within are the elements of a kind inside one.
func within(in *html.Node, is func(n *html.Node) bool) (found []*html.Node) {
	for n := range in.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			found = append(found, n)
		}
	}
	return found
}

// boxes are the cells of the board: what each says with the heads of its row and
// column, by where it leads.
func boxes(t *testing.T, page string) map[string]string {
	t.Helper()
	all := map[string]string{}
	isA := func(name string) func(*html.Node) bool { return func(n *html.Node) bool { return n.Data == name } }
	for _, grid := range nodes(t, page, func(n *html.Node) bool { return n.Data == "table" && attr(n, "class") == "grid" }) {
		heads := within(grid, func(n *html.Node) bool { return n.Data == "th" && attr(n, "scope") == "col" })
		for _, row := range within(grid, isA("tr")) {
			for i, cell := range within(row, isA("td")) {
				for _, n := range within(cell, func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(attr(n, "class"), "b ") }) {
					unit, column := within(within(row, isA("th"))[0], isA("a"))[0], within(heads[i+1], isA("abbr"))[0]
					all[attr(n, "href")] = strings.TrimPrefix(attr(n, "class"), "b ") + ": " + textOf(unit) + " · " + attr(column, "title") + " · " + attr(n, "title")
				}
			}
		}
	}
	return all
}

// form sends a form with a key of its own, and wants what comes of it: the page
// to which it leads, or the status of a refusal.
func (b *browser) form(path, key string, want int, fields url.Values) string {
	b.h.t.Helper()
	send := url.Values{"key": {key}}
	maps.Copy(send, fields)
	status, text := b.post(path, send)
	if status != want {
		b.h.t.Errorf("%s %v: %d, want %d:\n%s", path, fields, status, want, text)
	}
	return text
}

func TestBoardShowsHowFarEveryUnitIs(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	team, director, observer := h.as(access.Player, "asteria"), h.as(access.Director, ""), h.as(access.Observer, "")
	team.form("/x/x/acknowledge/asteria", "a", http.StatusSeeOther, url.Values{"inject": {"I02"}})
	right := ""
	h.read(func(st *exercise.State) {
		task, _ := st.TaskIndex("T01")
		right = st.Key(task, 0).Sample
	})
	team.form("/x/x/answer/asteria", "b", http.StatusSeeOther, url.Values{"task": {"T01"}, "text": {right}})
	_, page := director.get("/x/x/board")
	got := boxes(t, page)
	for href, want := range map[string]string{
		"inject/I01/asteria/hospital": "new: Asteria: Hospital crisis desk · I01 “Ransom note at the hospital” · released, not seen, since 00:02:30",
		"inject/I02/borealis":         "new: Borealis · I02 ",
		"msel/I03?unit=asteria":       "waiting: Asteria · I03 ",
	} {
		if !strings.HasPrefix(got[href], want) {
			t.Errorf("%s is %q, want %q", href, got[href], want)
		}
	}
	if mine := got["inject/I02/asteria"]; !strings.HasPrefix(mine, "working:") && !strings.HasPrefix(mine, "scored:") {
		t.Errorf("what was answered is %q", mine)
	}
	_, page = director.get("/x/x/board?by=tasks&cells=no")
	if got = boxes(t, page); !strings.HasPrefix(got["inject/I02/asteria"], "scored: Asteria · T01 of I02") || got["inject/I01/asteria/hospital"] != "" {
		t.Errorf("by tasks, without cells: %q", got)
	}
	_, page = observer.get("/x/x/board?by=tasks&cells=no")
	if got = boxes(t, page); !strings.HasPrefix(got["inject/I02/asteria"], "answered:") {
		t.Errorf("the observer learns from %q that the answer was judged", got["inject/I02/asteria"])
	}
	if forms := nodes(t, page, func(n *html.Node) bool {
		return n.Data == "form" && attr(n, "method") == "post" && strings.HasPrefix(attr(n, "action"), "/x/")
	}); len(forms) > 0 {
		t.Errorf("the observer has forms: %s", attr(forms[0], "action"))
	}
}

// TestBoardOfThePast has no forms, and its links lead into the past too.
func TestBoardOfThePast(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	_, page := h.as(access.Director, "").get("/x/x/board?at=00:00:30")
	if forms := nodes(t, page, func(n *html.Node) bool {
		return n.Data == "form" && attr(n, "method") == "post" && strings.HasPrefix(attr(n, "action"), "/x/")
	}); len(forms) > 0 {
		t.Errorf("the past has forms: %s", attr(forms[0], "action"))
	}
	if got := boxes(t, page)["msel/I01?unit=asteria/hospital&at=00%3A00%3A30"]; !strings.HasPrefix(got, "waiting: ") {
		t.Errorf("at half a minute the first inject is %q", got)
	}
}

func TestStuckUnitsAreNamed(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	director.form("/x/x/jump", "j", http.StatusSeeOther, url.Values{"to": {"00:12:00"}, "mode": {exercise.JumpRelease}, "sure": {"yes"}})
	_, page := director.get("/x/x/board")
	stuck := nodes(t, page, func(n *html.Node) bool { return n.Data == "li" && strings.HasPrefix(attr(n, "id"), "stuck-") })
	if len(stuck) < 4 {
		t.Fatalf("after twelve minutes of silence only %d units are stuck", len(stuck))
	}
	if first := textOf(stuck[0]); !strings.Contains(first, "12 min") || !strings.Contains(first, "not acknowledged I00") {
		t.Errorf("the worst is %q", first)
	}
	director.form("/x/x/status", "s", http.StatusSeeOther, url.Values{"unit": {"asteria"}, "status": {exercise.UnitPause}})
	if _, page = director.get("/x/x/board"); len(nodes(t, page, func(n *html.Node) bool { return attr(n, "id") == "stuck-asteria" })) > 0 {
		t.Error("a unit that stands still is stuck")
	}
}

// TestRealStandsUntilEXCONReacts raises something REAL, and reacts to it.
func TestRealStandsUntilEXCONReacts(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	controller := h.as(access.Controller, "")
	res, err := h.exercise.Do(t.Context(), exercise.Command{
		Key: "real", Actor: exercise.Actor{ID: "p", Role: exercise.RolePlayer, Unit: "asteria"},
		Do: exercise.RaiseReal{Unit: "asteria", Text: "Our real hospital calls"},
	})
	if err != nil || h.exercise.Live.Wait(t.Context(), res.Last) != nil {
		t.Fatal(err)
	}
	alarms := func() []*html.Node {
		_, page := controller.get("/x/x/board")
		return nodes(t, page, func(n *html.Node) bool { return attr(n, "role") == "alert" })
	}
	if got := alarms(); len(got) != 1 || !strings.Contains(textOf(got[0]), "Our real hospital calls") {
		t.Fatalf("%d alarms", len(got))
	}
	controller.form("/x/x/note", "n1", http.StatusSeeOther, url.Values{"text": {"something else"}})
	if len(alarms()) != 1 {
		t.Error("a note about something else ended the alarm")
	}
	controller.form("/x/x/note", "n2", http.StatusBadRequest, url.Values{"text": {"x"}, "re": {"#99999"}})
	controller.form("/x/x/note", "n3", http.StatusSeeOther, url.Values{"text": {"Called them"}, "re": {"#" + text(res.Last)}})
	if len(alarms()) != 0 {
		t.Error("EXCON reacted, and the alarm stands")
	}
	controller.form("/x/x/stop", "r1", http.StatusConflict, url.Values{"text": {" "}})
	controller.form("/x/x/stop", "r2", http.StatusSeeOther, url.Values{"text": {"Storm: go home"}})
	_, page := controller.get("/x/x/board")
	stop := nodes(t, page, func(n *html.Node) bool { return attr(n, "aria-labelledby") == "stopped" })
	if len(stop) != 1 || !strings.Contains(textOf(stop[0]), "Storm: go home") || !strings.Contains(textOf(stop[0]), "I03") {
		t.Errorf("the stop does not say why, or not what it holds back: %d", len(stop))
	}
	if refusal := controller.form("/x/x/broadcast", "r3", http.StatusConflict, url.Values{"to": {"all"}, "tlp": {"GREEN"}, "text": {"hello"}}); !strings.Contains(refusal, "REAL") {
		t.Error("the refusal does not say why")
	}
	controller.form("/x/x/pause", "r4", http.StatusSeeOther, url.Values{"do": {"resume"}})
}

func TestEveryEventHasWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		texts, err := i18n.Texts(lang, exercisetexts.Area())
		if err != nil {
			t.Fatal(err)
		}
		for kind := range exercise.NewBodies() {
			if texts["web.log."+string(kind)] == "" {
				t.Errorf("%s: the log has no words for %s", lang, kind)
			}
		}
	}
}
