package programme

import "renkei/internal/community"

// partakes reports whether a partner is named by an event, or by the activity of
// which it is.
func (a Access) partakes(r *Records, e *Event) bool {
	if e == nil || e.Status == Drafted {
		return false
	}
	act := r.Activity(e.Activity)
	return a.IsPartner(e.Partners...) || act != nil && a.IsPartner(act.Partners...)
}

// ForPartner returns the records that somebody of a partner may read: activities,
// events and agreements that name the partner, and of its meetings, once they are
// announced, what is labelled CLEAR or GREEN: papers, and after its adoption the
// record with decisions and actions.
func (r *Records) ForPartner(a Access) *Records {
	reads := func(meeting string, t community.TLP) bool {
		return t.Valid() && !t.Stricter(community.Green) && a.partakes(r, r.Event(meeting))
	}
	adopted := func(meeting string) bool {
		m := r.MinutesOf(meeting)
		return m != nil && m.Adopted != nil
	}
	return r.only(func(rec Record) bool {
		switch rec := rec.(type) {
		case *Activity:
			return a.IsPartner(rec.Partners...)
		case *Event:
			return a.partakes(r, rec)
		case *Agreement:
			return a.IsPartner(rec.Partners...)
		case *Paper:
			return reads(rec.Meeting, rec.TLP)
		case *Decision:
			return rec.Code != "" && adopted(rec.Meeting) && reads(rec.Meeting, rec.TLP)
		case *Action:
			return adopted(rec.Meeting) && reads(rec.Meeting, rec.TLP)
		case *Minutes:
			return rec.Adopted != nil && reads(rec.Meeting, rec.TLP)
		}
		return false
	})
}

// PartnersOf are the ids of the partners that a record names.
func PartnersOf(rec Record) []string {
	switch rec := rec.(type) {
	case *Activity:
		return rec.Partners
	case *Event:
		return rec.Partners
	case *Agreement:
		return rec.Partners
	}
	return nil
}
