package eventstore

import (
	"context"
	"database/sql"
	"errors"

	"renkei/internal/journal"
)

// uncertainCommit is a transaction whose commit was sent and not answered: all of it has
// taken place, or nothing. The salts of its events make it known again.
type uncertainCommit struct {
	answers []answer        // of the group's batches, if it has taken place
	heads   map[string]Head // that the events then give
	key     *Key            // one it wrote, where there are no events
	keyOf   string          // the exercise of the key
}

type answer struct {
	head Head
	err  error
}

// uncertain notes what g will be once it has been committed.
func uncertain(g *group) uncertainCommit {
	c := uncertainCommit{heads: make(map[string]Head)}
	for _, p := range g.batches {
		c.answers = append(c.answers, answer{p.head, p.err})
		if p.err != nil {
			continue
		}
		if len(p.entries) > 0 {
			c.heads[p.batch.Exercise] = p.head
		}
		if len(p.batch.Keys) > 0 {
			c.key, c.keyOf = &p.batch.Keys[0], p.batch.Exercise
		}
	}
	return c
}

// wasCommitted reports whether one of the uncertain commits has taken place, and
// sets the answers of g to what they are then.
func (w *writer) wasCommitted(ctx context.Context, g *group, commits []uncertainCommit) (bool, error) {
	for _, c := range commits {
		var found bool
		err := w.reader.db.Try(ctx, func(ctx context.Context) (err error) {
			found, err = w.reader.holds(ctx, &c)
			return err
		})
		if err != nil {
			return false, err
		}
		if found {
			for i, a := range c.answers {
				g.batches[i].head, g.batches[i].err = a.head, a.err
			}
			return true, nil
		}
	}
	return false, nil
}

// holds reports whether c has taken place. A transaction that only said how far
// clocks had come leaves no trace; to write that again does no harm.
func (r *Reader) holds(ctx context.Context, c *uncertainCommit) (bool, error) {
	for id, h := range c.heads {
		chain, ok, err := r.chainAt(ctx, id, h.Seq)
		if err != nil || !ok || chain != h.Chain {
			return false, err
		}
	}
	if len(c.heads) > 0 || c.key == nil {
		return len(c.heads) > 0, nil
	}
	number, err := scanNumber(ctx, r.q.number, c.keyOf)
	if err != nil {
		return false, err
	}
	var k Key
	var hash []byte
	err = r.q.key.QueryRowContext(ctx, number, c.key.Key, c.key.Actor).Scan(&hash, &k.First, &k.Last)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err = errors.Join(err, scanHash((*journal.Hash)(&k.Hash), hash)); err != nil {
		return false, err
	}
	return k.Hash == c.key.Hash && k.First == c.key.First && k.Last == c.key.Last, nil
}
