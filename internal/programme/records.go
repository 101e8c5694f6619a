package programme

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"renkei/internal/community"
)

// Revision is a step in the history of a record: who made it what it was then,
// when, and why.
type Revision struct {
	Number int64 // counts all revisions of the programme
	At     time.Time
	Author string // id of a person of package auth; "" for the program
	Reason string
	Of     Kind
	ID     string
	Record Record // what it was from then on; nil where it was removed
}

// Change makes a record what it is to be, with who wants it and why.
type Change struct {
	Author string
	Reason string
	Of     Kind
	ID     string
	Record Record // nil to remove it
	Base   int64  // the number of the revision that the author has seen; 0 for a new record
}

// Records is everything that is known at one moment. It is not changed: With
// returns the next.
type Records struct {
	Last int64 // number of the last revision
	held map[Reference]held
	// issued are the numbers that were ever given.
	issued issued
	people *People // nil for nobody
	events *eventIndex
}

type held struct {
	record Record
	last   int64 // number of its last revision
}

// NewRecords returns none.
func NewRecords() *Records {
	return &Records{held: map[Reference]held{}, issued: issued{}, events: &eventIndex{}}
}

// With returns the records after more revisions.
func (r *Records) With(revisions ...Revision) *Records {
	if len(revisions) == 0 {
		return r
	}
	next := &Records{Last: r.Last, held: maps.Clone(r.held), issued: r.issued.clone(), people: r.people, events: &eventIndex{}}
	for _, rev := range revisions {
		next.Last = max(next.Last, rev.Number)
		at := Reference{rev.Of, rev.ID}
		if rev.Record == nil {
			delete(next.held, at)
			continue
		}
		next.held[at] = held{rev.Record, rev.Number}
		next.issued.note(rev.Record)
	}
	return next
}

// Record returns a record of a kind; nil where there is none.
func (r *Records) Record(k Kind, id string) Record { return r.held[Reference{k, id}].record }

// LastOf returns the number of the last revision of a record; 0 where there is
// none.
func (r *Records) LastOf(k Kind, id string) int64 { return r.held[Reference{k, id}].last }

// find returns a record of a type; nil where there is none.
func find[T Record](r *Records, k Kind, id string) (none T) {
	if found, ok := r.Record(k, id).(T); ok {
		return found
	}
	return none
}

// Activity returns an activity; nil where there is none.
func (r *Records) Activity(id string) *Activity { return find[*Activity](r, KindActivity, id) }

// Event returns an event; nil where there is none.
func (r *Records) Event(id string) *Event { return find[*Event](r, KindEvent, id) }

// Figure returns a figure; nil where there is none.
func (r *Records) Figure(id string) *Figure { return find[*Figure](r, KindFigure, id) }

// Edition returns an edition of the report; nil where there is none.
func (r *Records) Edition(id string) *Edition { return find[*Edition](r, KindEdition, id) }

// list returns the records of a kind in an order, those that are equal in it by
// id.
func list[T Record](r *Records, k Kind, order func(a, b T) int) []T {
	var all []T
	for at, h := range r.held {
		if rec, ok := h.record.(T); ok && at.Kind == k {
			all = append(all, rec)
		}
	}
	slices.SortFunc(all, func(a, b T) int { return cmp.Or(order(a, b), strings.Compare(a.Key(), b.Key())) })
	return all
}

// Activities returns all activities by when they began.
func (r *Records) Activities() []*Activity {
	return list(r, KindActivity, func(a, b *Activity) int { return byDate(a.Begun, b.Begun) })
}

// eventIndex are the events in their order: many pages go through those of every
// activity, and thousands are not sorted for each.
type eventIndex struct {
	once sync.Once
	all  []*Event
	of   map[string][]*Event // by activity
}

// Events returns the events of an activity, or with "" all, by when they begin.
func (r *Records) Events(activity string) []*Event {
	x := r.events
	x.once.Do(func() {
		x.all = list(r, KindEvent, func(a, b *Event) int { return byDate(a.Begin, b.Begin) })
		x.of = map[string][]*Event{}
		for _, e := range x.all {
			if e.Activity != "" {
				x.of[e.Activity] = append(x.of[e.Activity], e)
			}
		}
	})
	if activity == "" {
		return slices.Clone(x.all)
	}
	return slices.Clone(x.of[activity])
}

// Figures returns the figures of an activity or event, or with "" all.
func (r *Records) Figures(of string) []*Figure {
	all := list(r, KindFigure, func(a, b *Figure) int { return byDate(a.AsOf, b.AsOf) })
	if of == "" {
		return all
	}
	return slices.DeleteFunc(all, func(f *Figure) bool { return f.Of != of })
}

// Agreements returns all agreements by when they were signed.
func (r *Records) Agreements() []*Agreement {
	return list(r, KindAgreement, func(a, b *Agreement) int { return byDate(a.Signed, b.Signed) })
}

// Decisions returns what meetings decided about an activity, or with "" about
// all, by when the meeting was.
func (r *Records) Decisions(activity string) []*Decision {
	all := list(r, KindDecision, func(a, b *Decision) int { return byDate(r.heldOn(a.Meeting), r.heldOn(b.Meeting)) })
	if activity == "" {
		return all
	}
	return slices.DeleteFunc(all, func(d *Decision) bool { return d.Activity != activity })
}

func (r *Records) heldOn(event string) community.Date {
	if e := r.Event(event); e != nil {
		return e.Begin
	}
	return ""
}

// Editions returns all editions of the report, the oldest first.
func (r *Records) Editions() []*Edition {
	return list(r, KindEdition, func(a, b *Edition) int { return byDate(a.AsOf, b.AsOf) })
}

// byDate orders by the first day that dates may mean; what has none goes last.
func byDate(a, b community.Date) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "" || a.Before(b):
		return -1
	case b.Before(a):
		return 1
	}
	return cmp.Compare(len(a), len(b))
}

// Years are those in which an activity had an event that was held, in order.
func (r *Records) Years(activity string) []string {
	var years []string
	for _, e := range r.Events(activity) {
		if year := Year(e.Begin); year != "" && e.Status == Held && !slices.Contains(years, year) {
			years = append(years, year)
		}
	}
	return years
}

// Year is that of a date; "" where it is not known.
func Year(d community.Date) string {
	if len(d) < 4 {
		return ""
	}
	return string(d[:4])
}

// Check returns a Refusal where a change cannot be made: the record is not right
// by itself, names what is not there, is named by others, or was changed by
// somebody else meanwhile.
func (r *Records) Check(c Change) error {
	if r.LastOf(c.Of, c.ID) != c.Base {
		return refuse("changed", "")
	}
	if strings.TrimSpace(c.Reason) == "" || utf8.RuneCountInString(c.Reason) > maxReason {
		return refuse("reason", "")
	}
	if err := r.checkNumbering(c); err != nil {
		return err
	}
	if c.Record == nil {
		return r.checkRemoval(Reference{c.Of, c.ID})
	}
	if c.Record.Kind() != c.Of || c.Record.Key() != c.ID {
		return refuse("id", c.ID)
	}
	if err := c.Record.check(); err != nil {
		return err
	}
	for _, to := range c.Record.refers() {
		if r.Record(to.Kind, to.ID) == nil {
			return refuse("absent."+string(to.Kind), to.ID)
		}
	}
	if f, ok := c.Record.(*Figure); ok && f.Of != "" && r.Activity(f.Of) == nil && r.Event(f.Of) == nil {
		return refuse("absent.activity", f.Of)
	}
	if e, ok := c.Record.(*Edition); ok {
		return r.checkEdition(e)
	}
	return r.checkMeeting(c)
}

// checkRemoval wants nothing to name a record that goes.
func (r *Records) checkRemoval(gone Reference) error {
	if r.Record(gone.Kind, gone.ID) == nil {
		return refuse("changed", "")
	}
	if gone.Kind == KindMinutes && find[*Minutes](r, KindMinutes, gone.ID).Adopted != nil {
		return refuse("adopted", "")
	}
	for at, h := range r.held {
		named := slices.Contains(h.record.refers(), gone)
		if f, ok := h.record.(*Figure); ok && f.Of == gone.ID && gone.Kind != KindFigure {
			named = true
		}
		if named {
			return refuse("used", string(at.Kind)+" "+at.ID)
		}
	}
	return nil
}
