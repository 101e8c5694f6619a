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
	head, number                    *sql.Stmt
	event, key, content, cite, tick *sql.Stmt
}

func (e *engine) prepareStatements(ctx context.Context, db *sql.DB) (*statements, error) {
	s := &statements{}
	return s, e.prepare(ctx, db, map[**sql.Stmt]string{
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

// head is where an exercise stands.
type head struct {
	number int64 // of the exercise in the other tables
	Head
}

// head returns where the exercise stands within the transaction.
func (w *writer) head(ctx context.Context, s *statements, exercise string) (head, error) {
	if h, ok := w.heads[exercise]; ok {
		return h, nil
	}
	h, err := scanHead(ctx, s.number, s.head, exercise)
	if err == nil {
		w.heads[exercise] = h
	}
	return h, err
}

// scanHead returns the head of an exercise, which is Genesis where there is no
// event, or ErrNotFound.
func scanHead(ctx context.Context, numbers, heads *sql.Stmt, id string) (head, error) {
	number, err := scanNumber(ctx, numbers, id)
	if err != nil {
		return head{}, err
	}
	h := head{number: number}
	var chain []byte
	err = heads.QueryRowContext(ctx, number).Scan(&h.Seq, &chain)
	if errors.Is(err, sql.ErrNoRows) {
		h.Chain = journal.Genesis(id)
		return h, nil
	}
	return h, errors.Join(err, scanHash(&h.Chain, chain))
}

// scanNumber returns ErrNotFound where there is no such exercise.
func scanNumber(ctx context.Context, numbers *sql.Stmt, id string) (n int64, err error) {
	err = numbers.QueryRowContext(ctx, id).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrNotFound
	}
	return n, err
}

func scanHash(h *journal.Hash, b []byte) error {
	if copy(h[:], b) != len(h) || len(b) != len(h) {
		return fmt.Errorf("a hash of %d bytes", len(b))
	}
	return nil
}

// insertEvents writes the events of b after h, and returns the head then.
func (w *writer) insertEvents(ctx context.Context, s *statements, b *Batch, h head) (head, error) {
	for i := range b.Events {
		e := b.Events[i]
		salt, err := w.salts.next()
		if err != nil {
			return h, err
		}
		leaf := journal.LeafOf(salt, e)
		h.Seq, h.Chain = h.Seq+1, journal.Link(h.Chain, leaf)
		if _, err := s.event.ExecContext(ctx, h.number, h.Seq, salt, e, leaf[:], h.Chain[:]); err != nil {
			return h, err
		}
	}
	return h, nil
}

// insertKeys returns ErrKeyReused where one is in use; keys before it are
// written then.
func (s *statements) insertKeys(ctx context.Context, exercise int64, b *Batch) error {
	for i := range b.Keys {
		k := &b.Keys[i]
		res, err := s.key.ExecContext(ctx, exercise, k.Actor, k.Key, k.Hash[:], k.First, k.Last)
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
func (s *statements) insertRest(ctx context.Context, exercise int64, b *Batch) error {
	for i := range b.Contents {
		c := &b.Contents[i]
		data := c.Data
		if data == nil {
			data = []byte{} // nil would be null
		}
		if _, err := s.content.ExecContext(ctx, c.Hash[:], c.Media, data); err != nil {
			return err
		}
		if _, err := s.cite.ExecContext(ctx, exercise, c.Hash[:], c.Seq); err != nil {
			return err
		}
	}
	if b.Tick == nil {
		return nil
	}
	_, err := s.tick.ExecContext(ctx, exercise, b.Tick.At, b.Tick.Wall)
	return err
}
