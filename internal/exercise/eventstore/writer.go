package eventstore

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// pending is a batch on its way. It belongs to whoever enqueues it until it is
// in the queue, and to the writer's goroutine from then on.
type pending struct {
	batch   Batch
	entries []journal.Entry // its events, sealed
	size    int
	done    func(Head, error)

	// The answer: head or err.
	head Head
	err  error
}

// writer is the one goroutine that writes events.
type writer struct {
	db     *database.DB
	tables tables
	reader *Reader
	log    *slog.Logger
	opts   Options

	// Only for the goroutine.
	heads map[string]head // of exercises written to
	rows  rows            // being written

	mu     sync.Mutex // guards queue and closed
	more   *sync.Cond // on mu: the queue grew, or closed was set
	queue  []*pending
	closed bool

	stopped chan struct{} // closed when the goroutine has ended
}

// startWriter starts the goroutine; stop ends it and waits for it.
func (s *Store) startWriter(opts Options) *writer {
	w := &writer{
		db: s.db, tables: s.tables, reader: s.Reader, log: s.db.Logger(), opts: opts,
		heads: make(map[string]head), stopped: make(chan struct{}),
	}
	w.more = sync.NewCond(&w.mu)
	go w.run()
	return w
}

// Enqueue queues b and returns at once. The batches of one exercise commit in
// the order in which they were enqueued, together with those of others. done
// is called with the head after b, or with an error: after the commit, from
// the writer's goroutine, in the order of the queue. The next commit waits for
// it, so it should only pass the answer on. It may call Enqueue, and must not close
// the database.
//
// A batch that does not follow the head fails with ErrConflict. So, when a
// batch fails, whatever is queued behind it on the assumption that it succeeds
// fails too. Other exercises are not affected.
//
// The queue itself is not bounded: it holds what callers have not yet been
// answered. After Close, done is called at once with ErrClosed.
func (s *Store) Enqueue(b Batch, done func(Head, error)) {
	p := &pending{batch: b, size: size(&b), done: done}
	if err := validate(&b); err != nil { // here and not in the writer, which everybody waits for
		p.refuse(err)
	} else {
		p.entries = seal(&b)
	}
	if !s.writer.push(p) {
		done(Head{}, s.fail("append to exercise", b.Exercise, database.ErrClosed))
	}
}

// Append commits b and returns the head after it. It returns ErrConflict,
// ErrKeyReused, ErrNotFound (no such exercise), ErrInvalid, ErrClosed, ErrFull,
// or what the engine says. When ctx ends before the commit, Append returns
// ctx's error, and the batch may be committed all the same: its key tells.
func (s *Store) Append(ctx context.Context, b Batch) (Head, error) {
	if err := ctx.Err(); err != nil {
		return Head{}, s.fail("append to exercise", b.Exercise, err)
	}
	type answer struct {
		head Head
		err  error
	}
	answers := make(chan answer, 1)
	s.Enqueue(b, func(h Head, err error) { answers <- answer{h, err} })
	select {
	case a := <-answers:
		return a.head, a.err
	case <-ctx.Done():
		return Head{}, s.fail("append to exercise", b.Exercise, ctx.Err())
	}
}

// push reports whether p was queued; it is not once the writer is closed.
func (w *writer) push(p *pending) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.queue = append(w.queue, p)
	w.more.Signal()
	return true
}

// stop lets the goroutine finish what is queued, and waits until it has.
func (w *writer) stop() {
	w.mu.Lock()
	w.closed = true
	w.more.Signal()
	w.mu.Unlock()
	<-w.stopped
}

func (w *writer) run() {
	defer close(w.stopped)
	for w.wait() {
		g := &group{}
		w.take(g)
		w.commit(g)
		for _, p := range g.batches {
			p.done(p.head, p.err)
		}
	}
}

// wait waits for a batch to be queued. It returns false when the writer is
// closed and nothing is left.
func (w *writer) wait() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.queue) == 0 && !w.closed {
		w.more.Wait()
	}
	return len(w.queue) > 0
}

// group is what shares a transaction.
type group struct {
	batches []*pending
	bytes   int
}

// take moves what is queued to the end of g, as far as there is room, and
// returns that part of g.
func (w *writer) take(g *group) []*pending {
	w.mu.Lock()
	defer w.mu.Unlock()
	old, n := len(g.batches), 0
	for ; n < len(w.queue) && old+n < w.opts.GroupBatches; n++ {
		size := w.queue[n].size
		if old+n > 0 && g.bytes+size > w.opts.GroupBytes {
			break
		}
		g.bytes += size
	}
	g.batches = append(g.batches, w.queue[:n]...)
	w.queue = slices.Delete(w.queue, 0, n)
	return g.batches[old:]
}
