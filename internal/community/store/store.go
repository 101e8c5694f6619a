// Package store keeps the revisions of the community in the database of the
// installation. It decides nothing but that a change fits what is there. It may
// import its domain and package database.
//
// Start reading at [Store].
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"renkei/internal/community"
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
func Tables() []string {
	return []string{"community_head", "community_revisions", "community_rounds", "community_asks", "community_schedule"}
}

// Store keeps the community. It is safe for use by many goroutines.
type Store struct {
	db *database.DB

	mu     sync.Mutex
	latest *community.Registry // that was read or written last; guarded by mu
}

// New returns the store of a database that has the migrations.
func New(db *database.DB) *Store { return &Store{db: db, latest: community.NewRegistry()} }

// ReadMoment returns the registry as a Reader of one moment sees it.
func ReadMoment(ctx context.Context, r *database.Reader) (*community.Registry, error) {
	revisions, err := since(ctx, r, 0)
	if err != nil {
		return nil, r.Fail("read", "community", err)
	}
	return community.NewRegistry().With(revisions...), nil
}

// Registry returns everything that is known now.
func (s *Store) Registry(ctx context.Context) (*community.Registry, error) {
	s.mu.Lock()
	latest := s.latest
	s.mu.Unlock()
	heads, err := database.Select(ctx, s.db.Reader, `SELECT number FROM community_head`, scanNumber)
	if err != nil {
		return nil, s.db.Fail("read", "community", err)
	}
	if len(heads) == 0 || heads[0] == latest.Last {
		return latest, nil
	}
	revisions, err := since(ctx, s.db.Reader, latest.Last)
	if err != nil {
		return nil, s.db.Fail("read", "community", err)
	}
	return s.keep(latest.With(revisions...)), nil
}

// keep has a registry be the latest, unless a later one is. It returns what it
// was given.
func (s *Store) keep(r *community.Registry) *community.Registry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Last > s.latest.Last {
		s.latest = r
	}
	return r
}

func scanNumber(rows *sql.Rows) (n int64, err error) {
	err = rows.Scan(&n)
	return n, err
}

const columns = `number, at, author, reason, kind, object, body, restores`

func since(ctx context.Context, r *database.Reader, number int64) ([]community.Revision, error) {
	return database.Select(ctx, r, `SELECT `+columns+` FROM community_revisions WHERE number > $1 ORDER BY number`, scanRevision, number)
}

func scanRevision(rows *sql.Rows) (rev community.Revision, err error) {
	var at int64
	var body string
	if err := rows.Scan(&rev.Number, &at, &rev.Author, &rev.Reason, &rev.Of, &rev.ID, &body, &rev.Restores); err != nil {
		return rev, err
	}
	rev.At = time.UnixMicro(at).UTC()
	if body != "" {
		rev.Record, err = community.Decode(rev.Of, []byte(body))
	}
	return rev, err
}

// History returns all revisions of a record, the last first.
func (s *Store) History(ctx context.Context, k community.Kind, id string) ([]community.Revision, error) {
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT `+columns+` FROM community_revisions WHERE kind = $1 AND object = $2 ORDER BY number DESC`, scanRevision, string(k), id)
	if err != nil {
		return nil, s.db.Fail("history of", id, err)
	}
	return all, nil
}

// Recent returns the last revisions of all, the last first.
func (s *Store) Recent(ctx context.Context, n int) ([]community.Revision, error) {
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT `+columns+` FROM community_revisions ORDER BY number DESC LIMIT $1`, scanRevision, n)
	if err != nil {
		return nil, s.db.Fail("history of", "community", err)
	}
	return all, nil
}

// Apply makes changes, all or none, each on what the one before has left. It
// returns the registry after them, and a community.Refusal where one cannot be
// made.
func (s *Store) Apply(ctx context.Context, at time.Time, changes ...community.Change) (*community.Registry, error) {
	return s.write(ctx, func(w *writing) error {
		for _, c := range changes {
			if err := w.change(at, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// Erase leaves a tombstone of a person and of the contacts that they were, in
// all revisions. What cannot be erased because it is not there is
// database.ErrNotFound.
func (s *Store) Erase(ctx context.Context, at time.Time, author, reason, person string) (*community.Registry, error) {
	return s.write(ctx, func(w *writing) error {
		if p := w.now.Person(person); p == nil || p.Erased {
			return database.ErrNotFound
		}
		if err := w.forget(person); err != nil {
			return err
		}
		for _, left := range w.now.ErasureOf(person) {
			c := community.Change{
				Author: author, Reason: reason, Of: left.Kind(), ID: left.Key(), Record: left, Base: w.now.LastOf(left.Kind(), left.Key()),
			}
			if err := w.erase(at, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// writing is a transaction that changes the community.
type writing struct {
	tx  *database.Tx
	now *community.Registry
}

// write runs do on the registry as nobody else changes it meanwhile.
func (s *Store) write(ctx context.Context, do func(*writing) error) (*community.Registry, error) {
	var w *writing
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		s.mu.Lock()
		w = &writing{tx: tx, now: s.latest}
		s.mu.Unlock()
		if err := w.begin(); err != nil {
			return err
		}
		return do(w)
	})
	var refused *community.Refusal
	switch {
	case errors.As(err, &refused), errors.Is(err, database.ErrNotFound):
		return nil, err
	case err != nil:
		return nil, s.db.Fail("change", "community", err)
	}
	return s.keep(w.now), nil
}

// begin holds the head and reads what others have written.
func (w *writing) begin() error {
	const hold = `INSERT INTO community_head (id, number) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET number = community_head.number`
	if _, err := w.tx.Exec(hold); err != nil {
		return err
	}
	revisions, err := database.SelectIn(w.tx,
		`SELECT `+columns+` FROM community_revisions WHERE number > $1 ORDER BY number`, scanRevision, w.now.Last)
	w.now = w.now.With(revisions...)
	return err
}

func (w *writing) change(at time.Time, c community.Change) error {
	if err := w.now.Check(c); err != nil {
		return err
	}
	body, err := bodyOf(c.Record)
	if err != nil {
		return err
	}
	return w.add(at, c, body)
}

// erase makes a record a tombstone, and of a person all revisions; those of
// contacts forget has dealt with.
func (w *writing) erase(at time.Time, c community.Change) error {
	body, err := bodyOf(c.Record)
	if err != nil {
		return err
	}
	if c.Of != community.KindPerson {
		return w.add(at, c, body)
	}
	const blank = `UPDATE community_revisions SET body = $1, reason = '' WHERE kind = $2 AND object = $3`
	if _, err := w.tx.Exec(blank, body, string(c.Of), c.ID); err != nil {
		return err
	}
	return w.add(at, c, body)
}

// forget leaves a tombstone of every revision in which a contact was the
// person, also where it has become somebody else since.
func (w *writing) forget(person string) error {
	all, err := database.SelectIn(w.tx,
		`SELECT `+columns+` FROM community_revisions WHERE kind = $1`, scanRevision, string(community.KindContact))
	if err != nil {
		return err
	}
	for _, rev := range all {
		c, ok := rev.Record.(*community.Contact)
		if !ok || c.Person != person {
			continue
		}
		body, err := bodyOf(c.WithoutPerson())
		if err != nil {
			return err
		}
		if _, err := w.tx.Exec(`UPDATE community_revisions SET body = $1, reason = '' WHERE number = $2`, body, rev.Number); err != nil {
			return err
		}
		if err := w.forgetAsks(c, rev.Number); err != nil {
			return err
		}
	}
	return nil
}

// forgetAsks takes the addresses of a contact, as it was in a revision, from the
// rounds that asked them, and what was said.
func (w *writing) forgetAsks(c *community.Contact, number int64) error {
	const blank = `UPDATE community_asks SET address = $1, word = '' WHERE contact = $2 AND channel = $3 AND address = $4`
	for i, ch := range c.Channels {
		if _, err := w.tx.Exec(blank, fmt.Sprintf("erased/%d/%d", number, i), c.ID, string(ch.Kind), ch.Value); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) add(at time.Time, c community.Change, body string) error {
	var number int64
	if err := w.tx.Row(`UPDATE community_head SET number = number + 1 WHERE id = 1 RETURNING number`).Scan(&number); err != nil {
		return err
	}
	const insert = `INSERT INTO community_revisions (` + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	if _, err := w.tx.Exec(insert, number, at.UnixMicro(), c.Author, c.Reason, string(c.Of), c.ID, body, c.Restores); err != nil {
		return err
	}
	w.now = w.now.With(community.Revision{
		Number: number, At: at, Author: c.Author, Reason: c.Reason, Of: c.Of, ID: c.ID, Record: c.Record, Restores: c.Restores,
	})
	return nil
}

func bodyOf(r community.Record) (string, error) {
	if r == nil {
		return "", nil
	}
	body, err := community.Encode(r)
	if err != nil {
		return "", fmt.Errorf("write %s %s: %w", r.Kind(), r.Key(), err)
	}
	return string(body), nil
}
