package server_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/community/comcheck"
	communitystore "renkei/internal/community/store"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// TestContactsOfEvent: an event names the contact check by which its contacts were
// verified; its page and the report have the numbers of the check as figures, once
// it is over.
func TestContactsOfEvent(t *testing.T) {
	t.Parallel()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	kept := communitystore.New(db.Database)
	for id, at := range map[string]time.Time{"2024-03": time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), "running": time.Now()} {
		round := &comcheck.Round{ID: id, Begun: at, Plan: comcheck.DefaultPlan(), Secret: []byte("secret")}
		var asks []comcheck.Ask
		for _, contact := range []string{"a", "b", "c", "d", "e"} {
			asks = append(asks, comcheck.Ask{Round: id, Contact: contact, Channel: "mail", Address: contact + "@example.org", Organisation: "o", Asked: at})
		}
		if err := kept.BeginRound(t.Context(), round, asks); err != nil {
			t.Fatal(err)
		}
		for _, a := range asks[:3] {
			a.Answered = at.Add(time.Hour)
			if err := kept.Answer(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
	secretary := serving(t, db, nil).granted(community.Coordinator, community.Everywhere())
	event := func(check string) url.Values {
		return url.Values{"id": {"rcx-2024"}, "title.en": {"RCX 2024"}, "type": {"exercise_rcx"}, "status": {"held"}, "begin": {"2024-06"}, "comcheck": {check}, "base": {"0"}, "reason": {"r"}}
	}
	if status, page := secretary.post("/programme/save/event", event("none")); status != http.StatusConflict || !strings.Contains(page, "There is no contact check none.") {
		t.Errorf("an event names a contact check that is not there: %d", status)
	}
	holds(t, secretary.page("/programme/new/event"), `<option value="2024-03">2024-03-01 · 2024-03`, `<option value="running">`)
	secretary.want(http.StatusSeeOther, "/programme/save/event", event("running"))
	secretary.want(http.StatusSeeOther, "/programme/save/edition", url.Values{
		"id": {"y"}, "title.en": {"Year"}, "as_of": {"2024-12-31"}, "base": {"0"}, "reason": {"new"},
		"sections": {`[{"id": "one", "title": {"en": "One"}, "blocks": [{"show": "facts", "of": ["rcx-2024"]}, {"show": "comchecks"}]}]`},
	})
	holds(t, secretary.page("/programme/record/event/rcx-2024"), "Contacts verified", "The contact check is not over.", "!Contacts verified: answered")
	form := secretary.drawn("/programme/edit/event/rcx-2024", "record")
	form.Set("reason", "the check before it")
	form.Set("comcheck", "2024-03")
	secretary.want(http.StatusSeeOther, "/programme/save/event/rcx-2024", form)
	holds(t, secretary.page("/programme/record/event/rcx-2024"), "Comcheck 2024-03", "Contacts verified: answered", "!The contact check is not over.")
	holds(t, secretary.page("/programme/report/y"), "Contacts verified: asked", "Contacts that answered on at least one channel.")
	figures := reportFigures(t, secretary, "y")
	for key, want := range map[string]int{"asked": 5, "answered": 3, "late": 0, "missed": 2} {
		if got := figures["comchecks-2024-03-"+key]; got != want {
			t.Errorf("%s: %d, want %d", key, got, want)
		}
	}
	if len(figures) != 4 {
		t.Errorf("figures that two places cite stand twice: %v", figures)
	}
	holds(t, secretary.in("ja").page("/programme/record/event/rcx-2024"), "連絡先の確認：回答", "連絡確認 2024-03")
}
