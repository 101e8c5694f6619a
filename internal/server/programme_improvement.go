package server

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"renkei/internal/auth"
	"renkei/internal/community"
	"renkei/internal/database"
	"renkei/internal/exercise/access"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/lru"
	"renkei/internal/programme"
)

// keptPlans is of how many exercises the improvement plan is kept as it was read.
const keptPlans = 100

// plans are improvement plans as they were read last.
type plans struct {
	mu   sync.Mutex
	kept *lru.Cache[playedKey, keptPlan]
}

type keptPlan struct {
	head journal.Head
	rows []programme.Improvement
}

func newPlans() *plans { return &plans{kept: lru.New[playedKey, keptPlan](keptPlans, nil)} }

func (k *plans) find(key playedKey, head journal.Head) ([]programme.Improvement, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	got, ok := k.kept.Get(key)
	return got.rows, ok && got.head == head
}

// Improvements returns the improvement plan of an exercise that is over, as it
// stands in the exercise's own log, in the language of p. It is for EXCON of that
// exercise: nobody else gets any.
func (c *chapters) Improvements(ctx context.Context, a *auth.Access, id string, p *i18n.Printer) ([]programme.Improvement, error) {
	if !access.Of(a).Controls(id) {
		return nil, nil
	}
	events, err := eventstore.NewReader(ctx, c.r)
	if err != nil {
		return nil, err
	}
	head, err := events.Head(ctx, id)
	if errors.Is(err, database.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	key := playedKey{id, p.Lang()}
	if rows, ok := c.plans.find(key, head); ok {
		return rows, nil
	}
	select {
	case c.played.turn <- struct{}{}: // the largest log takes half a gigabyte while it is read
		defer func() { <-c.played.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the improvement plan of an exercise: %w", ctx.Err())
	}
	log, err := review.LoadStored(ctx, events, id)
	if err != nil {
		return nil, fmt.Errorf("read log of %s: %w", id, err)
	}
	rows, err := improvementsOf(log, p)
	if err != nil {
		return nil, err
	}
	c.plans.mu.Lock()
	defer c.plans.mu.Unlock()
	c.plans.kept.Put(key, keptPlan{head, rows})
	return rows, nil
}

// improvementsOf are the issues of a plan, those still open of the exercise before
// behind them; none before ENDEX.
func improvementsOf(log *review.Log, p *i18n.Printer) (all []programme.Improvement, err error) {
	made, err := review.MakeReport(log, review.Reader{For: review.ForExcon}, p)
	if err != nil || made.Result.Exercise.Ended == nil {
		return nil, err
	}
	for _, row := range append(made.Plan, made.LastPlan.Issues...) {
		all = append(all, programme.Improvement{
			Title: row.Title, Action: row.Action, Body: row.Responsible,
			Begin: community.Date(row.Start), Due: community.Date(row.Completion), State: row.Status,
		})
	}
	return all, nil
}
