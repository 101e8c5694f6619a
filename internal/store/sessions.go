package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Session is somebody who has signed in.
type Session struct {
	Token   Token
	Person  string
	Agent   string // the browser, as it calls itself
	Begun   int64
	Expires int64
	Seen    int64 // when it was last used, as far as was written; 0: not yet
}

// PutSession keeps a session; where the person has an account, that has signed
// in.
func (db *DB) PutSession(ctx context.Context, s Session, notes ...Audit) error {
	return db.noted(ctx, "put session of", s.Person, notes, func(tx *changes) error {
		_, err := tx.exec(`INSERT INTO sessions (token, person, agent, begun, expires, seen) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (token) DO UPDATE SET expires = excluded.expires`, s.Token[:], s.Person, s.Agent, s.Begun, s.Expires, s.Seen)
		if err == nil {
			_, err = tx.exec(`UPDATE accounts SET signed_in = $2 WHERE person = $1 AND signed_in < $2`, s.Person, s.Begun)
		}
		return err
	})
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
func (db *DB) DropSession(ctx context.Context, t Token, notes ...Audit) error {
	return db.noted(ctx, "end session", "", notes, func(tx *changes) error {
		_, err := tx.exec(`DELETE FROM sessions WHERE token = $1`, t[:])
		return err
	})
}

// DropSessionOf ends the session of a person that has a name. It returns
// ErrNotFound where there is none.
func (db *DB) DropSessionOf(ctx context.Context, person string, id TokenID, notes ...Audit) error {
	return db.noted(ctx, "end session of", person, notes, func(tx *changes) error {
		n, err := tx.exec(`DELETE FROM sessions WHERE person = $1 AND substr(token, 1, 8) = $2`, person, id[:])
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// DropSessions ends every session of a person.
func (db *DB) DropSessions(ctx context.Context, person string, notes ...Audit) error {
	return db.noted(ctx, "end sessions of", person, notes, func(tx *changes) error {
		_, err := tx.exec(`DELETE FROM sessions WHERE person = $1`, person)
		return err
	})
}

// SweepSessions forgets the sessions and the tokens of programs whose time is
// over.
func (db *DB) SweepSessions(ctx context.Context, now int64) error {
	return db.noted(ctx, "sweep sessions", "", nil, func(tx *changes) error {
		_, err := tx.exec(`DELETE FROM sessions WHERE expires <= $1`, now)
		if err == nil {
			_, err = tx.exec(`DELETE FROM api_tokens WHERE expires <= $1`, now)
		}
		return err
	})
}

// SeeSessions writes that sessions were used at a time.
func (db *DB) SeeSessions(ctx context.Context, tokens []Token, at int64) error {
	return db.see(ctx, `UPDATE sessions SET seen = $1 WHERE seen < $1 AND token IN `, tokens, at)
}

// seenAtOnce is of how many is written in one transaction, so that nobody waits
// for all of them.
const seenAtOnce = 500

func (db *DB) see(ctx context.Context, query string, tokens []Token, at int64) error {
	for part := range slices.Chunk(tokens, seenAtOnce) {
		args := []any{at}
		for i := range part {
			args = append(args, part[i][:])
		}
		err := db.noted(ctx, "see sessions", "", nil, func(tx *changes) error {
			_, err := tx.exec(query+`(`+places(2, len(part))+`)`, args...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// places are n arguments of a statement from one on: "$2, $3".
func places(from, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "$" + strconv.Itoa(from+i)
	}
	return strings.Join(all, ", ")
}
