package hosting

import (
	"context"
	"errors"
	"slices"

	"renkei/internal/auth"
	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/follow"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
)

// RecastOptions say who is to play an exercise.
type RecastOptions struct {
	ID    string   // of the exercise
	Key   string   // idempotency key of the form
	By    string   // person id
	Teams []string // keys of members, in the order of the ring
}

// Recast has other teams play an exercise that waits for STARTEX: one with the same
// pack and title takes its place. People and links go along as far as their unit is
// still there, and so do the date, simulated teams, and a plan that was carried
// over; see Left for what does not. It returns the id of the new exercise, and a
// *CreateError where the exercise is being played, or cannot be made so.
func (h *Host) Recast(ctx context.Context, o RecastOptions) (string, error) {
	was, err := h.find(ctx, o.ID)
	if err != nil {
		return "", err
	}
	if _, err := was.checkPhase(ctx, []exercise.Phase{exercise.Preparing}); err != nil {
		return "", err
	}
	x, err := was.open(ctx)
	if err != nil {
		return "", err
	}
	n := CreateOptions{Key: o.Key, By: o.By, Teams: o.Teams}
	bots := map[string]bool{}
	x.Live.Now(func(m *follow.Moment) {
		n.Title, n.Pack, n.Carry = m.State.Created().Title, library.KeyOf(m.State.Play().Pack), carried(m)
		for u, unit := range m.State.Play().Cast.Units {
			bots[unit.Key] = m.State.Unit(u).Bot
		}
	})
	id, units, err := h.create(ctx, n, func(unit string) bool { return bots[unit] })
	if err != nil {
		return "", err
	}
	has := func(part string) bool {
		return slices.ContainsFunc(units, func(u scenario.Unit) bool { return u.Key == part })
	}
	err = h.remove(ctx, was, []exercise.Phase{exercise.Preparing}, func(tx *database.Tx) error {
		for _, b := range h.o.Beside {
			if b.Move == nil {
				continue
			}
			if err := b.Move(tx, o.ID, id); err != nil {
				return err
			}
		}
		if h.o.Auth == nil {
			return nil
		}
		return h.o.Auth.Move(ctx, tx, o.By, access.In(o.ID, ""), id, has, auth.ExerciseRecast)
	})
	if late := (*CreateError)(nil); errors.As(err, &late) { // STARTEX was given meanwhile: the old one goes on
		return "", errors.Join(err, h.Delete(ctx, id, o.By))
	}
	return id, err
}

// carried is the plan that was brought into the exercise; nil for none.
func carried(m *follow.Moment) *exercise.PlanCarried {
	all := m.Events(exercise.Viewer{Control: true}, 0, 1, func(e *exercise.Event) bool {
		_, ok := e.Body.(*exercise.PlanCarried)
		return ok
	})
	if len(all) == 0 {
		return nil
	}
	plan, _ := all[0].Body.(*exercise.PlanCarried)
	return plan
}

// Left counts the events of an exercise that are not carried into one that takes
// its place: what was said, and what was changed in its plan.
func Left(m *follow.Moment) int {
	return len(m.Events(exercise.Viewer{Control: true}, 0, 1_000, func(e *exercise.Event) bool {
		switch e.Body.(type) {
		case *exercise.Created, *exercise.Renamed, *exercise.StandIn, *exercise.UnitJoined, *exercise.UnitReady, *exercise.PlanCarried:
			return false
		}
		return true
	}))
}
