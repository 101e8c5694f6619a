package database

import (
	"context"
	"database/sql"
	"fmt"
)

// preparer is a pool or a transaction.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// Prepare fills statements for reading from their texts. They live as long as
// the Reader.
func (r *Reader) Prepare(ctx context.Context, texts map[**sql.Stmt]string) error {
	if r.tx != nil {
		return r.eng.prepare(ctx, r.tx, texts)
	}
	return r.eng.prepare(ctx, r.pool, texts)
}

func (e *engine) prepare(ctx context.Context, db preparer, texts map[**sql.Stmt]string) error {
	for stmt, text := range texts {
		var err error
		//nolint:sqlclosecheck // statements live as long as what they are prepared on, which closes them
		if *stmt, err = db.PrepareContext(ctx, e.query(text)); err != nil {
			return fmt.Errorf("prepare %q: %w", text, e.explain(err))
		}
	}
	return nil
}

// List returns all rows of a query.
func List[T any](ctx context.Context, r *Reader, q *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) (all []T, err error) {
	err = r.Retry(ctx, func(ctx context.Context) error {
		rows, err := q.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // rows.Err says what there is to say
		all = nil
		for rows.Next() {
			v, err := scan(rows)
			if err != nil && !r.eng.transient(err) { // no value of ours has another type
				err = fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			if err != nil {
				return err
			}
			all = append(all, v)
		}
		return rows.Err()
	})
	return all, err
}

// One returns the row of a query that has at most one, and ErrNotFound where it
// has none.
func One[T any](ctx context.Context, r *Reader, q *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) (T, error) {
	all, err := List(ctx, r, q, scan, args...)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}
