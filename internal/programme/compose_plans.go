package programme

import (
	"cmp"
	"slices"
	"strings"

	"renkei/internal/community"
)

// Outcome is what became of what was planned in the last edition.
type Outcome string

// Outcomes of plans.
const (
	Kept      Outcome = "kept"      // held, or done, when it was planned
	Moved     Outcome = "moved"     // held or done, but not when it was planned
	Slipped   Outcome = "slipped"   // not yet, and planned for later
	Behind    Outcome = "behind"    // its day is over, and nothing says what became of it
	Ahead     Outcome = "ahead"     // its day is still to come
	CalledOff Outcome = "cancelled" // cancelled or dropped
	Gone      Outcome = "gone"      // it has been removed
	Added     Outcome = "added"     // held without having been planned then
)

// Plan is something that was planned in the last edition, or has come since.
type Plan struct {
	Of           Record
	Planned, Now community.Date
	Outcome      Outcome
}

// Plans compares what was planned when the last edition was frozen with what has
// become of it by a day: events and actions, by when they were planned.
func (r *Records) Plans(before *Records, since, asOf community.Date) (all []Plan) {
	within := func(d community.Date) bool {
		return d != "" && !asOf.Before(d) && (since == "" || Year(d) > Year(since) || since.Before(d))
	}
	for _, was := range before.Events("") {
		if was.Status == Planned && within(was.Begin) {
			all = append(all, eventPlan(was, r.Event(was.ID), asOf))
		}
	}
	for _, is := range r.Events("") {
		was := before.Event(is.ID)
		if is.Status == Held && within(is.Begin) && (was == nil || was.Status == Drafted) {
			all = append(all, Plan{Of: is, Now: is.Begin, Outcome: Added})
		}
	}
	for _, was := range before.Actions("") {
		if was.State == Open && within(was.Due) {
			all = append(all, actionPlan(was, r.Action(was.ID), asOf))
		}
	}
	slices.SortStableFunc(all, func(a, b Plan) int { return byDate(cmp.Or(a.Planned, a.Now), cmp.Or(b.Planned, b.Now)) })
	return all
}

// sameDay reports whether a day is that which was planned, as exactly as the plan
// was: of a plan of a month any day of it.
func sameDay(planned, now community.Date) bool {
	return strings.HasPrefix(string(now), string(planned)) || strings.HasPrefix(string(planned), string(now)) && now != ""
}

func eventPlan(was, is *Event, asOf community.Date) Plan {
	p := Plan{Of: was, Planned: was.Begin, Outcome: Gone}
	if is == nil {
		return p
	}
	p.Of, p.Now = is, is.Begin
	switch {
	case is.Status == Cancelled:
		p.Outcome = CalledOff
	case is.Status == Held && sameDay(was.Begin, is.Begin):
		p.Outcome = Kept
	case is.Status == Held:
		p.Outcome = Moved
	default:
		p.Outcome = waiting(was.Begin, is.Begin, asOf)
	}
	return p
}

func actionPlan(was, is *Action, asOf community.Date) Plan {
	p := Plan{Of: was, Planned: was.Due, Outcome: Gone}
	if is == nil {
		return p
	}
	p.Of, p.Now = is, is.Due
	switch {
	case is.State == Dropped:
		p.Outcome = CalledOff
	case is.State == Done && sameDay(was.Due, is.Due):
		p.Outcome = Kept
	case is.State == Done:
		p.Outcome = Moved
	default:
		p.Outcome = waiting(was.Due, is.Due, asOf)
	}
	return p
}

// waiting is the outcome of what has not come yet.
func waiting(planned, now, asOf community.Date) Outcome {
	switch {
	case now == "" || !sameDay(planned, now) && planned.Before(now):
		return Slipped
	case now.Before(asOf):
		return Behind
	}
	return Ahead
}

// plans are the plans of the last edition with what became of them.
func (c *composer) plans() Piece {
	if c.from.Before == nil {
		return Piece{State: Machine, untitled: true, Title: c.t("show.plans"), Text: []Span{{Text: c.t("plans.none")}}}
	}
	piece := Piece{State: Machine, Table: &Table{Head: []string{c.t("field.what"), c.t("field.planned"), c.t("field.now"), c.t("field.outcome")}}}
	for _, p := range c.from.Records.Plans(c.from.Before.Settled(), c.from.Since, c.r.AsOf) {
		name := c.say(p.Of.Name())
		if a, ok := p.Of.(*Action); ok {
			name = strings.Join([]string{a.Code, name}, " ")
		}
		if p.Outcome != Gone {
			piece.Records = append(piece.Records, refer1(p.Of))
		}
		piece.Table.Rows = append(piece.Table.Rows, [][]Span{
			{{Text: name}}, {{Text: When(c.p, p.Planned, "")}}, {{Text: When(c.p, p.Now, "")}}, {{Text: c.t("outcome." + string(p.Outcome))}},
		})
	}
	if len(piece.Table.Rows) == 0 {
		return c.none(ShowPlans)
	}
	return piece
}

// LastEdition is the edition before one; nil for none.
func (r *Records) LastEdition(e *Edition) (last *Edition) {
	for _, o := range r.Editions() {
		if o.ID != e.ID && o.AsOf.Before(e.AsOf) {
			last = o
		}
	}
	return last
}
