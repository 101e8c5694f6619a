package store

import (
	"context"
	"database/sql"
	"fmt"
)

// accessQueries are the texts of the reads about who may do what.
func (q *queries) access() map[**sql.Stmt]string {
	const link = `SELECT token, exercise, unit, role, made, made_by, expires, taken, taken_by FROM links `
	const session = `SELECT token, person, agent, begun, expires FROM sessions `
	return map[**sql.Stmt]string{
		&q.account:  `SELECT person, login, password, disabled FROM accounts WHERE login = $1`,
		&q.grants:   `SELECT person, exercise, unit, role FROM grants WHERE person = $1 ORDER BY exercise, unit, role`,
		&q.grantsIn: `SELECT person, exercise, unit, role FROM grants WHERE exercise = $1 ORDER BY unit, role, person`,
		&q.link:     link + `WHERE token = $1`,
		&q.links:    link + `WHERE exercise = $1 ORDER BY unit, role, made, token`,
		&q.session:  session + `WHERE token = $1`,
		&q.sessions: session + `WHERE person = $1 ORDER BY begun DESC, token`,
		&q.audited:  `SELECT at, actor, what, about FROM audit ORDER BY number DESC LIMIT $1`,
	}
}

// one returns the row of a query that has at most one, and ErrNotFound where it
// has none.
func one[T any](ctx context.Context, r *Reader, what, id string, q *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) (T, error) {
	all, err := rowsOf(ctx, r, what, id, q, scan, args...)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s %q: %w", what, id, ErrNotFound)
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// rowsOf is list with an error that says what failed.
func rowsOf[T any](ctx context.Context, r *Reader, what, id string, q *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	all, err := list(ctx, r, q, scan, args...)
	if err != nil {
		return nil, r.fail(what, id, err)
	}
	return all, nil
}

func scanAccount(rows *sql.Rows) (a Account, err error) {
	return a, rows.Scan(&a.Person, &a.Login, &a.Password, &a.Disabled)
}

func scanGrant(rows *sql.Rows) (g Grant, err error) {
	return g, rows.Scan(&g.Person, &g.Exercise, &g.Unit, &g.Role)
}

func scanLink(rows *sql.Rows) (l Link, err error) {
	var token []byte
	if err := rows.Scan(&token, &l.Exercise, &l.Unit, &l.Role, &l.Made, &l.By, &l.Expires, &l.Taken, &l.Person); err != nil {
		return l, err
	}
	return l, scanToken(&l.Token, token)
}

func scanSession(rows *sql.Rows) (s Session, err error) {
	var token []byte
	if err := rows.Scan(&token, &s.Person, &s.Agent, &s.Begun, &s.Expires); err != nil {
		return s, err
	}
	return s, scanToken(&s.Token, token)
}

func scanToken(t *Token, raw []byte) error {
	if len(raw) != len(t) {
		return fmt.Errorf("a token of %d bytes", len(raw))
	}
	copy(t[:], raw)
	return nil
}

func scanAudit(rows *sql.Rows) (a Audit, err error) {
	return a, rows.Scan(&a.At, &a.Actor, &a.What, &a.About)
}
