package store

import (
	"context"
	"database/sql"
)

// Create adds an exercise. It returns ErrExists where there is one of that id.
func (db *DB) Create(ctx context.Context, e Exercise) error {
	if err := db.create(ctx, e); err != nil {
		return db.fail("create exercise", e.ID, err)
	}
	return nil
}

func (db *DB) create(ctx context.Context, e Exercise) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if e.ID == "" {
		return ErrInvalid
	}
	// A cancelled query would cost us the connection.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	const insert = `INSERT INTO exercises (id, created, title) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	res, err := db.write.ExecContext(ctx, sqliteQuery(insert), e.ID, e.Created, e.Title)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return ErrExists
}

// Exercises returns all exercises, oldest first.
func (db *DB) Exercises(ctx context.Context) ([]Exercise, error) {
	all, err := list(ctx, db.q.exercises, scanExercise)
	if err != nil {
		return nil, db.fail("list exercises", "", err)
	}
	return all, nil
}

func scanExercise(rows *sql.Rows) (e Exercise, err error) {
	return e, rows.Scan(&e.ID, &e.Created, &e.Title)
}
