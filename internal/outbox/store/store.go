// Package store keeps the outbox in the database of the installation. It decides
// nothing. It may import its domain and package database.
//
// Start reading at [Store.Put] and [Store.Turn].
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"strings"
	"time"

	"renkei/internal/database"
	"renkei/internal/outbox"
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
	return []string{"outbox_head", "outbox_holds", "outbox_messages", "outbox_files", "outbox_deliveries", "outbox_steps", "outbox_place"}
}

// Local are those of the tables that no backup has.
func Local() []string { return []string{"outbox_place"} }

// Store keeps the outbox. It is safe for use by many goroutines.
type Store struct{ db *database.DB }

var (
	_ outbox.Store  = (*Store)(nil)
	_ outbox.Keeper = (*Store)(nil)
)

// New returns the store of a database that has the migrations.
func New(db *database.DB) *Store { return &Store{db} }

// Shared reports whether other processes may use the database.
func (s *Store) Shared() bool { return s.db.Shared() }

// write runs do in a transaction. Errors of the domain are returned as they are.
func (s *Store) write(ctx context.Context, what, id string, do func(tx *database.Tx) error) error {
	err := s.db.Write(ctx, do)
	for _, own := range []error{outbox.ErrKey, outbox.ErrFull, outbox.ErrState, database.ErrNotFound} {
		if errors.Is(err, own) {
			return err
		}
	}
	if err != nil {
		return s.db.Fail(what, id, err)
	}
	return nil
}

// gate has all who claim or hold deliveries wait for each other, and returns the
// salt of the installation.
func gate(tx *database.Tx) (salt []byte, err error) {
	fresh := make([]byte, 16)
	_, _ = rand.Read(fresh) // never fails
	const enter = `INSERT INTO outbox_head (id, turn, salt) VALUES (1, 1, $1)
		ON CONFLICT (id) DO UPDATE SET turn = outbox_head.turn + 1 RETURNING salt`
	err = tx.Row(enter, fresh).Scan(&salt)
	return salt, err
}

// moment reads a time; 0 is zero.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func scanNumber(rows *sql.Rows) (n int64, err error) {
	err = rows.Scan(&n)
	return n, err
}

func scanText(rows *sql.Rows) (text string, err error) {
	err = rows.Scan(&text)
	return text, err
}

// step writes down what happened to a delivery.
func step(tx *database.Tx, delivery int64, at time.Time, what, about, by string) error {
	_, err := tx.Exec(`INSERT INTO outbox_steps (delivery, at, what, about, person) VALUES ($1, $2, $3, $4, $5)`,
		delivery, at.UnixMicro(), what, about, by)
	return err
}

// partSize is how much of a file a row holds.
const partSize = 512 << 10

// Put puts messages in, all or none; those that are in already are left as they
// are. It returns outbox.ErrKey and outbox.ErrFull.
func (s *Store) Put(ctx context.Context, now time.Time, all []outbox.Message) error {
	return s.write(ctx, "put into outbox", "messages", func(tx *database.Tx) error {
		// What is put in before the first Begin was not brought from a backup.
		const here = `INSERT INTO outbox_place (id, since) SELECT 1, $1 WHERE NOT EXISTS
			(SELECT 1 FROM outbox_deliveries WHERE state IN ('queued', 'sending')) ON CONFLICT (id) DO NOTHING`
		if _, err := tx.Exec(here, now.UnixMicro()); err != nil {
			return err
		}
		var waiting int64
		const count = `SELECT COUNT(*) FROM (SELECT 1 FROM outbox_deliveries WHERE state IN ('queued', 'sending') LIMIT $1) waiting`
		if err := tx.Row(count, outbox.MaxWaiting).Scan(&waiting); err != nil {
			return err
		}
		for i := range all {
			if waiting += int64(len(all[i].To)); waiting > outbox.MaxWaiting {
				return outbox.ErrFull
			}
			if err := put(tx, now, &all[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func put(tx *database.Tx, now time.Time, m *outbox.Message) error {
	body, hash, err := m.Body()
	if err != nil {
		return err
	}
	expires := m.Expires
	if expires.IsZero() {
		expires = now.Add(outbox.LongestWait)
	}
	const insert = `INSERT INTO outbox_messages (key, hash, scope, subject, body, put, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING RETURNING number`
	numbers, err := database.SelectIn(tx, insert, scanNumber, m.Key, hash, m.Scope, m.Subject, body, now.UnixMicro(), expires.UnixMicro())
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		return same(tx, m.Key, hash)
	}
	for place, f := range m.Files {
		for part := 0; part*partSize < max(1, len(f.Data)); part++ {
			data := append([]byte{}, f.Data[part*partSize:min(len(f.Data), (part+1)*partSize)]...) // not nil where it is empty
			if _, err := tx.Exec(`INSERT INTO outbox_files (message, place, part, data) VALUES ($1, $2, $3, $4)`, numbers[0], place, part, data); err != nil {
				return err
			}
		}
	}
	for _, to := range m.To {
		if err := address(tx, now, m, numbers[0], to); err != nil {
			return err
		}
	}
	return nil
}

// same returns outbox.ErrKey unless the message of a key has that hash.
func same(tx *database.Tx, key string, hash []byte) error {
	var n int64
	err := tx.Row(`SELECT COUNT(*) FROM outbox_messages WHERE key = $1 AND hash = $2`, key, hash).Scan(&n)
	if err == nil && n == 0 {
		err = outbox.ErrKey
	}
	return err
}

// address makes the delivery of a message to a recipient.
func address(tx *database.Tx, now time.Time, m *outbox.Message, message int64, to outbox.Recipient) error {
	state := outbox.Queued
	if to.Refused != "" {
		state = outbox.Failed
	}
	const insert = `INSERT INTO outbox_deliveries
		(message, scope, lane, recipient, name, channel, address, find, state, tries, doubt, due, changed, remote, reason, owner, lease)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, FALSE, $10, $10, '', $11, '', 0) RETURNING number`
	var number int64
	err := tx.Row(insert, message, m.Scope, m.Lane(to), to.ID, to.Name, to.Channel, to.Address, find(m.Subject, to.Name, to.Address),
		string(state), now.UnixMicro(), to.Refused).Scan(&number)
	if err != nil {
		return err
	}
	if err := step(tx, number, now, string(outbox.Queued), "", ""); err != nil || to.Refused == "" {
		return err
	}
	return step(tx, number, now, string(outbox.Failed), to.Refused, "")
}

// find is the text in which a delivery is looked for.
func find(subject, name, address string) string {
	return strings.ToLower(subject + "\n" + name + "\n" + address)
}
