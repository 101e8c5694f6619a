package programme

import (
	"fmt"
	"slices"
	"time"

	"renkei/internal/community"
)

// Notice is what somebody of a member is to be told of.
type Notice struct {
	Key    string // names it among all: it is told once
	Kind   NoticeKind
	Member string
	Code   string // of the meeting or the action
	Title  community.Text
	Path   string // where to read more
	Until  string // by when, as it is to be read
	Body   string // who sees to it; "" for everybody of the member
}

// NoticeKind is what a notice is about.
type NoticeKind string

// Kinds of notices.
const (
	NoticeDue     NoticeKind = "due"     // an action is due soon
	NoticeOver    NoticeKind = "over"    // an action is overdue
	NoticePaper   NoticeKind = "paper"   // a paper is awaited
	NoticeLate    NoticeKind = "late"    // a paper is late
	NoticeRecord  NoticeKind = "record"  // a record goes round
	NoticeAdopted NoticeKind = "adopted" // a record is adopted
	NoticeRenew   NoticeKind = "renew"   // an agreement is to be renewed
)

// Before an action or a paper is due its owner is told so twice: two weeks ahead
// and three days ahead.
const (
	early = 14 * 24 * time.Hour
	soon  = 3 * 24 * time.Hour
	// recent is how long ago something may have happened to be told at all: after
	// a long stop nobody is told of what is long over.
	recent = 30 * 24 * time.Hour
)

// Notices are all that members are to be told of at a time. They are the same
// until something changes or its time has come.
func (r *Records) Notices(now time.Time, members []string) (all []Notice) {
	for _, a := range r.Actions("") {
		if e := r.Event(a.Meeting); a.State == Open && a.Member != "" && e != nil && e.Status != Drafted {
			all = append(all, a.notices(now)...)
		}
	}
	for _, e := range r.Meetings("") {
		if e.Status != Planned {
			continue
		}
		all = append(all, r.paperNotices(e, now)...)
	}
	for _, e := range r.Meetings("") {
		if m := r.MinutesOf(e.ID); m != nil && e.Status != Drafted {
			all = append(all, m.notices(e, now, r.audience(e, members))...)
		}
	}
	return all
}

// audience are the members to which a record goes round.
func (r *Records) audience(e *Event, members []string) []string {
	return slices.DeleteFunc(slices.Clone(members), func(m string) bool { return !r.takesPart(e, m) })
}

// stage is what is to be told of a deadline: "" for nothing yet.
func stage(now, due time.Time) string {
	switch left := due.Sub(now); {
	case left > early || left < -recent:
		return ""
	case left > soon:
		return "early"
	case left > 0:
		return "soon"
	}
	return "over"
}

// lastDay is the end of a day that may be known to the month or year only, in
// UTC; zero for none.
func lastDay(d community.Date) time.Time {
	for layout, step := range map[string][3]int{time.DateOnly: {0, 0, 1}, "2006-01": {0, 1, 0}, "2006": {1, 0, 0}} {
		if t, err := time.Parse(layout, string(d)); err == nil {
			return t.AddDate(step[0], step[1], step[2])
		}
	}
	return time.Time{}
}

// Overdue reports whether an open action's day is over.
func (d *Duty) Overdue(now time.Time) bool {
	due := lastDay(d.Due)
	return d.State == Open && !due.IsZero() && !now.Before(due)
}

func (a *Action) notices(now time.Time) []Notice {
	at := stage(now, lastDay(a.Due))
	if at == "" {
		return nil
	}
	n := Notice{
		Key: fmt.Sprintf("programme/action/%s/%s/%s/%s", a.ID, a.Member, a.Due, at), Kind: NoticeDue, Member: a.Member, Code: a.Code, Title: a.Title,
		Path: "/programme/record/action/" + a.ID, Until: string(a.Due), Body: a.Body,
	}
	if at == "over" {
		n.Kind = NoticeOver
	}
	return []Notice{n}
}

func (r *Records) paperNotices(e *Event, now time.Time) (all []Notice) {
	due := e.Session.paperDeadline()
	at := stage(now, due)
	if due.IsZero() || at == "" {
		return nil
	}
	for _, x := range r.Expected(e, now) {
		if x.Paper != nil {
			continue
		}
		n := Notice{
			Key: fmt.Sprintf("programme/paper/%s/%s/%s/%s/%s", e.ID, x.Item.ID, x.Member, e.Session.PapersDue, at), Kind: NoticePaper, Member: x.Member,
			Code: e.Session.Code, Title: x.Item.Title, Path: "/programme/meeting/" + e.ID, Until: string(e.Session.PapersDue),
		}
		if at == "over" {
			n.Kind = NoticeLate
		}
		all = append(all, n)
	}
	return all
}

func (m *Minutes) notices(e *Event, now time.Time, members []string) (all []Notice) {
	round := m.Round()
	if round == nil {
		return nil
	}
	n := Notice{Kind: NoticeRecord, Code: e.Session.Code, Title: e.Title, Path: "/programme/meeting/" + e.ID, Until: clock(round.Deadline)}
	key := fmt.Sprintf("programme/record/%s/%d/%d", e.ID, len(m.Rounds), round.Deadline.Unix())
	switch {
	case m.Adopted != nil && now.Sub(m.Adopted.At) < recent:
		n.Kind, n.Until, key = NoticeAdopted, clock(m.Adopted.At), "programme/adopted/"+e.ID
	case m.Adopted != nil || !now.Before(round.Deadline):
		return nil
	}
	for _, member := range members {
		n.Key, n.Member = key+"/"+member, member
		all = append(all, n)
	}
	return all
}

// clock is a moment as notices have it.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// Silent returns the changes by which records that have passed in silence are
// adopted.
func (r *Records) Silent(now time.Time, reason string) (all []Change) {
	for _, e := range r.Meetings("") {
		m := r.MinutesOf(e.ID)
		if m == nil {
			continue
		}
		if next, done := m.Adopt(now); done {
			all = append(all, Change{Reason: reason, Of: KindMinutes, ID: m.ID, Record: next, Base: r.LastOf(KindMinutes, m.ID)})
		}
	}
	return all
}
