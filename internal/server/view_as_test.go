package server_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
)

// live asks for what changes of a page, as its script does.
func (b *browser) live(path string) (int, string) {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(b.h.t.Context(), http.MethodGet, b.h.url+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	req.Header.Set("Hx-Request", "true")
	res, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// TestViewAsUnit has a director look as a unit: they read what its players read,
// change nothing, count as nobody's player, and stand in the audit log.
func TestViewAsUnit(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director, player := h.as(access.Director, ""), h.as(access.Player, "asteria")
	if _, page := director.get("/x/x/units?unit=asteria"); !strings.Contains(page, `action="/x/x/view-as"`) {
		t.Fatal("the page of units does not offer it")
	}
	for _, unit := range []string{"nobody", "asteria/nobody"} {
		director.want(http.StatusNotFound, "/x/x/view-as", url.Values{"unit": {unit}})
	}
	director.want(http.StatusSeeOther, "/x/x/view-as", url.Values{"unit": {"asteria"}})
	if _, page := director.get("/x/x/desk/asteria"); !strings.Contains(page, `id="view-as"`) || strings.Contains(page, `href="/x/x/board"`) {
		t.Errorf("the page does not say so, or leads to the board:\n%s", page)
	}
	for _, path := range []string{"/desk/asteria", "/inject/I02/asteria", "/talk/asteria", "/contacts/asteria", "/unitlog/asteria"} {
		status, want := player.live("/x/x" + path)
		if got, text := director.live("/x/x" + path); got != http.StatusOK || got != status || text != want {
			t.Errorf("%s: the director reads, with %d:\n%s\nthe player, with %d:\n%s", path, got, text, status, want)
		}
	}
	for _, path := range []string{"/board", "/msel", "/log", "/invite", "/desk/borealis"} {
		if status, _ := director.get("/x/x" + path); status != http.StatusNotFound {
			t.Errorf("%s is open: %d", path, status)
		}
	}
	before := h.exercise.Live.Seq()
	for path, form := range map[string]url.Values{
		"/pause": {"key": {"p"}}, "/acknowledge/asteria": {"key": {"a"}, "inject": {"I02"}}, "/ready/asteria": {"key": {"r"}}, "/date": {"begins": {""}, "ends": {""}},
	} {
		if status, page := director.post("/x/x"+path, form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Go back to EXCON first") {
			t.Errorf("%s is not refused: %d", path, status)
		}
	}
	if after := h.exercise.Live.Seq(); after != before {
		t.Errorf("the log went from %d to %d", before, after)
	}
	h.lookedAt(t, director)
	director.want(http.StatusSeeOther, "/x/x/view-as", url.Values{"unit": {""}})
	if status, page := director.get("/x/x/board"); status != http.StatusOK || strings.Contains(page, `id="view-as"`) {
		t.Errorf("back in EXCON: %d", status)
	}
}

// lookedAt looks as a unit to which nobody has come: nobody has come after it, and
// the audit log tells of both units.
func (h *fixture) lookedAt(t *testing.T, director *browser) {
	t.Helper()
	director.want(http.StatusSeeOther, "/x/x/view-as", url.Values{"unit": {"borealis"}})
	if status, _ := director.get("/x/x/desk/borealis"); status != http.StatusOK {
		t.Errorf("the desk of another unit: %d", status)
	}
	if status, _ := director.get("/x/x/stream"); status != http.StatusOK {
		t.Errorf("the stream: %d", status)
	}
	h.exercise.Live.Now(func(m *follow.Moment) {
		if u, ok := m.State.Play().Cast.Index("borealis"); !ok || m.State.Unit(u).Joined {
			t.Error("the log says that somebody has come to play")
		}
	})
	if seen := h.exercise.Presence.Unit("borealis"); seen.Online != 0 || !seen.Last.IsZero() {
		t.Errorf("somebody of the unit was seen: %+v", seen)
	}
	entries, err := h.auth.Audit(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, about := range []string{"x asteria", "x borealis"} {
		if !slices.ContainsFunc(entries, func(e auth.Entry) bool { return e.Deed == auth.ViewedAsUnit && e.About == about }) {
			t.Errorf("the audit log says nothing of %s", about)
		}
	}
}

// TestViewAsIsTheDirectors sets the cookie by hand: it makes nobody see more, or
// other.
func TestViewAsIsTheDirectors(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	at, err := url.Parse(h.url + "/x/x/")
	if err != nil {
		t.Fatal(err)
	}
	forge := func(b *browser) *browser {
		b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "view-as", Value: "asteria", Path: "/x/x/"}})
		return b
	}
	player := forge(h.as(access.Player, "borealis"))
	if status, _ := player.get("/x/x/desk/asteria"); status != http.StatusNotFound {
		t.Errorf("a player reads another desk: %d", status)
	}
	controller := forge(h.as(access.Controller, ""))
	controller.want(http.StatusNotFound, "/x/x/view-as", url.Values{"unit": {"asteria"}})
	if status, page := controller.get("/x/x/board"); status != http.StatusOK || strings.Contains(page, `id="view-as"`) {
		t.Errorf("a controller is taken for a unit: %d", status)
	}
	controller.want(http.StatusSeeOther, "/x/x/note", url.Values{"key": {"n"}, "text": {"Noted."}})
	if _, page := controller.get("/x/x/units"); strings.Contains(page, `action="/x/x/view-as"`) {
		t.Error("a controller is offered it")
	}
	h.excon("end", exercise.End{})
	director := h.as(access.Director, "")
	director.want(http.StatusSeeOther, "/x/x/view-as", url.Values{"unit": {"asteria"}})
	if status, _ := director.get("/x/x/after/asteria"); status != http.StatusOK {
		t.Errorf("after play: %d", status)
	}
}
