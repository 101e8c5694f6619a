package pages

import "renkei/internal/exercise"

// MayRead reports whether the reader may read an event among those that their
// viewer sees. Observers see what EXCON sees, but for keys, marks and the notes
// of controllers and evaluators: a score beside its answer is a key, and so is
// an answer that lies ready. An evaluator is blind to the marks of another
// until both are in. Whoever lists events, or shows one, asks.
func (s *Moment) MayRead(e *exercise.Event) bool {
	a, id := s.Request.Access, s.Request.Exercise.ID
	if a.Controls(id) {
		return true
	}
	observer := a.Observes(id) // who shares what is shown with all observers
	switch b := e.Body.(type) {
	case *exercise.Marked:
		return !observer && (b.Evaluator == a.Person || s.hasMarked(b.Task, b.Unit))
	case *exercise.Settled:
		return !observer && s.hasMarked(b.Task, b.Unit)
	case *exercise.TaskAmended:
		return false
	case *exercise.Scored, *exercise.ReplyReady, *exercise.EvidenceCorrected:
		return !observer
	case *exercise.Note:
		return b.Own || !observer && e.Actor == a.Person
	}
	return true
}

// OnlyObserves reports whether the reader watches play, and is neither of EXCON
// nor of the unit that the address names.
func (r *Request) OnlyObserves() bool {
	a, id := r.Access, r.Exercise.ID
	return a.Observes(id) && !a.Controls(id) && (r.Unit == "" || !a.Plays(id, r.Unit))
}

// hasMarked reports whether a mark of the reader's own stands for the work of a
// unit on a task.
func (s *Moment) hasMarked(task, unit string) bool {
	me := s.Request.Access.Person
	for _, e := range s.Events(exercise.Viewer{Person: me}, 0, 1, func(e *exercise.Event) bool {
		b, ok := e.Body.(*exercise.Marked)
		return ok && b.Evaluator == me && b.Task == task && b.Unit == unit
	}) {
		if b, ok := e.Body.(*exercise.Marked); ok {
			return b.Points != nil
		}
	}
	return false
}
