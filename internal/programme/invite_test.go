package programme_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"renkei/internal/calendar"
	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/programme/texts"
)

// TestInvitations changes an event and who takes part at random. A calendar that
// follows what RFC 5546 says (the higher sequence counts) has in the end what is
// planned, and for those who are not asked any more nothing; one UID each, a
// sequence never twice, and nothing goes out while nothing changes.
func TestInvitations(t *testing.T) {
	t.Parallel()
	words, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		e := &programme.Event{Head: head("e"), Type: "workshop", Status: programme.Planned, Begin: "2026-06-01", Invite: true}
		made, revision := now, int64(0)
		var sent []programme.Sent
		calendars := map[string]calendar.Event{}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			next := *e
			next.Status = rapid.SampledFrom([]programme.Status{programme.Planned, programme.Planned, programme.Cancelled, programme.Drafted}).Draw(t, "status")
			next.Begin = rapid.SampledFrom([]community.Date{"2026-06-01", "2026-06-02"}).Draw(t, "begin")
			next.Members = rapid.SampledFrom([][]string{{"kh"}, {"kh", "vn"}, {"vn"}}).Draw(t, "members")
			next.Invite = rapid.IntRange(0, 4).Draw(t, "invite") > 0
			e, now, revision = &next, now.Add(time.Hour), revision+1
			r := programme.NewRecords().With(programme.Revision{Number: revision, Of: e.Kind(), ID: e.ID, Record: e})
			stamps := programme.Stamps{programme.KindEvent: {"e": {Made: made, Changed: now, Sequence: revision - 1}}}
			members := []programme.Member{
				{ID: "kh", Gone: rapid.IntRange(0, 5).Draw(t, "gone") == 0, Mail: []programme.MailBox{{ID: "kh-desk", Address: "kh@example.org"}}},
				{ID: "vn", Mail: []programme.MailBox{{ID: "vn-desk", Address: "vn@example.org"}}},
			}
			for again := range 2 {
				all := r.Invitations(stamps, members, sent, words, "https://example.org", now)
				if again == 1 && len(all) > 0 {
					t.Fatalf("the same again: %+v", all)
				}
				for _, s := range all {
					was, known := calendars[s.Box]
					if known && (was.UID != s.Entry.UID || s.Entry.Sequence <= was.Sequence) {
						t.Fatalf("%+v after %+v", s.Entry, was)
					}
					calendars[s.Box] = s.Entry
					sent = keepLast(sent, s)
				}
			}
			for i := range members {
				m := &members[i]
				asked := e.Invite && e.Status == programme.Planned && !m.Gone && (e.Members[0] == m.ID || len(e.Members) > 1)
				has, known := calendars[m.Mail[0].ID]
				shown := known && !has.Cancelled
				if shown != asked || asked && programme.DayOf(has.Begins) != e.Begin {
					t.Fatalf("%s is asked: %v, its calendar has %+v", m.ID, asked, has)
				}
			}
		}
	})
}

func keepLast(sent []programme.Sent, s programme.Sent) []programme.Sent {
	for i := range sent {
		if sent[i].Event == s.Event && sent[i].Box == s.Box {
			sent[i] = s
			return sent
		}
	}
	return append(sent, s)
}

// TestNoInvitation: nobody is invited to what has begun, and it is not taken back.
func TestNoInvitation(t *testing.T) {
	t.Parallel()
	words, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	for i, status := range []programme.Status{programme.Planned, programme.Cancelled} {
		e := &programme.Event{Head: head("e"), Type: "workshop", Status: status, Begin: "2026-06-01", Invite: true}
		r := with(t, programme.NewRecords(), e)
		sent := []programme.Sent{{Event: "e", Box: "desk", Entry: calendar.Event{UID: fmt.Sprint(i), Begins: now.Add(-time.Hour)}}}
		members := []programme.Member{{ID: "kh", Mail: []programme.MailBox{{ID: "other", Address: "kh@example.org"}}}}
		if all := r.Invitations(programme.Stamps{}, members, sent, words, "", now); len(all) > 0 {
			t.Errorf("%s: %+v", status, all)
		}
	}
}
