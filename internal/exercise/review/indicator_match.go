package review

import "renkei/internal/exercise"

// found is how well a unit found the indicators of a task, in the attempt that
// counts.
type found struct{ points, precision, recall float64 }

// scored keeps the best attempt; a new key judges from the start.
func (x *index) scored(b *exercise.Scored) {
	k := about{b.Task, b.Unit}
	best, known := x.found[k]
	if b.Again && b.Submission == x.firsts[k] || !known || b.Points > best.points {
		x.found[k] = found{b.Points, b.Precision, b.Recall}
	}
}

func (x *index) submitted(e *exercise.Event, b *exercise.Submitted) {
	k := about{b.Task, b.Unit}
	if x.firsts[k] == 0 {
		x.firsts[k] = e.Seq
	}
}

// findings fills in how well indicators were found.
func (t *TaskResult) findings(f found, known bool) {
	if known && t.Type == taskIndicators && t.Status != TaskVoid {
		precision, recall := pointsOf(f.precision), pointsOf(f.recall)
		t.Precision, t.Recall = &precision, &recall
	}
}

// findings are the means over the units.
func (t *TaskTotal) findings(units []UnitResult) {
	var precision, recall float64
	n := 0
	for u := range units {
		for i := range units[u].Tasks {
			if r := &units[u].Tasks[i]; r.Key == t.Key && r.Precision != nil {
				precision, recall, n = precision+float64(*r.Precision), recall+float64(*r.Recall), n+1
			}
		}
	}
	if n > 0 {
		p, c := pointsOf(precision/float64(n)), pointsOf(recall/float64(n))
		t.Precision, t.Recall = &p, &c
	}
}

// handedIn reports whether a task is done by handing something in that people
// judge: a file that fits its rules is right, but one that does not may be.
func handedIn(kind string) bool { return kind == taskReport || kind == taskFile }
