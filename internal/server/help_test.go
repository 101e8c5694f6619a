package server_test

import (
	"net/http"
	"strings"
	"testing"

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
