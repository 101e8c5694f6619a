package hosting

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/group"
)

const (
	// opening is how long somebody waits for an exercise that is being opened:
	// one of a million events takes a quarter of that.
	openPatience = 45 * time.Second
	// answering is how long a command waits for a conductor that has failed.
	commandPatience = 10 * time.Second
	// steady is how long a conductor must have run for the next failure to be a
	// new one.
	steadyAfter = time.Minute
)

// hosted is one exercise of a host. While it is open a goroutine of its own
// keeps it.
type hosted struct {
	h       *Host
	id      string
	created int64

	mu            sync.Mutex
	changed       chan struct{} // closed when something below has; then there is a new one
	title         scenario.Text
	looked        bool // what glance finds out is known
	over          bool
	ended         int64 // the wall time of ENDEX; 0 where that is not known
	played        int64 // when it was last played, when the host was opened
	used          time.Time
	running       bool // its goroutine runs
	stop          context.CancelFunc
	served        *Exercise
	runner        *conduct.Conductor // nil while none runs
	closed        *ClosedError       // why it is not served
	unrecoverable bool               // to open it again would be no use
}

func newHosted(h *Host, e eventstore.Exercise) *hosted {
	return &hosted{h: h, id: e.ID, created: e.Created, title: scenario.Text{"": e.Title}, changed: make(chan struct{})}
}

// change changes it and wakes who waits for that.
func (r *hosted) change(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
	close(r.changed)
	r.changed = make(chan struct{})
}

// open returns the exercise that is served, and waits while it is being opened.
func (r *hosted) open(ctx context.Context) (*Exercise, error) {
	var served *Exercise
	err := r.waitFor(ctx, openPatience, func() (done bool, err error) {
		switch {
		case r.served != nil:
			served = r.served
			return true, nil
		case r.closed != nil:
			return true, r.closed
		}
		return false, nil
	})
	return served, err
}

// waitFor sees that the exercise is run, and returns when look says so. Look is
// called with mu held.
func (r *hosted) waitFor(ctx context.Context, patience time.Duration, look func() (done bool, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		r.mu.Lock()
		r.used = time.Now()
		r.startLocked()
		done, err := look()
		changed := r.changed
		r.mu.Unlock()
		if done {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return &ClosedError{Code: ClosedOpening, Err: ctx.Err()}
		}
	}
}

// startLocked begins to run the exercise. The caller holds mu.
func (r *hosted) startLocked() {
	if r.running || r.unrecoverable {
		return
	}
	if r.h.ctx.Err() != nil {
		r.closed = &ClosedError{Code: ClosedAway, Err: conduct.ErrStopped}
		return
	}
	var ctx context.Context
	ctx, r.stop = context.WithCancel(r.h.ctx)
	r.running = true
	r.h.work.Go(func() { r.run(ctx) })
}

// run opens the exercise and conducts it until ctx ends; what fails is tried
// again.
func (r *hosted) run(ctx context.Context) {
	var shown *follow.Exercise
	backoff := newBackoff()
	for ctx.Err() == nil {
		began := time.Now()
		err := r.conduct(ctx, &shown)
		if ctx.Err() != nil {
			break
		}
		if time.Since(began) > steadyAfter {
			backoff.reset()
		}
		closed := closedBy(err)
		r.h.o.Log.Error("exercise_failed", "exercise", r.id, "code", closed.Code, "error", err, "again_in", backoff.next)
		if closed.Code != ClosedAway && shown == nil {
			r.change(func() { r.running, r.unrecoverable, r.closed = false, true, closed })
			return
		}
		r.change(func() { r.closed = closed })
		backoff.wait(ctx)
	}
	r.stop()
	r.change(func() { r.running, r.served, r.closed = false, nil, nil })
}

// conduct opens the exercise where it is not open yet, and plays it until ctx
// ends or something fails. What those who look on see stays through a failure
// of the conductor: they can read while nothing can be written.
func (r *hosted) conduct(ctx context.Context, shown **follow.Exercise) error {
	var err error
	if *shown == nil {
		if *shown, err = follow.Open(ctx, r.h.o.DB, r.id); err != nil {
			return err
		}
	}
	x, deps := *shown, r.h.deps
	deps.OnCommitted, deps.Play = x.OnCommitted, x.Play()
	c, err := conduct.Open(ctx, deps, r.id)
	if err == nil {
		err = r.tellLast(ctx, x, c.Seq())
	}
	if err != nil {
		*shown = r.unlessUnrecoverable(x, err)
		return err
	}
	r.change(func() {
		if r.served == nil {
			r.served = r.newExercise(ctx, x)
		}
		r.runner, r.closed = c, nil
	})
	err = group.Run(ctx, c.Run, x.Run)
	r.change(func() { r.runner = nil })
	return err
}

// unlessUnrecoverable gives up what was open, before anybody has seen it, when the
// conductor finds that the log does not hold.
func (r *hosted) unlessUnrecoverable(x *follow.Exercise, err error) *follow.Exercise {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.served == nil && closedBy(err).Code != ClosedAway {
		return nil
	}
	return x
}

// tellLast shows the last event to those who look on, who find what came before
// it in the log: the answer to a commit may have been lost with the conductor.
func (r *hosted) tellLast(ctx context.Context, x *follow.Exercise, last uint64) error {
	if x.Seq() >= last {
		return nil
	}
	for entry, err := range r.h.o.DB.Entries(ctx, r.id, last) {
		if err != nil {
			return err
		}
		e, err := exercise.NewBodies().Decode(entry.Event)
		if err != nil {
			return err
		}
		x.OnCommitted([]exercise.Event{e})
		break
	}
	return nil
}

func (r *hosted) newExercise(ctx context.Context, x *follow.Exercise) *Exercise {
	return NewExercise(r.id, x, r.do, r.h.o.DB, r.h.reports, ctx.Done())
}

// closedBy says why an exercise cannot be used after an error. What is not known
// to be for good may pass.
func closedBy(err error) *ClosedError {
	closed := &ClosedError{Code: ClosedAway, Err: err}
	switch {
	case errors.Is(err, conduct.ErrRedacted):
		closed.Code = ClosedRedacted
	case errors.Is(err, database.ErrDamaged), errors.Is(err, conduct.ErrEmpty), errors.Is(err, follow.ErrEmpty):
		closed.Code = ClosedDamaged
	}
	return closed
}

// do gives a command to the conductor. While there is none it waits; a command
// whose outcome is unknown is given again with its key.
func (r *hosted) do(ctx context.Context, cmd exercise.Command) (conduct.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	for {
		c, err := r.conductor(ctx)
		if err != nil {
			return conduct.Result{}, err
		}
		res, err := c.Do(ctx, cmd)
		var refused *exercise.Refusal
		switch {
		case err == nil || errors.As(err, &refused) || errors.Is(err, context.Canceled):
			return res, err
		case !errors.Is(err, conduct.ErrStopped):
			return res, closedBy(err)
		}
		if err := r.gone(ctx, c); err != nil {
			return conduct.Result{}, err
		}
	}
}

// conductor waits for one that runs.
func (r *hosted) conductor(ctx context.Context) (c *conduct.Conductor, err error) {
	err = r.waitFor(ctx, commandPatience, func() (done bool, err error) {
		if c = r.runner; c == nil && r.unrecoverable {
			return true, r.closed
		}
		return c != nil, nil
	})
	return c, r.tooLate(err)
}

// gone waits until a conductor that has stopped is no longer the one.
func (r *hosted) gone(ctx context.Context, c *conduct.Conductor) error {
	err := r.waitFor(ctx, commandPatience, func() (bool, error) { return r.runner != c, nil })
	return r.tooLate(err)
}

// tooLate says of a command that waited in vain that the database is away.
func (r *hosted) tooLate(err error) error {
	var closed *ClosedError
	if errors.As(err, &closed) && closed.Code == ClosedOpening {
		return &ClosedError{Code: ClosedAway, Err: fmt.Errorf("%w: %w", conduct.ErrStopped, closed.Err)}
	}
	return err
}

// closeIfIdle closes the exercise when it is over and nobody has looked at it
// for some time.
func (r *hosted) closeIfIdle(rest time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.served == nil || time.Since(r.used) < rest || r.served.Live.Watched() {
		return
	}
	r.served.Live.Now(func(m *follow.Moment) { r.over = m.State.Phase() == exercise.Over })
	if r.over {
		r.served = nil // whoever comes now waits for another
		r.stop()
	}
}
