package tabletop

import "time"

// Slot is when something of a tabletop is planned, from STARTEX.
type Slot struct {
	At       time.Duration
	Module   *Module
	Question *Question // nil: the module begins
}

// Plan is when modules begin and questions open as planned. A question that is
// asked only after certain decisions has its time all the same.
func (t *Tabletop) Plan() (plan []Slot) {
	plan, _ = t.planned()
	return plan
}

// planned is the plan, and when it is over.
func (t *Tabletop) planned() (plan []Slot, at time.Duration) {
	for _, m := range t.Modules {
		at = max(at, m.At)
		plan = append(plan, Slot{At: at, Module: m})
		for _, q := range m.Questions {
			plan = append(plan, Slot{At: at, Module: m, Question: q})
			at += q.Needs()
		}
	}
	return plan, at
}

// Open is how long the question is open for answers, each time that it is asked.
func (q *Question) Open() time.Duration { return time.Duration(q.Poll.Within) * time.Microsecond }

// Needs is the time that the question takes as planned, asked again or not.
func (q *Question) Needs() time.Duration {
	if q.Again {
		return 2*q.Open() + q.Discuss
	}
	return q.Open() + q.Discuss
}
