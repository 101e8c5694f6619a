package app

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
	"renkei/internal/web"
)

const (
	// opening is how long somebody waits for an exercise that is being opened:
	// one of a million events takes a quarter of that.
	opening = 45 * time.Second
	// answering is how long a command waits for a conductor that has failed.
	answering = 10 * time.Second
	// steady is how long a conductor must have run for the next failure to be a
	// new one.
	steady = time.Minute
)

// room is one exercise of a house. While it is open a goroutine of its own
// keeps it.
type room struct {
	h       *House
	id      string
	created int64

	mu      sync.Mutex
	changed chan struct{} // closed when something below has; then there is a new one
	title   scenario.Text
	looked  bool // what glance finds out is known
	over    bool
	played  int64 // when it was last played, when the house was opened
	used    time.Time
	kept    bool // its goroutine runs
	stop    context.CancelFunc
	hall    *web.Hall
	runner  *conduct.Conductor // nil while none runs
	closed  *web.ClosedError   // why there is no hall
	ruined  bool               // to open it again would be no use
}

func newRoom(h *House, e eventstore.Exercise) *room {
	return &room{h: h, id: e.ID, created: e.Created, title: scenario.Text{"": e.Title}, changed: make(chan struct{})}
}

// change changes the room and wakes who waits for that.
func (r *room) change(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
	close(r.changed)
	r.changed = make(chan struct{})
}

// enter gives the hall of the exercise, and waits while it is being opened.
func (r *room) enter(ctx context.Context) (*web.Hall, error) {
	var hall *web.Hall
	err := r.await(ctx, opening, func() (done bool, err error) {
		switch {
		case r.hall != nil:
			hall = r.hall
			return true, nil
		case r.closed != nil:
			return true, r.closed
		}
		return false, nil
	})
	return hall, err
}

// await sees that the exercise is kept, and returns when look says so. It is
// called with mu held.
func (r *room) await(ctx context.Context, patience time.Duration, look func() (done bool, err error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		r.mu.Lock()
		r.used = time.Now()
		r.wake()
		done, err := look()
		changed := r.changed
		r.mu.Unlock()
		if done {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return &web.ClosedError{Code: web.ClosedOpening, Err: ctx.Err()}
		}
	}
}

// wake begins to keep the exercise. The caller holds mu.
func (r *room) wake() {
	if r.kept || r.ruined {
		return
	}
	if r.h.life.Err() != nil {
		r.closed = &web.ClosedError{Code: web.ClosedAway, Err: conduct.ErrStopped}
		return
	}
	var ctx context.Context
	ctx, r.stop = context.WithCancel(r.h.life)
	r.kept = true
	r.h.work.Go(func() { r.keep(ctx) })
}

// keep opens the exercise and conducts it until ctx ends; what fails is tried
// again.
func (r *room) keep(ctx context.Context) {
	var shown *follow.Exercise
	pause := newPause()
	for ctx.Err() == nil {
		began := time.Now()
		err := r.conduct(ctx, &shown)
		if ctx.Err() != nil {
			break
		}
		if time.Since(began) > steady {
			pause.reset()
		}
		closed := closedBy(err)
		r.h.o.Log.Error("exercise_failed", "exercise", r.id, "code", closed.Code, "error", err, "again_in", pause.next)
		if closed.Code != web.ClosedAway && shown == nil {
			r.change(func() { r.kept, r.ruined, r.closed = false, true, closed })
			return
		}
		r.change(func() { r.closed = closed })
		pause.wait(ctx)
	}
	r.stop()
	r.change(func() { r.kept, r.hall, r.closed = false, nil, nil })
}

// conduct opens the exercise where it is not open yet, and plays it until ctx
// ends or something fails. What those who look on see stays through a failure
// of the conductor: they can read while nothing can be written.
func (r *room) conduct(ctx context.Context, shown **follow.Exercise) error {
	var err error
	if *shown == nil {
		if *shown, err = follow.Open(ctx, r.h.o.DB, r.id); err != nil {
			return err
		}
	}
	x, deps := *shown, r.h.deps
	deps.Seen = x.Seen
	c, err := conduct.Open(ctx, deps, r.id)
	if err == nil {
		err = r.tellLast(ctx, x, c.Seq())
	}
	if err != nil {
		*shown = r.unlessRuined(x, err)
		return err
	}
	r.change(func() {
		if r.hall == nil {
			r.hall = r.newHall(ctx, x)
		}
		r.runner, r.closed = c, nil
	})
	err = together(ctx, c.Run, x.Run)
	r.change(func() { r.runner = nil })
	return err
}

// unlessRuined gives up what was open, before anybody has seen it, when the
// conductor finds that the log does not hold.
func (r *room) unlessRuined(x *follow.Exercise, err error) *follow.Exercise {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hall == nil && closedBy(err).Code != web.ClosedAway {
		return nil
	}
	return x
}

// together runs parts until ctx ends or one of them does; then it ends the
// others and waits for them.
func together(ctx context.Context, parts ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(parts))
	for _, part := range parts {
		go func() { ended <- part(ctx) }()
	}
	var errs []error
	for range parts {
		errs = append(errs, ignoreCanceled(<-ended))
		cancel()
	}
	return errors.Join(errs...)
}

// tellLast shows the last event to those who look on, who find what came before
// it in the log: the answer to a commit may have been lost with the conductor.
func (r *room) tellLast(ctx context.Context, x *follow.Exercise, last uint64) error {
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
		x.Seen([]exercise.Event{e})
		break
	}
	return nil
}

func (r *room) newHall(ctx context.Context, x *follow.Exercise) *web.Hall {
	h := &web.Hall{ID: r.id, Live: x, Do: r.do, Content: r.h.o.DB.Content, Closed: ctx.Done()}
	r.h.desk.Furnish(h)
	return h
}

// closedBy says why an exercise cannot be used after an error. What is not known
// to be for good may pass.
func closedBy(err error) *web.ClosedError {
	closed := &web.ClosedError{Code: web.ClosedAway, Err: err}
	switch {
	case errors.Is(err, conduct.ErrRedacted):
		closed.Code = web.ClosedRedacted
	case errors.Is(err, database.ErrDamaged), errors.Is(err, conduct.ErrEmpty), errors.Is(err, follow.ErrEmpty):
		closed.Code = web.ClosedDamaged
	}
	return closed
}

// do gives a command to the conductor. While there is none it waits; a command
// whose fate is not known is given again with its key.
func (r *room) do(ctx context.Context, cmd exercise.Command) (conduct.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, answering)
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
func (r *room) conductor(ctx context.Context) (c *conduct.Conductor, err error) {
	err = r.await(ctx, answering, func() (done bool, err error) {
		if c = r.runner; c == nil && r.ruined {
			return true, r.closed
		}
		return c != nil, nil
	})
	return c, r.tooLate(err)
}

// gone waits until a conductor that has stopped is no longer the one.
func (r *room) gone(ctx context.Context, c *conduct.Conductor) error {
	err := r.await(ctx, answering, func() (bool, error) { return r.runner != c, nil })
	return r.tooLate(err)
}

// tooLate says of a command that waited in vain that the database is away.
func (r *room) tooLate(err error) error {
	var closed *web.ClosedError
	if errors.As(err, &closed) && closed.Code == web.ClosedOpening {
		return &web.ClosedError{Code: web.ClosedAway, Err: fmt.Errorf("%w: %w", conduct.ErrStopped, closed.Err)}
	}
	return err
}

// leaveUnused closes the exercise when it is over and nobody has looked at it
// for some time.
func (r *room) leaveUnused(rest time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hall == nil || time.Since(r.used) < rest || r.hall.Live.Watched() {
		return
	}
	r.hall.Live.Now(func(m *follow.Moment) { r.over = m.State.Phase() == exercise.Over })
	if r.over {
		r.hall = nil // whoever comes now waits for another
		r.stop()
	}
}
