package follow

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"renkei/internal/exercise"
)

// Bounds of the states that are kept: a slider is moved to and fro, and jumps.
const (
	maxKept  = 12 // that were asked for
	maxMarks = 16 // spread over the log
	// minStride is how many events there are between two marks at least: to fold
	// them takes a few milliseconds.
	minStride = 1024
	// room is how much memory in bytes they all may take, by a rough guess of what
	// a unit takes with an inject or a task.
	room    = 64 << 20
	perCell = 256
)

// checkpoints keeps states that were asked for, so that the next one is folded from
// the nearest before it and not from the beginning, and some that are spread
// over the log, so that no moment is far from one.
type checkpoints struct {
	mu     sync.Mutex // held while a state is folded
	asked  []*exercise.State
	spread map[uint64]*exercise.State // by seq, at multiples of a stride
}

// bounds are how many states and marks there is room for.
func bounds(st *exercise.State) (states, marks int) {
	cells := len(st.Play().Cast.Units) * (st.InjectCount() + st.TaskCount())
	n := max(4, min(maxKept+maxMarks, room/(perCell*max(1, cells))))
	marks = n * maxMarks / (maxKept + maxMarks)
	return n - marks, marks
}

// stride is how many events there are between two marks of a log of n events:
// it doubles as the log grows, so that marks that stand stay good.
func stride(n uint64, marks int) uint64 {
	s := uint64(minStride)
	for n/s > uint64(marks) {
		s *= 2
	}
	return s
}

// Past reads the exercise as it stood at an exercise time, with everything that
// happened at that time in it.
func (x *Exercise) Past(at exercise.Time, read func(m *Moment)) error {
	x.mu.RLock()
	upTo, _ := slices.BinarySearchFunc(x.events, at, func(e exercise.Event, at exercise.Time) int {
		if e.At <= at {
			return -1
		}
		return 1
	})
	x.mu.RUnlock()
	if upTo == 0 {
		upTo = 1 // the exercise was created
	}
	x.checkpoints.mu.Lock()
	defer x.checkpoints.mu.Unlock() // a state that is kept is read by one at a time
	state, err := x.foldTo(uint64(upTo))
	if err != nil {
		return fmt.Errorf("exercise %s at %s: %w", x.id, at, err)
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	read(&Moment{State: state, Past: true, At: max(at, state.At()), x: x})
	return nil
}

// foldTo gives the state after an event. The caller holds past.mu.
func (x *Exercise) foldTo(seq uint64) (*exercise.State, error) {
	x.mu.RLock()
	play, events := x.state.Play(), x.events // only ever appended to
	states, marks := bounds(x.state)
	x.mu.RUnlock()
	p := &x.checkpoints
	state := p.nearest(seq)
	switch {
	case state == nil:
		state = exercise.New(play)
	case state.Seq() == seq:
		return state, nil
	default:
		state = state.Clone()
	}
	every := stride(uint64(len(events)), marks)
	for next := state.Seq(); next < seq; next++ {
		if err := state.Apply(&events[next]); err != nil {
			return nil, err
		}
		if (next+1)%every == 0 {
			p.mark(state, every)
		}
	}
	for len(p.asked) >= states {
		p.asked = slices.Delete(p.asked, 0, 1)
	}
	p.asked = append(p.asked, state)
	return state, nil
}

// nearest is the latest state at an event or before it; nil for none.
func (p *checkpoints) nearest(seq uint64) (near *exercise.State) {
	take := func(s *exercise.State) {
		if s.Seq() <= seq && (near == nil || s.Seq() > near.Seq()) {
			near = s
		}
	}
	for _, s := range p.asked {
		take(s)
	}
	for _, s := range p.spread {
		take(s)
	}
	return near
}

// mark keeps a copy of a state at its event, and forgets marks that stand too
// close now that the log has grown.
func (p *checkpoints) mark(state *exercise.State, every uint64) {
	if p.spread == nil {
		p.spread = map[uint64]*exercise.State{}
	}
	maps.DeleteFunc(p.spread, func(seq uint64, _ *exercise.State) bool { return seq%every != 0 })
	if p.spread[state.Seq()] == nil {
		p.spread[state.Seq()] = state.Clone()
	}
}
