package rehearsal

import (
	"math"

	"renkei/internal/exercise"
)

// run is what happened in one run, in exercise time.
type run struct {
	events    int64
	questions map[string]*asked
	on        string // question that was announced last
	over      exercise.Time
	cut       bool // ENDEX came before the last question was closed for good
}

// asked is how a question went.
type asked struct {
	from, to  exercise.Time // announced, closed for good
	opened    exercise.Time // of the first round
	answered  int           // delegations, in the first round
	last      exercise.Time // when the last of them did
	idle      exercise.Time // from then until the first round was closed
	speeches  int
	discussed exercise.Time // since when the discussion goes on; never: it does not
	speaking  bool
	quiet     exercise.Time // since when nobody speaks
	silence   exercise.Time // the longest time in the discussion in which nobody spoke
	talk      exercise.Time // how long the discussions were
	silent    exercise.Time // how much of that nobody spoke
	moved     float64       // share of the room that chose otherwise in the second round; -1: it was not asked again
}

// see notes what an event that was folded in means.
func (r *run) see(s *exercise.State, e *exercise.Event) {
	r.events++
	q := r.questions[r.on]
	switch body := e.Body.(type) {
	case *exercise.PollAnnounced:
		r.on = body.Key
		r.questions[body.Key] = &asked{from: e.At, discussed: exercise.Never, moved: -1}
	case *exercise.PollOpened:
		q.pause(e.At)
		if body.Round == 1 {
			q.opened, q.last = e.At, e.At
		}
	case *exercise.PollTaken:
		if body.Round == 1 {
			q.answered, q.last = q.answered+1, e.At
		}
	case *exercise.PollClosed:
		if body.Round == 1 {
			q.idle = e.At - q.last
		}
	case *exercise.PollRevealed:
		if v, _ := s.PollByKey(body.Poll); body.Round == 2 && len(v.Shown) == 2 {
			q.moved = moved(v.Shown[0].Answers, v.Shown[1].Answers)
		}
	case *exercise.PollDiscussed:
		q.discussed, q.quiet, q.speaking = e.At, e.At, false
	case *exercise.FloorGiven:
		if q != nil {
			q.hush(e.At)
			q.speaking = true
			q.speeches++
		}
	case *exercise.FloorEnded:
		if q != nil {
			q.speaking, q.quiet = false, e.At
		}
	case *exercise.PollEnded:
		q.pause(e.At)
		q.to, r.over = e.At, e.At
	case *exercise.Ended:
		v, _ := s.PollByKey(r.on)
		r.cut = v.Status != exercise.PollIsEnded
		if q != nil && r.cut {
			q.pause(e.At)
			q.to, r.over = e.At, e.At
		}
	}
}

// hush adds the time in which nobody spoke until a moment of the discussion.
func (q *asked) hush(at exercise.Time) {
	if q.discussed != exercise.Never && !q.speaking {
		q.silence = max(q.silence, at-q.quiet)
		q.silent += at - q.quiet
	}
	q.quiet = at
}

// pause ends the discussion, if it goes on.
func (q *asked) pause(at exercise.Time) {
	q.hush(at)
	if q.discussed != exercise.Never {
		q.talk += at - q.discussed
	}
	q.discussed = exercise.Never
}

// moved is the share of the room that would have to choose otherwise for the first
// answers to become the second.
func moved(first, second []exercise.PollAnswer) float64 {
	shares := map[string]float64{}
	for i, answers := range [][]exercise.PollAnswer{first, second} {
		all := 0.0
		for _, a := range answers {
			all += float64(len(a.Chosen))
		}
		for _, a := range answers {
			for _, key := range a.Chosen {
				shares[key] += float64(1-2*i) / all
			}
		}
	}
	sum := 0.0
	for _, d := range shares {
		sum += math.Abs(d)
	}
	return sum / 2
}
