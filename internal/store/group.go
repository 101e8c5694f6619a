package store

import (
	"context"
	"errors"
	"fmt"
)

// commit writes g in one transaction and sets every answer. What is queued
// while it writes joins the transaction as long as there is room: so, of
// callers that wait for their answer before they send more, all are in every
// group, and not one half in turn with the other. Where the transaction fails,
// each batch gets one of its own, so that only those fail that have to.
func (w *writer) commit(g *group) {
	err := w.transact(g.batches, func() []*pending { return w.take(g) })
	switch {
	case err == nil:
		return
	case len(g.batches) == 1:
		g.batches[0].refuse(w.eng.explain(err))
		return
	}
	w.log.Warn("group_commit_failed", "batches", len(g.batches), "error", err)
	for i, p := range g.batches {
		if err := w.transact(g.batches[i:i+1], func() []*pending { return nil }); err != nil {
			p.refuse(w.eng.explain(err))
		}
	}
}

// refuse sets the answer to err.
func (p *pending) refuse(err error) {
	p.head = Head{}
	p.err = fmt.Errorf("append to exercise %q at %d: %w", p.batch.Exercise, p.batch.First, err)
}

// transact writes batches, and then what more returns until that is nothing,
// in one transaction. Batches that are refused before anything of them is
// written get their answer and do not disturb the others; any other failure
// undoes all and is returned.
func (w *writer) transact(batches []*pending, more func() []*pending) (err error) {
	// Only the transaction minds the timeout: given to each statement, it would
	// cost the driver a goroutine each time.
	ctx := context.Background()
	limited, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	tx, err := w.db.BeginTx(limited, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback() // does nothing after Commit
			clear(w.heads)    // to be read from the database again
		}
	}()
	s := w.stmts.in(ctx, tx)
	for ; len(batches) > 0; batches = more() {
		for _, p := range batches {
			if err := w.apply(ctx, s, p); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

// apply writes one batch. A refusal becomes the answer of p; an error means
// that part of the batch may be written.
func (w *writer) apply(ctx context.Context, s *statements, p *pending) error {
	if errors.Is(p.err, ErrInvalid) {
		return nil // refused already, and so again when the group is retried
	}
	b := &p.batch
	h, err := w.head(ctx, s, b.Exercise)
	switch {
	case errors.Is(err, ErrNotFound):
		p.refuse(err)
		return nil
	case err != nil:
		return err
	case b.First != h.Seq+1:
		p.refuse(fmt.Errorf("%w, which is %d", ErrConflict, h.Seq))
		return nil
	}
	switch err := s.insertKeys(ctx, h.number, b); {
	case errors.Is(err, ErrKeyReused) && len(b.Keys) == 1:
		p.refuse(err) // and nothing was written
		return nil
	case err != nil:
		return err
	}
	if h, err = w.insertEvents(ctx, s, b, h); err != nil {
		return err
	}
	if err := s.insertRest(ctx, h.number, b); err != nil {
		return err
	}
	w.heads[b.Exercise] = h
	p.head, p.err = h.Head, nil
	return nil
}
