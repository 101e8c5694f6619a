package auth

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// TestTurns has a network in which many wait be one to the others.
func TestTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newTurns(1)
		if err := q.take(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		wait := func(ctx context.Context, network string) {
			go func() {
				if err := q.take(ctx, network); err != nil {
					return
				}
				mu.Lock()
				order = append(order, network)
				mu.Unlock()
			}()
			synctest.Wait()
		}
		gone, leave := context.WithCancel(t.Context())
		for range 4 {
			wait(t.Context(), "a")
		}
		wait(gone, "c")
		wait(t.Context(), "b")
		wait(t.Context(), "b")
		leave()
		synctest.Wait()
		for range 6 {
			q.give()
			synctest.Wait()
		}
		if want := []string{"a", "b", "a", "b", "a", "a"}; !slices.Equal(order, want) {
			t.Errorf("the turns went to %v, want %v", order, want)
		}
		q.give()
		if err := q.take(t.Context(), "d"); err != nil || len(q.waiting)+len(q.next) > 0 {
			t.Errorf("at the end: %v, waiting %v %v", err, q.waiting, q.next)
		}
	})
}

// TestTurnsLeave has somebody whose patience ends as their turn comes hand it on.
func TestTurnsLeave(t *testing.T) {
	t.Parallel()
	q := newTurns(1)
	if err := q.take(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := q.take(over, "b"); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	q.give()
	if q.free != 1 || len(q.waiting)+len(q.next) > 0 {
		t.Errorf("free %d, waiting %v %v", q.free, q.waiting, q.next)
	}
}
