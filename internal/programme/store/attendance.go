package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"renkei/internal/database"
	"renkei/internal/programme"
)

// Attendance returns the list of an event, in the order in which people were
// entered.
func (s *Store) Attendance(ctx context.Context, event string) ([]programme.Attendee, error) {
	rows, err := database.Select(ctx, s.db.Reader, attendanceOf, scanAttendee, event)
	if err != nil {
		return nil, s.db.Fail("list of", event, err)
	}
	all, err := folded(rows)
	if err != nil {
		return nil, s.db.Fail("list of", event, err)
	}
	return all, nil
}

const attendanceOf = `SELECT attendee, body FROM programme_attendance WHERE event = $1 ORDER BY number`

type attendeeRow struct{ id, body string }

func scanAttendee(rows *sql.Rows) (r attendeeRow, err error) {
	err = rows.Scan(&r.id, &r.body)
	return r, err
}

// folded is the list that rows leave.
func folded(rows []attendeeRow) (all []programme.Attendee, err error) {
	at := map[string]int{}
	for _, r := range rows {
		i, known := at[r.id]
		if !known {
			i, all = len(all), append(all, programme.Attendee{})
			at[r.id] = i
		}
		all[i] = programme.Attendee{}
		if r.body == "" {
			continue
		}
		if err := json.Unmarshal([]byte(r.body), &all[i]); err != nil {
			return nil, fmt.Errorf("%w: attendee %s: %w", database.ErrDamaged, r.id, err)
		}
	}
	return slices.DeleteFunc(all, func(a programme.Attendee) bool { return a.ID == "" }), nil
}

// Attend changes the list of an event: change says of the list as it is which
// entries become what. It returns these, and a programme.Refusal where they
// cannot.
func (s *Store) Attend(ctx context.Context, at time.Time, author, event string, change func([]programme.Attendee) ([]programme.Attendee, error)) (changed []programme.Attendee, err error) {
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		now, err := s.listIn(tx, event)
		if err != nil {
			return err
		}
		if changed, err = change(now); err != nil {
			return err
		}
		if _, err := programme.Attend(now, changed...); err != nil {
			return err
		}
		for i := range changed {
			body, err := json.Marshal(&changed[i])
			if err != nil {
				return fmt.Errorf("write attendee %s: %w", changed[i].ID, err)
			}
			if err := addAttendee(tx, event, changed[i].ID, at, author, string(body)); err != nil {
				return err
			}
		}
		return nil
	})
	var refused *programme.Refusal
	if err != nil && !errors.As(err, &refused) {
		return nil, s.db.Fail("list of", event, err)
	}
	return changed, err
}

// listIn holds the lists and reads one.
func (s *Store) listIn(tx *database.Tx, event string) ([]programme.Attendee, error) {
	const hold = `INSERT INTO programme_head (id, number) VALUES (2, 0) ON CONFLICT (id) DO UPDATE SET number = programme_head.number`
	if _, err := tx.Exec(hold); err != nil {
		return nil, err
	}
	rows, err := database.SelectIn(tx, attendanceOf, scanAttendee, event)
	if err != nil {
		return nil, err
	}
	return folded(rows)
}

func addAttendee(tx *database.Tx, event, id string, at time.Time, author, body string) error {
	var number int64
	if err := tx.Row(`UPDATE programme_head SET number = number + 1 WHERE id = 2 RETURNING number`).Scan(&number); err != nil {
		return err
	}
	const insert = `INSERT INTO programme_attendance (number, event, attendee, at, author, body) VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := tx.Exec(insert, number, event, id, at.UnixMicro(), author, body)
	return err
}

// Unlist takes somebody off the list of an event, and out of its history: what
// is left says who did so, and when.
func (s *Store) Unlist(ctx context.Context, at time.Time, author, event, id string) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := s.listIn(tx, event); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE programme_attendance SET body = '' WHERE event = $1 AND attendee = $2`, event, id); err != nil {
			return err
		}
		return addAttendee(tx, event, id, at, author, "")
	})
	if err != nil {
		return s.db.Fail("list of", event, err)
	}
	return nil
}
