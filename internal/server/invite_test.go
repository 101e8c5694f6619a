package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"renkei/internal/exercise/access"
)

// TestDate has a director say when the exercise is to take place: it stands on
// links and sheets, in the zone of each unit, and in calendar files.
func TestDate(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	link := func() string {
		t.Helper()
		_, page := director.post("/x/x/invite", url.Values{"role": {"player"}, "unit": {"asteria"}, "count": {"1"}, "days": {"0"}, "for": {"Ann, =1+1"}})
		return linksOn(page)[0]
	}
	first := link()
	if status, _ := h.browser().get(first + "/exercise.ics"); status != http.StatusNotFound {
		t.Errorf("a calendar file where nothing was said: %d", status)
	}
	for name, bad := range map[string]url.Values{
		"half":        {"begins": {"2027-06-16T09:00"}, "zone": {"UTC"}},
		"unreadable":  {"begins": {"tomorrow"}, "ends": {"2027-06-16T13:00"}, "zone": {"UTC"}},
		"backwards":   {"begins": {"2027-06-16T09:00"}, "ends": {"2027-06-16T08:00"}, "zone": {"UTC"}},
		"a long time": {"begins": {"2027-06-16T09:00"}, "ends": {"2027-08-16T09:00"}, "zone": {"UTC"}},
	} {
		status, page := director.post("/x/x/date", bad)
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="`+bad.Get("begins")+`"`) {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, _ := director.post("/x/x/date", url.Values{"begins": {"2027-06-16T09:00"}, "ends": {"2027-06-16T13:00"}, "zone": {"Mars/Base"}}); status != http.StatusBadRequest {
		t.Errorf("a zone that is none: %d", status)
	}
	if status, _ := director.post("/x/x/date", url.Values{"begins": {"2027-06-16T01:00"}, "ends": {"2027-06-16T05:00"}, "zone": {"UTC"}}); status != http.StatusSeeOther {
		t.Fatalf("set the date: %d", status)
	}
	const there = "2027-06-16 09:00–13:00 Asia/Singapore (2027-06-16 01:00–05:00 UTC)"
	if _, page := h.browser().get(first); !strings.Contains(page, there) || !strings.Contains(page, `data-from="2027-06-16T01:00:00Z"`) {
		t.Errorf("the page of the link:\n%s", page)
	}
	status, file := h.browser().get(first + "/exercise.ics")
	if status != http.StatusOK || !strings.Contains(file, "DTSTART:20270616T010000Z\r\n") || !strings.Contains(file, "SEQUENCE:0\r\n") || strings.Contains(file, first) {
		t.Errorf("the calendar file: %d\n%s", status, file)
	}
	if status, _ := director.post("/x/x/date", url.Values{"begins": {"2027-06-17T01:00"}, "ends": {"2027-06-17T05:00"}, "zone": {"UTC"}}); status != http.StatusSeeOther {
		t.Fatalf("move the date: %d", status)
	}
	player := h.as(access.Player, "borealis")
	if _, file = player.get("/x/x/exercise.ics"); !strings.Contains(file, "DTSTART:20270617T010000Z\r\n") || !strings.Contains(file, "SEQUENCE:1\r\n") {
		t.Errorf("the calendar file of who takes part:\n%s", file)
	}
	_, page := director.post("/x/x/invite", url.Values{"role": {"player"}, "unit": {"asteria"}, "count": {"1"}, "days": {"0"}, "for": {"=1+1"}})
	if strings.Count(page, "2027-06-17 09:00–13:00 Asia/Singapore") != 2 || !strings.Contains(page, `class="qr"`) || !strings.Contains(page, "\n&#39;=1+1\tPlayer\t") {
		t.Errorf("the sheet:\n%s", page)
	}
	director.post("/x/x/date", url.Values{"begins": {""}, "ends": {""}, "zone": {"UTC"}})
	if status, _ := player.get("/x/x/exercise.ics"); status != http.StatusNotFound {
		t.Errorf("a date that was taken back: %d", status)
	}
}

// TestLinkMadeAnewByHand replaces a link that nobody has taken.
func TestLinkMadeAnewByHand(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	director := h.as(access.Director, "")
	_, page := director.post("/x/x/invite", url.Values{"role": {"player"}, "unit": {"asteria"}, "count": {"1"}, "days": {"0"}, "for": {"Ann"}})
	old := linksOn(page)[0]
	_, id, _ := strings.Cut(page, `action="/x/x/invite/replace"><input type="hidden" name="id" value="`)
	id, _, _ = strings.Cut(id, `"`)
	_, page = director.post("/x/x/invite/replace", url.Values{"id": {id}})
	links := linksOn(page)
	if len(links) != 1 || links[0] == old || !strings.Contains(page, "Ann") {
		t.Fatalf("made anew:\n%s", page)
	}
	if status, _ := h.browser().get(old); status != http.StatusGone {
		t.Errorf("the one before: %d", status)
	}
	if status, _ := h.browser().post(links[0], url.Values{"name": {"Ann"}}); status != http.StatusSeeOther {
		t.Errorf("the new one: %d", status)
	}
	if status, _ := director.post("/x/x/invite/replace", url.Values{"id": {id}}); status != http.StatusUnprocessableEntity {
		t.Errorf("once more: %d", status)
	}
}
