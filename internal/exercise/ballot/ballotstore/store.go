// Package ballotstore keeps sealed answers in the database, beside the log and
// in one transaction with it. What it keeps is worthless without a key that
// never comes here; no backup has it. Start with [Store].
package ballotstore

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"renkei/internal/database"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/eventstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Area is what this package stores in a database.
func Area() database.Area {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return database.Area{
		Name: "ballot", Migrations: files, Tables: []string{"ballots"}, Local: []string{"ballots"},
		ReadFrom: database.FromNothing,
	}
}

// Store reads and writes sealed answers.
type Store struct{ db *database.Reader }

// New returns the store of a database that has the migrations of Area.
func New(db *database.Reader) *Store { return &Store{db: db} }

// Load reads all sealed answers of an exercise.
func (s *Store) Load(ctx context.Context, exercise string) ([]ballot.Row, error) {
	rows, err := database.Select(ctx, s.db, `SELECT poll, round, slot, sealed FROM ballots WHERE exercise = $1
		ORDER BY poll, round, slot`, scanRow, exercise)
	if err != nil {
		return nil, s.db.Fail("read sealed answers of exercise", exercise, err)
	}
	return rows, nil
}

func scanRow(rows *sql.Rows) (r ballot.Row, err error) {
	err = rows.Scan(&r.Poll, &r.Round, &r.Slot, &r.Sealed)
	return r, err
}

// Put writes a sealed answer in the place of the one that was there.
func (*Store) Put(exercise string, r ballot.Row) eventstore.Write {
	return func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO ballots (exercise, poll, round, slot, sealed) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (exercise, poll, round, slot) DO UPDATE SET sealed = excluded.sealed`,
			exercise, r.Poll, r.Round, r.Slot, r.Sealed)
		return err
	}
}

// Delete deletes the sealed answers to a question, of all rounds.
func (*Store) Delete(exercise, poll string) eventstore.Write {
	return func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM ballots WHERE exercise = $1 AND poll = $2`, exercise, poll)
		return err
	}
}

// Remove removes the sealed answers of an exercise that is deleted.
func Remove(tx *database.Tx, exercise string) error {
	_, err := tx.Exec(`DELETE FROM ballots WHERE exercise = $1`, exercise)
	return err
}
