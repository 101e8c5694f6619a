package programme

import (
	"context"
	"slices"
	"time"

	"renkei/internal/community"
)

// Member is a member of the community as the programme needs it.
type Member struct {
	ID   string
	Code string // "KH"
	Name community.Text
	Zone string // IANA time zone; "" where it is not known
	Gone bool   // it has left
	Mail []MailBox
}

// MailBox is where a body of a member reads mail.
type MailBox struct {
	ID        string // of the contact
	Body      community.Text
	Address   string
	Languages []string
}

// Directory is who there is: the community.
type Directory interface {
	// Directory returns all members by their codes.
	Directory(ctx context.Context) ([]Member, error)
}

// Clock is a time zone with the members that keep it.
type Clock struct {
	Zone  *time.Location
	Codes []string
}

// Clocks are the time zones of members, those that show the same time from one
// moment to another as one, from east to west.
func Clocks(members []Member, begins, ends time.Time) []Clock {
	var all []Clock
	offsets := func(zone *time.Location) [2]int {
		_, a := begins.In(zone).Zone()
		_, b := ends.In(zone).Zone()
		return [2]int{a, b}
	}
	for _, m := range members {
		zone, err := time.LoadLocation(m.Zone)
		if err != nil || m.Zone == "" || m.Gone {
			continue
		}
		i := slices.IndexFunc(all, func(c Clock) bool { return offsets(c.Zone) == offsets(zone) })
		if i < 0 {
			i, all = len(all), append(all, Clock{Zone: zone})
		}
		all[i].Codes = append(all[i].Codes, m.Code)
	}
	slices.SortStableFunc(all, func(a, b Clock) int { return offsets(b.Zone)[0] - offsets(a.Zone)[0] })
	return all
}

// Orphans are the open actions that are nobody's any more: the member that has
// to see to it has left, or is none.
func (r *Records) Orphans(members []Member) []*Action {
	return slices.DeleteFunc(r.Actions(""), func(a *Action) bool {
		here := slices.ContainsFunc(members, func(m Member) bool { return m.ID == a.Member && !m.Gone })
		return a.State != Open || a.Member == "" || here
	})
}

// Recipients are the mailboxes to which a notice goes: that of the body that
// sees to it, where it is one of the member's, or else all of them.
func (m *Member) Recipients(body string) []MailBox {
	var of []MailBox
	for _, b := range m.Mail {
		for _, name := range b.Body {
			if name == body {
				of = append(of, b)
				break
			}
		}
	}
	if len(of) > 0 {
		return of
	}
	return m.Mail
}
