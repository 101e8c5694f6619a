package store

import (
	"context"
	"errors"
)

// ErrLast means that somebody has to have a role, and that nobody else has it.
var ErrLast = errors.New("store: nobody else has that role")

// Token is the SHA-256 of what a link, a cookie or a program holds; that itself
// is never stored.
type Token [32]byte

// TokenID is the beginning of a token: enough to name it, too little to be it.
type TokenID [8]byte

// ID names the token.
func (t Token) ID() TokenID { return TokenID(t[:8]) }

// Grant is a role that somebody has: in the community, in an exercise, or in a
// unit of it.
type Grant struct {
	Person   string
	Exercise string // "": the community
	Unit     string // "": the whole exercise
	Role     string
}

// Holder is somebody who has a grant.
type Holder struct {
	Grant
	Name         string
	Organisation string
	Login        string // "" without an account
}

// Keep says who must have a role after it was taken from somebody.
type Keep int

// Who must have it.
const (
	KeepNone    Keep = iota // nobody
	KeepOne                 // somebody
	KeepAccount             // somebody who can sign in
)

// PutGrant gives a role; to give it again changes nothing.
func (db *DB) PutGrant(ctx context.Context, g Grant, notes ...Audit) error {
	return db.noted(ctx, "grant to", g.Person, notes, func(tx *changes) error { return tx.grant(g) })
}

func (c *changes) grant(g Grant) error {
	_, err := c.exec(`INSERT INTO grants (person, exercise, unit, role) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person, exercise, unit, role) DO NOTHING`, g.Person, g.Exercise, g.Unit, g.Role)
	return err
}

// DropGrant takes a role away; that nobody has it is no error.
func (db *DB) DropGrant(ctx context.Context, g Grant) error {
	return db.noted(ctx, "drop grant of", g.Person, nil, func(tx *changes) error {
		_, err := tx.ungrant(g)
		return err
	})
}

func (c *changes) ungrant(g Grant) (int64, error) {
	return c.exec(`DELETE FROM grants WHERE person = $1 AND exercise = $2 AND unit = $3 AND role = $4`,
		g.Person, g.Exercise, g.Unit, g.Role)
}

// RevokeGrant takes a role away. It returns ErrNotFound where the person does
// not have it, and ErrLast where nobody would be left of whom keep speaks.
func (db *DB) RevokeGrant(ctx context.Context, g Grant, keep Keep, notes ...Audit) error {
	return db.noted(ctx, "revoke grant of", g.Person, notes, func(tx *changes) error {
		if err := tx.holdRole(g); err != nil {
			return err
		}
		n, err := tx.ungrant(g)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return tx.kept(g, keep)
	})
}

// holdRole has other transactions that would take the same role from somebody
// wait, so that two do not each count on the other's.
func (c *changes) holdRole(g Grant) error {
	_, err := c.exec(`UPDATE grants SET role = role WHERE exercise = $1 AND unit = $2 AND role = $3`, g.Exercise, g.Unit, g.Role)
	return err
}

// kept returns ErrLast where nobody has a role any more of whom keep speaks.
func (c *changes) kept(g Grant, keep Keep) error {
	query := `SELECT COUNT(*) FROM grants WHERE exercise = $1 AND unit = $2 AND role = $3`
	switch keep {
	case KeepNone:
		return nil
	case KeepAccount:
		query += ` AND person IN (SELECT person FROM accounts WHERE NOT disabled)`
	case KeepOne:
	}
	var n int64
	err := c.row(query, g.Exercise, g.Unit, g.Role).Scan(&n)
	if err == nil && n == 0 {
		err = ErrLast
	}
	return err
}

// Regrant takes roles away and gives others, all at once. It returns
// ErrNotFound where one that is to go is not there.
func (db *DB) Regrant(ctx context.Context, drop, put []Grant, notes ...Audit) error {
	return db.noted(ctx, "hand over", "", notes, func(tx *changes) error {
		for _, g := range drop {
			n, err := tx.ungrant(g)
			if err == nil && n == 0 {
				err = ErrNotFound
			}
			if err != nil {
				return err
			}
		}
		return each(put, tx.grant)
	})
}

// each stops at the first error.
func each[T any](all []T, do func(T) error) error {
	for _, v := range all {
		if err := do(v); err != nil {
			return err
		}
	}
	return nil
}

// Grants returns what a person may do, by exercise, unit and role.
func (r *Reader) Grants(ctx context.Context, person string) ([]Grant, error) {
	return rowsOf(ctx, r, "grants of", person, r.q.grants, scanGrant, person)
}

// GrantsIn returns who may do what in an exercise, or with "" in the community,
// by unit, role and person.
func (r *Reader) GrantsIn(ctx context.Context, exercise string) ([]Holder, error) {
	return rowsOf(ctx, r, "grants in", exercise, r.q.grantsIn, scanHolder, exercise)
}
