package exercise

// Standing says what the points of a task rest on.
type Standing string

// Standings. Open points are outside every total until they are settled.
const (
	Automatic   Standing = "automatic"
	Provisional Standing = "provisional" // one evaluator alone
	Agreed      Standing = "agreed"      // two or more evaluators
	Differing   Standing = "open"        // evaluators differ
	Decided     Standing = "decided"     // by the director
)

// points gives what counts for the work, hints taken off, and on what it
// rests. A human mark outranks the automatic score.
func (w *work) points() (float64, Standing) {
	if w.status != workOpen || len(w.subs) == 0 && len(w.marks) == 0 && w.settled == nil {
		return 0, Automatic
	}
	points, standing := w.gross()
	return max(0, points-w.cost), standing
}

func (w *work) gross() (float64, Standing) {
	switch {
	case w.settled != nil:
		return *w.settled, Decided
	case len(w.marks) == 0:
		return w.auto, Automatic
	case len(w.marks) == 1:
		return w.marks[0].points, Provisional
	}
	for _, m := range w.marks[1:] {
		if m.points != w.marks[0].points {
			return 0, Differing
		}
	}
	return w.marks[0].points, Agreed
}
