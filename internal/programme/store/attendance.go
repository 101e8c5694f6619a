package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"renkei/internal/database"
	"renkei/internal/programme"
)

// Attendance returns the list of an event, in the order in which people were
// entered.
func (s *Store) Attendance(ctx context.Context, event string) ([]programme.Attendee, error) {
	return ReadAttendance(ctx, s.db.Reader, event)
}

// ReadAttendance is that as a Reader of one moment sees it.
func ReadAttendance(ctx context.Context, r *database.Reader, event string) ([]programme.Attendee, error) {
	rows, err := database.Select(ctx, r, attendanceOf, scanItem, event)
	if err != nil {
		return nil, r.Fail("list of", event, err)
	}
	all, err := folded[programme.Attendee](rows)
	if err != nil {
		return nil, r.Fail("list of", event, err)
	}
	return all, nil
}

const attendanceOf = `SELECT attendee, body FROM programme_attendance WHERE event = $1 ORDER BY number`

// Attend changes the list of an event: change says of the list as it is which
// entries become what. It returns these, and a programme.Refusal where they
// cannot.
func (s *Store) Attend(ctx context.Context, at time.Time, author, event string, change func([]programme.Attendee) ([]programme.Attendee, error)) (changed []programme.Attendee, err error) {
	err = s.db.Write(ctx, func(tx *database.Tx) (err error) {
		changed, err = s.attendIn(tx, at, author, event, change)
		return err
	})
	var refused *programme.Refusal
	if err != nil && !errors.As(err, &refused) {
		return nil, s.db.Fail("list of", event, err)
	}
	return changed, err
}

func (s *Store) attendIn(tx *database.Tx, at time.Time, author, event string, change func([]programme.Attendee) ([]programme.Attendee, error)) ([]programme.Attendee, error) {
	now, err := s.listIn(tx, event)
	if err != nil {
		return nil, err
	}
	changed, err := change(now)
	if err != nil {
		return nil, err
	}
	if _, err := programme.Attend(now, changed...); err != nil {
		return nil, err
	}
	for i := range changed {
		body, err := json.Marshal(&changed[i])
		if err != nil {
			return nil, fmt.Errorf("write attendee %s: %w", changed[i].ID, err)
		}
		if err := addItem(tx, addAttendance, event, changed[i].ID, at, author, string(body)); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

// TakeTables makes what tables of an event change, all or nothing. What the desk
// has noted of a person since then stays. It returns a programme.Refusal where
// something cannot be.
func (s *Store) TakeTables(ctx context.Context, at time.Time, author, event string, changes []programme.Change, people []programme.Attendee) error {
	var now *programme.Records
	err := s.db.Write(ctx, func(tx *database.Tx) (err error) {
		if now, err = s.applyIn(tx, at, changes); err != nil || len(people) == 0 {
			return err
		}
		_, err = s.attendIn(tx, at, author, event, func(list []programme.Attendee) ([]programme.Attendee, error) {
			return programme.KeepDesk(list, people), nil
		})
		return err
	})
	var refused *programme.Refusal
	switch {
	case errors.As(err, &refused):
		return err
	case err != nil:
		return s.db.Fail("change", event, err)
	}
	s.keep(now)
	return nil
}

// listIn holds the lists and reads one.
func (s *Store) listIn(tx *database.Tx, event string) ([]programme.Attendee, error) {
	const hold = `INSERT INTO programme_head (id, number) VALUES (2, 0) ON CONFLICT (id) DO UPDATE SET number = programme_head.number`
	if _, err := tx.Exec(hold); err != nil {
		return nil, err
	}
	rows, err := database.SelectIn(tx, attendanceOf, scanItem, event)
	if err != nil {
		return nil, err
	}
	return folded[programme.Attendee](rows)
}

func addItem(tx *database.Tx, insert, event, id string, at time.Time, author, body string) error {
	var number int64
	if err := tx.Row(`UPDATE programme_head SET number = number + 1 WHERE id = 2 RETURNING number`).Scan(&number); err != nil {
		return err
	}
	_, err := tx.Exec(insert, number, event, id, at.UnixMicro(), author, body)
	return err
}
