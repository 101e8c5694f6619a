package handbook

import "renkei/internal/community"

// Lane is where a promise stands in an edition.
type Lane int

// Lanes, from the least to the most.
const (
	Absent Lane = iota // it was not there yet
	Gone               // it is no longer there, or ended
	LaneIdea
	LanePlanned
	LaneDrafted
	LaneFact
)

// Lanes lists those in which something stands, the best first.
func Lanes() []Lane { return []Lane{LaneFact, LaneDrafted, LanePlanned, LaneIdea, Gone} }

// laneOf is where an item stands; was says that it had been there.
func laneOf(it *Item, was bool) Lane {
	switch {
	case it == nil && !was:
		return Absent
	case it == nil || it.Status == Ended:
		return Gone
	case it.Status.Fact():
		return LaneFact
	case it.Status == Drafted:
		return LaneDrafted
	case it.Status == Idea:
		return LaneIdea
	}
	return LanePlanned
}

// Outcome is what became of a promise.
type Outcome string

// Outcomes, the best first.
const (
	Kept     Outcome = "kept"     // it became a fact
	OnTheWay Outcome = "open"     // it is still to come, as promised
	Slipping Outcome = "slipping" // it is still to come, later than promised
	GivenUp  Outcome = "dropped"  // it is no longer there, and was no fact
)

// Outcomes lists all of them.
func Outcomes() []Outcome { return []Outcome{Kept, OnTheWay, Slipping, GivenUp} }

// Plan is a promise, followed through all editions.
type Plan struct {
	ID, Member, Measure string
	Steps               []Step // one for each edition
	Promised            int    // the edition in which it was first a promise
	Outcome             Outcome
	Late                int // years by which its due date moved, at least
}

// Step is a plan in one edition.
type Step struct {
	Lane Lane
	Item *Item // nil where it is not there
}

// Last is the item as it was when it was last there.
func (p *Plan) Last() *Item {
	for i := len(p.Steps) - 1; i >= 0; i-- {
		if it := p.Steps[i].Item; it != nil {
			return it
		}
	}
	return nil
}

// Plans follows everything that was a promise in an edition through all of
// them, in the order of their first appearance. Editions come oldest first.
func Plans(editions []*Content) []Plan {
	at := map[string]int{}
	var plans []Plan
	for e, c := range editions {
		for i := range c.Items {
			it := &c.Items[i]
			if it.Kind != Measured {
				continue
			}
			n, seen := at[it.ID]
			if !seen {
				if !it.Status.Promise() {
					at[it.ID] = -1 // a fact from its first day
					continue
				}
				n = len(plans)
				at[it.ID] = n
				plans = append(plans, Plan{ID: it.ID, Member: it.Member, Measure: it.Measure, Steps: make([]Step, len(editions)), Promised: e})
			}
			if n >= 0 {
				plans[n].Steps[e].Item = it
			}
		}
	}
	for i := range plans {
		plans[i].follow(editions)
	}
	return plans
}

// follow finds the lanes and the outcome.
func (p *Plan) follow(editions []*Content) {
	was := false
	kept := false
	var due community.Date
	for e := range p.Steps {
		it := p.Steps[e].Item
		p.Steps[e].Lane = laneOf(it, was)
		if it == nil {
			continue
		}
		was, kept = true, kept || it.Status.Fact()
		if due == "" {
			due = it.Due
		}
		if it.Due.After(due) {
			p.Late = it.Due.Year() - due.Year()
		}
	}
	last := p.Steps[len(p.Steps)-1]
	switch {
	case kept:
		p.Outcome = Kept
	case last.Lane == Gone:
		p.Outcome = GivenUp
	case last.Item.Due.After(due) || last.Item.Overdue(editions[len(editions)-1].Edition.AsOf.First()):
		p.Outcome = Slipping
	default:
		p.Outcome = OnTheWay
	}
}

// Tally counts plans by their outcome.
func Tally(plans []Plan) map[Outcome]int {
	n := map[Outcome]int{}
	for i := range plans {
		n[plans[i].Outcome]++
	}
	return n
}
