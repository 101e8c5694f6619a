// Package store keeps which exercises are played by mail, who wrote to them, and
// up to where the mailbox was read, in the database of the installation. It decides
// nothing and holds no key. It may import package mail and package database.
//
// Start reading at [Store.Place].
package store

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"time"

	"renkei/internal/channel/mail"
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
	return []string{"mail_places", "mail_units", "mail_addresses", "mail_accounts", "mail_inbox"}
}

// Store keeps it. It is safe for use by many goroutines.
type Store struct{ db *database.DB }

var _ mail.Positions = (*Store)(nil)

// New returns the store of a database that has the migrations.
func New(db *database.DB) *Store { return &Store{db} }

// Place is an exercise that is played by mail too.
type Place struct {
	Exercise  string
	Since     time.Time // when it was switched on
	Told      uint64    // up to which event
	Units     []string  // whose people get mail; none: it was switched off
	Addresses map[string]string
}

// Account is an address from which somebody wrote.
type Account struct{ ID, Name, Person string }

func (s *Store) write(ctx context.Context, what, id string, do func(tx *database.Tx) error) error {
	if err := s.db.Write(ctx, do); err != nil {
		return s.db.Fail(what, id, err)
	}
	return nil
}

func scanText(rows *sql.Rows) (text string, err error) {
	err = rows.Scan(&text)
	return text, err
}

// Active returns the exercises of which at least one unit gets mail.
func (s *Store) Active(ctx context.Context) ([]string, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT exercise FROM mail_places WHERE exercise IN (SELECT exercise FROM mail_units) ORDER BY exercise`, scanText)
	if err != nil {
		return nil, s.db.Fail("read places of mail", "all", err)
	}
	return all, nil
}

// Place returns an exercise; of zero where it was never played by mail.
func (s *Store) Place(ctx context.Context, exercise string) (p Place, err error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT since, told FROM mail_places WHERE exercise = $1`, func(rows *sql.Rows) (p Place, err error) {
		var since, told int64
		err = rows.Scan(&since, &told)
		p.Since, p.Told = time.UnixMicro(since).UTC(), uint64(told)
		return p, err
	}, exercise)
	if err == nil && len(all) > 0 {
		p = all[0]
		p.Exercise, p.Addresses = exercise, map[string]string{}
		if p.Units, err = database.Select(ctx, s.db.Reader, `SELECT unit FROM mail_units WHERE exercise = $1 ORDER BY unit`, scanText, exercise); err == nil {
			err = s.addresses(ctx, &p)
		}
	}
	if err != nil {
		return p, s.db.Fail("read place of mail", exercise, err)
	}
	return p, nil
}

func (s *Store) addresses(ctx context.Context, p *Place) error {
	rows, err := database.Select(ctx, s.db.Reader, `SELECT person, address FROM mail_addresses WHERE exercise = $1`, func(rows *sql.Rows) (pair [2]string, err error) {
		err = rows.Scan(&pair[0], &pair[1])
		return pair, err
	}, p.Exercise)
	for _, pair := range rows {
		p.Addresses[pair[0]] = pair[1]
	}
	return err
}

// Set says which units of an exercise get mail. One that comes on now is told what
// happens after the event told.
func (s *Store) Set(ctx context.Context, exercise string, units []string, now time.Time, told uint64) error {
	return s.write(ctx, "set units of mail", exercise, func(tx *database.Tx) error {
		var before int64
		if err := tx.Row(`SELECT COUNT(*) FROM mail_units WHERE exercise = $1`, exercise).Scan(&before); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO mail_places (exercise, since, told) VALUES ($1, $2, $3) ON CONFLICT (exercise) DO NOTHING`, exercise, now.UnixMicro(), int64(told)); err != nil {
			return err
		}
		if before == 0 { // what happened while nobody got mail is not told
			if _, err := tx.Exec(`UPDATE mail_places SET since = $2, told = $3 WHERE exercise = $1`, exercise, now.UnixMicro(), int64(told)); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`DELETE FROM mail_units WHERE exercise = $1`, exercise); err != nil {
			return err
		}
		for _, unit := range units {
			if _, err := tx.Exec(`INSERT INTO mail_units (exercise, unit) VALUES ($1, $2)`, exercise, unit); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetAddress says where a person gets the mail of an exercise; "" for at their
// login.
func (s *Store) SetAddress(ctx context.Context, exercise, person, address string) error {
	return s.write(ctx, "set address", exercise, func(tx *database.Tx) error {
		if address == "" {
			_, err := tx.Exec(`DELETE FROM mail_addresses WHERE exercise = $1 AND person = $2`, exercise, person)
			return err
		}
		_, err := tx.Exec(`INSERT INTO mail_addresses (exercise, person, address) VALUES ($1, $2, $3)
			ON CONFLICT (exercise, person) DO UPDATE SET address = $3`, exercise, person, address)
		return err
	})
}

// Tell notes up to which event an exercise was told.
func (s *Store) Tell(ctx context.Context, exercise string, seq uint64) error {
	return s.write(ctx, "note told by mail", exercise, func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE mail_places SET told = $2 WHERE exercise = $1`, exercise, int64(seq))
		return err
	})
}

func scanAccount(rows *sql.Rows) (a Account, err error) {
	err = rows.Scan(&a.ID, &a.Name, &a.Person)
	return a, err
}

// Accounts returns those that wrote to an exercise, by name.
func (s *Store) Accounts(ctx context.Context, exercise string) ([]Account, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT account, name, person FROM mail_accounts WHERE exercise = $1 ORDER BY name, account`, scanAccount, exercise)
	if err != nil {
		return nil, s.db.Fail("read accounts of mail", exercise, err)
	}
	return all, nil
}

// Account returns one; of zero where it is not known.
func (s *Store) Account(ctx context.Context, exercise, id string) (a Account, err error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT account, name, person FROM mail_accounts WHERE exercise = $1 AND account = $2`, scanAccount, exercise, id)
	if err != nil {
		return a, s.db.Fail("read account of mail", exercise, err)
	}
	if len(all) > 0 {
		a = all[0]
	}
	return a, nil
}

// Meet notes an account and its name, and leaves whose it is.
func (s *Store) Meet(ctx context.Context, exercise, id, name string) error {
	return s.write(ctx, "meet account of mail", exercise, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO mail_accounts (exercise, account, name, person) VALUES ($1, $2, $3, '')
			ON CONFLICT (exercise, account) DO UPDATE SET name = $3`, exercise, id, name)
		return err
	})
}

// Assign says whose an account is.
func (s *Store) Assign(ctx context.Context, exercise, id, name, person string) error {
	return s.write(ctx, "assign account of mail", exercise, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO mail_accounts (exercise, account, name, person) VALUES ($1, $2, $3, $4)
			ON CONFLICT (exercise, account) DO UPDATE SET name = $3, person = $4`, exercise, id, name, person)
		return err
	})
}

// Position returns up to where a mailbox was read; of zero where it never was.
func (s *Store) Position(ctx context.Context, mailbox string) (p mail.Position, err error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT validity, uid FROM mail_inbox WHERE mailbox = $1`, func(rows *sql.Rows) (p mail.Position, err error) {
		err = rows.Scan(&p.Validity, &p.UID)
		return p, err
	}, mailbox)
	if err != nil {
		return p, s.db.Fail("read position", mailbox, err)
	}
	if len(all) > 0 {
		p = all[0]
	}
	return p, nil
}

// SetPosition notes it.
func (s *Store) SetPosition(ctx context.Context, mailbox string, p mail.Position) error {
	return s.write(ctx, "note position", mailbox, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO mail_inbox (mailbox, validity, uid) VALUES ($1, $2, $3)
			ON CONFLICT (mailbox) DO UPDATE SET validity = $2, uid = $3`, mailbox, int64(p.Validity), int64(p.UID))
		return err
	})
}

// Remove removes what is kept of an exercise that is deleted.
func Remove(tx *database.Tx, exercise string) error {
	return tx.ExecEach([]string{
		`DELETE FROM mail_places WHERE exercise = $1`, `DELETE FROM mail_units WHERE exercise = $1`,
		`DELETE FROM mail_addresses WHERE exercise = $1`, `DELETE FROM mail_accounts WHERE exercise = $1`,
	}, exercise)
}

// Move gives what is kept of an exercise to the one that takes its place, of which
// nothing was told yet.
func Move(tx *database.Tx, from, to string) error {
	return tx.ExecEach([]string{
		`UPDATE mail_places SET exercise = $2, told = 0 WHERE exercise = $1`, `UPDATE mail_units SET exercise = $2 WHERE exercise = $1`,
		`UPDATE mail_addresses SET exercise = $2 WHERE exercise = $1`, `UPDATE mail_accounts SET exercise = $2 WHERE exercise = $1`,
	}, from, to)
}

// Erase takes the addresses of a person out of all exercises. Accounts stay without
// them, so that nothing that still comes from there counts as another's.
func (s *Store) Erase(ctx context.Context, person string) error {
	return s.write(ctx, "erase addresses", person, func(tx *database.Tx) error {
		if _, err := tx.Exec(`DELETE FROM mail_addresses WHERE person = $1`, person); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE mail_accounts SET name = '' WHERE person = $1 AND person <> ''`, person)
		return err
	})
}
