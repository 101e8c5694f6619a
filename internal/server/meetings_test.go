package server_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
)

// local is a time some hours from now, as a field of a form has it in Tokyo.
func local(hours int) string {
	return time.Now().Add(time.Duration(hours) * time.Hour).In(time.FixedZone("JST", 9*3600)).Format("2006-01-02T15:04")
}

// TestMeeting takes a meeting from the last one to its circulated record: the
// secretariat makes it, a chair prepares and records it, members hand in and
// object, and each sees what is theirs.
func TestMeeting(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretary, chair, member := h.granted(community.Coordinator, community.Everywhere()), h.of("th", community.Owner), h.of("kh", community.Owner)
	const at = "/programme/meeting/wg3"

	if page := member.page("/programme/meetings"); !strings.Contains(page, "WG1/A2") || !strings.Contains(page, "Your open actions") || strings.Contains(page, "Prepare the next") {
		t.Error("a member does not find its open action, or prepares meetings")
	}
	made := url.Values{"number": {"3"}, "title.en": {"Third meeting"}, "title.ja": {"第3回作業部会"}, "begin": {"2027-03-01"}, "zone": {"Asia/Tokyo"}}
	if status, page := secretary.post("/programme/series/demo-working-group/next", with(made, "number", "2")); status != http.StatusConflict || !strings.Contains(page, "WG2 cannot be the number") || !strings.Contains(page, `value="Third meeting"`) {
		t.Errorf("a number that was given: %d", status)
	}
	if status, _ := member.post("/programme/series/demo-working-group/next", made); status != http.StatusNotFound {
		t.Errorf("a member makes a meeting: %d", status)
	}
	secretary.want(http.StatusSeeOther, "/programme/series/demo-working-group/next", made)
	for _, path := range []string{at, "/programme/record/event/wg3"} {
		if status, _ := member.get(path); status != http.StatusNotFound {
			t.Errorf("a member sees %s of a draft: %d", path, status)
		}
	}
	holds(t, member.page("/programme/events"), "!Third meeting")
	holds(t, chair.page(at), "This is a draft", "Adoption of the record of WG2", "WG1/A2", "Add an item", "Japan, Thailand")

	chair.want(http.StatusSeeOther, at+"/item", with(chair.drawn(at, "item-"), "title.en", "Exchange", "at", "2027-03-01T10:00", "minutes", "30", "papers", "kh"))
	if status, page := chair.post(at+"/item", with(chair.drawn(at, "item-"), "title.en", "Other", "at", "noon")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Not a date and time: noon") {
		t.Errorf("a bad time: %d", status)
	}
	chair.want(http.StatusSeeOther, at+"/plan", with(chair.drawn(at, "plan"), "status", "planned", "papers_due", "2020-01-01", "public", "yes", "chairs", "sg"))
	holds(t, chair.page(at), "Japan, Thailand", "Arrangements") // who chairs the secretariat says
	holds(t, h.browser().page("/programme/public"), "!Third meeting")
	secretary.want(http.StatusSeeOther, at+"/plan", with(secretary.drawn(at, "plan"), "public", "yes"))
	holds(t, member.page(at), "Exchange", "10:00", "08:00", "KH", "late", "Hand in a paper", "!Arrangements", "!Record a decision")

	handIn := func(fields url.Values) int {
		status, _ := member.upload(at+"/paper", "file", "paper.txt", []byte("secret"), fields)
		return status
	}
	if status := handIn(url.Values{"member": {"sg"}, "item": {"item-3"}, "tlp": {"RED"}}); status != http.StatusNotFound {
		t.Errorf("a paper in the name of another member: %d", status)
	}
	if status := handIn(url.Values{"member": {"kh"}, "item": {"item-3"}, "tlp": {"RED"}, "title.en": {"What we saw"}}); status != http.StatusSeeOther {
		t.Errorf("a paper: %d", status)
	}
	holds(t, member.page(at), "What we saw", "TLP:RED")
	holds(t, chair.page(at), "!What we saw", "handed in")

	chair.want(http.StatusSeeOther, at+"/decision", with(chair.drawn(at, "decision"), "title.en", "Share weekly", "body", "All members", "item", "item-3"))
	if status, page := chair.post(at+"/action", with(chair.drawn(at, "action"), "title.en", "Write it down")); status != http.StatusConflict || !strings.Contains(page, "needs a") {
		t.Errorf("an action that is nobody's: %d", status)
	}
	form := with(chair.drawn(at, "action"), "title.en", "Write it down", "body", "CamCERT", "member", "kh", "due", "2027-04-01")
	chair.want(http.StatusSeeOther, at+"/action", form)
	chair.want(http.StatusSeeOther, at+"/action", form) // sent twice
	holds(t, chair.page(at), "WG3/D1", "WG3/A1", "!WG3/A2")

	if status, page := member.post("/programme/duty/action/wg3-a1", with(member.drawn("/programme/record/action/wg3-a1", "duty"), "state", "done")); status != http.StatusConflict || !strings.Contains(page, "only with evidence") {
		t.Errorf("done without evidence: %d", status)
	}
	member.want(http.StatusSeeOther, "/programme/duty/action/wg3-a1", with(member.drawn("/programme/record/action/wg3-a1", "duty"), "state", "done", "evidence", "It was sent."))
	holds(t, member.page("/programme/record/action/wg3-a1"), "It was sent.", "Progress reported")

	chair.want(http.StatusSeeOther, at+"/minutes", with(chair.drawn(at, "minutes"), "text.en", "They met and agreed."))
	holds(t, member.page(at), "!They met and agreed.")
	if status, page := chair.post(at+"/circulate", with(chair.drawn(at, "circulate"), "deadline", local(1))); status != http.StatusConflict || !strings.Contains(page, "between 24 hours") {
		t.Errorf("a deadline in an hour: %d", status)
	}
	chair.want(http.StatusSeeOther, at+"/circulate", with(chair.drawn(at, "circulate"), "deadline", local(48)))
	holds(t, member.page(at), "They met and agreed.", "WG3/D1", "being circulated", "!Extend the deadline")
	if status, _ := member.post(at+"/object", with(member.drawn(at, "object"), "member", "sg", "text", "No.")); status != http.StatusNotFound {
		t.Errorf("an objection in the name of another: %d", status)
	}
	member.want(http.StatusSeeOther, at+"/object", with(member.drawn(at, "object"), "member", "kh", "text", "We did not agree."))
	holds(t, chair.page(at), "We did not agree.", "objection raised")
	chair.want(http.StatusSeeOther, at+"/extend", with(chair.drawn(at, "extend"), "deadline", local(96), "why", "to settle it"))
	member.want(http.StatusSeeOther, at+"/settle", with(member.drawn(at, "settle-0"), "answer", "It was corrected."))
	holds(t, member.page(at), "It was corrected.", "to settle it", "being circulated")

	anyone := h.browser()
	holds(t, anyone.page("/programme/public"), "Third meeting", "First meeting", "!Second meeting")
	holds(t, anyone.page("/programme/public/wg3"), "Third meeting", "!They met and agreed.", "!WG3/D1", "!Exchange")
	if status, _ := anyone.get("/programme/public/wg2"); status != http.StatusNotFound {
		t.Errorf("the public sees a meeting that is not announced: %d", status)
	}
	holds(t, member.in("ja").page(at), "第3回作業部会", "WG2 会議録の採択", "回付中", "対応事項")
}

// TestCalendarLink: a link opens a calendar without signing in, as long as its
// owner is of the community and has not ended it.
func TestCalendarLink(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	member, stranger := h.of("kh", community.Owner), h.browser()
	link := regexp.MustCompile(`/programme/calendar/[A-Z0-9]+/renkei\.ics`)
	make := func() string {
		status, page := member.post("/programme/calendars", url.Values{"feed": {"person"}})
		if status != http.StatusOK || link.FindString(page) == "" {
			t.Fatalf("no link: %d", status)
		}
		return link.FindString(page)
	}
	first := make()
	holds(t, stranger.page(first), "BEGIN:VCALENDAR\r\n", "SUMMARY:WG2 ", "WG1/A2", "SEQUENCE:0\r\n", "VALUE=DATE", "!WG1/A1")
	second := make()
	if status, _ := stranger.get(first); status != http.StatusNotFound {
		t.Errorf("the older link still opens: %d", status)
	}
	holds(t, stranger.page(second), "SUMMARY:WG2 ")
	if status, _ := member.post("/programme/calendars", url.Values{"feed": {"everything"}}); status != http.StatusBadRequest {
		t.Errorf("a calendar that there is not: %d", status)
	}
	member.want(http.StatusSeeOther, "/programme/calendars/end", url.Values{"feed": {"person"}})
	if status, _ := stranger.get(second); status != http.StatusNotFound {
		t.Errorf("the ended link opens: %d", status)
	}
}

// TestAttendance: a member enters its delegation and sees no other, the desk
// takes sixty people in by their codes, one registers online, and nobody is
// counted twice.
func TestAttendance(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	secretary, member, other := h.granted(community.Coordinator, community.Everywhere()), h.of("kh", community.Owner), h.of("vn", community.Owner)
	const at = "/programme/event/wg2/attendance"
	today := time.Now().UTC().Format(time.DateOnly)
	secretary.want(http.StatusSeeOther, "/programme/meeting/wg2/plan", with(secretary.drawn("/programme/meeting/wg2", "plan"), "begin", today, "papers_due", ""))

	var people strings.Builder
	for i := range 60 {
		fmt.Fprintf(&people, "Person %c%c; CamCERT\n", 'A'+i/26, 'A'+i%26)
	}
	people.WriteString("Sok Dara; CamCERT; head of delegation\n")
	form := url.Values{"member": {"kh"}, "people": {people.String()}, "consent": {"yes"}}
	if status, _ := other.post(at+"/add", form); status != http.StatusNotFound {
		t.Errorf("a member enters another's delegation: %d", status)
	}
	member.want(http.StatusSeeOther, at+"/add", form)
	for text, want := range map[string]string{"Person  aa": "is on the list already", "Bob; CSA; king": "Line 1 cannot be read at “king”", "Bob;;代表団長": "has a head already"} {
		if status, page := member.post(at+"/add", url.Values{"member": {"kh"}, "people": {text}}); status != http.StatusConflict || !strings.Contains(page, want) || !strings.Contains(page, text) {
			t.Errorf("%q: %d", text, status)
		}
	}
	secretary.want(http.StatusSeeOther, at+"/add", url.Values{"people": {"Ada; NCO; organiser"}, "here": {"yes"}})
	holds(t, other.page(at), "!Person AA", "!Ada", "!Code on the badge")
	holds(t, member.page(at), "Person AA", "Sok Dara", "61 on the list, 0 present", "!Ada")

	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(secretary.page(at+"/list.csv"), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 63 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	began, codes := time.Now(), map[string]string{}
	for _, row := range rows[1:] {
		if codes[row[1]] = row[4]; row[2] == "CamCERT" && row[1] != "Sok Dara" {
			secretary.want(http.StatusSeeOther, at+"/came", url.Values{"code": {strings.ToLower(row[4])}})
		}
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("the desk took %s for sixty people", took)
	}
	secretary.want(http.StatusSeeOther, at+"/came", url.Values{"code": {codes["Person AA"]}})
	if status, page := secretary.post(at+"/came", url.Values{"code": {"none"}}); status != http.StatusConflict || !strings.Contains(page, "Nobody here has the code NONE") {
		t.Errorf("a wrong code: %d", status)
	}
	if status, _ := member.post(at+"/came", url.Values{"code": {codes["Sok Dara"]}}); status != http.StatusNotFound {
		t.Errorf("a member checks people in: %d", status)
	}
	stranger := h.browser()
	if status, page := stranger.post("/programme/here/wg2", url.Values{"code": {"ABCDEF"}}); status != http.StatusConflict || strings.Contains(page, "Second meeting") {
		t.Errorf("a stranger with a wrong code: %d", status)
	}
	if status, page := stranger.post("/programme/here/wg2", url.Values{"code": {codes["Sok Dara"]}}); status != http.StatusOK || !strings.Contains(page, "Sok Dara, you are registered as present: Second meeting") {
		t.Errorf("a stranger with a code: %d", status)
	}
	if status, _ := stranger.post("/programme/here/wg1", url.Values{"code": {codes["Sok Dara"]}}); status != http.StatusConflict {
		t.Errorf("an event that is over: %d", status)
	}
	holds(t, secretary.page(at), "62 on the list, 62 present, 1 of them online")
	holds(t, secretary.page(at+"/list"), "Signature", "Person BH", codes["Ada"])
	holds(t, secretary.page(at+"/badges"), "Person BH", "<svg", codes["Sok Dara"])

	id := regexp.MustCompile(`id="a-([0-9a-f-]+)"><strong>Sok Dara`).FindStringSubmatch(secretary.page(at))
	if id == nil {
		t.Fatal("who came is not on the page")
	}
	if status, _ := other.post(at+"/remove", url.Values{"attendee": {id[1]}}); status != http.StatusNotFound {
		t.Errorf("a member removes another's delegate: %d", status)
	}
	member.want(http.StatusSeeOther, at+"/remove", url.Values{"attendee": {id[1]}})
	holds(t, member.page(at), "!Sok Dara", "60 on the list")
}

// TestYearPage: what is due has its month, in both languages.
func TestYearPage(t *testing.T) {
	t.Parallel()
	h := withHandbook(t)
	member := h.of("kh", community.Owner)
	holds(t, member.page("/programme/year"), "What is due in", "January", "December")
	holds(t, member.in("ja").page("/programme/year?y=2023"), "2023年の予定と期限", "10月")
	if status, _ := member.get("/programme/year?y=soon"); status != http.StatusNotFound {
		t.Errorf("no year: %d", status)
	}
}
