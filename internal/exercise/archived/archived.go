// Package archived keeps which exercises are archived: they stand in no list of
// what there is to do, and can be read as before. Nothing of it is in the log of
// the exercise, for it says nothing of play. It may import package database and
// nothing else of the program.
//
// Start reading at [Store].
package archived

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"time"

	"renkei/internal/database"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations make the tables.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

// Tables are all that the migrations leave.
func Tables() []string { return []string{"archived_exercises"} }

// Store keeps which exercises are archived. It is safe for use by many
// goroutines.
type Store struct{ db *database.DB }

// New returns the store of a database that has the migrations.
func New(db *database.DB) *Store { return &Store{db} }

// All returns since when each archived exercise is, by its id.
func (s *Store) All(ctx context.Context) (map[string]time.Time, error) {
	type row struct {
		exercise string
		at       int64
	}
	rows, err := database.Select(ctx, s.db.Reader, `SELECT exercise, at FROM archived_exercises`, func(rows *sql.Rows) (r row, err error) {
		return r, rows.Scan(&r.exercise, &r.at)
	})
	if err != nil {
		return nil, s.db.Fail("list", "archived exercises", err)
	}
	all := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		all[r.exercise] = time.UnixMicro(r.at).UTC()
	}
	return all, nil
}

// Archive archives an exercise, and reports whether it was not archived yet.
func (s *Store) Archive(ctx context.Context, exercise, person string, at time.Time) (changed bool, err error) {
	return s.change(ctx, "archive", exercise, `INSERT INTO archived_exercises (exercise, at, person) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		exercise, at.UnixMicro(), person)
}

// Restore brings an exercise back into the lists, and reports whether it was
// archived.
func (s *Store) Restore(ctx context.Context, exercise string) (changed bool, err error) {
	return s.change(ctx, "restore", exercise, `DELETE FROM archived_exercises WHERE exercise = $1`, exercise)
}

func (s *Store) change(ctx context.Context, what, exercise, query string, args ...any) (changed bool, err error) {
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		n, err := tx.Exec(query, args...)
		changed = n > 0
		return err
	})
	if err != nil {
		return false, s.db.Fail(what, exercise, err)
	}
	return changed, nil
}

// Remove removes what is kept of an exercise that is deleted.
func Remove(tx *database.Tx, exercise string) error {
	_, err := tx.Exec(`DELETE FROM archived_exercises WHERE exercise = $1`, exercise)
	return err
}
