package authstore

import (
	"context"
	"database/sql"
	"fmt"

	"renkei/internal/database"
)

// queries are the reads, prepared once.
type queries struct {
	account, accountOf, accounts, who, grants, grantsIn, grantsOf, held, link, links, linksOf *sql.Stmt
	session, sessions, apiToken, apiTokens, audited, device                                   *sql.Stmt
	factors, codes, step                                                                      *sql.Stmt
}

func (q *queries) texts() map[**sql.Stmt]string {
	const account = `SELECT person, login, password, disabled, signed_in FROM accounts `
	const link = `SELECT token, area, object, part, role, made, made_by, expires, taken, taken_by,
		for_name, for_login, for_organisation, for_language, for_person, account, lasting, closed`
	const session = `SELECT token, person, agent, begun, expires, seen, slides, begun_by FROM sessions `
	const apiToken = `SELECT token, person, name, made, expires, used FROM api_tokens ` //nolint:gosec // a query, and no secret
	return map[**sql.Stmt]string{
		&q.account:   account + `WHERE login = $1`,
		&q.accountOf: account + `WHERE person = $1`,
		&q.accounts: `SELECT a.person, a.login, a.disabled, a.signed_in, COALESCE(p.name, ''), COALESCE(p.organisation, ''),
				EXISTS (SELECT 1 FROM factors f WHERE f.person = a.person)
			FROM accounts a LEFT JOIN people p ON p.id = a.person ORDER BY 5, 2`,
		&q.who: `SELECT p.id, p.name, p.organisation, p.language, COALESCE(a.login, ''), COALESCE(a.disabled, FALSE),
				COALESCE(a.second_reset, 0), EXISTS (SELECT 1 FROM factors f WHERE f.person = p.id)
			FROM people p LEFT JOIN accounts a ON a.person = p.id WHERE p.id = $1`,
		&q.grants: `SELECT person, area, object, part, role FROM grants WHERE person = $1 ORDER BY area, object, part, role`,
		&q.grantsIn: `SELECT g.person, g.area, g.object, g.part, g.role, COALESCE(p.name, ''), COALESCE(p.organisation, ''), COALESCE(a.login, '')
			FROM grants g LEFT JOIN people p ON p.id = g.person LEFT JOIN accounts a ON a.person = g.person
			WHERE g.area = $1 AND g.object = $2 ORDER BY g.part, g.role, g.person`,
		&q.held: `SELECT person, area, object, part, role FROM grants WHERE area = $1 AND object = $2 AND part = $3 AND role = $4 LIMIT 1`,
		&q.grantsOf: `SELECT g.person, g.area, g.object, g.part, g.role, COALESCE(p.name, ''), COALESCE(p.organisation, ''), COALESCE(a.login, '')
			FROM grants g LEFT JOIN people p ON p.id = g.person LEFT JOIN accounts a ON a.person = g.person
			WHERE g.area = $1 ORDER BY g.object, g.part, g.role, g.person`,
		&q.link: link + ` FROM links WHERE token = $1`,
		&q.links: link + `, COALESCE(m.name, ''), COALESCE(t.name, '')
			FROM links LEFT JOIN people m ON m.id = made_by LEFT JOIN people t ON t.id = taken_by
			WHERE area = $1 AND object = $2 ORDER BY part, role, made, token`,
		&q.linksOf:   link + ` FROM links WHERE taken_by = $1 AND taken > 0 AND NOT closed ORDER BY taken DESC, token`,
		&q.session:   session + `WHERE token = $1`,
		&q.sessions:  session + `WHERE person = $1 ORDER BY begun DESC, token`,
		&q.apiToken:  apiToken + `WHERE token = $1`,
		&q.apiTokens: apiToken + `WHERE person = $1 ORDER BY made DESC, token`,
		&q.audited: `SELECT u.number, u.at, u.actor, u.what, u.person, u.about, u.address, COALESCE(a.name, ''), COALESCE(w.name, '')
			FROM audit u LEFT JOIN people a ON a.id = u.actor LEFT JOIN people w ON w.id = u.person
			WHERE u.number < $1 ORDER BY u.number DESC LIMIT $2`,
		&q.factors: `SELECT id, person, kind, name, made, used, step, data FROM factors WHERE person = $1 ORDER BY made, id`,
		&q.codes:   `SELECT COUNT(*) FROM recovery_codes WHERE person = $1`,
		&q.step:    `SELECT token, kind, person, expires, data FROM steps WHERE token = $1`,
		&q.device:  `SELECT token, person, expires FROM devices WHERE token = $1 AND person = $2`,
	}
}

// one returns the row of a query that has at most one, and database.ErrNotFound
// where it has none.
func one[T any](ctx context.Context, s *Store, what, id string, q *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) (T, error) {
	v, err := database.One(ctx, s.db.Reader, q, scan, args...)
	if err != nil {
		return v, s.db.Fail(what, id, err)
	}
	return v, nil
}

// list returns the rows of a query.
func list[T any](ctx context.Context, s *Store, what, id string, q *sql.Stmt, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	all, err := database.List(ctx, s.db.Reader, q, scan, args...)
	if err != nil {
		return nil, s.db.Fail(what, id, err)
	}
	return all, nil
}

func scanAccount(rows *sql.Rows) (a Account, err error) {
	return a, rows.Scan(&a.Person, &a.Login, &a.Password, &a.Disabled, &a.SignedIn)
}

func scanMember(rows *sql.Rows) (m Member, err error) {
	return m, rows.Scan(&m.Person, &m.Login, &m.Disabled, &m.SignedIn, &m.Name, &m.Organisation, &m.Second)
}

func scanWho(rows *sql.Rows) (w Who, err error) {
	return w, rows.Scan(&w.ID, &w.Name, &w.Organisation, &w.Language, &w.Login, &w.Disabled, &w.SecondReset, &w.Second)
}

func scanGrant(rows *sql.Rows) (g Grant, err error) {
	return g, rows.Scan(&g.Person, &g.Area, &g.Object, &g.Part, &g.Role)
}

func scanHolder(rows *sql.Rows) (h Holder, err error) {
	return h, rows.Scan(&h.Person, &h.Area, &h.Object, &h.Part, &h.Role, &h.Name, &h.Organisation, &h.Login)
}

func scanLink(rows *sql.Rows) (l Link, err error) { return l, l.scan(rows) }

func scanInvited(rows *sql.Rows) (i Invited, err error) {
	return i, i.scan(rows, &i.ByName, &i.TakenName)
}

func (l *Link) scan(rows *sql.Rows, more ...any) error {
	var token []byte
	into := []any{
		&token, &l.Area, &l.Object, &l.Part, &l.Role, &l.Made, &l.By, &l.Expires, &l.Taken, &l.Person,
		&l.For.Name, &l.For.Login, &l.For.Organisation, &l.For.Language, &l.For.Person, &l.For.Account, &l.Lasting, &l.Closed,
	}
	if err := rows.Scan(append(into, more...)...); err != nil {
		return err
	}
	return scanToken(&l.Token, token)
}

func scanSession(rows *sql.Rows) (s Session, err error) {
	var token []byte
	if err := rows.Scan(&token, &s.Person, &s.Agent, &s.Begun, &s.Expires, &s.Seen, &s.Slides, &s.BegunBy); err != nil {
		return s, err
	}
	return s, scanToken(&s.Token, token)
}

func scanAPIToken(rows *sql.Rows) (t APIToken, err error) {
	var token []byte
	if err := rows.Scan(&token, &t.Person, &t.Name, &t.Made, &t.Expires, &t.Used); err != nil {
		return t, err
	}
	return t, scanToken(&t.Token, token)
}

func scanToken(t *Token, raw []byte) error {
	if len(raw) != len(t) {
		return fmt.Errorf("a token of %d bytes", len(raw))
	}
	copy(t[:], raw)
	return nil
}

func scanAudited(rows *sql.Rows) (a Audited, err error) {
	return a, rows.Scan(&a.Number, &a.At, &a.Actor, &a.What, &a.Whom, &a.About, &a.Address, &a.ActorName, &a.WhomName)
}

func scanDevice(rows *sql.Rows) (d Device, err error) {
	var token []byte
	if err := rows.Scan(&token, &d.Person, &d.Expires); err != nil {
		return d, err
	}
	return d, scanToken(&d.Token, token)
}
