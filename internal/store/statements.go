package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"renkei/internal/journal"
)

// statements are what the writer runs, prepared once.
type statements struct {
	head, exercise                  *sql.Stmt
	event, key, content, cite, tick *sql.Stmt
}

func prepareStatements(ctx context.Context, db *sql.DB) (*statements, error) {
	s := &statements{}
	return s, prepare(ctx, db, map[**sql.Stmt]string{
		&s.head:     selectHead,
		&s.exercise: selectExercise,
		&s.event: `INSERT INTO events (exercise, seq, type, at, salt, bytes, leaf, chain)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		&s.key: `INSERT INTO command_keys (exercise, actor, name, hash, first_seq, last_seq)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		&s.content: `INSERT INTO contents (hash, media, data) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		&s.cite:    `INSERT INTO cites (exercise, hash, seq) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		&s.tick: `INSERT INTO ticks (exercise, at, wall) VALUES ($1, $2, $3)
			ON CONFLICT (exercise) DO UPDATE SET at = excluded.at, wall = excluded.wall`,
	})
}

// prepare fills each statement from its text.
func prepare(ctx context.Context, db *sql.DB, texts map[**sql.Stmt]string) error {
	for stmt, text := range texts {
		var err error
		if *stmt, err = db.PrepareContext(ctx, sqliteQuery(text)); err != nil {
			return fmt.Errorf("prepare %q: %w", text, err)
		}
	}
	return nil
}

// in returns the statements within tx, which closes them when it ends.
func (s *statements) in(tx *sql.Tx) *statements {
	return &statements{
		head: tx.Stmt(s.head), exercise: tx.Stmt(s.exercise),
		event: tx.Stmt(s.event), key: tx.Stmt(s.key),
		content: tx.Stmt(s.content), cite: tx.Stmt(s.cite), tick: tx.Stmt(s.tick),
	}
}

// head returns where the exercise stands within the transaction.
func (w *writer) head(s *statements, exercise string) (Head, error) {
	if h, ok := w.heads[exercise]; ok {
		return h, nil
	}
	h, err := scanHead(context.Background(), s.head, s.exercise, exercise)
	if err == nil {
		w.heads[exercise] = h
	}
	return h, err
}

// scanHead returns the head of an exercise, which is Genesis where there is no
// event, or ErrNotFound.
func scanHead(ctx context.Context, head, exercise *sql.Stmt, id string) (Head, error) {
	var h Head
	var chain []byte
	err := head.QueryRowContext(ctx, id).Scan(&h.Seq, &chain)
	if errors.Is(err, sql.ErrNoRows) {
		return Head{Chain: journal.Genesis(id)}, scanExists(ctx, exercise, id)
	}
	if err == nil {
		err = scanHash(&h.Chain, chain)
	}
	return h, err
}

// scanExists returns ErrNotFound where there is no such exercise.
func scanExists(ctx context.Context, exercise *sql.Stmt, id string) error {
	var one int
	err := exercise.QueryRowContext(ctx, id).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

func scanHash(h *journal.Hash, b []byte) error {
	if copy(h[:], b) != len(h) || len(b) != len(h) {
		return fmt.Errorf("a hash of %d bytes", len(b))
	}
	return nil
}

// insertEvents writes the events of b after head, and returns the head then.
func (w *writer) insertEvents(s *statements, b *Batch, head Head) (Head, error) {
	for i := range b.Events {
		e := &b.Events[i]
		salt, err := w.salts.next()
		if err != nil {
			return head, err
		}
		leaf := journal.LeafOf(salt, e.Bytes)
		head = Head{Seq: head.Seq + 1, Chain: journal.Link(head.Chain, leaf)}
		if _, err := s.event.Exec(b.Exercise, head.Seq, e.Type, e.At, salt, e.Bytes, leaf[:], head.Chain[:]); err != nil {
			return head, err
		}
	}
	return head, nil
}

// insertKeys returns ErrKeyReused where one is in use; keys before it are
// written then.
func (s *statements) insertKeys(b *Batch) error {
	for i := range b.Keys {
		k := &b.Keys[i]
		res, err := s.key.Exec(b.Exercise, k.Actor, k.Key, k.Hash[:], k.First, k.Last)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return fmt.Errorf("%w: %q of %q", ErrKeyReused, k.Key, k.Actor)
		}
	}
	return nil
}

// insertRest writes contents, where they are cited, and the tick.
func (s *statements) insertRest(b *Batch) error {
	for i := range b.Contents {
		c := &b.Contents[i]
		data := c.Data
		if data == nil {
			data = []byte{} // nil would be null
		}
		if _, err := s.content.Exec(c.Hash[:], c.Media, data); err != nil {
			return err
		}
		if _, err := s.cite.Exec(b.Exercise, c.Hash[:], c.Seq); err != nil {
			return err
		}
	}
	if b.Tick == nil {
		return nil
	}
	_, err := s.tick.Exec(b.Exercise, b.Tick.At, b.Tick.Wall)
	return err
}
