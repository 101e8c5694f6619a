package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
)

// TestActForUnit has a controller acknowledge, answer and relay what a team tells
// by telephone: the pages of EXCON offer it, the team reads who entered it, and
// players may not do it.
func TestActForUnit(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	controller, player := h.as(access.Controller, ""), h.as(access.Player, "asteria")
	h.jump(5 * 60 * exercise.Second)
	if _, page := controller.get("/x/x/units?unit=asteria"); !strings.Contains(page, `href="/x/x/inject/I03/asteria"`) {
		t.Error("the page of units does not lead to the inject")
	}
	_, page := controller.get("/x/x/inject/I03/asteria")
	for _, want := range []string{`id="act-ack"`, `id="act-relay"`, `value="asteria/hospital" checked`} {
		if !strings.Contains(page, want) {
			t.Errorf("the inject lacks %s", want)
		}
	}
	if _, page = player.get("/x/x/inject/I03/asteria"); strings.Contains(page, `"act-ack"`) {
		t.Error("players are offered to act as EXCON")
	}
	const path = "/x/x/act/asteria"
	form := func(key string, more ...string) url.Values {
		v := url.Values{"key": {key}, "inject": {"I03"}, "how": {exercise.ByTelephone}, "by": {"Ms Lim"}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	player.want(http.StatusNotFound, path, form("a", "do", "acknowledge"))
	controller.want(http.StatusBadRequest, path, form("b", "do", "nothing"))
	if text := controller.want(http.StatusConflict, path, form("c", "do", "acknowledge", "by", "")); !strings.Contains(text, `id="act-ack"`) {
		t.Error("a form without a name does not come back")
	}
	controller.want(http.StatusUnprocessableEntity, path, form("d", "do", "relay", "tlp", "AMBER"))
	controller.want(http.StatusSeeOther, path, form("e", "do", "acknowledge"))
	controller.want(http.StatusSeeOther, path, form("f", "do", "relay", "tlp", "AMBER", "cell", "asteria/hospital"))
	controller.want(http.StatusSeeOther, path, form("g", "do", "answer", "task", "T01", "text", "AG-400"))

	const told = "entered by EXCON, as Ms Lim said by telephone"
	for path, times := range map[string]int{"/x/x/inject/I03/asteria": 1, "/x/x/inject/I02/asteria": 1, "/x/x/unitlog/asteria": 2} {
		if _, page := player.get(path); strings.Count(page, told) < times {
			t.Errorf("%s says %d times who entered it, want %d", path, strings.Count(page, told), times)
		}
	}
	if _, page := controller.get("/x/x/log?unit=asteria"); !strings.Contains(page, "as Ms Lim said by telephone") {
		t.Error("the log of EXCON does not say what it rests on")
	}
	if _, page := controller.get("/x/x/desk/asteria/hospital"); !strings.Contains(page, "/x/x/inject/I03/asteria/hospital") {
		t.Error("the cell has not got what was relayed")
	}
}

// TestTeamWithoutNationalController relays to its cells itself; where there is a
// national controller that is theirs, and people are invited by nobody else.
func TestTeamWithoutNationalController(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	player, cell := h.as(access.Player, "asteria"), h.as(access.Player, "asteria/hospital")
	h.jump(5 * 60 * exercise.Second)
	status, page := player.get("/x/x/cells/asteria")
	if status != http.StatusOK || !strings.Contains(page, `id="relay-I03"`) || strings.Contains(page, `href="/x/x/cell-people/asteria"`) {
		t.Fatalf("the page of the cells comes with %d, or offers to invite", status)
	}
	if _, page = player.get("/x/x/desk/asteria"); !strings.Contains(page, `href="/x/x/cells/asteria"`) {
		t.Error("the desk does not lead to the cells")
	}
	for who, b := range map[string]*browser{"a cell": cell, "another team": h.as(access.Player, "borealis")} {
		if status, _ = b.get("/x/x/cells/asteria"); status != http.StatusNotFound {
			t.Errorf("%s gets the page: %d", who, status)
		}
	}
	if status, _ = player.get("/x/x/cell-people/asteria"); status != http.StatusNotFound {
		t.Errorf("a player invites people: %d", status)
	}
	form := url.Values{"key": {"k"}, "inject": {"I03"}, "tlp": {"AMBER"}, "cell": {"asteria/hospital"}}
	player.want(http.StatusSeeOther, "/x/x/cascade/asteria", form)

	national := h.as(access.National, "asteria")
	if status, _ = national.get("/x/x/cells/asteria"); status != http.StatusOK {
		t.Errorf("the national controller gets %d", status)
	}
	if status, _ = player.get("/x/x/cells/asteria"); status != http.StatusNotFound {
		t.Errorf("beside a national controller the player gets %d", status)
	}
}
