package live

import (
	"fmt"
	"slices"
	"sync"

	"renkei/internal/exercise"
)

// kept is how many past states are kept: a slider is moved to and fro.
const kept = 12

// past keeps states that were asked for, so that the next one is folded from
// the nearest before it and not from the beginning.
type past struct {
	mu     sync.Mutex // held while a state is folded
	states []*exercise.State
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
	x.past.mu.Lock()
	defer x.past.mu.Unlock() // a state that is kept is read by one at a time
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
	var near *exercise.State
	for _, s := range x.past.states {
		if s.Seq() <= seq && (near == nil || s.Seq() > near.Seq()) {
			near = s
		}
	}
	if near != nil && near.Seq() == seq {
		return near, nil
	}
	x.mu.RLock()
	play, events := x.state.Play(), x.events // only ever appended to
	x.mu.RUnlock()
	state, from := exercise.New(play), uint64(0)
	if near != nil {
		state, from = near.Clone(), near.Seq()
	}
	for i := range events[from:seq] {
		if err := state.Apply(&events[from+uint64(i)]); err != nil {
			return nil, err
		}
	}
	if len(x.past.states) == kept {
		x.past.states = slices.Delete(x.past.states, 0, 1)
	}
	x.past.states = append(x.past.states, state)
	return state, nil
}
