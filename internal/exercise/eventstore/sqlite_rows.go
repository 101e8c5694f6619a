package eventstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"renkei/internal/database"
)

// statements write rows one by one: on SQLite a statement costs little.
type statements struct {
	head, number                    *sql.Stmt
	event, key, content, cite, tick *sql.Stmt
}

func sqliteTables(ctx context.Context, db *database.DB) (tables, error) {
	s := &statements{}
	return s, db.PrepareWrite(ctx, map[**sql.Stmt]string{
		&s.head:   selectHead,
		&s.number: selectNumber,
		&s.event: `INSERT INTO events (exercise, seq, salt, bytes, leaf, chain)
			VALUES ($1, $2, $3, $4, $5, $6)`,
		&s.key: `INSERT INTO command_keys (exercise, actor, name, hash, first_seq, last_seq)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		&s.content: `INSERT INTO contents (hash, media, data) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		&s.cite:    `INSERT INTO cites (exercise, hash, seq) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		&s.tick: `INSERT INTO ticks (exercise, at, wall) VALUES ($1, $2, $3)
			ON CONFLICT (exercise) DO UPDATE SET at = excluded.at, wall = excluded.wall`,
	})
}

// in returns the statements within tx, which closes them when it ends.
func (s *statements) in(tx *database.Tx) *statements {
	return &statements{
		head: tx.Stmt(s.head), number: tx.Stmt(s.number),
		event: tx.Stmt(s.event), key: tx.Stmt(s.key),
		content: tx.Stmt(s.content), cite: tx.Stmt(s.cite), tick: tx.Stmt(s.tick),
	}
}

func (s *statements) heads(tx *database.Tx, ids []string) (map[string]head, error) {
	in := s.in(tx)
	heads := make(map[string]head, len(ids))
	for _, id := range ids {
		h, err := scanHead(tx.Context(), in.number, in.head, id)
		if errors.Is(err, database.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		heads[id] = h
	}
	return heads, nil
}

func (s *statements) insert(tx *database.Tx, r *rows) error {
	ctx := tx.Context()
	s = s.in(tx)
	for i := range r.keys {
		if err := s.insertKey(ctx, &r.keys[i]); err != nil {
			return err
		}
	}
	for i := range r.events {
		e := &r.events[i]
		if _, err := s.event.ExecContext(ctx, e.exercise, e.Seq, e.Salt, e.Event, e.Leaf[:], e.Chain[:]); err != nil {
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
