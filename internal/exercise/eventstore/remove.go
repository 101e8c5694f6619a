package eventstore

import (
	"context"
	"math"

	"renkei/internal/database"
)

// Remove removes an exercise for good: its log, and what no other exercise cites.
// also removes in the same transaction what else belongs to it; where that fails,
// nothing is removed. Nobody may append to it any more. It returns ErrNotFound
// where there is no such exercise.
func (s *Store) Remove(ctx context.Context, id string, also func(*database.Tx) error) error {
	number, err := s.number(ctx, id)
	if err != nil {
		return s.fail("remove exercise", id, err)
	}
	release, ok, err := s.claim(ctx, number)
	if err == nil && !ok {
		err = database.ErrConflict
	}
	if err != nil {
		return s.fail("remove exercise", id, err)
	}
	defer release()
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		n, err := tx.Exec(`UPDATE exercises SET hidden = TRUE WHERE number = $1 AND NOT hidden`, number)
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		if err != nil {
			return err
		}
		return also(tx)
	})
	if err != nil {
		return s.fail("remove exercise", id, err)
	}
	// It is gone for everybody. What stays where this fails is taken away by the
	// next Open, as of an import that was broken off.
	if err := s.removeHidden(context.WithoutCancel(ctx), number); err != nil {
		s.db.Logger().Warn("exercise_removed_in_part", "exercise", id, "error", err)
	}
	return nil
}

// removeSnapshots removes all snapshots of an exercise.
func (s *Store) removeSnapshots(ctx context.Context, number int64) error {
	return s.dropSnapshots(ctx, number, math.MinInt64, math.MaxInt64)
}
