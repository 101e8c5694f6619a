package programme

import (
	"slices"
	"strings"
	"time"
)

// Stamp says when a record was made, when it was changed last, and how often.
type Stamp struct {
	Made, Changed time.Time
	Sequence      int64
}

// FeedKind is whose calendar it is.
type FeedKind string

// Calendars that there are.
const (
	FeedAll      FeedKind = "all"      // everything that its reader may see
	FeedActivity FeedKind = "activity" // the events of an activity
	FeedMember   FeedKind = "member"   // what a member takes part in, and what it has to do
	FeedRole     FeedKind = "role"     // what the reader's role has to do with: of a chair the meetings that it conducts
	FeedPerson   FeedKind = "person"   // what the members of the reader take part in, and have to do
)

// Feed is a calendar: Object is the id of the activity or member.
type Feed struct {
	Kind   FeedKind
	Object string
}

// String is the feed as it is stored and stands in addresses.
func (f Feed) String() string {
	if f.Object == "" {
		return string(f.Kind)
	}
	return string(f.Kind) + "/" + f.Object
}

// ParseFeed reads what String has written; false for no feed.
func ParseFeed(s string) (f Feed, ok bool) {
	kind, object, _ := strings.Cut(s, "/")
	f = Feed{FeedKind(kind), object}
	switch f.Kind {
	case FeedAll, FeedRole, FeedPerson:
		return f, object == ""
	case FeedActivity, FeedMember:
		return f, idPattern.MatchString(object)
	}
	return f, false
}

// Entries are the events and actions of a calendar, of the records that its
// reader may see. Drafts are in none, whoever reads it.
func (r *Records) Entries(f Feed, a Access) (events []*Event, actions []*Action) {
	seen := r.For(a)
	for _, e := range seen.Events("") {
		if e.Status != Drafted && e.Begin != "" && seen.inFeed(f, a, e) {
			events = append(events, e)
		}
	}
	for _, act := range seen.Actions("") {
		if act.State == Open && seen.settled(act.Meeting) && seen.owes(f, a, act) {
			actions = append(actions, act)
		}
	}
	return events, actions
}

// owes reports whether an action is one of a calendar.
func (r *Records) owes(f Feed, a Access, act *Action) bool {
	switch f.Kind {
	case FeedActivity:
		return r.Event(act.Meeting).Activity == f.Object
	case FeedMember:
		return act.Member == f.Object
	case FeedPerson:
		return a.BelongsTo(act.Member) || act.Member == "" && a.Helps()
	case FeedRole:
		return a.Conducts(r.Event(act.Meeting))
	}
	return true
}

// inFeed reports whether an event is one of a calendar.
func (r *Records) inFeed(f Feed, a Access, e *Event) bool {
	switch f.Kind {
	case FeedActivity:
		return e.Activity == f.Object
	case FeedMember:
		return r.takesPart(e, f.Object)
	case FeedPerson:
		return a.Helps() || slices.ContainsFunc(a.Members(), func(m string) bool { return r.takesPart(e, m) })
	case FeedRole:
		return a.Conducts(e)
	}
	return true
}

// takesPart reports whether a member takes part in an event: it is named, or
// nobody is and it is of the activity, or that names nobody either.
func (r *Records) takesPart(e *Event, member string) bool {
	members := e.Members
	if act := r.Activity(e.Activity); len(members) == 0 && act != nil {
		members = act.Members
	}
	chairs := e.Session != nil && slices.Contains(e.Session.Chairs, member)
	return len(members) == 0 || chairs || slices.Contains(members, member)
}
