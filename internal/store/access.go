package store

import (
	"context"
	"database/sql"
	"errors"
)

// Token is the SHA-256 of what a link or a cookie holds; that itself is never
// stored.
type Token [32]byte

// Account is how a person signs in.
type Account struct {
	Person   string
	Login    string // unique
	Password string // as hashed by its maker
	Disabled bool
}

// Grant is a role that somebody has: in the community, in an exercise, or in a
// unit of it.
type Grant struct {
	Person   string
	Exercise string // "": the community
	Unit     string // "": the whole exercise
	Role     string
}

// Link gives a role to whoever takes it, once, until its time.
type Link struct {
	Token   Token
	Grant          // Person is "" until it is taken
	Made    int64  // unix µs, as all times here
	By      string // the person who made it
	Expires int64
	Taken   int64 // 0: not yet
}

// Session is somebody who has signed in.
type Session struct {
	Token   Token
	Person  string
	Agent   string // the browser, as it calls itself
	Begun   int64
	Expires int64
}

// Audit is something that was done to accounts, grants, links or sessions.
type Audit struct {
	At    int64
	Actor string // a person id, or the program's own command
	What  string
	About string
}

// PutAccount makes an account, or changes it. It returns ErrExists where the
// login is somebody else's.
func (db *DB) PutAccount(ctx context.Context, a Account) error {
	err := db.change(ctx, func(tx *changes) error {
		var owner string
		switch err := tx.row(`SELECT person FROM accounts WHERE login = $1`, a.Login).Scan(&owner); {
		case err == nil && owner != a.Person:
			return ErrExists
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		}
		_, err := tx.exec(`INSERT INTO accounts (person, login, password, disabled) VALUES ($1, $2, $3, $4)
			ON CONFLICT (person) DO UPDATE SET login = excluded.login, password = excluded.password, disabled = excluded.disabled`,
			a.Person, a.Login, a.Password, a.Disabled)
		return err
	})
	if err != nil {
		return db.fail("put account", a.Login, err)
	}
	return nil
}

// Account returns the account with a login. It returns ErrNotFound where there
// is none.
func (r *Reader) Account(ctx context.Context, login string) (Account, error) {
	return one(ctx, r, "account", login, r.q.account, scanAccount, login)
}

// PutGrant gives a role; to give it again changes nothing.
func (db *DB) PutGrant(ctx context.Context, g Grant) error {
	err := db.change(ctx, func(tx *changes) error { return tx.grant(g) })
	if err != nil {
		return db.fail("grant to", g.Person, err)
	}
	return nil
}

func (c *changes) grant(g Grant) error {
	_, err := c.exec(`INSERT INTO grants (person, exercise, unit, role) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person, exercise, unit, role) DO NOTHING`, g.Person, g.Exercise, g.Unit, g.Role)
	return err
}

// DropGrant takes a role away; that nobody has it is no error.
func (db *DB) DropGrant(ctx context.Context, g Grant) error {
	err := db.change(ctx, func(tx *changes) error {
		_, err := tx.exec(`DELETE FROM grants WHERE person = $1 AND exercise = $2 AND unit = $3 AND role = $4`,
			g.Person, g.Exercise, g.Unit, g.Role)
		return err
	})
	if err != nil {
		return db.fail("drop grant of", g.Person, err)
	}
	return nil
}

// Grants returns what a person may do, by exercise, unit and role.
func (r *Reader) Grants(ctx context.Context, person string) ([]Grant, error) {
	return rowsOf(ctx, r, "grants of", person, r.q.grants, scanGrant, person)
}

// GrantsIn returns who may do what in an exercise, by unit, role and person.
func (r *Reader) GrantsIn(ctx context.Context, exercise string) ([]Grant, error) {
	return rowsOf(ctx, r, "grants in", exercise, r.q.grantsIn, scanGrant, exercise)
}

// PutLink keeps a link.
func (db *DB) PutLink(ctx context.Context, l Link) error {
	err := db.change(ctx, func(tx *changes) error {
		_, err := tx.exec(`INSERT INTO links (token, exercise, unit, role, made, made_by, expires, taken, taken_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '')`, l.Token[:], l.Exercise, l.Unit, l.Role, l.Made, l.By, l.Expires)
		return err
	})
	if err != nil {
		return db.fail("put link into", l.Exercise, err)
	}
	return nil
}

// Link returns a link, taken or not. It returns ErrNotFound where there is
// none.
func (r *Reader) Link(ctx context.Context, t Token) (Link, error) {
	return one(ctx, r, "link", "", r.q.link, scanLink, t[:])
}

// Links returns the links of an exercise, by unit, role and time.
func (r *Reader) Links(ctx context.Context, exercise string) ([]Link, error) {
	return rowsOf(ctx, r, "links of", exercise, r.q.links, scanLink, exercise)
}

// TakeLink gives the role of a link to a person, who need not have been known.
// It returns ErrNotFound where there is no such link that may still be taken
// at that time; of many who try at once one gets it.
func (db *DB) TakeLink(ctx context.Context, t Token, p Person, now int64) (Grant, error) {
	g := Grant{Person: p.ID}
	err := db.change(ctx, func(tx *changes) error {
		n, err := tx.exec(`UPDATE links SET taken = $2, taken_by = $3 WHERE token = $1 AND taken = 0 AND expires > $2`, t[:], now, p.ID)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := tx.row(`SELECT exercise, unit, role FROM links WHERE token = $1`, t[:]).Scan(&g.Exercise, &g.Unit, &g.Role); err != nil {
			return err
		}
		if err := tx.person(p); err != nil {
			return err
		}
		return tx.grant(g)
	})
	if err != nil {
		return Grant{}, db.fail("take link", "", err)
	}
	return g, nil
}

// PutSession keeps a session.
func (db *DB) PutSession(ctx context.Context, s Session) error {
	err := db.change(ctx, func(tx *changes) error {
		_, err := tx.exec(`INSERT INTO sessions (token, person, agent, begun, expires) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (token) DO UPDATE SET expires = excluded.expires`, s.Token[:], s.Person, s.Agent, s.Begun, s.Expires)
		return err
	})
	if err != nil {
		return db.fail("put session of", s.Person, err)
	}
	return nil
}

// Session returns a session, whatever its time. It returns ErrNotFound where
// there is none.
func (r *Reader) Session(ctx context.Context, t Token) (Session, error) {
	return one(ctx, r, "session", "", r.q.session, scanSession, t[:])
}

// Sessions returns the sessions of a person, the latest first.
func (r *Reader) Sessions(ctx context.Context, person string) ([]Session, error) {
	return rowsOf(ctx, r, "sessions of", person, r.q.sessions, scanSession, person)
}

// DropSession ends a session; that there is none is no error.
func (db *DB) DropSession(ctx context.Context, t Token) error {
	return db.dropSessions(ctx, `DELETE FROM sessions WHERE token = $1`, t[:])
}

// DropSessions ends every session of a person.
func (db *DB) DropSessions(ctx context.Context, person string) error {
	return db.dropSessions(ctx, `DELETE FROM sessions WHERE person = $1`, person)
}

// SweepSessions forgets the sessions whose time is over.
func (db *DB) SweepSessions(ctx context.Context, now int64) error {
	return db.dropSessions(ctx, `DELETE FROM sessions WHERE expires <= $1`, now)
}

func (db *DB) dropSessions(ctx context.Context, query string, arg any) error {
	err := db.change(ctx, func(tx *changes) error {
		_, err := tx.exec(query, arg)
		return err
	})
	if err != nil {
		return db.fail("end sessions", "", err)
	}
	return nil
}

// Note writes into the audit log.
func (db *DB) Note(ctx context.Context, a Audit) error {
	err := db.change(ctx, func(tx *changes) error {
		_, err := tx.exec(`INSERT INTO audit (at, actor, what, about) VALUES ($1, $2, $3, $4)`, a.At, a.Actor, a.What, a.About)
		return err
	})
	if err != nil {
		return db.fail("audit", a.What, err)
	}
	return nil
}

// Audited returns the last n entries of the audit log, the latest first.
func (r *Reader) Audited(ctx context.Context, n int) ([]Audit, error) {
	return rowsOf(ctx, r, "audit log", "", r.q.audited, scanAudit, n)
}
