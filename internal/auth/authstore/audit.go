package authstore

import (
	"context"
	"math"

	"renkei/internal/database"
)

// Audit is something that was done to accounts, grants, links or sessions.
type Audit struct {
	Number  int64 // in the order of writing; given by the store
	At      int64
	Actor   string // a person id, or the program's own command
	What    string
	Whom    string // the person to whom it was done, if any
	About   string
	Address string // from where; "" where that is not known, or forgotten
}

// Audited is an entry of the audit log with the names of its people, where they
// are known.
type Audited struct {
	Audit
	ActorName string
	WhomName  string
}

// changes is a transaction of this store.
type changes struct{ *database.Tx }

// withAudit is a change with its entries in the audit log: both are there, or
// neither.
func (s *Store) withAudit(ctx context.Context, what, id string, notes []Audit, do func(tx *changes) error) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		c := &changes{tx}
		if err := do(c); err != nil {
			return err
		}
		return each(notes, c.note)
	})
	if err != nil {
		return s.db.Fail(what, id, err)
	}
	return nil
}

func (c *changes) note(a Audit) error {
	_, err := c.Exec(`INSERT INTO audit (at, actor, what, person, about, address) VALUES ($1, $2, $3, $4, $5, $6)`,
		a.At, a.Actor, a.What, a.Whom, a.About, a.Address)
	return err
}

// Note writes into the audit log.
func (s *Store) Note(ctx context.Context, a Audit) error {
	return s.withAudit(ctx, "audit", a.What, []Audit{a}, func(*changes) error { return nil })
}

// Audited returns the n entries of the audit log before one, or the last n
// before 0, the latest first.
func (s *Store) Audited(ctx context.Context, before int64, n int) ([]Audited, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	return list(ctx, s, "audit log", "", s.q.audited, scanAudited, before, n)
}

// ForgetAddresses takes the addresses out of entries that are older than a time.
func (s *Store) ForgetAddresses(ctx context.Context, before int64) error {
	return s.withAudit(ctx, "forget addresses", "", nil, func(tx *changes) error {
		_, err := tx.Exec(`UPDATE audit SET address = '' WHERE at < $1 AND address <> ''`, before)
		return err
	})
}
