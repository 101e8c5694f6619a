package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"renkei/internal/database"
	"renkei/internal/programme"
)

// Sent returns the last invitations to all mailboxes.
func (s *Store) Sent(ctx context.Context) ([]programme.Sent, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT body FROM programme_invitations ORDER BY event, box`, scanSent)
	if err != nil {
		return nil, s.db.Fail("read", "invitations", err)
	}
	return all, nil
}

func scanSent(rows *sql.Rows) (sent programme.Sent, err error) {
	var body string
	if err := rows.Scan(&body); err != nil {
		return sent, err
	}
	if err := json.Unmarshal([]byte(body), &sent); err != nil {
		return sent, fmt.Errorf("%w: invitation: %w", database.ErrDamaged, err)
	}
	return sent, nil
}

// KeepSent has an invitation be the last to its mailbox.
func (s *Store) KeepSent(ctx context.Context, sent *programme.Sent) error {
	body, err := json.Marshal(sent)
	if err != nil {
		return fmt.Errorf("write invitation: %w", err)
	}
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		const put = `INSERT INTO programme_invitations (event, box, body) VALUES ($1, $2, $3) ON CONFLICT (event, box) DO UPDATE SET body = excluded.body`
		_, err := tx.Exec(put, sent.Event, sent.Box, string(body))
		return err
	})
	if err != nil {
		return s.db.Fail("keep invitation to", sent.Event, err)
	}
	return nil
}
