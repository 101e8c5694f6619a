package authstore

import (
	"context"
	"database/sql"

	"renkei/internal/database"
)

// Factor is something that a person shows beside the password.
type Factor struct {
	ID     string
	Person string
	Kind   string
	Name   string
	Made   int64
	Used   int64  // 0: never
	Step   int64  // of the last code that was taken
	Data   []byte // as its maker wrote it
}

// Step is somebody on their way: in, or to a new factor.
type Step struct {
	Token   Token
	Kind    string
	Person  string
	Expires int64
	Data    []byte
}

// PutFactor keeps a factor, and recovery codes in place of those of before; with
// none of them those stay. What was said of a reset is over then.
func (s *Store) PutFactor(ctx context.Context, f Factor, codes []Token, notes ...Audit) error {
	return s.withAudit(ctx, "put factor of", f.Person, notes, func(tx *changes) error {
		_, err := tx.Exec(`INSERT INTO factors (id, person, kind, name, made, used, step, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			f.ID, f.Person, f.Kind, f.Name, f.Made, f.Used, f.Step, bytesOf(f.Data))
		if err == nil && len(codes) > 0 {
			err = tx.codes(f.Person, codes)
		}
		if err == nil {
			err = tx.noReset(f.Person)
		}
		return err
	})
}

// Factors returns those of a person, in the order in which they were made.
func (s *Store) Factors(ctx context.Context, person string) ([]Factor, error) {
	return list(ctx, s, "factors of", person, s.q.factors, scanFactor, person)
}

// NameFactor gives a factor of a person another name. It returns ErrNotFound
// where there is none.
func (s *Store) NameFactor(ctx context.Context, person, id, name string, notes ...Audit) error {
	return s.changeOne(ctx, "name factor", id, notes, `UPDATE factors SET name = $3 WHERE person = $1 AND id = $2`, person, id, name)
}

// UseTOTP takes the code of a step. It returns ErrNotFound where one of that step
// or of a later one was taken.
func (s *Store) UseTOTP(ctx context.Context, id string, step, at int64) error {
	return s.changeOne(ctx, "use factor", id, nil, `UPDATE factors SET step = $2, used = $3 WHERE id = $1 AND step < $2`, id, step, at)
}

// UseFactor keeps what a factor is after it was used. It returns ErrNotFound
// where there is none.
func (s *Store) UseFactor(ctx context.Context, id string, data []byte, at int64) error {
	return s.changeOne(ctx, "use factor", id, nil, `UPDATE factors SET data = $2, used = $3 WHERE id = $1`, id, bytesOf(data), at)
}

// changeOne is a change of one row. It returns ErrNotFound where there is none.
func (s *Store) changeOne(ctx context.Context, what, id string, notes []Audit, query string, args ...any) error {
	return s.withAudit(ctx, what, id, notes, func(tx *changes) error { return tx.one(query, args...) })
}

func (c *changes) one(query string, args ...any) error {
	n, err := c.Exec(query, args...)
	if err == nil && n == 0 {
		err = database.ErrNotFound
	}
	return err
}

// DropFactor forgets a factor of a person, and with the last the recovery codes.
// It returns ErrNotFound where there is none, and with keep ErrLast for the last.
func (s *Store) DropFactor(ctx context.Context, person, id string, keep bool, notes ...Audit) error {
	return s.withAudit(ctx, "drop factor of", person, notes, func(tx *changes) error {
		// Two who drop one each wait for one another.
		if err := tx.one(`UPDATE accounts SET login = login WHERE person = $1`, person); err != nil {
			return err
		}
		if err := tx.one(`DELETE FROM factors WHERE person = $1 AND id = $2`, person, id); err != nil {
			return err
		}
		var left int64
		err := tx.Row(`SELECT COUNT(*) FROM factors WHERE person = $1`, person).Scan(&left)
		switch {
		case err != nil || left > 0:
			return err
		case keep:
			return ErrLast
		}
		return tx.codes(person, nil)
	})
}

// DropFactors forgets all factors of a person with their codes, and ends their
// sessions and what they had begun. The person is to be told of it. It returns
// ErrNotFound where they have no account.
func (s *Store) DropFactors(ctx context.Context, person string, at int64, notes ...Audit) error {
	return s.withAudit(ctx, "drop factors of", person, notes, func(tx *changes) error {
		if err := tx.one(`UPDATE accounts SET second_reset = $2 WHERE person = $1`, person, at); err != nil {
			return err
		}
		return each([]string{
			`DELETE FROM factors WHERE person = $1`,
			`DELETE FROM recovery_codes WHERE person = $1`,
			`DELETE FROM steps WHERE person = $1`,
			`DELETE FROM sessions WHERE person = $1`,
		}, func(query string) error {
			_, err := tx.Exec(query, person)
			return err
		})
	})
}

// SeeReset notes that a person has read that their factors were dropped.
func (s *Store) SeeReset(ctx context.Context, person string) error {
	return s.withAudit(ctx, "see reset of", person, nil, func(tx *changes) error { return tx.noReset(person) })
}

func (c *changes) noReset(person string) error {
	_, err := c.Exec(`UPDATE accounts SET second_reset = 0 WHERE person = $1`, person)
	return err
}

// PutCodes keeps recovery codes in place of those of before.
func (s *Store) PutCodes(ctx context.Context, person string, codes []Token, notes ...Audit) error {
	return s.withAudit(ctx, "put codes of", person, notes, func(tx *changes) error { return tx.codes(person, codes) })
}

func (c *changes) codes(person string, codes []Token) error {
	if _, err := c.Exec(`DELETE FROM recovery_codes WHERE person = $1`, person); err != nil {
		return err
	}
	return each(codes, func(t Token) error {
		_, err := c.Exec(`INSERT INTO recovery_codes (token, person) VALUES ($1, $2)`, t[:], person)
		return err
	})
}

// UseCode takes a recovery code of a person. It returns ErrNotFound where there
// is none.
func (s *Store) UseCode(ctx context.Context, person string, code Token, notes ...Audit) error {
	return s.changeOne(ctx, "use code of", person, notes, `DELETE FROM recovery_codes WHERE person = $1 AND token = $2`, person, code[:])
}

// Codes returns how many recovery codes a person has left.
func (s *Store) Codes(ctx context.Context, person string) (int, error) {
	return one(ctx, s, "codes of", person, s.q.codes, func(rows *sql.Rows) (n int, err error) { return n, rows.Scan(&n) }, person)
}

// PutStep keeps a step, or what it holds.
func (s *Store) PutStep(ctx context.Context, step Step) error {
	return s.withAudit(ctx, "put step of", step.Person, nil, func(tx *changes) error {
		_, err := tx.Exec(`INSERT INTO steps (token, kind, person, expires, data) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data`, step.Token[:], step.Kind, step.Person, step.Expires, bytesOf(step.Data))
		return err
	})
}

// Step returns a step, whatever its time. It returns ErrNotFound where there is
// none.
func (s *Store) Step(ctx context.Context, t Token) (Step, error) {
	return one(ctx, s, "step", "", s.q.step, scanStep, t[:])
}

// TakeStep ends a step. It returns ErrNotFound where there is none: of several
// who try at once one gets it.
func (s *Store) TakeStep(ctx context.Context, t Token) error {
	return s.changeOne(ctx, "take step", "", nil, `DELETE FROM steps WHERE token = $1`, t[:])
}

// bytesOf is no NULL where there are none.
func bytesOf(data []byte) []byte { return append([]byte{}, data...) }

func scanFactor(rows *sql.Rows) (f Factor, err error) {
	return f, rows.Scan(&f.ID, &f.Person, &f.Kind, &f.Name, &f.Made, &f.Used, &f.Step, &f.Data)
}

func scanStep(rows *sql.Rows) (s Step, err error) {
	var token []byte
	if err := rows.Scan(&token, &s.Kind, &s.Person, &s.Expires, &s.Data); err != nil {
		return s, err
	}
	return s, scanToken(&s.Token, token)
}
