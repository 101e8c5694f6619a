package store

import (
	"context"
	"database/sql"
	"errors"
)

// Create adds an exercise. It returns ErrExists where there is one of that id.
func (db *DB) Create(ctx context.Context, e Exercise) error {
	if err := db.create(ctx, e); err != nil {
		return db.fail("create exercise", e.ID, err)
	}
	return nil
}

func (db *DB) create(ctx context.Context, e Exercise) error {
	if e.ID == "" {
		return ErrInvalid
	}
	return db.change(ctx, func(tx *changes) error {
		_, err := tx.create(e, false)
		return err
	})
}

// create adds an exercise and returns its number.
func (c *changes) create(e Exercise, hidden bool) (number int64, err error) {
	err = c.row(`INSERT INTO exercises (id, created, title, hidden) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING RETURNING number`, e.ID, e.Created, e.Title, hidden).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrExists
	}
	return number, err
}

// Exercises returns all exercises, oldest first.
func (r *Reader) Exercises(ctx context.Context) ([]Exercise, error) {
	all, err := list(ctx, r, r.q.exercises, scanExercise)
	if err != nil {
		return nil, r.fail("list exercises", "", err)
	}
	return all, nil
}

func scanExercise(rows *sql.Rows) (e Exercise, err error) {
	return e, rows.Scan(&e.ID, &e.Created, &e.Title)
}
