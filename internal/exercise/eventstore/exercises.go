package eventstore

import (
	"context"
	"database/sql"
	"errors"

	"renkei/internal/database"
)

// Create adds an exercise. It returns ErrExists where there is one of that id.
func (s *Store) Create(ctx context.Context, e Exercise) error {
	if err := s.create(ctx, e); err != nil {
		return s.fail("create exercise", e.ID, err)
	}
	return nil
}

func (s *Store) create(ctx context.Context, e Exercise) error {
	if e.ID == "" {
		return database.ErrInvalid
	}
	return s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := insertExercise(tx, e, false)
		return err
	})
}

// insertExercise adds an exercise and returns its number.
func insertExercise(tx *database.Tx, e Exercise, hidden bool) (number int64, err error) {
	err = tx.Row(`INSERT INTO exercises (id, created, title, hidden) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING RETURNING number`, e.ID, e.Created, e.Title, hidden).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		err = database.ErrExists
	}
	return number, err
}

// Exercises returns all exercises, oldest first.
func (r *Reader) Exercises(ctx context.Context) ([]Exercise, error) {
	all, err := database.List(ctx, r.db, r.q.exercises, scanExercise)
	if err != nil {
		return nil, r.fail("list exercises", "", err)
	}
	return all, nil
}

func scanExercise(rows *sql.Rows) (e Exercise, err error) {
	return e, rows.Scan(&e.ID, &e.Created, &e.Title)
}
