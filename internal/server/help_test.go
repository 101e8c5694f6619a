package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// TestHelp has everybody read what their own pages are for, from each page at the
// right place, with all labels and no key of a text that is missing.
func TestHelp(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	for _, c := range []struct {
		who         *browser
		page, place string
		own, other  string
	}{
		{h.as(access.Director, ""), "/board", "#about-board", "about-msel", "about-desk"},
		{h.as(access.Player, "asteria"), "/inject/I02/asteria", "#about-desk", "about-talk", "about-board"},
		{h.as(access.National, "asteria"), "/cells/asteria", "#about-cells", "about-cells", "about-board"},
		{h.as(access.Evaluator, "asteria"), "/evaluate/asteria", "#about-evaluate", "about-evaluate", "about-board"},
		{h.as(access.Observer, ""), "/help", "", "about-log", "about-inbox"},
	} {
		if _, page := c.who.get("/x/x" + c.page); !strings.Contains(page, `href="/x/x/help`+c.place+`"`) {
			t.Errorf("%s does not lead to help", c.page)
		}
		status, page := c.who.get("/x/x/help")
		if status != http.StatusOK || !strings.Contains(page, `id="`+c.own+`"`) || strings.Contains(page, `id="`+c.other+`"`) {
			t.Errorf("help of who is at %s: %d\n%s", c.page, status, page)
		}
		for _, label := range []string{"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER<", "TLP:AMBER+STRICT", "TLP:RED", "Glossary"} {
			if !strings.Contains(page, label) {
				t.Errorf("%s is missing", label)
			}
		}
		if strings.Contains(page, "help.page.") || strings.Contains(page, "help.t") {
			t.Errorf("a text is missing:\n%s", page)
		}
	}
}

// TestInjectsInOrder goes from the first inject that a unit got to the last by the
// links between them, and back.
func TestInjectsInOrder(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	h.jump(1800 * exercise.Second)
	player := h.as(access.Player, "asteria")
	_, desk := player.get("/x/x/desk/asteria")
	got := map[string]bool{}
	for _, n := range nodes(t, desk, func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(attr(n, "href"), "/x/x/inject/") }) {
		path, _, _ := strings.Cut(attr(n, "href"), "#")
		got[path] = true
	}
	walk := func(path, rel string) (way []string) {
		for path != "" && len(way) <= len(got) {
			way = append(way, path)
			_, page := player.get(path)
			next := nodes(t, page, func(n *html.Node) bool { return n.Data == "a" && attr(n, "rel") == rel })
			if path = ""; len(next) > 0 {
				path = attr(next[0], "href")
			}
		}
		return way
	}
	forth := walk("/x/x/inject/I02/asteria", "next")
	back := walk(forth[len(forth)-1], "prev")
	again := walk(back[len(back)-1], "next")
	slices.Reverse(back)
	if len(got) < 5 || len(again) != len(got) || !slices.Equal(back, again) {
		t.Errorf("of %d injects the way forth has %v, back %v", len(got), again, back)
	}
	for _, path := range again {
		if !got[path] {
			t.Errorf("%s is not on the desk", path)
		}
	}
}
