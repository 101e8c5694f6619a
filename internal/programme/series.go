package programme

import (
	"fmt"
	"slices"
	"strings"

	"renkei/internal/community"
)

// Chairs are the members that chair the next meeting of a series after one:
// those that always do, and of those that take turns the one after the last.
func (s *Series) Chairs(last *Event) []string {
	all := slices.Clone(s.Fixed)
	if len(s.Rotation) == 0 {
		return all
	}
	turn := 0
	if last != nil && last.Session != nil {
		for i, m := range s.Rotation {
			if !slices.Contains(s.Fixed, m) && slices.Contains(last.Session.Chairs, m) {
				turn = (i + 1) % len(s.Rotation)
			}
		}
	}
	for range s.Rotation { // one chairs once
		if next := s.Rotation[turn]; !slices.Contains(all, next) {
			return append(all, next)
		}
		turn = (turn + 1) % len(s.Rotation)
	}
	return all
}

// Draft is a meeting of a series as it is begun: from the last one of the
// series, with the record of that to be adopted and the open actions to be gone
// through. Number is that of the meeting, at least NextMeeting.
func (r *Records) Draft(a *Activity, number int, title community.Text, begin, end community.Date, zone string) *Event {
	code := fmt.Sprint(a.prefix(), number)
	next := &Event{
		Head: Head{ID: strings.ToLower(code), Title: title}, Activity: a.ID, Type: a.Type, Status: Drafted, Begin: begin, End: end,
		Session: &Session{Code: code, Number: number, Zone: zone},
	}
	if a.Series == nil {
		return next
	}
	before := r.Meetings(a.ID)
	var last *Event
	if len(before) > 0 {
		last = before[len(before)-1]
		next.Members, next.Hosts = last.Members, last.Hosts
		next.Session.Agenda = []Item{{ID: "adoption", Kind: Adoption, Of: last.ID}, {ID: "actions", Kind: Actions}}
	} else {
		next.Members = a.Members
	}
	next.Session.Chairs = a.Series.Chairs(last)
	return next
}
