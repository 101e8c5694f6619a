package demo

import (
	"fmt"
	"time"

	"renkei/internal/programme"
)

// Course returns a course of two days that was held some days before a moment.
func Course(now time.Time) *programme.Event {
	begins := now.AddDate(0, 0, -12)
	e := &programme.Event{
		Head: programme.Head{ID: "demo-course", Title: say("Course on handling incidents", "インシデント対応研修"), Note: invented()}, Type: "training",
		Status: programme.Held, Begin: day(begins), End: day(begins.AddDate(0, 0, 1)), Mode: "in_person", Place: say("Bangkok", "バンコク"),
		Hosts: []string{"Demo training centre"}, Partners: []string{"ajccbc"},
	}
	e.Course = &programme.Course{
		Seats: 7, Quotas: map[string]int{"kh": 1, "la": 1, "mm": 1, "th": 1, "vn": 1}, Closes: day(begins.AddDate(0, 0, -20)), Zone: "Asia/Bangkok",
		Halves: programme.HalvesOf(e), Needed: 3,
	}
	return e
}

// Roster returns who was nominated for the course and who came. The people are
// invented.
func Roster(e *programme.Event, now time.Time) *programme.Roster {
	r := &programme.Roster{}
	for i, p := range [][3]string{
		{"kh", "Sok Dara", "សុខ ដារ៉ា"},
		{"la", "Bounmy Keovong", "ບຸນມີ ແກ້ວວົງ"},
		{"mm", "Aung Min Htun", "အောင်မင်းထွန်း"},
		{"th", "Somchai Jaidee", "สมชาย ใจดี"},
		{"vn", "Nguyen Thi Hoa", "Nguyễn Thị Hoà"},
		{"kh", "Chan Sophea", "ចាន់ សុភា"},
		{"th", "Malee Srisuk", "มาลี ศรีสุข"},
		{"th", "Anong Thongdee", "อนงค์ ทองดี"},
		{"jp", "Sato Hanako", "佐藤 花子"},
	} {
		r.Nominees = append(r.Nominees, programme.Nominee{
			ID: fmt.Sprintf("demo-%d", i+1), Event: e.ID, Member: p[0], Name: p[1], Local: p[2], Rank: i + 1, At: now.AddDate(0, 0, -40).UTC(), State: programme.Nominated,
		})
	}
	for _, n := range e.Course.Select(r.Nominees, true) {
		*r.Nominee(n.ID) = n
		if n.State != programme.Seated {
			continue
		}
		a := n.Attendee(programme.NewCode())
		for h, half := range e.Course.Halves {
			if n.Member != "vn" || h < 2 { // one of them was called away
				a = a.At(half, true, now.AddDate(0, 0, -12))
			}
		}
		r.Attendees = append(r.Attendees, a)
	}
	return r
}

// Seminar returns an event of the day on which the course began.
func Seminar(now time.Time) *programme.Event {
	return &programme.Event{
		Head: programme.Head{ID: "demo-seminar", Title: say("Seminar on reporting", "報告に関するセミナー"), Note: invented()}, Type: "workshop",
		Status: programme.Held, Begin: day(now.AddDate(0, 0, -12)), Mode: "online",
	}
}

// Delegates returns who was at the seminar: some of them may have been at the
// course too.
func Delegates(e *programme.Event, now time.Time) []programme.Attendee {
	var all []programme.Attendee
	for i, p := range [][2]string{{"kh", "Dara Sok"}, {"th", "Somchai Jaide"}, {"jp", "佐藤 花子"}, {"la", "Bounmy Keovong"}, {"sg", "Tan Mei Ling"}} {
		all = append(all, programme.Attendee{
			ID: fmt.Sprintf("demo-seminar-%d", i+1), Event: e.ID, Member: p[0], Name: p[1], Role: programme.Delegate, Code: programme.NewCode(),
			Came: now.AddDate(0, 0, -12).UTC(), Online: true, Consent: i%2 == 0,
		})
	}
	return all
}

// Settings are what the community of the demonstration has decided.
func Settings() *programme.Settings {
	return &programme.Settings{
		Head:          programme.Head{ID: programme.SettingsID, Title: say("Who may see who takes part in events", "行事の参加者の閲覧範囲"), Note: invented()},
		Participation: programme.ToThose,
	}
}

// Stated is what somebody else has said of how many were at the course.
func Stated(e *programme.Event) *programme.Figure {
	return &programme.Figure{
		Head: programme.Head{ID: "demo-course-trained", Title: say("Persons trained", "受講者数"), Note: invented()}, Rule: programme.Stated, Of: e.ID, Unit: say("persons", "人"),
		AsOf: e.End, Value: 8, Bound: programme.Exact, StatedBy: "Demo training centre", StatedIn: say("its newsletter", "同センターのニュースレター"),
	}
}
