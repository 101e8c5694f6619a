package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"renkei/internal/database"
	"renkei/internal/programme"
)

// peopleSeen are people with how far each table was read for them. Tables are
// read one after the other, so each has a place of its own.
type peopleSeen struct {
	people                              *programme.People
	attendance, certificates, decisions int64
}

const (
	newAttendance   = `SELECT number, event, attendee, body FROM programme_attendance WHERE number > $1 ORDER BY number`
	newCertificates = `SELECT number, event, item, body FROM programme_certificates WHERE number > $1 ORDER BY number`
	newIdentities   = `SELECT number, a, b, at, author, says FROM programme_identities WHERE number > $1 ORDER BY number`
)

type numberedRow struct {
	number          int64
	event, id, body string
}

func scanNumbered(rows *sql.Rows) (r numberedRow, err error) {
	err = rows.Scan(&r.number, &r.event, &r.id, &r.body)
	return r, err
}

type identityRow struct {
	programme.Identity

	number int64
}

func scanIdentity(rows *sql.Rows) (r identityRow, err error) {
	var at int64
	err = rows.Scan(&r.number, &r.A, &r.B, &at, &r.Author, &r.Says)
	r.At = time.UnixMicro(at).UTC()
	return r, err
}

// read returns the people after what is new in the tables.
func (s peopleSeen) read(ctx context.Context, r *database.Reader) (peopleSeen, error) {
	c := programme.PeopleChange{
		Attendees: map[string]*programme.Attendee{}, Certificates: map[string]*programme.Certificate{}, Identities: map[[2]string]*programme.Identity{},
	}
	rows, err := database.Select(ctx, r, newAttendance, scanNumbered, s.attendance)
	if err != nil {
		return s, r.Fail("read", "lists", err)
	}
	for _, row := range rows {
		s.attendance = row.number
		if c.Attendees[row.event+"/"+row.id], err = decoded[programme.Attendee](row); err != nil {
			return s, err
		}
	}
	if rows, err = database.Select(ctx, r, newCertificates, scanNumbered, s.certificates); err != nil {
		return s, r.Fail("read", "certificates", err)
	}
	for _, row := range rows {
		s.certificates = row.number
		if c.Certificates[row.id], err = decoded[programme.Certificate](row); err != nil {
			return s, err
		}
	}
	decisions, err := database.Select(ctx, r, newIdentities, scanIdentity, s.decisions)
	if err != nil {
		return s, r.Fail("read", "identities", err)
	}
	for i := range decisions {
		d := &decisions[i]
		s.decisions = d.number
		if c.Identities[programme.Pair(d.A, d.B)] = &d.Identity; d.Says == "" {
			c.Identities[programme.Pair(d.A, d.B)] = nil
		}
	}
	s.people = s.people.With(c)
	return s, nil
}

// decoded is what a row says; nil where it was erased.
func decoded[T any](row numberedRow) (*T, error) {
	if row.body == "" {
		return nil, nil //nolint:nilnil // it is gone
	}
	var one T
	if err := json.Unmarshal([]byte(row.body), &one); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", database.ErrDamaged, row.id, err)
	}
	return &one, nil
}

// readPeople reads everybody at the moment of a Reader.
func readPeople(ctx context.Context, r *database.Reader) (*programme.People, error) {
	seen, err := peopleSeen{people: programme.NewPeople()}.read(ctx, r)
	return seen.people, err
}

// People returns all who are on lists of events now.
func (s *Store) People(ctx context.Context) (*programme.People, error) {
	s.mu.Lock()
	seen := s.people
	s.mu.Unlock()
	next, err := seen.read(ctx, s.db.Reader)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.people; next.attendance >= at.attendance && next.certificates >= at.certificates && next.decisions >= at.decisions {
		s.people = next
	}
	return next.people, nil
}

// Decide keeps what somebody decides of two entries, or takes a decision back. It
// returns a programme.Refusal where that cannot be.
func (s *Store) Decide(ctx context.Context, at time.Time, author, a, b, says string) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := s.listIn(tx, ""); err != nil { // nobody else decides meanwhile
			return err
		}
		people, err := s.People(ctx)
		if err != nil {
			return err
		}
		if _, err := people.Decide(a, b, says, author, at); err != nil {
			return err
		}
		var number int64
		if err := tx.Row(`UPDATE programme_head SET number = number + 1 WHERE id = 2 RETURNING number`).Scan(&number); err != nil {
			return err
		}
		pair := programme.Pair(a, b)
		const insert = `INSERT INTO programme_identities (number, a, b, at, author, says) VALUES ($1, $2, $3, $4, $5, $6)`
		_, err = tx.Exec(insert, number, pair[0], pair[1], at.UnixMicro(), author, says)
		return err
	})
	var refused *programme.Refusal
	if err != nil && !errors.As(err, &refused) {
		return s.db.Fail("decide of", "persons", err)
	}
	return err
}
