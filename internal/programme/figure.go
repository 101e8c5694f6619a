package programme

import (
	"slices"
)

// Rule is how a figure is counted. Every rule has a sentence of its own in the
// texts, below "programme.rule.".
type Rule string

// Rules of counting.
const (
	Stated         Rule = "stated"          // not counted: somebody has stated it
	EventsHeld     Rule = "events_held"     // events of the activity that were held by the date
	YearsHeld      Rule = "years_held"      // years in which the activity had an event that was held
	MembersTaking  Rule = "members_taking"  // members that take part in the activity, or took part in the event
	EventsOfYear   Rule = "events_of_year"  // events of all activities that were held in the year of the date
	ActivitiesOpen Rule = "activities_open" // activities that have begun and have not ended by the date
	// These count who was at the event, at the events of the activity that were held
	// by the date, or without either at all events of its year.
	Persons          Rule = "persons"     // each once
	Seats            Rule = "seats"       // each once for each event
	PersonDays       Rule = "person_days" // days that they were there
	CoursesCompleted Rule = "completed"   // courses that somebody has completed
	Certified        Rule = "certified"   // certificates that hold
)

// Rules lists all of them.
func Rules() []Rule {
	return []Rule{Stated, EventsHeld, YearsHeld, MembersTaking, EventsOfYear, ActivitiesOpen, Persons, Seats, PersonDays, CoursesCompleted, Certified}
}

// Count is a figure with the records behind it.
type Count struct {
	Figure *Figure
	Value  int64
	Bound  Bound
	// Least and Most are what persons may come to, where of some it is not decided
	// whether they are one; both 0 for other figures.
	Least, Most int64
	Half        bool // half a day more
	// Records are those that were counted; of a stated figure the one that it is
	// about.
	Records []Reference
}

// Count counts a figure.
func (r *Records) Count(f *Figure) Count {
	c := Count{Figure: f, Bound: Exact}
	switch f.Rule {
	case Stated:
		c.Value, c.Bound = f.Value, f.Bound
		if k := r.kindOf(f.Of); k != "" {
			c.Records = []Reference{{k, f.Of}}
		}
		return c
	case EventsHeld:
		c.Records = r.heldBy(f, f.Of)
	case EventsOfYear:
		c.Records = slices.DeleteFunc(r.heldBy(f, ""), func(at Reference) bool {
			return Year(r.Event(at.ID).Begin) != Year(f.AsOf)
		})
	case YearsHeld:
		return r.countYears(c)
	case MembersTaking:
		return r.countMembers(c)
	case Persons, Seats, PersonDays, CoursesCompleted, Certified:
		return r.countHeads(c)
	case ActivitiesOpen:
		for _, a := range r.Activities() {
			if begun := a.Begun; begun != "" && !f.AsOf.Before(begun) && (a.Ended == "" || f.AsOf.Before(a.Ended)) {
				c.Records = append(c.Records, Reference{KindActivity, a.ID})
			}
		}
	}
	c.Value = int64(len(c.Records))
	return c
}

// kindOf is that of the activity or event of an id; "" for neither.
func (r *Records) kindOf(id string) Kind {
	switch {
	case r.Activity(id) != nil:
		return KindActivity
	case r.Event(id) != nil:
		return KindEvent
	}
	return ""
}

// heldBy are the events of an activity, or of all, that were held by the
// figure's date.
func (r *Records) heldBy(f *Figure, activity string) (all []Reference) {
	for _, e := range r.Events(activity) {
		late := f.AsOf != "" && f.AsOf.Before(e.Begin) && Year(e.Begin) > Year(f.AsOf)
		if e.Status == Held && e.Begin != "" && !late {
			all = append(all, Reference{KindEvent, e.ID})
		}
	}
	return all
}

func (r *Records) countYears(c Count) Count {
	years := map[string]bool{}
	c.Records = r.heldBy(c.Figure, c.Figure.Of)
	for _, at := range c.Records {
		years[Year(r.Event(at.ID).Begin)] = true
	}
	c.Value = int64(len(years))
	return c
}

func (r *Records) countMembers(c Count) Count {
	id := c.Figure.Of
	switch {
	case r.Activity(id) != nil:
		c.Value, c.Records = int64(len(r.Activity(id).Members)), []Reference{{KindActivity, id}}
	case r.Event(id) != nil:
		c.Value, c.Records = int64(len(r.Event(id).Members)), []Reference{{KindEvent, id}}
	}
	return c
}
