package programme

import (
	"slices"

	"renkei/internal/community"
)

// Access is what somebody may do in the programme: its secretariat everything,
// the members that chair a meeting what it needs, members their own part.
type Access struct{ community.Access }

// Conducts reports whether the person prepares and records a meeting: the
// secretariat, and who acts for a member that chairs it.
func (a Access) Conducts(e *Event) bool {
	if a.ReadOnly || e == nil {
		return false
	}
	return a.Helps() || a.chairs(e)
}

func (a Access) chairs(e *Event) bool {
	return e.Session != nil && slices.ContainsFunc(e.Session.Chairs, a.Edits)
}

// Objects reports whether the person may object in the name of a member.
func (a Access) Objects(member string) bool {
	return member != "" && a.BelongsTo(member) && (a.Edits(member) || a.Approves(member))
}

// sees reports whether the person may read a record. Drafts are for those who
// conduct the meeting, who was honoured is named with their consent, the rest is
// by its label.
func (a Access) sees(r *Records, rec Record) bool {
	conducts := func(meeting string) bool {
		e := r.Event(meeting)
		return e != nil && (a.Helps() || a.chairs(e))
	}
	switch rec := rec.(type) {
	case *Event:
		return rec.Status != Drafted || conducts(rec.ID)
	case *Paper:
		return r.settled(rec.Meeting) && a.Sees(rec.TLP, rec.Member) || a.Helps() || a.BelongsTo(rec.Member)
	case *Decision:
		return rec.Code == "" || conducts(rec.Meeting) || r.settled(rec.Meeting) && a.Sees(rec.TLP, rec.Member)
	case *Action:
		return conducts(rec.Meeting) || r.settled(rec.Meeting) && a.Sees(rec.TLP, rec.Member)
	case *Award:
		return rec.Consent || a.Helps()
	case *Settings:
		return a.Helps()
	case *Minutes:
		return conducts(rec.Meeting) || len(rec.Rounds) > 0 && a.Sees(rec.TLP, "")
	}
	return true
}

// settled reports whether a meeting is more than a draft.
func (r *Records) settled(meeting string) bool {
	e := r.Event(meeting)
	return e != nil && e.Status != Drafted
}

// For returns the records that somebody may read.
func (r *Records) For(a Access) *Records {
	return r.only(func(rec Record) bool { return a.sees(r, rec) })
}

// Settled returns the records without drafts, and without what is not for the
// whole community: what a report may hold.
func (r *Records) Settled() *Records {
	return r.only(func(rec Record) bool {
		switch rec := rec.(type) {
		case *Event:
			return rec.Status != Drafted
		case *Paper:
			return r.settled(rec.Meeting) && !rec.TLP.Stricter(community.Amber)
		case *Decision:
			return r.settled(rec.Meeting)
		case *Action:
			return r.settled(rec.Meeting)
		case *Minutes:
			return rec.Adopted != nil
		case *Award:
			return rec.Consent
		}
		return true
	})
}

// Public returns what everybody may read: the meetings that are announced, and
// of them what is labelled CLEAR and final.
func (r *Records) Public() *Records {
	announced := func(meeting string) bool {
		e := r.Event(meeting)
		return e != nil && e.Session != nil && e.Session.Public && e.Status != Drafted
	}
	adopted := func(meeting string) bool {
		m := r.MinutesOf(meeting)
		return announced(meeting) && m != nil && m.Adopted != nil
	}
	return r.only(func(rec Record) bool {
		switch rec := rec.(type) {
		case *Event:
			return announced(rec.ID)
		case *Decision:
			return rec.Code != "" && adopted(rec.Meeting) && rec.TLP == community.Clear
		case *Action:
			return adopted(rec.Meeting) && rec.TLP == community.Clear
		case *Minutes:
			return adopted(rec.Meeting) && rec.TLP == community.Clear
		}
		return false
	})
}

// only returns the records that are to be kept; r itself where that is all.
func (r *Records) only(keep func(Record) bool) *Records {
	next := &Records{Last: r.Last, held: make(map[Reference]held, len(r.held)), issued: r.issued, people: r.people, events: &eventIndex{}}
	for at, h := range r.held {
		if keep(h.record) {
			next.held[at] = h
		}
	}
	if len(next.held) == len(r.held) {
		return r
	}
	return next
}
