package store

import (
	"context"
	"fmt"

	"renkei/internal/journal"
)

// rows are what a transaction adds, table by table.
type rows struct {
	events   []eventRow
	keys     []keyRow
	contents []journal.Content
	cites    []citeRow
	ticks    []tickRow
}

// The exercise of a row is its number.

type eventRow struct {
	exercise int64
	journal.Entry
}

type keyRow struct {
	exercise int64
	Key
}

type citeRow struct {
	exercise int64
	hash     journal.Hash
	seq      uint64
}

type tickRow struct {
	exercise int64
	Tick
}

// reset empties r and keeps its room.
func (r *rows) reset() {
	clear(r.events) // so that the bytes can go
	clear(r.contents)
	*r = rows{r.events[:0], r.keys[:0], r.contents[:0], r.cites[:0], r.ticks[:0]}
}

// insert writes r. It returns ErrKeyReused where a key is in use; part of r is
// written then.
func (s *statements) insert(ctx context.Context, r *rows) error {
	for i := range r.events {
		e := &r.events[i]
		if _, err := s.event.ExecContext(ctx, e.exercise, e.Seq, e.Salt, e.Event, e.Leaf[:], e.Chain[:]); err != nil {
			return err
		}
	}
	for i := range r.keys {
		if err := s.insertKey(ctx, &r.keys[i]); err != nil {
			return err
		}
	}
	for _, c := range r.contents {
		if _, err := s.content.ExecContext(ctx, c.Hash[:], c.Media, notNull(c.Data)); err != nil {
			return err
		}
	}
	for _, c := range r.cites {
		if _, err := s.cite.ExecContext(ctx, c.exercise, c.hash[:], c.seq); err != nil {
			return err
		}
	}
	for _, t := range r.ticks {
		if _, err := s.tick.ExecContext(ctx, t.exercise, t.At, t.Wall); err != nil {
			return err
		}
	}
	return nil
}

func (s *statements) insertKey(ctx context.Context, k *keyRow) error {
	res, err := s.key.ExecContext(ctx, k.exercise, k.Actor, k.Key.Key, k.Hash[:], k.First, k.Last)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("%w: %q of %q", ErrKeyReused, k.Key.Key, k.Actor)
}

// notNull returns data, which is no null however empty it is.
func notNull(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}
