package eventstore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// page is how many rows are read at a time. Between pages no connection is
// held and no snapshot kept alive, however slow the reader is; that no row
// changes makes pages fit together.
const page = 256

// Head returns the durable head of an exercise: seq 0 with journal.Genesis
// where there is no event. It returns ErrNotFound where there is no exercise.
func (r *Reader) Head(ctx context.Context, exercise string) (Head, error) {
	h, err := r.head(ctx, exercise)
	if err != nil {
		return Head{}, r.fail("head of exercise", exercise, err)
	}
	return h.Head, nil
}

func (r *Reader) head(ctx context.Context, exercise string) (h head, err error) {
	err = r.db.Retry(ctx, func(ctx context.Context) (err error) {
		h, err = scanHead(ctx, r.q.number, r.q.head, exercise)
		return err
	})
	return h, err
}

func (r *Reader) number(ctx context.Context, exercise string) (n int64, err error) {
	err = r.db.Retry(ctx, func(ctx context.Context) (err error) {
		n, err = scanNumber(ctx, r.q.number, exercise)
		return err
	})
	return n, err
}

// ChainAt returns the chain at a stored event, and false where there is none
// of that seq; at seq 0 it is journal.Genesis. It returns ErrNotFound where
// there is no exercise.
func (r *Reader) ChainAt(ctx context.Context, exercise string, seq uint64) (journal.Hash, bool, error) {
	var chain journal.Hash
	var ok bool
	err := r.db.Retry(ctx, func(ctx context.Context) (err error) {
		chain, ok, err = r.chainAt(ctx, exercise, seq)
		return err
	})
	if err != nil {
		return journal.Hash{}, false, r.fail("chain of exercise", exercise, err)
	}
	return chain, ok, nil
}

func (r *Reader) chainAt(ctx context.Context, exercise string, seq uint64) (chain journal.Hash, ok bool, err error) {
	number, err := scanNumber(ctx, r.q.number, exercise)
	if err != nil || seq == 0 {
		return journal.Genesis(exercise), err == nil, err
	}
	var raw []byte
	switch err := r.q.chain.QueryRowContext(ctx, number, seq).Scan(&raw); {
	case errors.Is(err, sql.ErrNoRows):
		return chain, false, nil
	case err != nil:
		return chain, false, err
	}
	return chain, true, scanHash(&chain, raw)
}

// Tick returns the durable tick of an exercise, and false where it has none
// yet. It returns ErrNotFound where there is no exercise.
func (r *Reader) Tick(ctx context.Context, exercise string) (Tick, bool, error) {
	number, err := r.number(ctx, exercise)
	var ticks []Tick
	if err == nil {
		ticks, err = database.List(ctx, r.db, r.q.tick, scanTick, number)
	}
	switch {
	case err != nil:
		return Tick{}, false, r.fail("tick of exercise", exercise, err)
	case len(ticks) == 0:
		return Tick{}, false, nil
	}
	return ticks[0], true, nil
}

// Entries yields the durable entries of an exercise in order, beginning at seq
// from. They are not verified; a journal.Writer or Export does that. Entries
// committed meanwhile are yielded too. An error, ErrNotFound among them, is
// the last thing yielded.
func (r *Reader) Entries(ctx context.Context, exercise string, from uint64) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		for entries, err := range r.entryPages(ctx, exercise, from, math.MaxInt64) {
			if err != nil {
				yield(journal.Entry{}, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// entryPages yields what Entries does up to seq until, a page at a time.
func (r *Reader) entryPages(ctx context.Context, exercise string, from, until uint64) iter.Seq2[[]journal.Entry, error] {
	return func(yield func([]journal.Entry, error) bool) {
		number, err := r.number(ctx, exercise)
		for err == nil {
			var entries []journal.Entry
			entries, err = database.List(ctx, r.db, r.q.entries, scanEntry, number, from, until, page)
			if err != nil {
				break
			}
			if len(entries) > 0 && !yield(entries, nil) || len(entries) < page {
				return
			}
			from = entries[len(entries)-1].Seq + 1
		}
		yield(nil, r.fail("entries of exercise", exercise, err))
	}
}

// Keys yields the idempotency keys of an exercise whose first seq is from or
// later, ordered by that: all from 0 on. Whether it yields those committed
// meanwhile is open. An error, ErrNotFound among them, is the last thing
// yielded.
func (r *Reader) Keys(ctx context.Context, exercise string, from uint64) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		last, seen := Key{First: from}, 0 // whether last was yielded: pages begin with it
		number, err := r.number(ctx, exercise)
		for err == nil {
			var keys []Key
			keys, err = database.List(ctx, r.db, r.q.keys, scanKey, number, last.First, last.Key, last.Actor, page, seen)
			for _, k := range keys {
				if !yield(k, nil) {
					return
				}
				last, seen = k, 1
			}
			if err == nil && len(keys) < page {
				return
			}
		}
		yield(Key{}, r.fail("keys of exercise", exercise, err))
	}
}

// Content returns a content by its hash, or ErrNotFound. Its media type is the
// one it came with first.
func (r *Reader) Content(ctx context.Context, hash journal.Hash) (journal.Content, error) {
	c := journal.Content{Hash: hash}
	err := r.db.Retry(ctx, func(ctx context.Context) error {
		return r.q.content.QueryRowContext(ctx, hash[:]).Scan(&c.Media, &c.Data)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = database.ErrNotFound
	}
	if err != nil {
		return journal.Content{}, r.fail("content", hash.String(), err)
	}
	return c, nil
}

func scanTick(rows *sql.Rows) (t Tick, err error) { return t, rows.Scan(&t.At, &t.Wall) }

func scanEntry(rows *sql.Rows) (e journal.Entry, err error) {
	var leaf, chain []byte
	err = rows.Scan(&e.Seq, &e.Salt, &e.Event, &leaf, &chain)
	return e, errors.Join(err, scanHash(&e.Leaf, leaf), scanHash(&e.Chain, chain))
}

func scanKey(rows *sql.Rows) (k Key, err error) {
	var hash []byte
	err = rows.Scan(&k.Actor, &k.Key, &hash, &k.First, &k.Last)
	return k, errors.Join(err, scanHash((*journal.Hash)(&k.Hash), hash))
}

func scanInt(rows *sql.Rows) (n int64, err error) { return n, rows.Scan(&n) }
