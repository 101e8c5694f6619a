package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// commit writes g in one transaction and sets every answer. What is queued
// while it writes joins the transaction as long as there is room: so, of
// callers that wait for their answer before they send more, all are in every
// group, and not one half in turn with the other. Where another node was
// quicker for some, all are tried once more with the heads as they are now.
// Where the transaction still fails, each batch gets one of its own, so that
// only those fail that have to.
func (w *writer) commit(g *group) {
	err := w.transact(g, func() []*pending { return w.take(g) })
	if w.overtaken(err) {
		err = w.transact(g, nothing)
	}
	switch {
	case err == nil:
		return
	case len(g.batches) == 1 || w.eng.passing(err):
		for _, p := range g.batches {
			p.refuse(w.eng.explain(err))
		}
		return
	}
	w.log.Warn("group_commit_failed", "batches", len(g.batches), "error", err)
	for i, p := range g.batches {
		if err := w.transact(&group{batches: g.batches[i : i+1]}, nothing); err != nil {
			p.refuse(w.eng.explain(err))
		}
	}
}

// overtaken reports whether another node may be why a transaction failed.
func (w *writer) overtaken(err error) bool {
	return w.eng.remote && (errors.Is(w.eng.explain(err), ErrConflict) || errors.Is(err, ErrKeyReused))
}

func nothing() []*pending { return nil }

// refuse sets the answer to err.
func (p *pending) refuse(err error) {
	p.head = Head{}
	p.err = fmt.Errorf("append to exercise %q at %d: %w", p.batch.Exercise, p.batch.First, err)
}

// transact writes g, and then what more returns until that is nothing, in one
// transaction, and tries again while the database is away. Where a connection
// is lost in the midst of a commit, it finds out whether that took place.
// Batches that are refused before anything of them is written get their answer
// and do not disturb the others; any other failure undoes all and is returned.
func (w *writer) transact(g *group, more func() []*pending) error {
	ctx := context.Background()
	var doubts []doubt
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		landed, err := w.landed(ctx, g, doubts)
		if err == nil && !landed {
			err = w.try(ctx, g, more, &doubts)
			more = nothing
		}
		if len(doubts) > 0 && !landed && !w.eng.passing(err) {
			// The commit in doubt may have taken place just before this try.
			var lost error
			if landed, lost = w.landed(ctx, g, doubts); lost != nil {
				err = lost
			}
		}
		switch {
		case landed:
			w.away.end()
			return nil
		case !w.eng.passing(err):
			w.away.end()
			return err
		case !w.away.wait(ctx, pause, err):
			return err
		}
	}
}

// try writes g once. Where the commit is left in doubt, it is added to doubts.
func (w *writer) try(ctx context.Context, g *group, more func() []*pending, doubts *[]doubt) (err error) {
	ctx, cancel := context.WithTimeout(ctx, w.eng.limit)
	defer cancel()
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			rollback(tx)
		}
		if err != nil || w.eng.remote { // where others write too, nothing is known for sure
			clear(w.heads)
		}
	}()
	statement := w.eng.statement(ctx)
	for batches := g.batches; len(batches) > 0; batches = more() {
		if err := w.write(statement, tx, batches); err != nil {
			return err
		}
	}
	if err = tx.Commit(); w.eng.passing(err) {
		*doubts = append(*doubts, doubtOf(g))
	}
	return err
}

// write writes batches, and sets the answers that they have once tx commits.
func (w *writer) write(ctx context.Context, tx *sql.Tx, batches []*pending) error {
	if err := w.loadHeads(ctx, tx, batches); err != nil {
		return err
	}
	defer w.rows.reset()
	for _, p := range batches {
		w.stage(p)
	}
	if w.rows.empty() {
		return nil
	}
	return w.tables.insert(ctx, tx, &w.rows)
}

// loadHeads reads the heads that batches need and that are not known.
func (w *writer) loadHeads(ctx context.Context, tx *sql.Tx, batches []*pending) error {
	var ids []string
	asked := make(map[string]bool)
	for _, p := range batches {
		id := p.batch.Exercise
		if _, known := w.heads[id]; !known && !asked[id] {
			asked[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	heads, err := w.tables.heads(ctx, tx, ids)
	for id, h := range heads {
		w.heads[id] = h
	}
	return err
}

// stage adds one batch to the rows, or refuses it.
func (w *writer) stage(p *pending) {
	if errors.Is(p.err, ErrInvalid) {
		return // refused already, and so again when the group is retried
	}
	h, ok := w.heads[p.batch.Exercise]
	switch {
	case !ok:
		p.refuse(ErrNotFound)
	case p.batch.First != h.Seq+1:
		p.refuse(fmt.Errorf("%w, which is %d", ErrConflict, h.Seq))
	default:
		h = w.rows.add(&p.batch, p.entries, h)
		w.heads[p.batch.Exercise] = h
		p.head, p.err = h.Head, nil
	}
}
