// Package schedule keeps when exercises are to take place in the real world, for
// invitations and calendars. STARTEX and ENDEX are given by people and stand in
// the log: nothing is decided by what is planned here. It may import packages
// database and calendar and nothing else of the program.
//
// Start reading at [Date] and [Store].
package schedule

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"time"

	"renkei/internal/database"
)

// Date is when an exercise is to take place; the zero value is none.
type Date struct {
	Begins, Ends time.Time // in UTC
	Zone         string    // in which it was said
	Sequence     int64     // how often it was changed
	Changed      time.Time
}

// IsSet reports whether there is a date.
func (d Date) IsSet() bool { return !d.Begins.IsZero() }

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
func Tables() []string { return []string{"schedule_dates"} }

// Store keeps dates. It is safe for use by many goroutines.
type Store struct{ db *database.DB }

// New returns the store of a database that has the migrations.
func New(db *database.DB) *Store { return &Store{db} }

// Date returns when an exercise is to take place; a Date that is not set where
// nothing was said.
func (s *Store) Date(ctx context.Context, exercise string) (Date, error) {
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT begins, ends, zone, sequence, changed FROM schedule_dates WHERE exercise = $1`, scanDate, exercise)
	if err != nil {
		return Date{}, s.db.Fail("date of", exercise, err)
	}
	if len(all) == 0 {
		return Date{}, nil
	}
	return all[0], nil
}

// Plan says when an exercise is to take place, or with a Date that is not set
// that this is open again. Sequence is counted here.
func (s *Store) Plan(ctx context.Context, exercise string, d Date) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO schedule_dates (exercise, begins, ends, zone, sequence, changed) VALUES ($1, $2, $3, $4, 0, $5)
			ON CONFLICT (exercise) DO UPDATE SET begins = excluded.begins, ends = excluded.ends, zone = excluded.zone,
				sequence = schedule_dates.sequence + 1, changed = excluded.changed`,
			exercise, micros(d.Begins), micros(d.Ends), d.Zone, micros(d.Changed))
		return err
	})
	if err != nil {
		return s.db.Fail("plan", exercise, err)
	}
	return nil
}

func scanDate(rows *sql.Rows) (d Date, err error) {
	var begins, ends, changed int64
	err = rows.Scan(&begins, &ends, &d.Zone, &d.Sequence, &changed)
	d.Begins, d.Ends, d.Changed = timeOf(begins), timeOf(ends), timeOf(changed)
	return d, err
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// Remove removes what is kept of an exercise that is deleted.
func Remove(tx *database.Tx, exercise string) error {
	_, err := tx.Exec(`DELETE FROM schedule_dates WHERE exercise = $1`, exercise)
	return err
}

// Move gives what is kept of an exercise to the one that takes its place. The date
// has changed by that, as far as calendars go.
func Move(tx *database.Tx, from, to string) error {
	_, err := tx.Exec(`UPDATE schedule_dates SET exercise = $2, sequence = sequence + 1 WHERE exercise = $1`, from, to)
	return err
}
