package bounds

import (
	"context"
	"errors"
	"sync"
)

// ErrBusy means that others are parsing: to be tried again.
var ErrBusy = errors.New("too much is being read at once")

// Budget shares so many bytes among all who work on something large. It is
// safe for use by many goroutines.
type Budget struct {
	size int64

	mu    sync.Mutex
	used  int64    // guarded by mu
	queue []*asked // guarded by mu; the first one is served first
}

// asked is somebody who waits.
type asked struct {
	bytes int64
	ready chan struct{}
}

// NewBudget returns a budget of so many bytes.
func NewBudget(size int64) *Budget { return &Budget{size: size} }

// Take waits until so many bytes are free, in the order of asking, and returns
// the function that gives them back. Whoever wants more than there is gets all
// of it. When the context ends first, the error is ErrBusy.
func (b *Budget) Take(ctx context.Context, bytes int64) (free func(), err error) {
	bytes = min(max(bytes, 0), b.size)
	b.mu.Lock()
	if len(b.queue) == 0 && b.used+bytes <= b.size {
		b.used += bytes
		b.mu.Unlock()
		return b.freeing(bytes), nil
	}
	a := &asked{bytes, make(chan struct{})}
	b.queue = append(b.queue, a)
	b.mu.Unlock()
	select {
	case <-a.ready:
		return b.freeing(bytes), nil
	case <-ctx.Done():
		b.leave(a)
		return nil, errors.Join(ErrBusy, context.Cause(ctx))
	}
}

// freeing gives bytes back, once.
func (b *Budget) freeing(bytes int64) func() {
	return sync.OnceFunc(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.used -= bytes
		b.serve()
	})
}

// leave takes somebody out of the queue, or gives back what came at the last
// moment.
func (b *Budget) leave(a *asked) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.queue {
		if b.queue[i] == a {
			b.queue = append(b.queue[:i], b.queue[i+1:]...)
			b.serve()
			return
		}
	}
	b.used -= a.bytes
	b.serve()
}

// serve lets in whom there is room for. The caller holds mu.
func (b *Budget) serve() {
	for len(b.queue) > 0 && b.used+b.queue[0].bytes <= b.size {
		b.used += b.queue[0].bytes
		close(b.queue[0].ready)
		b.queue = b.queue[1:]
	}
}
