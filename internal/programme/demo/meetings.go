package demo

import (
	"time"

	"renkei/internal/community"
	"renkei/internal/programme"
)

// The series of the demonstration. It is invented, as all that is said of it.
const (
	group   = "demo-working-group"
	meeting = "wg1"
)

func invented() community.Text {
	return community.Text{"en": "Invented for the demonstration.", "ja": "デモのための架空の記録です。"}
}

func say(en, ja string) community.Text { return community.Text{"en": en, "ja": ja} }

func day(t time.Time) community.Date { return community.Date(t.Format(time.DateOnly)) }

// Meetings returns a series with two meetings about a day: one that was held 40
// days before, with what it decided and photographs of it, and one that is to come
// 30 days after.
func Meetings(now time.Time, photos ...programme.Photo) []programme.Record {
	held, next := now.AddDate(0, 0, -40), now.AddDate(0, 0, 30)
	begins := time.Date(next.Year(), next.Month(), next.Day(), 1, 0, 0, 0, time.UTC)
	duty := func(body, member string, due time.Time, item string) programme.Duty {
		return programme.Duty{Item: item, Body: body, Member: member, Due: day(due), State: programme.Open, TLP: community.Amber}
	}
	done := duty("JPCERT/CC", "jp", now.AddDate(0, 0, -5), "templates")
	done.State, done.Evidence = programme.Done, []programme.Evidence{{Text: "Sent to all members."}}
	agenda := []programme.Item{
		{ID: "adoption", Kind: programme.Adoption, Of: meeting, At: begins, Minutes: 15},
		{ID: "actions", Kind: programme.Actions, At: begins.Add(15 * time.Minute), Minutes: 30},
		{
			ID: "exchange", Title: say("Exchange on recent incidents", "最近のインシデントに関する意見交換"), At: begins.Add(45 * time.Minute), Minutes: 60,
			Presenters: []string{"CamCERT"}, Papers: []string{"kh", "sg"},
		},
	}
	members := []string{"bn", "kh", "id", "la", "my", "mm", "ph", "sg", "th", "vn", "jp"}
	return []programme.Record{
		&programme.Activity{
			Head: programme.Head{ID: group, Title: say("Working group on information sharing", "情報共有作業部会"), Note: invented()}, Type: programme.Meeting,
			Begun: day(held), Members: members, Series: &programme.Series{Prefix: "WG", Fixed: []string{"jp"}, Rotation: []string{"kh", "sg", "th"}},
		},
		&programme.Event{
			Head: programme.Head{ID: meeting, Title: say("First meeting of the working group", "第1回作業部会"), Note: invented()}, Activity: group,
			Type: programme.Meeting, Status: programme.Held, Begin: day(held), Mode: "online", Members: members,
			Session: &programme.Session{
				Code: "WG1", Number: 1, Zone: "Asia/Tokyo", Chairs: []string{"jp", "kh"}, Public: true,
				Agenda: []programme.Item{{ID: "templates", Title: say("Templates for reports", "報告様式")}},
			},
			Photos: photos,
		},
		&programme.Decision{
			Head:    programme.Head{Title: say("One template for first reports is used by all.", "初報には共通の様式を使用する。"), Note: invented()},
			Meeting: meeting, Duty: duty("All members", "", now.AddDate(0, 2, 0), "templates"),
		},
		&programme.Action{Head: programme.Head{Title: say("Send the template to all members", "様式を全参加国に送付"), Note: invented()}, Meeting: meeting, Duty: done},
		&programme.Action{
			Head:    programme.Head{Title: say("Try the template in a drill and say what is missing", "訓練で様式を試用し、不足点を報告"), Note: invented()},
			Meeting: meeting, Duty: duty("CamCERT", "kh", now.AddDate(0, 0, 10), "templates"),
		},
		&programme.Event{
			Head: programme.Head{ID: "wg2", Title: say("Second meeting of the working group", "第2回作業部会"), Note: invented()}, Activity: group,
			Type: programme.Meeting, Status: programme.Planned, Begin: day(begins), Mode: "online", Members: members, Partners: []string{"ajccbc"},
			Session: &programme.Session{
				Code: "WG2", Number: 2, Zone: "Asia/Tokyo", Chairs: []string{"jp", "sg"}, PapersDue: day(next.AddDate(0, 0, -10)), Agenda: agenda,
			},
		},
	}
}

// Minutes returns the record of the meeting that was held, as it was adopted.
// An error means that Meetings are not in the records.
func Minutes(r *programme.Records, now time.Time) (*programme.Minutes, error) {
	at := now.AddDate(0, 0, -35).UTC()
	m := &programme.Minutes{
		Head: programme.Head{ID: programme.MinutesID(meeting), Title: r.Event(meeting).Title, Note: invented()}, Meeting: meeting, TLP: community.Amber,
		Text: say("The group agreed on how first reports of incidents are written.", "インシデントの初報の書き方について合意した。"),
	}
	m, err := m.Circulate(at, "", r.Document(r.Event(meeting), m), at.AddDate(0, 0, 14))
	if err != nil {
		return nil, err
	}
	m, _ = m.Adopt(now.UTC())
	return m, nil
}
