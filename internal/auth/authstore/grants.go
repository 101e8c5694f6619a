package authstore

import (
	"context"
	"database/sql"
	"errors"

	"renkei/internal/database"
)

// ErrLast means that somebody has to have a role, and that nobody else has it.
var ErrLast = errors.New("authstore: nobody else has that role")

// Token is the SHA-256 of what a link, a cookie or a program holds; that itself
// is never stored.
type Token [32]byte

// TokenID is the beginning of a token: enough to name it, too little to be it.
type TokenID [8]byte

// ID names the token.
func (t Token) ID() TokenID { return TokenID(t[:8]) }

// Scope is where a role counts: in an area of the program, in one of the things
// of the area, or in a part of that. What objects and parts there are is the
// area's to know. The zero value is the whole community.
type Scope struct {
	Area   string
	Object string // "": all of the area
	Part   string // "": all of the object
}

// Whole is the scope of the whole object.
func (s Scope) Whole() Scope { return Scope{Area: s.Area, Object: s.Object} }

// Grant is a role that somebody has somewhere.
type Grant struct {
	Person string
	Scope
	Role string
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
func (s *Store) PutGrant(ctx context.Context, g Grant, notes ...Audit) error {
	return s.withAudit(ctx, "grant to", g.Person, notes, func(tx *changes) error { return tx.grant(g) })
}

func (c *changes) grant(g Grant) error {
	_, err := c.Exec(`INSERT INTO grants (person, area, object, part, role) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (person, area, object, part, role) DO NOTHING`, g.Person, g.Area, g.Object, g.Part, g.Role)
	return err
}

// DropGrant takes a role away; that nobody has it is no error.
func (s *Store) DropGrant(ctx context.Context, g Grant) error {
	return s.withAudit(ctx, "drop grant of", g.Person, nil, func(tx *changes) error {
		_, err := tx.ungrant(g)
		return err
	})
}

func (c *changes) ungrant(g Grant) (int64, error) {
	return c.Exec(`DELETE FROM grants WHERE person = $1 AND area = $2 AND object = $3 AND part = $4 AND role = $5`,
		g.Person, g.Area, g.Object, g.Part, g.Role)
}

// RevokeGrant takes a role away, and with it the links by which the person came
// or was to come back to the object. It returns ErrNotFound where the person does
// not have it, and ErrLast where nobody would be left of whom keep speaks.
func (s *Store) RevokeGrant(ctx context.Context, g Grant, keep Keep, notes ...Audit) error {
	return s.withAudit(ctx, "revoke grant of", g.Person, notes, func(tx *changes) error {
		if err := tx.holdRole(g); err != nil {
			return err
		}
		n, err := tx.ungrant(g)
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		if err == nil && g.Object != "" {
			err = tx.closeLinks(g.Person, g.Scope)
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
	_, err := c.Exec(`UPDATE grants SET role = role WHERE area = $1 AND object = $2 AND part = $3 AND role = $4`,
		g.Area, g.Object, g.Part, g.Role)
	return err
}

// kept returns ErrLast where nobody has a role any more of whom keep speaks.
func (c *changes) kept(g Grant, keep Keep) error {
	query := `SELECT COUNT(*) FROM grants WHERE area = $1 AND object = $2 AND part = $3 AND role = $4`
	switch keep {
	case KeepNone:
		return nil
	case KeepAccount:
		query += ` AND person IN (SELECT person FROM accounts WHERE NOT disabled)`
	case KeepOne:
	}
	var n int64
	err := c.Row(query, g.Area, g.Object, g.Part, g.Role).Scan(&n)
	if err == nil && n == 0 {
		err = ErrLast
	}
	return err
}

// Regrant takes roles away and gives others, all at once. It returns
// ErrNotFound where one that is to go is not there.
func (s *Store) Regrant(ctx context.Context, drop, put []Grant, notes ...Audit) error {
	return s.withAudit(ctx, "hand over", "", notes, func(tx *changes) error {
		for _, g := range drop {
			n, err := tx.ungrant(g)
			if err == nil && n == 0 {
				err = database.ErrNotFound
			}
			if err == nil { // one that waits for somebody would give the role of before
				_, err = tx.Exec(`DELETE FROM links WHERE for_person = $1 AND area = $2 AND object = $3 AND taken = 0`, g.Person, g.Area, g.Object)
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

// Grants returns what a person may do, by scope and role.
func (s *Store) Grants(ctx context.Context, person string) ([]Grant, error) {
	return list(ctx, s, "grants of", person, s.q.grants, scanGrant, person)
}

// GrantsIn returns who may do what in an object and its parts, or with the zero
// Scope in the community, by part, role and person. The scope's part does not
// matter.
func (s *Store) GrantsIn(ctx context.Context, in Scope) ([]Holder, error) {
	return list(ctx, s, "grants in", in.Object, s.q.grantsIn, scanHolder, in.Area, in.Object)
}

// IsHeld reports whether anybody has a role in that very part of an object.
func (s *Store) IsHeld(ctx context.Context, in Scope, role string) (bool, error) {
	one, err := list(ctx, s, "holder in", in.Object, s.q.held, scanGrant, in.Area, in.Object, in.Part, role)
	return len(one) > 0, err
}

// GrantsOf returns who may do what in all objects of an area, by object, part,
// role and person.
func (s *Store) GrantsOf(ctx context.Context, area string) ([]Holder, error) {
	return list(ctx, s, "grants of", area, s.q.grantsOf, scanHolder, area)
}

// RemoveObject takes away, in the transaction in which an object is deleted, every
// role in it and every link to it.
func RemoveObject(tx *database.Tx, of Scope, notes ...Audit) error {
	err := tx.ExecEach([]string{
		`DELETE FROM grants WHERE area = $1 AND object = $2`, `DELETE FROM links WHERE area = $1 AND object = $2`,
	}, of.Area, of.Object)
	if err != nil {
		return err
	}
	return each(notes, (&changes{tx}).note)
}

// MoveObject gives, in the transaction in which an object takes the place of
// another, the roles in that and the links to it: those of the whole, and those of
// the parts that the new one has too. It takes the others away.
func MoveObject(tx *database.Tx, area, from, to string, has func(part string) bool, notes ...Audit) error {
	if err := RemoveObject(tx, Scope{Area: area, Object: to}); err != nil {
		return err
	}
	parts, err := database.SelectIn(tx, `SELECT part FROM grants WHERE area = $1 AND object = $2 UNION SELECT part FROM links WHERE area = $1 AND object = $2`,
		func(rows *sql.Rows) (part string, err error) { return part, rows.Scan(&part) }, area, from)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if part != "" && !has(part) {
			continue
		}
		err := tx.ExecEach([]string{
			`UPDATE grants SET object = $3 WHERE area = $1 AND object = $2 AND part = $4`,
			`UPDATE links SET object = $3 WHERE area = $1 AND object = $2 AND part = $4`,
		}, area, from, to, part)
		if err != nil {
			return err
		}
	}
	return RemoveObject(tx, Scope{Area: area, Object: from}, notes...)
}
