package conduct

import (
	"context"
	"errors"
	"fmt"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// onCommit deals with the fate of a batch.
func (c *Conductor) onCommit(ctx context.Context, done commit) error {
	c.inflight--
	c.settled++
	if done.err != nil {
		return c.onReject(ctx, done.err)
	}
	if len(done.events) > 0 {
		c.head, c.conflicts = done.head, 0
		c.committed.Store(c.head.Seq)
		c.destroyKeys(done.events)
		if c.deps.OnCommitted != nil {
			c.deps.OnCommitted(done.events)
		}
	}
	c.answer()
	c.keepCommitted(ctx)
	return nil
}

// answer replies to the requests whose ground is durable.
func (c *Conductor) answer() {
	rest := c.waiting[:0]
	for _, r := range c.waiting {
		if r.until <= c.committed.Load() && r.after <= c.settled {
			close(r.reply)
			continue
		}
		rest = append(rest, r)
	}
	clear(c.waiting[len(rest):])
	c.waiting = rest
}

// onReject drops what was decided ahead of a batch that the store did not take.
// When another node was quicker, it catches up and decides the requests again;
// any other failure ends the conduct, and the log is as the last commit left
// it.
func (c *Conductor) onReject(ctx context.Context, err error) error {
	for c.inflight > 0 { // the batches behind it fail too
		<-c.commits
		c.inflight--
		c.settled++
	}
	again := c.waiting
	c.waiting, c.events, c.batch, c.snapshotter.waiting = nil, nil, eventstore.Batch{}, nil
	if !errors.Is(err, database.ErrConflict) {
		refuseAll(again, err)
		return fmt.Errorf("exercise %s: store events: %w", c.id, err)
	}
	known := c.head
	c.deps.Log.Warn("another node was quicker, catching up", "exercise", c.id, "seq", known.Seq)
	ctx = context.WithoutCancel(ctx) // on the way out, too, who waits is answered
	err = c.load(ctx)
	if err == nil {
		_, err = c.loadSealed(ctx) // what lacks here, the other node has
	}
	if err == nil {
		err = c.tellAfter(ctx, known)
	}
	if err == nil {
		err = c.checkConflict(known)
	}
	if err != nil {
		refuseAll(again, err)
		return fmt.Errorf("exercise %s: catch up: %w", c.id, err)
	}
	for _, r := range again {
		r.res, r.err, r.after = Result{}, nil, 0
		c.serve(r)
	}
	c.answer() // what is refused now, or was done there, waits for no commit
	return nil
}

// emptyConflicts is how often in a row a conflict may come of nothing that can be
// read: the other node may have given up its batch.
const emptyConflicts = 5

// checkConflict returns database.ErrDamaged where the store again and again holds
// an event to be there that it does not give.
func (c *Conductor) checkConflict(known journal.Head) error {
	if c.head.Seq != known.Seq {
		c.conflicts = 0
		return nil
	}
	if c.conflicts++; c.conflicts < emptyConflicts {
		return nil
	}
	return fmt.Errorf("%w: event %d cannot be stored, and there is none of that number", database.ErrDamaged, known.Seq+1)
}

// refuseAll answers requests that were not stored.
func refuseAll(all []*request, err error) {
	for _, r := range all {
		r.err = fmt.Errorf("not stored: %w", err)
		close(r.reply)
	}
}

// tellAfter shows the events of another node to whoever watches this one.
func (c *Conductor) tellAfter(ctx context.Context, known journal.Head) error {
	if c.deps.OnCommitted == nil {
		return nil
	}
	var events []exercise.Event
	err := c.eachEvent(ctx, known, func(e *exercise.Event, _ journal.Hash) error {
		if e.Seq <= c.committed.Load() { // what came after catching up will come again
			events = append(events, *e)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(events) > 0 {
		c.deps.OnCommitted(events)
	}
	return nil
}

// drain waits until everything decided is durable.
func (c *Conductor) drain() error {
	for c.flush(false); c.inflight > 0; c.flush(false) { // a conflict has requests decided again
		if err := c.onCommit(context.Background(), <-c.commits); err != nil {
			return err
		}
	}
	c.answer()
	return c.broken
}

// recover tells the log that the conductor was away while the clock ran. After
// a short time away what is due is released in order; after a longer one the
// exercise waits, paused at its last durable tick.
func (c *Conductor) recover(ctx context.Context) error {
	if c.state.Phase() != exercise.Running || c.state.Seq() == 0 {
		return nil
	}
	tick, ok, err := c.deps.Store.Tick(ctx, c.id)
	if err != nil {
		return fmt.Errorf("exercise %s: last tick: %w", c.id, err)
	}
	if !ok {
		return nil
	}
	wall := c.deps.Clock.Now()
	down := wall - tick.Wall
	cmd := exercise.Command{
		Key: fmt.Sprintf("recover/%d", c.state.Seq()), Actor: exercise.Clock(),
		At: exercise.Time(tick.At), Wall: wall,
		// A wall clock that went back says nothing about how long it was.
		Do: exercise.Recover{Down: down, Pause: c.state.Speed() > 0 && (down > maxDown || down < 0)},
	}
	c.decide(&request{cmd: cmd})
	return nil
}
