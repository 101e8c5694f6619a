package server_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/web"
)

// meantForTabletops are the pages of exercises that a tabletop has too: clock and
// phases, title, people and units, news (the MSEL), log and replay, the improvement plan, and
// what a real incident needs.
func meantForTabletops() []string {
	return []string{
		"GET /x/{exercise}/{$}", "GET /x/{exercise}/stream", "GET /x/{exercise}/signals", "GET /x/{exercise}/position", "GET /x/{exercise}/help",
		"POST /x/{exercise}/clock", "POST /x/{exercise}/pause", "POST /x/{exercise}/speed", "POST /x/{exercise}/stop", "GET /x/{exercise}/endex", "POST /x/{exercise}/endex",
		"GET /x/{exercise}/jump", "POST /x/{exercise}/jump", "POST /x/{exercise}/note",
		"GET /x/{exercise}/units", "POST /x/{exercise}/status", "POST /x/{exercise}/stand-in", "POST /x/{exercise}/attendance",
		"GET /x/{exercise}/invite", "POST /x/{exercise}/invite", "GET /x/{exercise}/invite/{person}", "POST /x/{exercise}/invite/{person}", "POST /x/{exercise}/invite/grant",
		"POST /x/{exercise}/invite/import", "POST /x/{exercise}/invite/mail", "POST /x/{exercise}/invite/replace", "POST /x/{exercise}/invite/revoke",
		"POST /x/{exercise}/date", "POST /x/{exercise}/hand-over", "GET /x/{exercise}/change", "POST /x/{exercise}/title", "POST /x/{exercise}/teams",
		"GET /x/{exercise}/msel", "GET /x/{exercise}/msel/{inject}", "POST /x/{exercise}/msel/{inject}", "GET /x/{exercise}/msel/{inject}/file",
		"GET /x/{exercise}/compose", "POST /x/{exercise}/compose", "GET /x/{exercise}/attachment/{inject}/{unit...}", "GET /x/{exercise}/attachment-text/{inject}/{unit...}",
		"GET /x/{exercise}/log", "GET /x/{exercise}/log.csv", "GET /x/{exercise}/log.jsonl", "GET /x/{exercise}/replay", "GET /x/{exercise}/replay/{unit...}",
		"GET /x/{exercise}/plan", "POST /x/{exercise}/plan", "POST /x/{exercise}/overview",
		"POST /x/{exercise}/real/{unit...}", "POST /x/{exercise}/real-seen",
	}
}

// TestTabletopClosed: every address within an exercise is either a tabletop's own,
// meant for it too, or closed: a page leads to the facilitator's or the
// delegation's place, and nothing can be sent.
func TestTabletopClosed(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	chief, phone := r.in(access.Director, ""), r.in(access.Player, r.units[0])
	meant, seen, closed := meantForTabletops(), 0, 0
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		method, path, _ := strings.Cut(pattern, " ")
		if !strings.HasPrefix(path, "/x/{exercise}/") || tabletopTable()[pattern] != "" && pattern != "GET /x/{exercise}/position" {
			continue
		}
		if slices.Contains(meant, pattern) {
			seen++
			continue
		}
		closed++
		at := strings.NewReplacer("{exercise}", r.id, "{unit...}", r.units[0], "{inject}", "N1", "{file}", "none", "{person}", "none").Replace(path)
		for _, who := range []*browser{chief, phone} {
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{"key": {pattern}}
			}
			res := who.answer(method, at, nil, form)
			to := res.Header.Get("Location")
			leads := method == http.MethodGet && res.StatusCode == http.StatusSeeOther && (strings.HasSuffix(to, r.path("/table")) || strings.HasSuffix(to, r.path("/phone/"+r.units[0])))
			if !leads && res.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d to %q", pattern, res.StatusCode, to)
			}
		}
	}
	if seen != len(meant) || closed < 50 {
		t.Errorf("%d of %d meant addresses are there, %d closed ones", seen, len(meant), closed)
	}
}

// TestTabletopNobodyLooks: a director can look as a unit in an exercise, and cannot
// in a tabletop, where the unit's page holds its sealed answer.
func TestTabletopNobodyLooks(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	chief, phone := r.in(access.Director, ""), r.in(access.Player, r.units[0])
	own := r.path("/phone/" + r.units[0])
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	for _, step := range []string{"announce", "open"} {
		r.must(chief, "/table/step", "step", step, "poll", "who_decides")
	}
	r.must(phone, "/reply/"+r.units[0], "poll", "who_decides", "round", "1", "row-authority", "MARKED", "row-deadline", "a day")
	holds(t, phone.page(own), "MARKED")
	if status, _ := r.send(chief, "/view-as", "unit", r.units[0]); status == http.StatusSeeOther {
		t.Error("the director looks as a delegation")
	}
	at, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	chief.client.Jar.SetCookies(at, []*http.Cookie{{Name: "view-as", Value: r.units[0], Path: "/"}}) // as from an exercise
	for _, path := range []string{own, r.path("/table"), r.path("/replay/" + r.units[0])} {
		if _, page := chief.get(path); strings.Contains(page, "MARKED") {
			t.Errorf("%s shows a sealed answer", path)
		}
	}
}
