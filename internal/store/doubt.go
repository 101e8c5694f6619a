package store

import (
	"context"
	"database/sql"
	"errors"

	"renkei/internal/journal"
)

// doubt is a transaction whose commit was sent and not answered: all of it has
// taken place, or nothing. The salts of its events make it known again.
type doubt struct {
	answers []answer        // of the group's batches, if it has taken place
	heads   map[string]Head // that the events then give
	key     *Key            // one it wrote, where there are no events
	keyOf   string          // the exercise of the key
}

type answer struct {
	head Head
	err  error
}

// doubtOf notes what g will be once it has been committed.
func doubtOf(g *group) doubt {
	d := doubt{heads: make(map[string]Head)}
	for _, p := range g.batches {
		d.answers = append(d.answers, answer{p.head, p.err})
		if p.err != nil {
			continue
		}
		if len(p.entries) > 0 {
			d.heads[p.batch.Exercise] = p.head
		}
		if len(p.batch.Keys) > 0 {
			d.key, d.keyOf = &p.batch.Keys[0], p.batch.Exercise
		}
	}
	return d
}

// landed reports whether one of the transactions in doubt has taken place, and
// sets the answers of g to what they are then.
func (w *writer) landed(ctx context.Context, g *group, doubts []doubt) (bool, error) {
	for _, d := range doubts {
		var found bool
		err := w.reader.limited(ctx, func(ctx context.Context) (err error) {
			found, err = w.reader.holds(ctx, &d)
			return err
		})
		if err != nil {
			return false, err
		}
		if found {
			for i, a := range d.answers {
				g.batches[i].head, g.batches[i].err = a.head, a.err
			}
			return true, nil
		}
	}
	return false, nil
}

// holds reports whether d has taken place. A transaction that only said how far
// clocks had come leaves no trace; to write that again does no harm.
func (r *Reader) holds(ctx context.Context, d *doubt) (bool, error) {
	for id, h := range d.heads {
		chain, ok, err := r.chainAt(ctx, id, h.Seq)
		if err != nil || !ok || chain != h.Chain {
			return false, err
		}
	}
	if len(d.heads) > 0 || d.key == nil {
		return len(d.heads) > 0, nil
	}
	number, err := scanNumber(ctx, r.q.number, d.keyOf)
	if err != nil {
		return false, err
	}
	var k Key
	var hash []byte
	err = r.q.key.QueryRowContext(ctx, number, d.key.Key, d.key.Actor).Scan(&hash, &k.First, &k.Last)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err = errors.Join(err, scanHash((*journal.Hash)(&k.Hash), hash)); err != nil {
		return false, err
	}
	return k.Hash == d.key.Hash && k.First == d.key.First && k.Last == d.key.Last, nil
}
