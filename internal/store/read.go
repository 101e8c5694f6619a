package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"renkei/internal/journal"
)

// page is how many rows are read at a time. Between pages no connection is
// held and no snapshot kept alive, however slow the reader is; that no row
// changes makes pages fit together.
const page = 256

// Head returns the durable head of an exercise: seq 0 with journal.Genesis
// where there is no event. It returns ErrNotFound where there is no exercise.
func (db *DB) Head(ctx context.Context, exercise string) (Head, error) {
	h, err := scanHead(ctx, db.q.number, db.q.head, exercise)
	if err != nil {
		return Head{}, db.fail("head of exercise", exercise, err)
	}
	return h.Head, nil
}

// Tick returns the durable tick of an exercise, and false where it has none
// yet. It returns ErrNotFound where there is no exercise.
func (db *DB) Tick(ctx context.Context, exercise string) (Tick, bool, error) {
	number, err := scanNumber(ctx, db.q.number, exercise)
	if err != nil {
		return Tick{}, false, db.fail("tick of exercise", exercise, err)
	}
	var t Tick
	switch err := db.q.tick.QueryRowContext(ctx, number).Scan(&t.At, &t.Wall); {
	case errors.Is(err, sql.ErrNoRows):
		return Tick{}, false, nil
	case err != nil:
		return Tick{}, false, db.fail("tick of exercise", exercise, err)
	}
	return t, true, nil
}

// Entries yields the durable entries of an exercise in order, beginning at seq
// from. They are not verified; a journal.Writer or Export does that. Entries
// committed meanwhile are yielded too. An error, ErrNotFound among them, is
// the last thing yielded.
func (db *DB) Entries(ctx context.Context, exercise string, from uint64) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		for entries, err := range db.entryPages(ctx, exercise, from) {
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

// entryPages yields what Entries does, a page at a time.
func (db *DB) entryPages(ctx context.Context, exercise string, from uint64) iter.Seq2[[]journal.Entry, error] {
	return func(yield func([]journal.Entry, error) bool) {
		number, err := scanNumber(ctx, db.q.number, exercise)
		for err == nil {
			var entries []journal.Entry
			entries, err = list(ctx, db.q.entries, scanEntry, number, from, page)
			if err != nil {
				break
			}
			if len(entries) > 0 && !yield(entries, nil) || len(entries) < page {
				return
			}
			from = entries[len(entries)-1].Seq + 1
		}
		yield(nil, db.fail("entries of exercise", exercise, err))
	}
}

// Keys yields all idempotency keys of an exercise, ordered by key and actor.
// Whether it yields those committed meanwhile is open. An error, ErrNotFound
// among them, is the last thing yielded.
func (db *DB) Keys(ctx context.Context, exercise string) iter.Seq2[Key, error] {
	return func(yield func(Key, error) bool) {
		var last Key
		number, err := scanNumber(ctx, db.q.number, exercise)
		for err == nil {
			var keys []Key
			keys, err = list(ctx, db.q.keys, scanKey, number, last.Key, last.Actor, page)
			for _, k := range keys {
				if !yield(k, nil) {
					return
				}
				last = k
			}
			if err == nil && len(keys) < page {
				return
			}
		}
		yield(Key{}, db.fail("keys of exercise", exercise, err))
	}
}

// Content returns a content by its hash, or ErrNotFound. Its media type is the
// one it came with first.
func (db *DB) Content(ctx context.Context, hash journal.Hash) (journal.Content, error) {
	c := journal.Content{Hash: hash}
	err := db.q.content.QueryRowContext(ctx, hash[:]).Scan(&c.Media, &c.Data)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return journal.Content{}, db.fail("content", hash.String(), err)
	}
	return c, nil
}

// list returns all rows of a query.
func list[T any](ctx context.Context, q *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

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
