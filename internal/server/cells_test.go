package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/server"
	"renkei/internal/web"
)

// cellsTable is the routes of national controllers, of evaluators, and of the
// marks.
func cellsTable() map[string]string {
	return map[string]string{
		"GET /x/{exercise}/cells/{unit...}":         "....y....",
		"POST /x/{exercise}/cascade/{unit...}":      "....y....",
		"POST /x/{exercise}/cell-message/{unit...}": "....y....",
		"POST /x/{exercise}/region/{unit...}":       "....y....",
		"GET /x/{exercise}/cell-people/{unit...}":   "....y....",
		"POST /x/{exercise}/cell-people/{unit...}":  "....y....",
		"POST /x/{exercise}/cell-revoke/{unit...}":  "....y....",
		"GET /x/{exercise}/evaluate":                "y......y.",
		"GET /x/{exercise}/evaluate/{unit...}":      "yyy....y.",
		"POST /x/{exercise}/mark/{unit...}":         ".......y.",
		"POST /x/{exercise}/observe/{unit...}":      ".yy....y.",
		"GET /x/{exercise}/marks":                   "yyy......",
		"POST /x/{exercise}/settle/{unit...}":       ".y.......",
	}
}

// TestObserversOnlyRead: of an exercise an observer may send nothing.
func TestObserversOnlyRead(t *testing.T) {
	t.Parallel()
	const observer = 3
	sends := 0
	for _, pattern := range web.Patterns(server.Areas(server.Deps{})) {
		if !strings.HasPrefix(pattern, "POST /x/") {
			continue
		}
		sends++
		if want := tables()[pattern]; len(want) <= observer || want[observer] != '.' {
			t.Errorf("%s is %q: an observer may send it", pattern, want)
		}
	}
	if sends < 10 {
		t.Errorf("only %d routes take something", sends)
	}
}

// TestAddressWithoutUnit: a page of a unit without one is absent.
func TestAddressWithoutUnit(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	b := h.as(access.Director, "")
	for _, path := range []string{"/x/x/desk/", "/x/x/evaluate/"} {
		if status, _ := b.get(path); status != http.StatusNotFound {
			t.Errorf("%s gives %d", path, status)
		}
	}
}

// excon gives a command of EXCON, and waits until it is seen.
func (h *fixture) excon(key string, action exercise.Action) {
	h.t.Helper()
	res, err := h.exercise.Do(h.t.Context(), exercise.Command{Key: key, Actor: exercise.Excon(), Do: action})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.exercise.Live.Wait(h.t.Context(), res.Last); err != nil {
		h.t.Fatal(err)
	}
}

// jump goes on to a time, with everything that comes on the way.
func (h *fixture) jump(to exercise.Time) {
	h.t.Helper()
	h.excon("jump to "+to.String(), exercise.Jump{To: to, Mode: exercise.JumpRelease})
}

// want posts a form, and fails unless it ends with that status.
func (b *browser) want(status int, path string, form url.Values) string {
	b.h.t.Helper()
	got, text := b.post(path, form)
	if got != status {
		b.h.t.Fatalf("%s with %v gave %d, not %d: %s", path, form, got, status, text)
	}
	return text
}

// TestCascade relays an inject to a cell as its national controller.
func TestCascade(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	national, cell := h.as(access.National, "asteria"), h.as(access.Player, "asteria/hospital")
	h.jump(5 * 60 * exercise.Second)
	_, page := national.get("/x/x/cells/asteria")
	for _, want := range []string{`id="relay-I03"`, `value="asteria/hospital" checked`, `id="cell-asteria/hospital"`, "AG-400"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, `id="relay-tlp-I03"><option value="CLEAR"`) {
		t.Error("a looser label is offered")
	}
	form := func(key, tlp string, cells ...string) url.Values {
		return url.Values{"key": {key}, "inject": {"I03"}, "tlp": {tlp}, "text": {"It runs at your gate."}, "cell": cells}
	}
	const path = "/x/x/cascade/asteria"
	national.want(http.StatusUnprocessableEntity, path, form("k0", "GREEN"))
	national.want(http.StatusBadRequest, path, form("k1", "GREEN", "borealis/hospital"))
	national.want(http.StatusBadRequest, path, form("", "GREEN", "asteria/hospital"))
	if text := national.want(http.StatusConflict, path, form("k2", "CLEAR", "asteria/hospital")); !strings.Contains(text, "GREEN") {
		t.Errorf("the refusal of a looser label says not which: %s", text)
	}
	for range 2 { // sent twice, it works once
		national.want(http.StatusSeeOther, path, form("k3", "AMBER", "asteria/hospital"))
	}
	national.want(http.StatusConflict, path, form("k4", "AMBER", "asteria/hospital"))
	_, page = national.get("/x/x/cells/asteria")
	if n := strings.Count(page, "It runs at your gate."); n != 1 {
		t.Errorf("the relay stands there %d times", n)
	}
	if strings.Contains(page, `id="relay-text-I03"`) {
		t.Error("what was relayed can be relayed again")
	}
	cell.want(http.StatusSeeOther, "/x/x/answer/asteria/hospital", url.Values{"key": {"k5"}, "task": {"H03"}, "option": {"b"}})
	if _, page = national.get("/x/x/cells/asteria?sum=yes"); strings.Count(page, "Export log and session table") < 2 {
		t.Error("the answer of the cell stands not on the page and in the draft")
	}
	if _, page := cell.get("/x/x/cells/asteria"); strings.Contains(page, "I03") {
		t.Error("the cell sees the page of its national controller")
	}
}

// TestSumUp sends what a national controller has written of the cells.
func TestSumUp(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	national, other, cell := h.as(access.National, "asteria"), h.as(access.Player, "borealis"), h.as(access.Player, "asteria/hospital")
	form := url.Values{"key": {"k1"}, "to": {"liaison"}, "tlp": {"AMBER"}, "text": {"One hospital of ours is down."}}
	national.want(http.StatusSeeOther, "/x/x/region/asteria", form)
	if _, page := other.get("/x/x/desk/borealis"); !strings.Contains(page, "One hospital of ours is down.") {
		t.Error("the region does not read it")
	}
	form["to"] = []string{"unit:borealis"}
	national.want(http.StatusBadRequest, "/x/x/region/asteria", form)
	form = url.Values{"key": {"k2"}, "cell": {"asteria/hospital"}, "tlp": {"GREEN"}, "text": {"Keep the session table."}}
	national.want(http.StatusSeeOther, "/x/x/cell-message/asteria", form)
	if _, page := cell.get("/x/x/desk/asteria/hospital"); !strings.Contains(page, "Keep the session table.") {
		t.Error("the cell does not read it")
	}
}

var linkIn = regexp.MustCompile(`http://[^<]+(/in/[^<]+)<`)

// TestCellPeople invites players and deputies, and nobody elsewhere.
func TestCellPeople(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	national := h.as(access.National, "asteria")
	const path = "/x/x/cell-people/asteria"
	for _, form := range []url.Values{
		{"to": {"borealis/hospital"}, "count": {"1"}, "days": {"1"}},
		{"to": {"asteria/nothing"}, "count": {"1"}, "days": {"1"}},
		{"to": {"asteria/hospital"}, "count": {"1"}, "days": {"900"}},
	} {
		national.want(http.StatusBadRequest, path, form)
	}
	national.want(http.StatusUnprocessableEntity, path, url.Values{"to": {"asteria/hospital"}, "count": {"31"}, "days": {"1"}})
	for to, place := range map[string]string{"asteria/hospital": "/x/x/desk/asteria/hospital", "asteria": "/x/x/cells/asteria"} {
		page := national.want(http.StatusOK, path, url.Values{"to": {to}, "count": {"2"}, "days": {"1"}})
		links := linkIn.FindAllStringSubmatch(page, -1)
		if len(links) != 2 || links[0][1] == links[1][1] {
			t.Fatalf("%s: links %v", to, links)
		}
		b := h.browser()
		b.want(http.StatusSeeOther, links[0][1], url.Values{"name": {"Grace"}})
		if status, _ := b.get(place); status != http.StatusOK {
			t.Errorf("%s: the invited may not see %s", to, place)
		}
		h.browser().want(http.StatusGone, links[0][1], url.Values{"name": {"Grace"}})
		if _, page := national.get(path); !strings.Contains(page, "Grace") {
			t.Error("who has come is not listed")
		}
		h.revoke(national, to)
		if status, _ := b.get(place); status == http.StatusOK {
			t.Errorf("%s: who was taken out sees %s still", to, place)
		}
		h.browser().want(http.StatusGone, links[1][1], url.Values{"name": {"Grace"}})
	}
}

var revocable = regexp.MustCompile(`name="(link|person)" value="([^"]+)"/?> *<input type="hidden" name="of" value="([^"]*)"`)

// revoke takes every link and everybody of a national controller's back, and
// tries the same from elsewhere first.
func (h *fixture) revoke(national *browser, unit string) {
	h.t.Helper()
	const path = "/x/x/cell-people/asteria"
	_, page := national.get(path)
	all := revocable.FindAllStringSubmatch(page, -1)
	if len(all) != 2 {
		h.t.Fatalf("%s: %d can be taken back: %s", unit, len(all), page)
	}
	foreign := h.as(access.National, "borealis")
	for _, m := range all {
		form := url.Values{m[1]: {m[2]}, "of": {m[3]}}
		foreign.want(http.StatusNotFound, "/x/x/cell-revoke/borealis", form)
		national.want(http.StatusSeeOther, "/x/x/cell-revoke/asteria", form)
	}
}
