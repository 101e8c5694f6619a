package auth

import (
	"context"
	"slices"
	"sync"
)

// turns lets so many work at once. Of those who wait each network has its turn,
// so that however many wait in one, they are one to the others.
type turns struct {
	mu      sync.Mutex
	free    int                        // guarded by mu
	waiting map[string][]chan struct{} // by network, who came first first; guarded by mu
	next    []string                   // networks in which somebody waits, whose turn is next first; guarded by mu
}

func newTurns(atOnce int) *turns {
	return &turns{free: atOnce, waiting: map[string][]chan struct{}{}}
}

// take waits for a turn of a network, which the caller gives back, or returns
// the error of ctx.
func (t *turns) take(ctx context.Context, network string) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	ready := make(chan struct{})
	if len(t.waiting[network]) == 0 {
		t.next = append(t.next, network)
	}
	t.waiting[network] = append(t.waiting[network], ready)
	t.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		if !t.leave(network, ready) {
			t.give() // it came at the same moment
		}
		return ctx.Err()
	}
}

// leave no longer waits. It reports false where the turn has come.
func (t *turns) leave(network string, ready chan struct{}) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.waiting[network], ready)
	if i < 0 {
		return false
	}
	t.waiting[network] = slices.Delete(t.waiting[network], i, i+1)
	if len(t.waiting[network]) == 0 {
		delete(t.waiting, network)
		i := slices.Index(t.next, network)
		t.next = slices.Delete(t.next, i, i+1)
	}
	return true
}

// give has the next network take its turn.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.next) == 0 {
		t.free++
		return
	}
	network := t.next[0]
	t.next = t.next[1:]
	line := t.waiting[network]
	close(line[0])
	if len(line) == 1 {
		delete(t.waiting, network)
		return
	}
	t.waiting[network] = line[1:]
	t.next = append(t.next, network)
}
