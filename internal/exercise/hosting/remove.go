package hosting

import (
	"bytes"
	"context"
	"errors"

	"renkei/internal/auth"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
)

// Beside is what other parts of the program keep of exercises.
type Beside struct {
	// Remove removes all of it of an exercise that is deleted.
	Remove func(tx *database.Tx, exercise string) error
	// Move gives it to the exercise that takes the place of another, as far as that
	// can use it.
	Move func(tx *database.Tx, from, to string) error
}

// Delete deletes an exercise for good, with who takes part in it and all else that
// the installation keeps of it, and writes into the audit log who has done so. It
// returns a *CreateError where the exercise is being played.
func (h *Host) Delete(ctx context.Context, id, by string) error {
	r, err := h.find(ctx, id)
	if err != nil {
		return err
	}
	return h.remove(ctx, r, []exercise.Phase{exercise.Preparing, exercise.Over}, func(tx *database.Tx) error {
		if h.o.Auth == nil {
			return nil
		}
		return h.o.Auth.Remove(ctx, tx, by, access.In(id, ""), auth.ExerciseDeleted, id)
	})
}

// remove removes an exercise that is in one of some phases, and what is kept of it
// elsewhere after what first does in the same transaction.
func (h *Host) remove(ctx context.Context, r *hosted, in []exercise.Phase, first func(tx *database.Tx) error) error {
	seq, err := r.checkPhase(ctx, in)
	if err != nil {
		return err
	}
	var people []auth.Holder
	if h.o.Auth != nil {
		if people, err = h.o.Auth.GrantsIn(ctx, access.In(r.id, "")); err != nil {
			return err
		}
	}
	r.shut()
	if err = r.checkStill(ctx, seq); err == nil {
		err = h.o.DB.Remove(ctx, r.id, func(tx *database.Tx) error {
			if err := first(tx); err != nil {
				return err
			}
			return h.removeBeside(tx, r.id)
		})
	}
	if err != nil {
		r.reopen()
		return err
	}
	h.mu.Lock()
	delete(h.exercises, r.id)
	h.mu.Unlock()
	if h.o.Auth != nil {
		h.o.Auth.Refresh(people)
	}
	return nil
}

func (h *Host) removeBeside(tx *database.Tx, id string) error {
	for _, b := range h.o.Beside {
		if b.Remove == nil {
			continue
		}
		if err := b.Remove(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// checkPhase returns how far an exercise has come, and a *CreateError where it is
// in none of some phases. One whose log does not hold is in any.
func (r *hosted) checkPhase(ctx context.Context, in []exercise.Phase) (seq uint64, err error) {
	x, err := r.open(ctx)
	if closed := (*ClosedError)(nil); errors.As(err, &closed) && (closed.Code == ClosedDamaged || closed.Code == ClosedRedacted) {
		head, err := r.h.o.DB.Head(ctx, r.id)
		return head.Seq, err
	}
	if err != nil {
		return 0, err
	}
	ok := false
	x.Live.Now(func(m *follow.Moment) {
		for _, phase := range in {
			ok = ok || m.State.Phase() == phase
		}
		seq = m.State.Seq()
	})
	if !ok {
		return 0, &CreateError{Code: CreateBegun}
	}
	return seq, nil
}

// checkStill returns a *CreateError where play has begun after an event.
func (r *hosted) checkStill(ctx context.Context, seq uint64) error {
	started := typeOf(&exercise.Started{})
	for entry, err := range r.h.o.DB.Entries(ctx, r.id, seq+1) {
		if err != nil {
			return err
		}
		if bytes.Contains(entry.Event, started) {
			return &CreateError{Code: CreateBegun}
		}
	}
	return nil
}

// shut stops the exercise, and keeps it from being opened again.
func (r *hosted) shut() {
	r.mu.Lock()
	r.unrecoverable = true
	if r.running {
		r.stop()
	}
	for r.running {
		changed := r.changed
		r.mu.Unlock()
		<-changed
		r.mu.Lock()
	}
	r.closed = &ClosedError{Code: ClosedChanging, Err: ErrNotFound}
	r.mu.Unlock()
}

// reopen lets an exercise be opened again.
func (r *hosted) reopen() { r.change(func() { r.unrecoverable, r.closed = false, nil }) }
