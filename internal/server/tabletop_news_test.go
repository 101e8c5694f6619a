package server_test

import (
	"net/http"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
)

const reportedPack = `
format: renkei/1
key: reported
version: "1"
kind: ttx
title: {en: Reported, ja: 報道}
languages: [en, ja]
tlp: GREEN
duration: 60m
startex: 2027-06-16T01:00:00Z
phases: [{key: news, title: {en: News, ja: 報道}}]
personas:
- {key: paper, name: {en: The Daily Lantern, ja: 灯日報}, role: {en: Newspaper, ja: 新聞}, address: news@lantern.example}
`

const reported = `modules:
- key: M1
  title: {en: First, ja: 第一}
  questions:
  - {key: q1, type: text, title: {en: One, ja: 一}, expected: [{en: A, ja: あ}]}
  - {key: q2, type: text, title: {en: Two, ja: 二}, expected: [{en: A, ja: あ}]}
`

const reportedNews = `injects:
- {key: N1, title: {en: Page one, ja: 一面}, phase: news, from: paper, to: teams, at: 40m, mode: news, tlp: CLEAR}
- {key: N2, title: {en: Second edition, ja: 第二版}, phase: news, from: paper, to: teams, at: 45m, mode: news, tlp: CLEAR, attachments: [clip.txt]}
- {key: N3, title: {en: A letter, ja: 手紙}, phase: news, from: paper, to: teams, at: 50m, tlp: AMBER}
`

// newsRoom plays a tabletop with injects.
func newsRoom(t *testing.T) *tabletopRoom {
	t.Helper()
	files := map[string][]byte{
		"pack.yaml": []byte(reportedPack), "tabletop.yaml": []byte(reported), "msel.yaml": []byte(reportedNews), "attachments/clip.txt": []byte("The clip"),
	}
	for name, text := range map[string]string{
		"M1": "# T\n\nThe brief.\n", "N1": "# Offices are dark\n\nNobody answers.\n", "N2": "# Minister speaks\n\nShe was brief.\n", "N3": "# For you alone\n\nA private word.\n",
	} {
		files["texts/en/"+name+".md"], files["texts/ja/"+name+".md"] = []byte(text), []byte(text)
	}
	return newTabletopRoomOf(t, "reported@1", zipOf(t, files))
}

// TestTabletopNews: what comes by the clock or by hand stands on the phones of
// those who have it, at the facilitator's, and before the room where it came to
// all; a question that is on stays in sight.
func TestTabletopNews(t *testing.T) {
	t.Parallel()
	r := newsRoom(t)
	chief, screen, phone := r.in(access.Director, ""), r.in(access.Observer, ""), r.in(access.Player, r.units[0])
	table, room, own := r.path("/table"), r.path("/projector"), r.path("/phone/"+r.units[0])
	for _, page := range []string{phone.page(own), screen.page(room)} {
		holds(t, page, "!Offices are dark", "!Page one")
	}
	holds(t, chief.page(table), "To come", "Page one")
	if status, _ := r.send(chief, "/table/news", "inject", "N1"); status == http.StatusSeeOther {
		t.Error("news came before STARTEX")
	}
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", table)
	r.must(chief, "/table/news", "inject", "N1")
	for _, page := range []string{phone.page(own), screen.page(room), chief.page(table)} {
		holds(t, page, "The Daily Lantern", "Offices are dark", "Nobody answers.", "newspaper", "!Minister speaks")
	}
	holds(t, screen.page(room), "!The brief.")

	r.must(chief, "/table/step", "step", "announce", "poll", "q1")
	holds(t, screen.page(room), "!Offices are dark", "One")
	holds(t, phone.page(own), "Nobody answers.")
	r.must(chief, "/table/news", "inject", "N2")
	holds(t, screen.page(room), "The Daily Lantern: Minister speaks", "One", "!She was brief.")
	holds(t, phone.page(own), "The Daily Lantern: Minister speaks", "She was brief.", "clip.txt")
	if status, body := phone.get(r.path("/attachment/N2/"+r.units[0]) + "?name=clip.txt"); status != http.StatusOK || body != "The clip" {
		t.Errorf("the attachment: %d %q", status, body)
	}

	// What one delegation has is not for the room.
	r.must(chief, "/msel/N3", "do", "release", "units", r.units[0])
	holds(t, phone.page(own), "For you alone", "A private word.")
	holds(t, screen.page(room), "!For you alone", "Minister speaks")
	holds(t, r.in(access.Player, r.units[1]).page(r.path("/phone/"+r.units[1])), "!For you alone")
	holds(t, chief.page(table), "For you alone", "not on the projector")
	if status, _ := r.send(phone, "/table/news", "inject", "N3"); status != http.StatusNotFound {
		t.Errorf("a delegation releases news: %d", status)
	}

	// What was withdrawn leaves the room.
	r.must(chief, "/msel/N2", "do", "retract", "units", r.units[0], "retract_reason", "by mistake")
	holds(t, screen.page(room), "!Minister speaks")
	holds(t, phone.page(own), "withdrawn")
}

// TestTabletopNewsOnTheClock: without anybody's doing news comes when it is due.
func TestTabletopNewsOnTheClock(t *testing.T) {
	t.Parallel()
	r := newsRoom(t)
	chief, phone := r.in(access.Director, ""), r.in(access.Player, r.units[0])
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	r.must(chief, "/jump", "to", "00:42:00", "mode", "release", "sure", "yes")
	holds(t, phone.page(r.path("/phone/"+r.units[0])), "Nobody answers.", "!She was brief.")
}

// TestTabletopHasNoBoard: where an exercise has its board and desks a tabletop
// leads to the table, the phone and the projector.
func TestTabletopHasNoBoard(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	chief, screen, phone := r.in(access.Director, ""), r.in(access.Observer, ""), r.in(access.Player, r.units[0])
	for _, c := range []struct {
		who      *browser
		from, to string
	}{
		{chief, "/board", "/table"},
		{chief, "/desk/" + r.units[0], "/table"},
		{screen, "/board", "/projector"},
		{phone, "/desk/" + r.units[0], "/phone/" + r.units[0]},
		{phone, "/contacts/" + r.units[0], "/phone/" + r.units[0]},
		{phone, "/inject/N1/" + r.units[0], "/phone/" + r.units[0]},
	} {
		res := c.who.answer(http.MethodGet, r.path(c.from), nil, nil)
		_ = res.Body.Close()
		if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasSuffix(to, r.path(c.to)) {
			t.Errorf("%s: %d to %q, want %s", c.from, res.StatusCode, to, c.to)
		}
	}
	if status, _ := phone.get(r.path("/board")); status != http.StatusNotFound {
		t.Errorf("a delegation at the board: %d", status)
	}
}
