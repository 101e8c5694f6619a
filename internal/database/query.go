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

// Select returns all rows of a query that is not prepared: for what is asked
// seldom, or by a Reader of a moment.
func Select[T any](ctx context.Context, r *Reader, query string, scan func(*sql.Rows) (T, error), args ...any) (all []T, err error) {
	var from querier = r.pool
	if r.tx != nil {
		from = r.tx
	}
	err = r.Retry(ctx, func(ctx context.Context) error {
		rows, err := from.QueryContext(ctx, r.eng.query(query), args...)
		if err != nil {
			return err
		}
		all, err = collect(rows, scan)
		return err
	})
	return all, err
}

// SelectIn returns all rows of a query within a transaction that writes.
func SelectIn[T any](tx *Tx, query string, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scan)
}

func collect[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) (all []T, err error) {
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
