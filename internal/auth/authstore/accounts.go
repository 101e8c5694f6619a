package authstore

import (
	"context"
	"database/sql"
	"errors"

	"renkei/internal/database"
)

// Account is how a person signs in.
type Account struct {
	Person   string
	Login    string // unique
	Password string // as hashed by its maker
	Disabled bool
	SignedIn int64 // when the person last began a session; 0: never. Kept by PutSession
}

// Member is an account with its owner; Password is left out.
type Member struct {
	Account
	Name         string
	Organisation string
	Second       bool // they have a factor beside the password
}

// Who is a person with what is known of them.
type Who struct {
	Person
	Language    string // "": not chosen
	Login       string // "" without an account
	Disabled    bool   // the account
	Second      bool   // they have a factor beside the password
	SecondReset int64  // when all of those were dropped by somebody else; 0: the person knows
}

// PutAccount makes an account, or changes it. It returns ErrExists where the
// login is somebody else's.
func (s *Store) PutAccount(ctx context.Context, a Account, notes ...Audit) error {
	return s.withAudit(ctx, "put account", a.Login, notes, func(tx *changes) error { return tx.account(a) })
}

// MakeAccount makes a person and their account. It returns ErrExists where the
// login is somebody else's; then there is no new person either.
func (s *Store) MakeAccount(ctx context.Context, p Person, a Account, notes ...Audit) error {
	return s.withAudit(ctx, "make account", a.Login, notes, func(tx *changes) error {
		if err := tx.person(p); err != nil {
			return err
		}
		return tx.account(a)
	})
}

func (c *changes) account(a Account) error {
	var owner string
	switch err := c.Row(`SELECT person FROM accounts WHERE login = $1`, a.Login).Scan(&owner); {
	case err == nil && owner != a.Person:
		return database.ErrExists
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	}
	_, err := c.Exec(`INSERT INTO accounts (person, login, password, disabled) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person) DO UPDATE SET login = excluded.login, password = excluded.password, disabled = excluded.disabled`,
		a.Person, a.Login, a.Password, a.Disabled)
	return err
}

// Account returns the account with a login. It returns ErrNotFound where there
// is none.
func (s *Store) Account(ctx context.Context, login string) (Account, error) {
	return one(ctx, s, "account", login, s.q.account, scanAccount, login)
}

// AccountOf returns the account of a person. It returns ErrNotFound where there
// is none.
func (s *Store) AccountOf(ctx context.Context, person string) (Account, error) {
	return one(ctx, s, "account of", person, s.q.accountOf, scanAccount, person)
}

// Accounts returns all accounts, by name and login.
func (s *Store) Accounts(ctx context.Context) ([]Member, error) {
	return list(ctx, s, "accounts", "", s.q.accounts, scanMember)
}

// Who returns what is known of a person. It returns ErrNotFound where nothing
// is.
func (s *Store) Who(ctx context.Context, person string) (Who, error) {
	return one(ctx, s, "who", person, s.q.who, scanWho, person)
}

// SetDisabled lets nobody sign in with an account, or lets them again. What
// they had begun ends. It returns ErrNotFound where there is no account, and
// ErrLast where nobody who can sign in would have the community's role kept.
func (s *Store) SetDisabled(ctx context.Context, person string, disabled bool, kept string, notes ...Audit) error {
	return s.withAudit(ctx, "disable account of", person, notes, func(tx *changes) error {
		role := Grant{Role: kept}
		if err := tx.holdRole(role); err != nil {
			return err
		}
		n, err := tx.Exec(`UPDATE accounts SET disabled = $2 WHERE person = $1`, person, disabled)
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		if err != nil || !disabled {
			return err
		}
		var has int64
		err = tx.Row(`SELECT COUNT(*) FROM grants WHERE person = $1 AND area = '' AND object = '' AND part = '' AND role = $2`, person, kept).Scan(&has)
		if err == nil && has > 0 {
			err = tx.kept(role, KeepAccount)
		}
		if err != nil {
			return err
		}
		return tx.shutOut(person, nil)
	})
}

// SetPassword changes the password of an account. The person's sessions end,
// but for those kept, and so do links by which a password could be set. It
// returns ErrNotFound where there is no account.
func (s *Store) SetPassword(ctx context.Context, person, hash string, kept []Token, notes ...Audit) error {
	return s.withAudit(ctx, "set password of", person, notes, func(tx *changes) error { return tx.password(person, hash, kept) })
}

func (c *changes) password(person, hash string, kept []Token) error {
	n, err := c.Exec(`UPDATE accounts SET password = $2 WHERE person = $1`, person, hash)
	if err == nil && n == 0 {
		err = database.ErrNotFound
	}
	if err != nil {
		return err
	}
	return c.shutOut(person, kept)
}

// shutOut ends the sessions of a person, but for those kept, and the open links
// that are for that person.
func (c *changes) shutOut(person string, kept []Token) error {
	if _, err := c.Exec(`DELETE FROM links WHERE for_person = $1 AND taken = 0`, person); err != nil {
		return err
	}
	query, args := `DELETE FROM sessions WHERE person = $1`, []any{person}
	if len(kept) > 0 {
		query += ` AND token NOT IN (` + places(2, len(kept)) + `)`
	}
	for i := range kept {
		args = append(args, kept[i][:])
	}
	_, err := c.Exec(query, args...)
	return err
}

// SetLanguage keeps in what language a person reads. It returns ErrNotFound
// where nothing is known of the person.
func (s *Store) SetLanguage(ctx context.Context, person, language string, notes ...Audit) error {
	return s.withAudit(ctx, "set language of", person, notes, func(tx *changes) error {
		n, err := tx.Exec(`UPDATE people SET language = $2 WHERE id = $1`, person, language)
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		return err
	})
}
