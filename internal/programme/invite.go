package programme

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"renkei/internal/calendar"
	"renkei/internal/i18n"
)

// Sent is the last invitation to an event that went to a mailbox.
type Sent struct {
	Event   string         `json:"event"`
	Box     string         `json:"box"` // id of the contact
	Address string         `json:"address"`
	Lang    string         `json:"lang"`
	Entry   calendar.Event `json:"entry"` // cancelled where it was taken back
}

// Invitations are those that have to go out now, after those that went out last:
// to a mailbox that has none, where what it says has changed, and taken back where
// the event is not held, or the mailbox is not asked, any more. Each counts the
// sequence of its entry up. What has begun stays as it is.
func (r *Records) Invitations(stamps Stamps, members []Member, sent []Sent, words *i18n.Catalogue, base string, now time.Time) (all []Sent) {
	last := map[[2]string]*Sent{}
	for i := range sent {
		last[[2]string{sent[i].Event, sent[i].Box}] = &sent[i]
	}
	for _, e := range r.Events("") {
		if !e.Invite || e.Status != Planned {
			continue
		}
		for i := range members {
			if members[i].Gone || !r.takesPart(e, members[i].ID) {
				continue
			}
			for _, box := range members[i].Mail {
				p := words.For(box.Languages...)
				entry, ok := e.entry(p)
				if !ok || !entry.Begins.After(now) {
					continue
				}
				entry = stamped(entry, stamps, refer1(e), base)
				entry.Begins, entry.Ends = entry.Begins.UTC(), entry.Ends.UTC()
				key := [2]string{e.ID, box.ID}
				was := last[key]
				delete(last, key)
				if next, ok := following(was, Sent{Event: e.ID, Box: box.ID, Address: box.Address, Lang: p.Lang(), Entry: entry}); ok {
					all = append(all, next)
				}
			}
		}
	}
	for _, was := range last {
		if was.Entry.Cancelled || !was.Entry.Begins.After(now) {
			continue
		}
		next := *was
		next.Entry.Cancelled, next.Entry.Changed = true, now.UTC().Truncate(time.Second)
		next.Entry.Sequence++
		all = append(all, next)
	}
	slices.SortFunc(all, func(a, b Sent) int {
		return cmp.Or(strings.Compare(a.Event, b.Event), strings.Compare(a.Box, b.Box))
	})
	return all
}

// following is an invitation after the last one to its mailbox; false where that
// says the same.
func following(was *Sent, is Sent) (Sent, bool) {
	if was == nil {
		return is, true
	}
	same := is.Entry
	same.Sequence, same.Changed = was.Entry.Sequence, was.Entry.Changed
	if same == was.Entry && is.Address == was.Address {
		return is, false
	}
	is.Entry.Sequence = max(is.Entry.Sequence, was.Entry.Sequence+1)
	return is, true
}
