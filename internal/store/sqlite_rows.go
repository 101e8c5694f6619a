package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// statements write rows one by one: on SQLite a statement costs little.
type statements struct {
	head, number                    *sql.Stmt
	event, key, content, cite, tick *sql.Stmt
}

func sqliteTables(ctx context.Context, write *sql.DB) (tables, error) {
	s := &statements{}
	return s, sqliteEngine().prepare(ctx, write, map[**sql.Stmt]string{
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
func (s *statements) in(ctx context.Context, tx *sql.Tx) *statements {
	return &statements{
		head: tx.StmtContext(ctx, s.head), number: tx.StmtContext(ctx, s.number),
		event: tx.StmtContext(ctx, s.event), key: tx.StmtContext(ctx, s.key),
		content: tx.StmtContext(ctx, s.content), cite: tx.StmtContext(ctx, s.cite), tick: tx.StmtContext(ctx, s.tick),
	}
}

func (s *statements) heads(ctx context.Context, tx *sql.Tx, ids []string) (map[string]head, error) {
	in := s.in(ctx, tx)
	heads := make(map[string]head, len(ids))
	for _, id := range ids {
		h, err := scanHead(ctx, in.number, in.head, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		heads[id] = h
	}
	return heads, nil
}

func (s *statements) insert(ctx context.Context, tx *sql.Tx, r *rows) error {
	s = s.in(ctx, tx)
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
