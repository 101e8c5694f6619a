// Package joining keeps which tabletops let people in with the code on their
// projector, and who heads a delegation. It may import package database and
// nothing else of the program.
//
// Start reading at [Store].
package joining

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"io/fs"
	"strings"
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
func Tables() []string { return []string{"tabletop_heads", "tabletop_joining"} }

const (
	// letters of codes: none is taken for another, read from a screen or aloud.
	letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	// codeLength makes 30^8, or 6.5e11, codes.
	codeLength = 8
	// Lasts is how long a code is good: longer than a day of discussion, so that one
	// that was forgotten lets nobody in the day after.
	Lasts = 14 * time.Hour
)

// Open is a tabletop that lets people in.
type Open struct {
	Exercise string
	Code     string // eight letters and digits
	Person   string // who opened it
	At       time.Time
}

// Spaced is the code as people read it: in two halves.
func (o Open) Spaced() string { return o.Code[:codeLength/2] + "-" + o.Code[codeLength/2:] }

// Store keeps codes and heads. It is safe for use by many goroutines.
type Store struct {
	db  *database.DB
	now func() time.Time
}

// New returns the store of a database that has the migrations.
func New(db *database.DB, now func() time.Time) *Store { return &Store{db, now} }

// Open lets people in with a code. One that is good stays as it is, so that the
// projector does not change; else there is a new one.
func (s *Store) Open(ctx context.Context, exercise, person string) error {
	if _, ok, err := s.Of(ctx, exercise); ok || err != nil {
		return err
	}
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO tabletop_joining (exercise, code, person, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (exercise) DO UPDATE SET code = excluded.code, person = excluded.person, at = excluded.at`,
			exercise, newCode(), person, s.now().UnixMicro())
		return err
	})
	if err != nil {
		return s.db.Fail("open joining of", exercise, err)
	}
	return nil
}

// Lock lets nobody in any more; the code is worth nothing from then on.
func (s *Store) Lock(ctx context.Context, exercise string) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM tabletop_joining WHERE exercise = $1`, exercise)
		return err
	})
	if err != nil {
		return s.db.Fail("lock joining of", exercise, err)
	}
	return nil
}

// Of returns the code of an exercise; false where nobody is let in.
func (s *Store) Of(ctx context.Context, exercise string) (Open, bool, error) {
	return s.find(ctx, "exercise", exercise)
}

// With finds the exercise that a code lets into, as somebody typed it.
func (s *Store) With(ctx context.Context, code string) (Open, bool, error) {
	return s.find(ctx, "code", Clean(code))
}

func (s *Store) find(ctx context.Context, column, value string) (Open, bool, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT exercise, code, person, at FROM tabletop_joining WHERE `+column+` = $1 AND at > $2`,
		func(rows *sql.Rows) (o Open, err error) {
			var at int64
			err = rows.Scan(&o.Exercise, &o.Code, &o.Person, &at)
			o.At = time.UnixMicro(at).UTC()
			return o, err
		}, value, s.now().Add(-Lasts).UnixMicro())
	if err != nil {
		return Open{}, false, s.db.Fail("joining of", value, err)
	}
	if len(all) == 0 {
		return Open{}, false, nil
	}
	return all[0], true, nil
}

// Clean is a code as it is kept: small letters, spaces and hyphens do not count.
func Clean(code string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(letters, r) {
			return r
		}
		return -1
	}, strings.ToUpper(code))
}

// newCode draws a code. Letters are drawn evenly: bytes beyond the last whole
// round are drawn again.
func newCode() string {
	const fair = 256 - 256%len(letters)
	code := make([]byte, 0, codeLength)
	var one [1]byte
	for len(code) < codeLength {
		_, _ = rand.Read(one[:]) // never fails: crypto/rand
		if int(one[0]) < fair {
			code = append(code, letters[int(one[0])%len(letters)])
		}
	}
	return string(code)
}

// SetHead makes somebody head of a delegation; "" leaves it without one.
func (s *Store) SetHead(ctx context.Context, exercise, unit, person string) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if person == "" {
			_, err := tx.Exec(`DELETE FROM tabletop_heads WHERE exercise = $1 AND unit = $2`, exercise, unit)
			return err
		}
		_, err := tx.Exec(`INSERT INTO tabletop_heads (exercise, unit, person) VALUES ($1, $2, $3)
			ON CONFLICT (exercise, unit) DO UPDATE SET person = excluded.person`, exercise, unit, person)
		return err
	})
	if err != nil {
		return s.db.Fail("head of delegation in", exercise, err)
	}
	return nil
}

// Heads returns the heads of the delegations of an exercise, by unit.
func (s *Store) Heads(ctx context.Context, exercise string) (map[string]string, error) {
	type head struct{ unit, person string }
	all, err := database.Select(ctx, s.db.Reader, `SELECT unit, person FROM tabletop_heads WHERE exercise = $1`,
		func(rows *sql.Rows) (h head, err error) {
			err = rows.Scan(&h.unit, &h.person)
			return h, err
		}, exercise)
	if err != nil {
		return nil, s.db.Fail("heads of delegations in", exercise, err)
	}
	heads := map[string]string{}
	for _, h := range all {
		heads[h.unit] = h.person
	}
	return heads, nil
}

// Remove removes what is kept of a tabletop that is deleted.
func Remove(tx *database.Tx, exercise string) error {
	return tx.ExecEach([]string{`DELETE FROM tabletop_joining WHERE exercise = $1`, `DELETE FROM tabletop_heads WHERE exercise = $1`}, exercise)
}

// Move gives the heads of delegations to the tabletop that takes the place of
// another. Its code is made anew.
func Move(tx *database.Tx, from, to string) error {
	_, err := tx.Exec(`UPDATE tabletop_heads SET exercise = $2 WHERE exercise = $1`, from, to)
	return err
}
