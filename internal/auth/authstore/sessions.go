package authstore

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"renkei/internal/database"
)

// Session is somebody who has signed in.
type Session struct {
	Token   Token
	Person  string
	Agent   string // the browser, as it calls itself
	Begun   int64
	Expires int64
	Seen    int64 // when it was last used, as far as was written; 0: not yet
	Slides  int64 // its end is at least so much after its last use; 0: it stays
	BegunBy string
}

// PutSession keeps a session; where the person has an account, that has signed
// in.
func (s *Store) PutSession(ctx context.Context, session Session, notes ...Audit) error {
	return s.withAudit(ctx, "put session of", session.Person, notes, func(tx *changes) error {
		_, err := tx.Exec(`INSERT INTO sessions (token, person, agent, begun, expires, seen, slides, begun_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (token) DO UPDATE SET expires = excluded.expires`, session.Token[:], session.Person, session.Agent, session.Begun, session.Expires, session.Seen,
			session.Slides, session.BegunBy)
		if err == nil {
			_, err = tx.Exec(`UPDATE accounts SET signed_in = $2 WHERE person = $1 AND signed_in < $2`, session.Person, session.Begun)
		}
		return err
	})
}

// Session returns a session, whatever its time. It returns ErrNotFound where
// there is none.
func (s *Store) Session(ctx context.Context, t Token) (Session, error) {
	return one(ctx, s, "session", "", s.q.session, scanSession, t[:])
}

// Sessions returns the sessions of a person, the latest first.
func (s *Store) Sessions(ctx context.Context, person string) ([]Session, error) {
	return list(ctx, s, "sessions of", person, s.q.sessions, scanSession, person)
}

// DropSession ends a session; that there is none is no error.
func (s *Store) DropSession(ctx context.Context, t Token, notes ...Audit) error {
	return s.withAudit(ctx, "end session", "", notes, func(tx *changes) error {
		_, err := tx.Exec(`DELETE FROM sessions WHERE token = $1`, t[:])
		return err
	})
}

// DropSessionOf ends the session of a person that has a name. It returns
// ErrNotFound where there is none.
func (s *Store) DropSessionOf(ctx context.Context, person string, id TokenID, notes ...Audit) error {
	return s.withAudit(ctx, "end session of", person, notes, func(tx *changes) error {
		n, err := tx.Exec(`DELETE FROM sessions WHERE person = $1 AND substr(token, 1, 8) = $2`, person, id[:])
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		return err
	})
}

// DropSessions ends every session of a person.
func (s *Store) DropSessions(ctx context.Context, person string, notes ...Audit) error {
	return s.withAudit(ctx, "end sessions of", person, notes, func(tx *changes) error {
		_, err := tx.Exec(`DELETE FROM sessions WHERE person = $1`, person)
		return err
	})
}

// SweepSessions forgets the sessions, the tokens of programs, the browsers and the
// steps whose time is over.
func (s *Store) SweepSessions(ctx context.Context, now int64) error {
	return s.withAudit(ctx, "sweep sessions", "", nil, func(tx *changes) error {
		return each([]string{
			`DELETE FROM sessions WHERE expires <= $1`,
			`DELETE FROM api_tokens WHERE expires <= $1`,
			`DELETE FROM devices WHERE expires <= $1`,
			`DELETE FROM steps WHERE expires <= $1`,
			`DELETE FROM device_codes WHERE expires <= $1`,
		}, func(query string) error {
			_, err := tx.Exec(query, now)
			return err
		})
	})
}

// SeeSessions writes that sessions were used at a time, which moves the end of
// those that slide.
func (s *Store) SeeSessions(ctx context.Context, tokens []Token, at int64) error {
	return s.see(ctx, `UPDATE sessions SET seen = $1, expires = CASE WHEN slides > 0 AND expires < $1 + slides THEN $1 + slides ELSE expires END
		WHERE seen < $1 AND token IN `, tokens, at)
}

// seenAtOnce is of how many is written in one transaction, so that nobody waits
// for all of them.
const seenAtOnce = 500

func (s *Store) see(ctx context.Context, query string, tokens []Token, at int64) error {
	for part := range slices.Chunk(tokens, seenAtOnce) {
		args := []any{at}
		for i := range part {
			args = append(args, part[i][:])
		}
		err := s.withAudit(ctx, "see sessions", "", nil, func(tx *changes) error {
			_, err := tx.Exec(query+`(`+places(2, len(part))+`)`, args...)
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
