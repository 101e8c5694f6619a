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

// Tables of what belongs to an event and holds people: each is folded event by
// event.
const (
	nominationsOf  = `SELECT item, body FROM programme_nominations WHERE event = $1 ORDER BY number`
	certificatesOf = `SELECT item, body FROM programme_certificates WHERE event = $1 ORDER BY number`
	certificateBy  = `SELECT item, body FROM programme_certificates WHERE item = $1 ORDER BY number`
	addNomination  = `INSERT INTO programme_nominations (number, event, item, at, author, body) VALUES ($1, $2, $3, $4, $5, $6)`
	addCertificate = `INSERT INTO programme_certificates (number, event, item, at, author, body) VALUES ($1, $2, $3, $4, $5, $6)`
	addAttendance  = `INSERT INTO programme_attendance (number, event, attendee, at, author, body) VALUES ($1, $2, $3, $4, $5, $6)`
)

type itemRow struct{ id, body string }

func scanItem(rows *sql.Rows) (r itemRow, err error) {
	err = rows.Scan(&r.id, &r.body)
	return r, err
}

// folded is the list that rows leave, in the order in which its items came.
func folded[T any](rows []itemRow) (all []T, err error) {
	last := map[string]string{}
	var order []string
	for _, r := range rows {
		if _, known := last[r.id]; !known {
			order = append(order, r.id)
		}
		last[r.id] = r.body
	}
	for _, id := range order {
		if last[id] == "" {
			continue
		}
		var one T
		if err := json.Unmarshal([]byte(last[id]), &one); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", database.ErrDamaged, id, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// Roster returns who has to do with a course.
func (s *Store) Roster(ctx context.Context, event string) (*programme.Roster, error) {
	r, err := rosterOf(func(query string) ([]itemRow, error) {
		return database.Select(ctx, s.db.Reader, query, scanItem, event)
	})
	if err != nil {
		return nil, s.db.Fail("course", event, err)
	}
	return r, nil
}

func rosterOf(read func(query string) ([]itemRow, error)) (*programme.Roster, error) {
	r := &programme.Roster{}
	var err error
	if r.Nominees, err = readItems[programme.Nominee](read, nominationsOf); err != nil {
		return nil, err
	}
	if r.Attendees, err = readItems[programme.Attendee](read, attendanceOf); err != nil {
		return nil, err
	}
	r.Certificates, err = readItems[programme.Certificate](read, certificatesOf)
	return r, err
}

func readItems[T any](read func(string) ([]itemRow, error), query string) ([]T, error) {
	rows, err := read(query)
	if err != nil {
		return nil, err
	}
	return folded[T](rows)
}

// RosterChange is what becomes of a roster: each entry takes the place of the one
// with its id, or is added.
type RosterChange struct {
	Nominees     []programme.Nominee
	Attendees    []programme.Attendee
	Certificates []programme.Certificate
	// Unlisted are ids of attendees who are taken off the list.
	Unlisted []string
}

// ChangeRoster changes who has to do with a course, all or nothing: change says of
// it as it is what becomes what. It returns a programme.Refusal where that cannot
// be.
func (s *Store) ChangeRoster(ctx context.Context, at time.Time, author, event string, change func(*programme.Roster) (RosterChange, error)) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := s.listIn(tx, event); err != nil {
			return err
		}
		now, err := rosterOf(func(query string) ([]itemRow, error) { return database.SelectIn(tx, query, scanItem, event) })
		if err != nil {
			return err
		}
		c, err := change(now)
		if err != nil {
			return err
		}
		if _, err := programme.Nominate(now.Nominees, c.Nominees...); err != nil {
			return err
		}
		if _, err := programme.Attend(now.Attendees, c.Attendees...); err != nil {
			return err
		}
		return c.write(tx, event, at, author)
	})
	var refused *programme.Refusal
	if err != nil && !errors.As(err, &refused) {
		return s.db.Fail("course", event, err)
	}
	return err
}

func (c *RosterChange) write(tx *database.Tx, event string, at time.Time, author string) error {
	put := func(insert, id string, what any) error {
		body, err := json.Marshal(what)
		if err != nil {
			return fmt.Errorf("write %s: %w", id, err)
		}
		return addItem(tx, insert, event, id, at, author, string(body))
	}
	for i := range c.Nominees {
		if err := put(addNomination, c.Nominees[i].ID, &c.Nominees[i]); err != nil {
			return err
		}
	}
	for i := range c.Attendees {
		if err := put(addAttendance, c.Attendees[i].ID, &c.Attendees[i]); err != nil {
			return err
		}
	}
	for i := range c.Certificates {
		if err := put(addCertificate, c.Certificates[i].Code, &c.Certificates[i]); err != nil {
			return err
		}
	}
	for _, id := range c.Unlisted {
		if err := addItem(tx, addAttendance, event, id, at, author, ""); err != nil {
			return err
		}
	}
	return nil
}

// Certificate returns what a code says; false where there is none.
func (s *Store) Certificate(ctx context.Context, code string) (programme.Certificate, bool, error) {
	rows, err := database.Select(ctx, s.db.Reader, certificateBy, scanItem, programme.PlainCode(code))
	if err != nil {
		return programme.Certificate{}, false, s.db.Fail("find", "certificate", err)
	}
	all, err := folded[programme.Certificate](rows)
	if err != nil {
		return programme.Certificate{}, false, s.db.Fail("find", "certificate", err)
	}
	if len(all) == 0 {
		return programme.Certificate{}, false, nil
	}
	return all[0], true, nil
}

// Erase takes somebody out of the roster of an event and out of its history: as a
// nominee, from the list, and their certificates. What is left says who did so,
// and when.
func (s *Store) Erase(ctx context.Context, at time.Time, author, event, id string) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := s.listIn(tx, event); err != nil {
			return err
		}
		rows, err := database.SelectIn(tx, certificatesOf, scanItem, event)
		if err != nil {
			return err
		}
		held, err := folded[programme.Certificate](rows)
		if err != nil {
			return err
		}
		for _, c := range held {
			if c.Attendee != id {
				continue
			}
			if err := eraseItem(tx, `UPDATE programme_certificates SET body = '' WHERE event = $1 AND item = $2`, addCertificate, event, c.Code, at, author); err != nil {
				return err
			}
		}
		if err := eraseItem(tx, `UPDATE programme_nominations SET body = '' WHERE event = $1 AND item = $2`, addNomination, event, id, at, author); err != nil {
			return err
		}
		return eraseItem(tx, `UPDATE programme_attendance SET body = '' WHERE event = $1 AND attendee = $2`, addAttendance, event, id, at, author)
	})
	if err != nil {
		return s.db.Fail("list of", event, err)
	}
	return nil
}

// eraseItem empties the history of an item that has one.
func eraseItem(tx *database.Tx, erase, add, event, id string, at time.Time, author string) error {
	n, err := tx.Exec(erase, event, id)
	if err != nil || n == 0 {
		return err
	}
	return addItem(tx, add, event, id, at, author, "")
}
