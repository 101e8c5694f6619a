// Package store keeps the revisions of the programme and its frozen reports in
// the database of the installation. It decides nothing but that a change fits
// what is there. It may import its domain and package database.
//
// Start reading at [Store].
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"renkei/internal/database"
	"renkei/internal/programme"
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
func Tables() []string {
	return []string{
		"programme_head", "programme_revisions", "programme_frozen", "programme_files", "programme_feeds", "programme_attendance",
		"programme_nominations", "programme_certificates", "programme_identities", "programme_invitations",
	}
}

// Store keeps the programme. It is safe for use by many goroutines.
type Store struct {
	db *database.DB

	mu     sync.Mutex
	latest *programme.Records // that was read or written last; guarded by mu
	people peopleSeen         // that was read last; guarded by mu
}

// New returns the store of a database that has the migrations.
func New(db *database.DB) *Store {
	return &Store{db: db, latest: programme.NewRecords(), people: peopleSeen{people: programme.NewPeople()}}
}

// ReadMoment returns the records as a Reader of one moment sees them.
func ReadMoment(ctx context.Context, r *database.Reader) (*programme.Records, error) {
	revisions, err := database.Select(ctx, r, `SELECT `+columns+` FROM programme_revisions ORDER BY number`, scanRevision)
	if err != nil {
		return nil, r.Fail("read", "programme", err)
	}
	people, err := readPeople(ctx, r)
	if err != nil {
		return nil, err
	}
	return programme.NewRecords().With(revisions...).WithPeople(people), nil
}

// Records returns everything that is known now.
func (s *Store) Records(ctx context.Context) (*programme.Records, error) {
	s.mu.Lock()
	latest := s.latest
	s.mu.Unlock()
	revisions, err := database.Select(ctx, s.db.Reader,
		`SELECT `+columns+` FROM programme_revisions WHERE number > $1 ORDER BY number`, scanRevision, latest.Last)
	if err != nil {
		return nil, s.db.Fail("read", "programme", err)
	}
	people, err := s.People(ctx)
	if err != nil {
		return nil, err
	}
	return s.keep(latest.With(revisions...)).WithPeople(people), nil
}

// keep has records be the latest, unless later ones are. It returns what it was
// given.
func (s *Store) keep(r *programme.Records) *programme.Records {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Last > s.latest.Last {
		s.latest = r
	}
	return r
}

const columns = `number, at, author, reason, kind, object, body`

func scanRevision(rows *sql.Rows) (rev programme.Revision, err error) {
	var at int64
	var body string
	if err := rows.Scan(&rev.Number, &at, &rev.Author, &rev.Reason, &rev.Of, &rev.ID, &body); err != nil {
		return rev, err
	}
	rev.At = time.UnixMicro(at).UTC()
	if body != "" {
		if rev.Record, err = programme.Decode(rev.Of, []byte(body)); err != nil {
			err = fmt.Errorf("%w: %w", database.ErrDamaged, err)
		}
	}
	return rev, err
}

// History returns all revisions of a record, the last first.
func (s *Store) History(ctx context.Context, k programme.Kind, id string) ([]programme.Revision, error) {
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT `+columns+` FROM programme_revisions WHERE kind = $1 AND object = $2 ORDER BY number DESC`, scanRevision, string(k), id)
	if err != nil {
		return nil, s.db.Fail("history of", id, err)
	}
	return all, nil
}

// Apply makes changes, all or none, each on what the one before has left. It
// returns the records after them, and a programme.Refusal where one cannot be
// made.
func (s *Store) Apply(ctx context.Context, at time.Time, changes ...programme.Change) (*programme.Records, error) {
	var now *programme.Records
	err := s.db.Write(ctx, func(tx *database.Tx) (err error) {
		now, err = s.applyIn(tx, at, changes)
		return err
	})
	var refused *programme.Refusal
	switch {
	case errors.As(err, &refused):
		return nil, err
	case err != nil:
		return nil, s.db.Fail("change", "programme", err)
	}
	return s.keep(now), nil
}

func (s *Store) applyIn(tx *database.Tx, at time.Time, changes []programme.Change) (*programme.Records, error) {
	s.mu.Lock()
	now := s.latest
	s.mu.Unlock()
	now, err := begin(tx, now)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if now, err = change(tx, now, at, c); err != nil {
			return nil, err
		}
	}
	return now, nil
}

// begin holds the head and reads what others have written.
func begin(tx *database.Tx, now *programme.Records) (*programme.Records, error) {
	const hold = `INSERT INTO programme_head (id, number) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET number = programme_head.number`
	if _, err := tx.Exec(hold); err != nil {
		return nil, err
	}
	revisions, err := database.SelectIn(tx,
		`SELECT `+columns+` FROM programme_revisions WHERE number > $1 ORDER BY number`, scanRevision, now.Last)
	return now.With(revisions...), err
}

func change(tx *database.Tx, now *programme.Records, at time.Time, c programme.Change) (*programme.Records, error) {
	c = now.Numbered(c)
	if err := now.Check(c); err != nil {
		return nil, err
	}
	body := ""
	if c.Record != nil {
		raw, err := programme.Encode(c.Record)
		if err != nil {
			return nil, fmt.Errorf("write %s %s: %w", c.Of, c.ID, err)
		}
		body = string(raw)
	}
	var number int64
	if err := tx.Row(`UPDATE programme_head SET number = number + 1 WHERE id = 1 RETURNING number`).Scan(&number); err != nil {
		return nil, err
	}
	const insert = `INSERT INTO programme_revisions (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	if _, err := tx.Exec(insert, number, at.UnixMicro(), c.Author, c.Reason, string(c.Of), c.ID, body); err != nil {
		return nil, err
	}
	return now.With(programme.Revision{
		Number: number, At: at, Author: c.Author, Reason: c.Reason, Of: c.Of, ID: c.ID, Record: c.Record,
	}), nil
}

// Frozen is a report that was published.
type Frozen struct {
	At     time.Time
	Author string
	Report *programme.Report
}

// Freeze keeps reports of an edition as they are. It returns database.ErrExists
// where one of them was frozen before.
func (s *Store) Freeze(ctx context.Context, at time.Time, author string, reports ...*programme.Report) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		for _, r := range reports {
			body, err := json.Marshal(r)
			if err != nil {
				return fmt.Errorf("write report %s: %w", r.Edition, err)
			}
			const insert = `INSERT INTO programme_frozen (edition, language, at, author, hash, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
			n, err := tx.Exec(insert, r.Edition, r.Language, at.UnixMicro(), author, r.Hash, string(body))
			if err != nil {
				return err
			}
			if n == 0 {
				return database.ErrExists
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, database.ErrExists) {
		return s.db.Fail("freeze report of", reports[0].Edition, err)
	}
	return err
}

// ReadFrozen returns the frozen report of an edition in a language; nil where
// none was frozen.
func ReadFrozen(ctx context.Context, r *database.Reader, edition, lang string) (*Frozen, error) {
	all, err := database.Select(ctx, r, `SELECT at, author, body FROM programme_frozen WHERE edition = $1 AND language = $2`, scanFrozen, edition, lang)
	if err != nil {
		return nil, r.Fail("read report of", edition, err)
	}
	var none *Frozen // nothing was frozen: no error
	for i := range all {
		return &all[i], nil
	}
	return none, nil
}

// Frozen is ReadFrozen of the store's database.
func (s *Store) Frozen(ctx context.Context, edition, lang string) (*Frozen, error) {
	return ReadFrozen(ctx, s.db.Reader, edition, lang)
}

func scanFrozen(rows *sql.Rows) (f Frozen, err error) {
	var at int64
	var body string
	if err := rows.Scan(&at, &f.Author, &body); err != nil {
		return f, err
	}
	f.At = time.UnixMicro(at).UTC()
	if err := json.Unmarshal([]byte(body), &f.Report); err != nil {
		return f, fmt.Errorf("%w: %w", database.ErrDamaged, err)
	}
	return f, nil
}

// ReadBefore puts into what a report is made of what was known when the edition
// before it was frozen.
func ReadBefore(ctx context.Context, r *database.Reader, e *programme.Edition, from *programme.Sources) error {
	last := from.Records.LastEdition(e)
	if last == nil {
		return nil
	}
	times, err := database.Select(ctx, r, `SELECT MIN(at) FROM programme_frozen WHERE edition = $1 HAVING COUNT(*) > 0`, scanNumber, last.ID)
	if err != nil {
		return r.Fail("read report of", last.ID, err)
	}
	if len(times) == 0 {
		return nil
	}
	revisions, err := database.Select(ctx, r, `SELECT `+columns+` FROM programme_revisions WHERE at <= $1 ORDER BY number`, scanRevision, times[0])
	if err != nil {
		return r.Fail("read", "programme", err)
	}
	from.Before, from.Since = programme.NewRecords().With(revisions...), last.AsOf
	return nil
}

// Before is ReadBefore of the store's database.
func (s *Store) Before(ctx context.Context, e *programme.Edition, from *programme.Sources) error {
	return ReadBefore(ctx, s.db.Reader, e, from)
}

func scanNumber(rows *sql.Rows) (n int64, err error) {
	err = rows.Scan(&n)
	return n, err
}

// Step is a revision with the name of who made it.
type Step struct {
	programme.Revision
	By string
}
