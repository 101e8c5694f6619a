package eventstore

import (
	"context"
	"errors"
	"fmt"

	"renkei/internal/database"
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
	case len(g.batches) == 1 || w.db.Transient(err):
		for _, p := range g.batches {
			p.refuse(w.db.Explain(err))
		}
		return
	}
	w.log.Warn("group_commit_failed", "batches", len(g.batches), "error", err)
	for i, p := range g.batches {
		if err := w.transact(&group{batches: g.batches[i : i+1]}, nothing); err != nil {
			p.refuse(w.db.Explain(err))
		}
	}
}

// overtaken reports whether another node may be why a transaction failed.
func (w *writer) overtaken(err error) bool {
	return w.db.Shared() && (errors.Is(w.db.Explain(err), database.ErrConflict) || errors.Is(err, ErrKeyReused))
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
	var commits []uncertainCommit
	for pause := database.FirstPause; ; pause = min(2*pause, database.LongestPause) {
		committed, err := w.wasCommitted(ctx, g, commits)
		if err == nil && !committed {
			err = w.try(ctx, g, more, &commits)
			more = nothing
		}
		if len(commits) > 0 && !committed && !w.db.Transient(err) {
			// The uncertain commit may have taken place just before this try.
			var lost error
			if committed, lost = w.wasCommitted(ctx, g, commits); lost != nil {
				err = lost
			}
		}
		switch {
		case committed:
			w.db.Answered()
			return nil
		case !w.db.Transient(err):
			w.db.Answered()
			return err
		case !w.db.Wait(ctx, pause, err):
			return err
		}
	}
}

// try writes g once. Where it is left open whether the commit took place, it is
// added to commits.
func (w *writer) try(ctx context.Context, g *group, more func() []*pending, commits *[]uncertainCommit) (err error) {
	tx, err := w.db.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		tx.Rollback()                    // does nothing after Commit
		if err != nil || w.db.Shared() { // where others write too, nothing is known for sure
			clear(w.heads)
		}
	}()
	for batches := g.batches; len(batches) > 0; batches = more() {
		if err := w.write(tx, batches); err != nil {
			return err
		}
	}
	if err = tx.Commit(); w.db.Transient(err) {
		*commits = append(*commits, uncertain(g))
	}
	return err
}

// write writes batches, and sets the answers that they have once tx commits.
func (w *writer) write(tx *database.Tx, batches []*pending) error {
	if err := w.loadHeads(tx, batches); err != nil {
		return err
	}
	defer w.rows.reset()
	for _, p := range batches {
		w.stage(p)
	}
	if w.rows.empty() {
		return nil
	}
	if err := w.tables.insert(tx, &w.rows); err != nil {
		return err
	}
	for _, write := range w.rows.with {
		if err := write(tx); err != nil {
			return err
		}
	}
	return nil
}

// loadHeads reads the heads that batches need and that are not known.
func (w *writer) loadHeads(tx *database.Tx, batches []*pending) error {
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
	heads, err := w.tables.heads(tx, ids)
	for id, h := range heads {
		w.heads[id] = h
	}
	return err
}

// stage adds one batch to the rows, or refuses it.
func (w *writer) stage(p *pending) {
	if errors.Is(p.err, database.ErrInvalid) {
		return // refused already, and so again when the group is retried
	}
	h, ok := w.heads[p.batch.Exercise]
	switch {
	case !ok:
		p.refuse(database.ErrNotFound)
	case p.batch.First != h.Seq+1:
		p.refuse(fmt.Errorf("%w, which is %d", database.ErrConflict, h.Seq))
	default:
		h = w.rows.add(&p.batch, p.entries, h)
		w.heads[p.batch.Exercise] = h
		p.head, p.err = h.Head, nil
	}
}
