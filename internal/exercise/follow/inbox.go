package follow

import (
	"sync"

	"renkei/internal/exercise"
)

// inbox keeps events until they are folded in.
type inbox struct {
	mu     sync.Mutex
	events []exercise.Event
	wake   chan struct{}
}

func (b *inbox) put(events []exercise.Event) {
	b.mu.Lock()
	b.events = append(b.events, events...)
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default: // it knows already
	}
}

func (b *inbox) take() []exercise.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	events := b.events
	b.events = nil
	return events
}
