package server_test

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/web"
)

// Each table tells who may use a route, in this order: stranger, director,
// controller, observer, national controller of a team, player of that team, of
// a cell of it, evaluator of the team, player of another team.

// commonTable is the routes outside the pages of an exercise.
func commonTable() map[string]string {
	return map[string]string{
		"GET /{$}":                  "yyyyyyyyy",
		"POST /sign-in":             "yyyyyyyyy",
		"POST /sign-out":            "", // asked last: it ends the sessions
		"POST /language":            "yyyyyyyyy",
		"GET /static/{name}":        ".........",
		"GET /healthz":              "yyyyyyyyy",
		"GET /manifest.webmanifest": "yyyyyyyyy",
		"GET /readyz":               "yyyyyyyyy",
		"GET /x/{exercise}/{$}":     "yyyyyyyyy",
		"GET /x/{exercise}/stream":  "yyyyyyyyy", "GET /x/{exercise}/signals": "yyyyyyyyy",
	}
}

// tables are those of all areas.
func tables() map[string]string {
	all := map[string]string{}
	for _, table := range []map[string]string{
		commonTable(), peopleTable(), boardTable(), deskTable(), mselTable(), cellsTable(), afterTable(), communityTable(), handbookTable(), programmeTable(), outboxTable(), tabletopTable(),
	} {
		maps.Copy(all, table)
	}
	return all
}

// TestRoutes asks every route as everybody. A letter tells what came: "." is
// the page of what is not there, "y" anything else.
func TestRoutes(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	people := []*browser{
		h.browser(), h.as(access.Director, ""), h.as(access.Controller, ""), h.as(access.Observer, ""), h.as(access.National, "asteria"),
		h.as(access.Player, "asteria"), h.as(access.Player, "asteria/hospital"), h.as(access.Evaluator, "asteria"), h.as(access.Player, "borealis"),
	}
	absent := make([]string, len(people))
	for i, b := range people {
		_, absent[i] = b.get("/no/such/page")
	}
	tests := tables()
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		want, ok := tests[pattern]
		if !ok {
			t.Errorf("%s is missing from the table", pattern)
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{$}", "", "{exercise}", id, "{unit...}", "asteria", "{link}", "none", "{name}", "none", "{inject}", "I02", "{file}", "none", "{person}", "none").Replace(path)
		for i := range want {
			var body io.Reader
			if method == http.MethodPost {
				body = strings.NewReader("key=")
			}
			status, text := people[i].send(method, path, body)
			if status >= http.StatusInternalServerError {
				t.Errorf("%s as number %d fails with %d", pattern, i, status)
			}
			if method == http.MethodPost {
				people[i].get("/no/such/page") // which confirms what was done, once
			}
			// A stranger is led to the start, or gets a form back: neither says anything
			// of what is there.
			if i == 0 {
				if method == http.MethodPost && (status == http.StatusUnauthorized) != (want[i] == '.') {
					t.Errorf("%s as a stranger: %d, want %c", pattern, status, want[i])
				}
				continue
			}
			if got := text == absent[i]; got != (want[i] == '.') {
				t.Errorf("%s as number %d: absent is %v, want %c", pattern, i, got, want[i])
			}
		}
	}
	for _, path := range []string{"/x/y/", "/x/y/board", "/x/x/desk/nobody", "/x/x/desk/asteria/nothing", "/x/x/nothing"} {
		if status, text := people[1].get(path); status != http.StatusNotFound || text != absent[1] {
			t.Errorf("%s answers %d, and not as what is not there", path, status)
		}
	}
	for i, b := range people[1:] {
		if status, _ := b.post("/sign-out", nil); status != http.StatusSeeOther {
			t.Errorf("number %d signs out: %d", i+1, status)
		}
		if status, _ := b.get("/x/x/"); status != http.StatusSeeOther {
			t.Errorf("number %d after signing out: %d", i+1, status)
		}
	}
}
