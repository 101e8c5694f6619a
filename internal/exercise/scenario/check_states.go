package scenario

import "time"

// passed reports whether a time after the earliest release of an inject can
// have passed.
func (q *question) passed(in *Inject, after time.Duration) bool {
	return q.free || in == nil || q.r.at[in]+after < q.until
}

// bools gives the values of a field: both if it is asked for and can be true.
func (q *question) bools(field string, can bool) []bool {
	if can && q.asks(field) {
		return []bool{false, true}
	}
	return []bool{false}
}

func (q *question) task(n conditionName) (e entity) {
	t, in, _ := q.r.c.p.TaskByKey(n.key)
	if !q.happens(n) {
		return entity{func(w *world) { w.tasks[n.key] = TaskFacts{} }}
	}
	attempts, scores := []int64{0}, []float64{0}
	if q.asks("attempts") {
		attempts = append(attempts, ints(q.numbers, func(i int64) bool { return i > 0 && (t.Attempts == 0 || i <= int64(t.Attempts)) })...)
		attempts = append(attempts, int64(max(1, t.Attempts)))
	}
	if q.asks("score") {
		scores = append(scores, t.Points)
		for _, f := range q.numbers {
			if f > 0 && f < t.Points {
				scores = append(scores, f)
			}
		}
	}
	for _, open := range q.bools("open", true) {
		for _, late := range q.bools("late", q.passed(in, t.Due)) {
			for _, a := range attempts {
				for _, s := range scores {
					for _, f := range answers(q, a, s) {
						f.Open, f.Late = open, late
						e = append(e, func(w *world) { w.tasks[n.key] = f })
					}
				}
			}
		}
	}
	return e
}

// answers gives what can be true together: who has not answered has neither
// attempts nor points, and is not right.
func answers(q *question, attempts int64, score float64) (all []TaskFacts) {
	if attempts == 0 && score == 0 {
		all = append(all, TaskFacts{})
	}
	if attempts == 0 && q.asks("attempts") {
		return all
	}
	all = append(all, TaskFacts{Answered: true, Attempts: attempts, Score: score})
	if q.asks("correct") {
		all = append(all, TaskFacts{Answered: true, Correct: true, Attempts: attempts, Score: score})
	}
	return all
}

// ints gives the whole numbers among some that fit.
func ints(numbers []float64, fit func(int64) bool) (all []int64) {
	for _, f := range numbers {
		if i := int64(f); float64(i) == f && fit(i) {
			all = append(all, i)
		}
	}
	return all
}

func (q *question) inject(n conditionName) (e entity) {
	states := []InjectFacts{{}}
	if q.happens(n) {
		states = append(states, InjectFacts{Released: true})
		if q.asks("acknowledged") {
			states = append(states, InjectFacts{Released: true, Acknowledged: true})
		}
	}
	for _, f := range states {
		e = append(e, func(w *world) { w.injects[n.key] = f })
	}
	return e
}

func (q *question) flow(n conditionName) (e entity) {
	f := q.r.c.p.FlowByKey(n.key)
	can := q.happens(n)
	over := false
	if can {
		over = q.passed(q.r.c.p.InjectByKey(f.After), f.Within-1)
	}
	for _, made := range q.bools("made", can) {
		for _, late := range q.bools("late", over) {
			for _, missed := range q.bools("missed", over) {
				e = append(e, func(w *world) { w.flows[n.key] = FlowFacts{Made: made, Late: late, Missed: missed} })
			}
		}
	}
	return e
}

// branch is a decision: one of its branches is taken, or none yet.
func (q *question) branch(n conditionName) entity {
	none := func(w *world, b string) {
		for _, d := range q.r.c.p.Decisions {
			if d.Key == n.key {
				for _, x := range d.Branches {
					w.branches[x.Key] = x.Key == b
				}
			}
		}
	}
	e := entity{func(w *world) { none(w, "") }}
	for _, d := range q.r.c.p.Decisions {
		if d.Key != n.key || !q.free && d.After == "" && d.At > q.until {
			continue
		}
		for _, b := range d.Branches {
			if q.free || q.r.branches[b.Key] {
				e = append(e, func(w *world) { none(w, b.Key) })
			}
		}
	}
	return e
}

func (q *question) count(n conditionName) entity {
	e := entity{func(w *world) { w.counts[n] = 0 }}
	if !q.happens(n) {
		return e
	}
	for _, i := range append(ints(q.numbers, func(i int64) bool { return i > 0 && i < most }), most) {
		e = append(e, func(w *world) { w.counts[n] = int(i) })
	}
	return e
}

func (q *question) totals() (e entity) {
	least := int64(max(1, q.r.c.p.Units.Min))
	for _, i := range append(ints(q.numbers, func(i int64) bool { return i > least && i < most }), least, most) {
		e = append(e, func(w *world) { w.total = int(i) })
	}
	return e
}

// scores gives what a team can have: at most the points of all tasks that can
// have been asked.
func (q *question) scores() entity {
	all := 0.0
	for _, in := range q.r.c.p.Injects {
		if !q.free && (!q.r.injects[in] || q.r.at[in] >= q.until) {
			continue
		}
		for _, t := range allTasks(in) {
			all += t.Points * float64(1+len(q.r.c.cells)) // a team's points are with its cells
		}
	}
	e := entity{func(w *world) { w.score = 0 }, func(w *world) { w.score = all }}
	for _, f := range q.numbers {
		if f > 0 && f < all {
			e = append(e, func(w *world) { w.score = f })
		}
	}
	return e
}
