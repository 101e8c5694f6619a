package store

import (
	"context"
	"errors"
	"fmt"
)

// commit writes a group in one transaction and sets every answer. Where that
// fails, each batch gets a transaction of its own, so that only those fail
// that have to.
func (w *writer) commit(group []*pending) {
	err := w.transact(group)
	if err == nil {
		return
	}
	if len(group) == 1 {
		group[0].refuse(err)
		return
	}
	w.log.Warn("group_commit_failed", "batches", len(group), "error", err)
	for i := range group {
		w.commit(group[i : i+1])
	}
}

// refuse sets the answer to err.
func (p *pending) refuse(err error) {
	p.head = Head{}
	p.err = fmt.Errorf("append to exercise %q at %d: %w", p.batch.Exercise, p.batch.First, sqliteError(err))
}

// transact writes a group in one transaction. Batches that are refused before
// anything of them is written get their answer and do not disturb the others;
// any other failure undoes the whole group and is returned.
func (w *writer) transact(group []*pending) (err error) {
	// Only the transaction minds the timeout: given to each statement, it would
	// cost the driver a goroutine each time.
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback() // does nothing after Commit
			w.forget(group)
		}
	}()
	s := w.stmts.in(tx)
	for _, p := range group {
		if err := w.apply(s, p); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// forget makes the heads be read from the database again.
func (w *writer) forget(group []*pending) {
	for _, p := range group {
		delete(w.heads, p.batch.Exercise)
	}
}

// apply writes one batch. A refusal becomes the answer of p; an error means
// that part of the batch may be written.
func (w *writer) apply(s *statements, p *pending) error {
	if errors.Is(p.err, ErrInvalid) {
		return nil // refused already, and so again when the group is retried
	}
	b := &p.batch
	head, err := w.head(s, b.Exercise)
	switch {
	case errors.Is(err, ErrNotFound):
		p.refuse(err)
		return nil
	case err != nil:
		return err
	case b.First != head.Seq+1:
		p.refuse(fmt.Errorf("%w, which is %d", ErrConflict, head.Seq))
		return nil
	}
	switch err := s.insertKeys(b); {
	case errors.Is(err, ErrKeyReused) && len(b.Keys) == 1:
		p.refuse(err) // and nothing was written
		return nil
	case err != nil:
		return err
	}
	if head, err = w.insertEvents(s, b, head); err != nil {
		return err
	}
	if err := s.insertRest(b); err != nil {
		return err
	}
	w.heads[b.Exercise] = head
	p.head, p.err = head, nil
	return nil
}
