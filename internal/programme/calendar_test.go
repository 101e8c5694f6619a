package programme_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"renkei/internal/auth"
	"renkei/internal/calendar"
	"renkei/internal/community"
	"renkei/internal/programme"
)

func of(scope auth.Scope, role auth.Role) programme.Access {
	return programme.Access{Access: community.Of(&auth.Access{Person: "p", Grants: []auth.Grant{{Scope: scope, Role: string(role)}}})}
}

// TestCalendarsHoldNoDraft: whatever there is, no calendar of anybody has a word
// of a meeting that was not announced, or of an action that is not theirs to
// see, and each that was announced is in the calendar of all, cancelled or not.
func TestCalendarsHoldNoDraft(t *testing.T) {
	t.Parallel()
	p := printer(t, "en")
	everybody := []programme.Access{
		of(community.Everywhere(), community.Coordinator), of(community.In("kh"), community.Owner), of(community.In("sg"), community.Approver), programme.MemberAccess("jp"),
	}
	rapid.Check(t, func(t *rapid.T) {
		r := with(t, programme.NewRecords(), series())
		stamps := programme.Stamps{programme.KindEvent: {}, programme.KindAction: {}}
		var announced []string
		for n := 1; n <= rapid.IntRange(1, 6).Draw(t, "meetings"); n++ {
			e := r.Draft(r.Activity("series"), n, nil, "2026-05-04", "", "Asia/Tokyo")
			e.Status = rapid.SampledFrom(programme.Statuses()).Draw(t, "status")
			word := fmt.Sprint("Known", n)
			if e.Status == programme.Drafted {
				word = fmt.Sprint("Secret", n)
			} else {
				announced = append(announced, word)
			}
			e.Title, e.Place = en(word), en(word)
			r = with(t, r, e)
			a := action(e.ID)
			a.Title, a.Body = en(word), word
			r, _ = apply(r, change(r, a))
		}
		feeds := []programme.Feed{
			{Kind: programme.FeedAll}, {Kind: programme.FeedRole}, {Kind: programme.FeedPerson}, {Kind: programme.FeedMember, Object: "kh"}, {Kind: programme.FeedActivity, Object: "series"},
		}
		for _, f := range feeds {
			for i, a := range everybody {
				var file bytes.Buffer
				if err := calendar.Write(&file, "x", r.Calendar(f, a, stamps, p, "https://example.org")...); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(file.String(), "Secret") {
					t.Fatalf("calendar %s of %d has a draft:\n%s", f, i, file.String())
				}
				for _, word := range announced {
					if f.Kind == programme.FeedAll && !strings.Contains(file.String(), word) {
						t.Fatalf("calendar %s of %d lacks %s", f, i, word)
					}
				}
			}
		}
	})
}

// TestCalendar: an event has its times where its agenda has, and else its days;
// it keeps its name while it is moved and cancelled, and says so.
func TestCalendar(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	timed := r.Draft(r.Activity("series"), 1, en("Timed"), "2026-05-04", "", "Asia/Tokyo")
	timed.Status = programme.Planned
	timed.Session.Agenda = []programme.Item{
		{ID: "a", Title: en("A"), At: day0, Minutes: 30}, {ID: "b", Title: en("B"), At: day0.Add(time.Hour), Minutes: 45}, {ID: "c", Title: en("C")},
	}
	r = with(t, r, timed)
	days := r.Draft(r.Activity("series"), 2, en("Days"), "2026-05-04", "2026-05-06", "Asia/Tokyo")
	days.Status = programme.Cancelled
	days.Session.Agenda = nil
	vague := r.Draft(r.Activity("series"), 3, en("Vague"), "2026-05", "", "Asia/Tokyo")
	vague.Status = programme.Planned
	r = with(t, r, days)
	vague.Session.Code, vague.Session.Number, vague.ID = "AJ3", 3, "aj3"
	r = with(t, r, vague)
	made := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	stamps := programme.Stamps{programme.KindEvent: {
		"aj1": {Made: made, Changed: made.Add(time.Hour), Sequence: 4}, "aj2": {Made: made, Changed: made, Sequence: 0},
	}}
	all := r.Calendar(programme.Feed{Kind: programme.FeedMember, Object: "kh"}, programme.MemberAccess("kh"), stamps, printer(t, "en"), "https://example.org")
	if len(all) != 2 {
		t.Fatalf("%d entries: %+v", len(all), all)
	}
	one, two := all[0], all[1]
	if one.Title != "AJ1 Timed" {
		one, two = two, one
	}
	if !one.Begins.Equal(day0) || !one.Ends.Equal(day0.Add(105*time.Minute)) || one.Days || one.Sequence != 4 || one.Cancelled || one.UID != fmt.Sprintf("event-aj1-%d@renkei", made.UnixMicro()) || one.URL != "https://example.org/programme/record/event/aj1" {
		t.Errorf("%+v", one)
	}
	if !two.Days || !two.Cancelled || two.Begins.Format(time.DateOnly) != "2026-05-04" || two.Ends.Format(time.DateOnly) != "2026-05-06" {
		t.Errorf("%+v", two)
	}
	if other := r.Calendar(programme.Feed{Kind: programme.FeedMember, Object: "vn"}, programme.MemberAccess("vn"), stamps, printer(t, "en"), ""); len(other) != 0 {
		t.Errorf("who does not take part has %+v", other)
	}
}

// TestNotices: who has something to do is told two weeks ahead, three days ahead
// and when it is over, each once by its key, and of a new date anew.
func TestNotices(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	e := r.Draft(r.Activity("series"), 17, en("17th"), "2026-06-20", "", "Asia/Tokyo")
	e.Status, e.Session.PapersDue = programme.Planned, "2026-06-10"
	e.Session.Agenda = []programme.Item{{ID: "a", Title: en("A"), Papers: []string{"sg"}}}
	r = with(t, r, e)
	r, _ = apply(r, change(r, action("aj17"))) // of kh, due 2026-06-01
	members := []string{"jp", "kh", "sg", "vn"}
	kinds := func(day string) string {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, n := range r.Notices(now, members) {
			all = append(all, string(n.Kind)+":"+n.Member)
		}
		return strings.Join(all, " ")
	}
	for day, want := range map[string]string{
		"2026-05-01": "", "2026-05-20": "due:kh", "2026-06-01": "due:kh paper:sg", "2026-06-02": "over:kh paper:sg", "2026-06-11": "over:kh late:sg", "2026-08-30": "",
	} {
		if got := kinds(day); got != want {
			t.Errorf("on %s: %q, want %q", day, got, want)
		}
	}
	keys := map[string]bool{}
	for hour := range 24 * 60 {
		for _, n := range r.Notices(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour)*time.Hour), members) {
			keys[n.Key] = true
		}
	}
	if len(keys) != 6 {
		t.Errorf("told %d times, want 6: %v", len(keys), keys)
	}
	m := &programme.Minutes{Head: head(programme.MinutesID("aj17")), Meeting: "aj17", TLP: community.Amber, Text: en("They met.")}
	m, err := m.Circulate(day0, "p", r.Document(e, m), day0.Add(48*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	r = with(t, r, m)
	if got := kinds("2026-03-03"); got != "record:jp record:kh record:sg" {
		t.Errorf("while it goes round: %q", got)
	}
	for _, c := range r.Silent(day0.Add(49*time.Hour), "silence") {
		r, _ = apply(r, c)
	}
	if got := kinds("2026-03-05"); got != "adopted:jp adopted:kh adopted:sg" {
		t.Errorf("once it is adopted: %q", got)
	}
	if got := r.Silent(day0.Add(60*time.Hour), "silence"); len(got) != 0 {
		t.Errorf("adopted again: %+v", got)
	}
}

// TestMeetingsInReport: the report lists the meetings of its year, what they
// decided, and what is still open, each with its record, and nothing of a draft.
func TestMeetingsInReport(t *testing.T) {
	t.Parallel()
	r := with(t, programme.NewRecords(), series())
	for n, date := range []community.Date{"2025-05-01", "2026-05-01", "2026-11-01"} {
		e := r.Draft(r.Activity("series"), n+1, en(fmt.Sprint("Meeting ", n+1)), date, "", "Asia/Tokyo")
		if e.Status = programme.Held; n == 2 {
			e.Status = programme.Drafted
		}
		r = with(t, r, e)
		r, _ = apply(r, change(r, action(e.ID)))
		r, _ = apply(r, change(r, &programme.Decision{Head: programme.Head{Title: en("So")}, Meeting: e.ID, Duty: programme.Duty{Body: "All", State: programme.Open, TLP: community.Amber}}))
	}
	m := &programme.Minutes{Head: head(programme.MinutesID("aj2")), Meeting: "aj2", TLP: community.Amber, Text: en("They met.")}
	m, err := m.Circulate(day0, "p", r.Document(r.Event("aj2"), m), day0.Add(48*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	m, _ = m.Adopt(day0.Add(48 * time.Hour))
	e := &programme.Edition{Head: head("2026"), AsOf: "2026", Sections: []programme.Section{{ID: "s", Title: en("S"), Blocks: []programme.Block{
		{Show: programme.ShowMeetings, Of: []string{"series"}}, {Show: programme.ShowDuties, Of: []string{"series"}},
	}}}}
	r = with(t, r, m, e)
	made, err := programme.Compose(e, programme.Sources{Records: r}, printer(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	meetings, duties := made.Parts[0].Pieces[0], made.Parts[0].Pieces[1]
	if len(meetings.Table.Rows) != 1 || meetings.Table.Rows[0][0][0].Text != "AJ2 Meeting 2" || !strings.Contains(meetings.Table.Rows[0][4][0].Text, m.Adopted.Hash) || len(meetings.Records) != 2 {
		t.Errorf("meetings: %+v", meetings)
	}
	var codes []string
	for _, row := range duties.Table.Rows {
		codes = append(codes, row[0][0].Text)
	}
	if got := strings.Join(codes, " "); got != "AJ1/A1 AJ2/D1 AJ2/A1" || len(duties.Records) != 3 {
		t.Errorf("decisions and actions: %s", got)
	}
}
