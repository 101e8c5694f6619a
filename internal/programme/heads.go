package programme

import (
	"slices"
)

// HeadCount is how many people were at events. Persons lie between Least, where
// everybody who may be one person is one, and Most, where nobody is of whom it was
// not decided.
type HeadCount struct {
	Persons, Least, Most int64
	Seats                int64 // who was at two events has two
	HalfDays             int64 // half days that people were there
	Completed            int64 // of courses
	Certified            int64
	Events               []Reference // those at which somebody was
}

// WithPeople returns the records with those who are on the lists of their events,
// so that figures can count them.
func (r *Records) WithPeople(p *People) *Records {
	next := *r
	next.people = p
	return &next
}

// People are those on the lists of events.
func (r *Records) People() *People {
	if r.people == nil {
		return NewPeople()
	}
	return r.people
}

// Heads counts who was at events. A day of an event without half days counts as
// two of these, for who was there at all.
func (r *Records) Heads(events []*Event) HeadCount {
	p := r.People()
	all := p.worked()
	var h HeadCount
	sure, likely, most := map[int]bool{}, map[int]bool{}, map[int]bool{}
	for _, e := range events {
		before := h.Seats
		for _, i := range all.byEvent[e.ID] {
			entry := p.entries[all.ids[i]]
			if entry.Came.IsZero() {
				continue
			}
			h.Seats++
			sure[all.base.root(i)], likely[all.likely.root(i)], most[all.all.root(i)] = true, true, true
			h.add(e, &entry)
			if p.held[all.ids[i]] {
				h.Certified++
			}
		}
		if h.Seats > before {
			h.Events = append(h.Events, Reference{KindEvent, e.ID})
		}
	}
	h.Most, h.Persons, h.Least = int64(len(sure)), int64(len(likely)), int64(len(most))
	return h
}

// add counts what somebody did at an event.
func (h *HeadCount) add(e *Event, entry *Attendee) {
	if e.Course == nil || len(e.Course.Halves) == 0 {
		h.HalfDays += 2
		return
	}
	h.HalfDays += int64(e.Course.Attended(entry))
	if e.Course.Completed(entry) {
		h.Completed++
	}
}

// Candidates are those who may be one person, of whom nobody has decided: first
// those who count as one.
func (p *People) Candidates() []Candidate {
	worked := p.worked()
	all := make([]Candidate, len(worked.found))
	for i, like := range worked.found {
		all[i] = Candidate{A: p.entries[worked.ids[like.a]], B: p.entries[worked.ids[like.b]], Why: like.why}
	}
	slices.SortStableFunc(all, func(a, b Candidate) int {
		switch one, other := a.CountedAsOne(), b.CountedAsOne(); {
		case one == other:
			return 0
		case one:
			return -1
		}
		return 1
	})
	return all
}

// counted are the events over which a figure counts heads: the one that it is of,
// those of its activity, or those of all in its year.
func (r *Records) counted(f *Figure) (all []*Event) {
	if e := r.Event(f.Of); e != nil {
		if y := f.yearOnly(); y != "" && Year(e.Begin) != y {
			return nil
		}
		return []*Event{e}
	}
	for _, at := range r.heldBy(f, f.Of) {
		if e := r.Event(at.ID); f.yearOnly() == "" || Year(e.Begin) == f.yearOnly() {
			all = append(all, e)
		}
	}
	return all
}

// countHeads counts a figure over those who were at events.
func (r *Records) countHeads(c Count) Count {
	h := r.Heads(r.counted(c.Figure))
	c.Records = h.Events
	switch c.Figure.Rule {
	case Persons:
		c.Value, c.Least, c.Most = h.Persons, h.Least, h.Most
	case Seats:
		c.Value = h.Seats
	case PersonDays:
		c.Value, c.Half = h.HalfDays/2, h.HalfDays%2 == 1
	case CoursesCompleted:
		c.Value = h.Completed
	case Certified:
		c.Value = h.Certified
	}
	return c
}
