package programme

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"renkei/internal/community"
)

// Award is what somebody was honoured with. Who it was is told to others only
// with their consent.
type Award struct {
	Head

	To      community.Text `json:"to"` // a person or a body
	Member  string         `json:"member,omitempty"`
	On      community.Date `json:"on,omitempty"`
	Event   string         `json:"event,omitempty"` // at which it was given
	Reason  community.Text `json:"reason,omitempty"`
	Consent bool           `json:"consent,omitempty"` // of who was honoured, to be named
}

// Kind returns that of a record of this type.
func (a *Award) Kind() Kind { return KindAward }

func (a *Award) check() error {
	if a.To.Empty() {
		return refuse("award", "")
	}
	return first(a.Head.check(), checkDates(a.On, ""), checkTexts(a.To, a.Reason))
}

func (a *Award) refers() []Reference { return refer(KindEvent, a.Event) }

// Awards returns all awards by when they were given.
func (r *Records) Awards() []*Award {
	return list(r, KindAward, func(a, b *Award) int { return byDate(a.On, b.On) })
}

// renewals are how many days before an agreement ends its parties are told.
func renewals() []int { return []int{180, 90, 30} }

// notices are those of an agreement that is to be renewed, for each of its
// parties that is a body of a member.
func (a *Agreement) notices(now time.Time, bodies map[string]string) (all []Notice) {
	ends := lastDay(a.Until)
	if ends.IsZero() || !now.Before(ends) {
		return nil
	}
	left := 0 // the shortest span within which it ends
	for _, days := range renewals() {
		if now.After(ends.AddDate(0, 0, -days)) {
			left = days
		}
	}
	if left == 0 {
		return nil
	}
	for _, party := range a.Parties {
		if member, ok := bodies[party]; ok {
			all = append(all, Notice{
				Key: fmt.Sprintf("programme/agreement/%s/%s/%d/%s", a.ID, a.Until, left, member), Kind: NoticeRenew, Member: member, Code: a.ID, Title: a.Title,
				Path: "/programme/record/agreement/" + a.ID, Until: string(a.Until), Body: party,
			})
		}
	}
	return all
}

// Renewals are the notices of all agreements that are to be renewed.
func (r *Records) Renewals(now time.Time, members []Member) (all []Notice) {
	bodies := map[string]string{}
	for i := range members {
		for _, box := range members[i].Mail {
			for _, name := range box.Body {
				bodies[name] = members[i].ID
			}
		}
	}
	for _, a := range r.Agreements() {
		all = append(all, a.notices(now, bodies)...)
	}
	return all
}

// DueKind is what is due on a day.
type DueKind string

// What may be due on a day.
const (
	DueEvent   DueKind = "event"   // it is held
	DuePapers  DueKind = "papers"  // papers for a meeting
	DueAction  DueKind = "action"  // an action
	DueSilence DueKind = "silence" // objections to a record
	DueRenewal DueKind = "renewal" // an agreement ends
	DueRemind  DueKind = "remind"  // an agreement ends in 180, 90 or 30 days
)

// Due is something that is due on a day, or in a month.
type Due struct {
	Kind   DueKind
	On     community.Date
	Of     Record
	Days   int  // until the agreement ends, of a reminder
	Passed bool // the day is over and it is still open
}

// Year lists what is due in a year, month by month: twelve lists, each in the
// order of its days.
func (r *Records) Year(year int, now time.Time) (months [12][]Due) {
	add := func(d Due) {
		day := lastDay(d.On)
		begins, err := time.Parse("2006-01", string(d.On[:min(len(d.On), 7)]))
		if err != nil || begins.Year() != year {
			return // it has no month, or one of another year
		}
		d.Passed = d.Passed && !now.Before(day)
		months[begins.Month()-1] = append(months[begins.Month()-1], d)
	}
	for _, e := range r.Events("") {
		if e.Status != Cancelled {
			r.dueOf(e, add)
		}
	}
	for _, a := range r.Actions("") {
		if a.State == Open {
			add(Due{Kind: DueAction, On: a.Due, Of: a, Passed: true})
		}
	}
	for _, a := range r.Agreements() {
		ends := lastDay(a.Until)
		if ends.IsZero() {
			continue
		}
		last := ends.AddDate(0, 0, -1)
		add(Due{Kind: DueRenewal, On: DayOf(last), Of: a, Passed: true})
		for _, days := range renewals() {
			add(Due{Kind: DueRemind, On: DayOf(last.AddDate(0, 0, -days)), Of: a, Days: days})
		}
	}
	for i := range months {
		slices.SortStableFunc(months[i], func(a, b Due) int { return strings.Compare(string(a.On), string(b.On)) })
	}
	return months
}

// dueOf is what is due of an event: itself, the papers for it, and objections to
// its record.
func (r *Records) dueOf(e *Event, add func(Due)) {
	add(Due{Kind: DueEvent, On: e.Begin, Of: e, Passed: e.Status != Held})
	if e.Session == nil {
		return
	}
	if e.Status == Planned {
		add(Due{Kind: DuePapers, On: e.Session.PapersDue, Of: e, Passed: r.awaited(e)})
	}
	if m := r.MinutesOf(e.ID); m != nil && m.Adopted == nil && m.Round() != nil {
		add(Due{Kind: DueSilence, On: DayOf(m.Round().Deadline), Of: e, Passed: true})
	}
}

// awaited reports whether a paper that was asked for is not there.
func (r *Records) awaited(e *Event) bool {
	return slices.ContainsFunc(r.Expected(e, time.Time{}), func(x Expected) bool { return x.Paper == nil })
}

// DayOf is the day of a moment, in UTC.
func DayOf(t time.Time) community.Date { return community.Date(t.UTC().Format(time.DateOnly)) }
