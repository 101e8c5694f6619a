package follow

import (
	"context"
	"fmt"
	"maps"
	"runtime"
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

// checkpoints keeps states that were asked for, so that the next one is folded
// from the nearest before it and not from the beginning, and some that are
// spread over the log, so that no moment is far from one. A state that is kept
// is never changed: any number of readers may have it.
type checkpoints struct {
	turns chan struct{} // held by who folds; its size bounds them

	mu     sync.Mutex                 // held to look and to keep, never while a state is folded
	asked  []*exercise.State          // guarded by mu
	spread map[uint64]*exercise.State // by seq, at multiples of a stride; guarded by mu
}

func newCheckpoints() *checkpoints {
	return &checkpoints{turns: make(chan struct{}, max(2, runtime.GOMAXPROCS(0))), spread: map[uint64]*exercise.State{}}
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
// happened at that time in it. One that takes long to fold holds up no other,
// but for more of them than there are processors; ctx ends the wait.
func (x *Exercise) Past(ctx context.Context, at exercise.Time, read func(m *Moment)) error {
	x.mu.RLock()
	upTo, _ := slices.BinarySearchFunc(x.events, at, func(e exercise.Event, at exercise.Time) int {
		if e.At <= at {
			return -1
		}
		return 1
	})
	x.mu.RUnlock()
	state, err := x.stateAt(ctx, max(1, uint64(upTo))) // 1: the exercise was created
	if err != nil {
		return fmt.Errorf("exercise %s at %s: %w", x.id, at, err)
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	read(&Moment{State: state, Past: true, At: max(at, state.At()), x: x})
	return nil
}

// stateAt returns the state after an event. It must not be changed.
func (x *Exercise) stateAt(ctx context.Context, seq uint64) (*exercise.State, error) {
	p := x.checkpoints
	near := p.nearest(seq)
	if near != nil && near.Seq() == seq {
		return near, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if near = p.nearest(seq); near != nil && near.Seq() == seq { // another has folded it meanwhile
		return near, nil
	}
	return x.foldTo(ctx, near, seq)
}

// foldTo folds a state from a kept one, nil for none, and keeps it.
func (x *Exercise) foldTo(ctx context.Context, near *exercise.State, seq uint64) (*exercise.State, error) {
	x.mu.RLock()
	play, events := x.state.Play(), x.events // only ever appended to
	states, marks := bounds(x.state)
	x.mu.RUnlock()
	var state *exercise.State
	if near == nil {
		state = exercise.New(play)
	} else {
		state = near.Clone()
	}
	every := stride(uint64(len(events)), marks)
	for next := state.Seq(); next < seq; next++ {
		if err := state.Apply(&events[next]); err != nil {
			return nil, err
		}
		if (next+1)%minStride == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if (next+1)%every == 0 {
			x.checkpoints.mark(state, every)
		}
	}
	x.checkpoints.keep(state, states)
	return state, nil
}

// keep keeps a state that was asked for, of at most so many.
func (p *checkpoints) keep(state *exercise.State, most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if over := len(p.asked) - most + 1; over > 0 {
		p.asked = slices.Delete(p.asked, 0, over)
	}
	p.asked = append(p.asked, state)
}

// nearest is the latest state at an event or before it; nil for none.
func (p *checkpoints) nearest(seq uint64) (near *exercise.State) {
	p.mu.Lock()
	defer p.mu.Unlock()
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
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.spread, func(seq uint64, _ *exercise.State) bool { return seq%every != 0 })
	if p.spread[state.Seq()] == nil {
		p.spread[state.Seq()] = state.Clone()
	}
}
