package programme

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"renkei/internal/auth"
	"renkei/internal/calendar"
	"renkei/internal/community"
	"renkei/internal/i18n"
)

// Stamps say when records of a kind were made and changed, by their ids.
type Stamps map[Kind]map[string]Stamp

// MemberAccess is what somebody may see who is of a member and nothing else.
func MemberAccess(member string) Access {
	return Access{community.Of(&auth.Access{Grants: []auth.Grant{{Scope: community.In(member), Role: string(community.Approver)}}})}
}

// Calendar are the entries of a calendar in the printer's language: events, and
// the days by which actions are due. Base is the address of the program, "" for
// entries without links.
func (r *Records) Calendar(f Feed, a Access, stamps Stamps, p *i18n.Printer, base string) []calendar.Event {
	events, actions := r.Entries(f, a)
	all := make([]calendar.Event, 0, len(events)+len(actions))
	for _, e := range events {
		entry, ok := e.entry(p)
		if !ok {
			continue
		}
		all = append(all, stamped(entry, stamps, refer1(e), base))
	}
	for _, act := range actions {
		due := lastDay(act.Due)
		if due.IsZero() {
			continue
		}
		day := due.AddDate(0, 0, -1)
		all = append(all, stamped(calendar.Event{
			Title: p.T("programme.calendar.due", i18n.Args{"Code": act.Code, "Title": act.Title.In(p.Lang())}), Description: act.Body, Begins: day, Ends: day, Days: true,
		}, stamps, refer1(act), base))
	}
	return all
}

func refer1(rec Record) Reference { return Reference{rec.Kind(), rec.Key()} }

// stamped is an entry with what makes a calendar know it again. The moment at
// which its record was made is part of its name: another installation has other
// records of the same id.
func stamped(entry calendar.Event, stamps Stamps, at Reference, base string) calendar.Event {
	s := stamps[at.Kind][at.ID]
	entry.UID = fmt.Sprintf("%s-%s-%d@renkei", at.Kind, at.ID, s.Made.UnixMicro())
	entry.Changed, entry.Sequence = s.Changed, s.Sequence
	if base != "" {
		entry.URL = base + "/programme/record/" + string(at.Kind) + "/" + at.ID
	}
	return entry
}

// entry is an event in a calendar: from its first item to its last, or where
// these have no times, whole days. An event of which the day is not known is in
// none.
func (e *Event) entry(p *i18n.Printer) (calendar.Event, bool) {
	entry := calendar.Event{Title: e.Title.In(p.Lang()), Place: e.Place.In(p.Lang()), Cancelled: e.Status == Cancelled}
	if e.Mode != "" {
		entry.Place = strings.Join(nonEmpty(entry.Place, p.T("programme.mode."+string(e.Mode))), " · ")
	}
	if e.Session != nil {
		entry.Title = e.Session.Code + " " + entry.Title
	}
	if entry.Begins, entry.Ends = e.Times(); !entry.Begins.IsZero() && entry.Ends.After(entry.Begins) {
		return entry, true
	}
	begins, bad := time.Parse(time.DateOnly, string(e.Begin))
	ends, worse := time.Parse(time.DateOnly, string(cmp.Or(e.End, e.Begin)))
	entry.Begins, entry.Ends, entry.Days = begins, ends, true
	return entry, bad == nil && worse == nil && !ends.Before(begins)
}
