package server_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// playedBy is who plays a unit, as a page of units says.
func (b *browser) playedBy(t *testing.T, unit string) string {
	t.Helper()
	row := nodes(t, b.page("/x/x/units"), func(n *html.Node) bool { return attr(n, "id") == "unit-"+unit })
	if len(row) != 1 {
		t.Fatalf("%d rows of %s", len(row), unit)
	}
	var cells []string
	for c := row[0].FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "td" {
			cells = append(cells, textOf(c))
		}
	}
	return cells[3]
}

// simulated reports whether the board says that a simulated team plays a unit.
func (b *browser) simulated(t *testing.T, name string) bool {
	t.Helper()
	rows := nodes(t, b.page("/x/x/board"), func(n *html.Node) bool {
		return n.Data == "th" && attr(n, "scope") == "row" && strings.Contains(textOf(n), name)
	})
	if len(rows) == 0 {
		t.Fatalf("no row of %s", name)
	}
	return strings.Contains(textOf(rows[0]), "simulated")
}

// TestWhoJoinsReplacesTheSimulatedTeam: by a link, and by a list that grants the
// role to somebody with an account. A controller gives the unit to a simulated
// team and back, at any moment before ENDEX.
func TestWhoJoinsReplacesTheSimulatedTeam(t *testing.T) {
	t.Parallel()
	for name, upTo := range map[string]exercise.Time{"before STARTEX": 0, "during play": 150 * exercise.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFixtureOf(t, "hospital-ransomware", upTo)
			director := h.as(access.Director, "")
			if upTo > 0 {
				h.excon("pause", exercise.Pause{})
			}
			give := func(key, bot, says string) {
				t.Helper()
				director.form("/x/x/stand-in", key, http.StatusSeeOther, url.Values{"unit": {"asteria"}, "bot": {bot}, "back": {"/x/x/units"}})
				if page := director.page("/x/x/units"); !strings.Contains(page, says) {
					t.Errorf("the page does not say %q", says)
				}
			}
			is := func(who string) {
				t.Helper()
				if got := director.playedBy(t, "asteria"); got != who {
					t.Errorf("asteria is played by %q, want %q", got, who)
				}
				if director.simulated(t, "Asteria") != (who == "simulated team") {
					t.Errorf("the board does not agree that asteria is played by %s", who)
				}
			}
			give("in", "yes", "A simulated team plays Asteria now")
			is("simulated team")
			player := h.as(access.Player, "asteria")
			is("its people")
			if page := player.page("/x/x/desk/asteria"); !strings.Contains(page, "which does nothing more") {
				t.Error("the first page does not say that the simulated team was replaced")
			}
			if page := h.as(access.Player, "asteria").page("/x/x/desk/asteria"); strings.Contains(page, "which does nothing more") {
				t.Error("who comes second is told that they replaced a simulated team")
			}
			give("again", "yes", "A simulated team plays Asteria now")
			is("simulated team")
			if page := director.page("/x/x/invite"); !strings.Contains(page, "simulated team plays") {
				t.Error("the page of people does not say that a simulated team plays")
			}
			h.as(access.Evaluator, "asteria")
			is("simulated team")
			give("back", "no", "its simulated team has stopped")
			is("its people")
			director.form("/x/x/stand-in", "twice", http.StatusConflict, url.Values{"unit": {"asteria"}, "bot": {"no"}})
			give("third", "yes", "A simulated team plays Asteria now")
			h.grantByList(director)
			is("its people")
		})
	}
}

// grantByList imports a list with somebody who has an account.
func (h *fixture) grantByList(director *browser) {
	h.t.Helper()
	if _, err := h.auth.AddAccount(h.t.Context(), "Cy", "", "cy@example.org", password); err != nil {
		h.t.Fatal(err)
	}
	list := "Name,Mail,Role,Unit\nCy,cy@example.org,Player,asteria\n"
	file := url.Values{"do": {"invite"}, "file": {base64.StdEncoding.EncodeToString([]byte(list))}}
	if status, page := director.upload("/x/x/invite/import", "people", "none", nil, file); status != http.StatusOK {
		h.t.Fatalf("import: %d\n%s", status, page)
	}
}

// TestLinkThatWasTakenTakesOverOnce: a form that is sent again makes up for what
// was not done; to look at one's own link does nothing.
func TestLinkThatWasTakenTakesOverOnce(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, b := h.as(access.Director, ""), h.browser()
	secret, err := h.auth.Invite(t.Context(), "test", auth.Grant{Scope: access.In(id, "asteria"), Role: string(access.Player)}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"name": {"Ada"}}
	b.post("/in/"+secret, form)
	h.excon("in", exercise.SetStandIn{Unit: "asteria", Bot: true})
	if status, _ := b.get("/in/" + secret); status != http.StatusSeeOther || director.playedBy(t, "asteria") != "simulated team" {
		t.Errorf("a look at the own link: %d, and %s plays", status, director.playedBy(t, "asteria"))
	}
	if status, _ := b.post("/in/"+secret, form); status != http.StatusSeeOther || director.playedBy(t, "asteria") != "its people" {
		t.Errorf("the form again: %d, and %s plays", status, director.playedBy(t, "asteria"))
	}
}
