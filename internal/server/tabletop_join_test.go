package server_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
	"renkei/internal/tabletop/joining"
)

// TestJoinByCode: with the code on the projector somebody becomes a person of a
// delegation, as with a link; a code that was locked lets nobody in, and the
// facilitator takes seats back.
func TestJoinByCode(t *testing.T) {
	t.Parallel()
	r := newTabletopRoom(t)
	chief, screen := r.in(access.Director, ""), r.in(access.Observer, "")
	stranger := r.browser()
	holds(t, stranger.page("/join"), "Code on the screen")
	if status, page := stranger.get("/join/AAAA2222"); status != http.StatusNotFound || !strings.Contains(page, "lets nobody in") {
		t.Errorf("a code that is none: %d", status)
	}
	holds(t, screen.page(r.path("/projector")), "Your page", "!Join here")
	r.must(chief, "/table/joining", "do", "open")
	spaced := regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}`).FindString(screen.page(r.path("/projector")))
	if spaced == "" {
		t.Fatal("the projector shows no code")
	}
	path := "/join/" + joining.Clean(spaced)
	if status, _ := stranger.get("/join?code=" + url.QueryEscape(strings.ToLower(spaced))); status != http.StatusSeeOther {
		t.Errorf("a code that was typed: %d", status)
	}
	holds(t, stranger.page(path), "Which delegation are you of?", "Asteria", "Genvaria")
	for _, bad := range []string{"", "nowhere", r.units[0] + "/cell"} {
		if status, _ := stranger.post(path, url.Values{"unit": {bad}}); status != http.StatusUnprocessableEntity {
			t.Errorf("delegation %q: %d", bad, status)
		}
	}
	join := func(unit, name string) *browser {
		t.Helper()
		b := r.browser()
		status, _ := b.post(path, url.Values{"unit": {unit}})
		if status != http.StatusSeeOther {
			t.Fatalf("joining: %d", status)
		}
		b.want(http.StatusSeeOther, b.last, url.Values{"name": {name}})
		return b
	}
	head, member := join(r.units[0], "Grace"), join(r.units[0], "Joan")
	holds(t, head.page(r.path("/phone/"+r.units[0])), "The tabletop has not begun")
	if status, _ := head.get(r.path("/phone/" + r.units[1])); status != http.StatusNotFound {
		t.Errorf("the phone of another delegation: %d", status)
	}
	if status, _ := head.post(path, url.Values{"unit": {r.units[1]}}); status != http.StatusSeeOther || strings.HasPrefix(head.last, "/in/") {
		t.Errorf("somebody joins a second delegation: %d, %s", status, head.last)
	}
	holds(t, chief.page(r.path("/table")), "Grace", "Joan", spaced)

	seats := r.seats(t)
	r.must(chief, "/table/joining", "do", "head", "unit", r.units[0], "person", seats["Grace"])
	r.must(chief, "/clock", "do", "start", "sure", "yes", "back", r.path("/table"))
	r.must(chief, "/table/step", "step", "announce", "poll", "who_decides")
	r.must(chief, "/table/step", "step", "open", "poll", "who_decides")
	r.must(member, "/reply/"+r.units[0], "poll", "who_decides", "round", "1", "row-authority", "The cabinet.")
	holds(t, member.page(r.path("/phone/"+r.units[0])), "The head of your delegation confirms", "!value=\"stands\"")
	if status, page := r.send(member, "/stands/"+r.units[0], "poll", "who_decides", "do", "stands"); status == http.StatusSeeOther || !strings.Contains(page, "The head of your delegation confirms") {
		t.Errorf("a member confirms: %d", status)
	}
	r.must(head, "/stands/"+r.units[0], "poll", "who_decides", "do", "stands")

	r.must(chief, "/table/joining", "do", "remove", "unit", r.units[0], "person", seats["Grace"])
	if status, _ := head.get(r.path("/phone/" + r.units[0])); status != http.StatusNotFound {
		t.Errorf("a seat that was taken back: %d", status)
	}
	r.must(member, "/stands/"+r.units[0], "poll", "who_decides", "do", "back") // there is no head any more
	director := ""
	for name, person := range seats {
		if name == "Ada" {
			director = person
		}
	}
	if status, _ := r.send(chief, "/table/joining", "do", "remove", "unit", "", "person", director); status == http.StatusSeeOther {
		t.Error("somebody without a seat in a delegation is removed")
	}
	r.must(chief, "/table/joining", "do", "lock")
	if status, _ := r.browser().get(path); status != http.StatusNotFound {
		t.Errorf("a code that was locked: %d", status)
	}
	if status, _ := r.browser().post(path, url.Values{"unit": {r.units[1]}}); status != http.StatusNotFound {
		t.Errorf("a code that was locked: %d", status)
	}
	holds(t, screen.page(r.path("/projector")), "!"+spaced)
}

// seats are the people of the exercise by name.
func (r *tabletopRoom) seats(t *testing.T) map[string]string {
	t.Helper()
	holders, err := r.auth.GrantsIn(t.Context(), access.In(r.id, ""))
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]string{}
	for _, h := range holders {
		people[h.Name] = h.Person
	}
	return people
}
