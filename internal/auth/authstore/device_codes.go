package authstore

import (
	"context"

	"renkei/internal/database"
)

// DeviceCode is a code with which a link of a person opens on one more device.
type DeviceCode struct {
	Person  string
	Code    Token
	Expires int64
}

// PutDeviceCode keeps a code in the place of the one before.
func (s *Store) PutDeviceCode(ctx context.Context, c DeviceCode, notes ...Audit) error {
	return s.withAudit(ctx, "put device code of", c.Person, notes, func(tx *changes) error {
		_, err := tx.Exec(`INSERT INTO device_codes (person, code, expires, tries) VALUES ($1, $2, $3, 0)
			ON CONFLICT (person) DO UPDATE SET code = excluded.code, expires = excluded.expires, tries = 0`,
			c.Person, c.Code[:], c.Expires)
		return err
	})
}

// TryDeviceCode uses a code up, where it is the person's, and reports whether it
// was. A wrong one counts, and after most of them none is right. It returns
// ErrNotFound where there is no code that may still be tried at that time.
func (s *Store) TryDeviceCode(ctx context.Context, person string, code Token, most int, now int64) (right bool, err error) {
	err = s.withAudit(ctx, "try device code of", person, nil, func(tx *changes) error {
		n, err := tx.Exec(`UPDATE device_codes SET tries = tries + 1 WHERE person = $1 AND expires > $2 AND tries < $3`, person, now, most)
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		if err != nil {
			return err
		}
		n, err = tx.Exec(`DELETE FROM device_codes WHERE person = $1 AND code = $2`, person, code[:])
		right = n == 1
		return err
	})
	return right, err
}

// LinksOf returns the links that a person has taken and that were not closed, the
// latest first.
func (s *Store) LinksOf(ctx context.Context, person string) ([]Link, error) {
	return list(ctx, s, "links of", person, s.q.linksOf, scanLink, person)
}

// RenewLink keeps a link that is for somebody who is known, and has no other of
// theirs in its object be good for anything.
func (s *Store) RenewLink(ctx context.Context, l Link, notes ...Audit) error {
	return s.withAudit(ctx, "renew link of", l.For.Person, notes, func(tx *changes) error {
		if err := tx.closeLinks(l.For.Person, l.Scope); err != nil {
			return err
		}
		return tx.link(l)
	})
}

// ReplaceLink keeps a link in the place of one that nobody has taken. It returns
// ErrNotFound where that is not there any more.
func (s *Store) ReplaceLink(ctx context.Context, old Token, l Link, notes ...Audit) error {
	return s.withAudit(ctx, "replace link", "", notes, func(tx *changes) error {
		n, err := tx.Exec(`DELETE FROM links WHERE token = $1 AND taken = 0`, old[:])
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		if err != nil {
			return err
		}
		return tx.link(l)
	})
}

// CloseLinks has no link of a person in an object or its parts be good for
// anything any more.
func (s *Store) CloseLinks(ctx context.Context, person string, in Scope, notes ...Audit) error {
	return s.withAudit(ctx, "close links of", person, notes, func(tx *changes) error { return tx.closeLinks(person, in) })
}

// closeLinks has a person's links be good for nothing, those that wait for them
// too, and the code that would open one.
func (c *changes) closeLinks(person string, in Scope) error {
	err := each([]string{
		`UPDATE links SET closed = TRUE WHERE taken_by = $1 AND area = $2 AND object = $3 AND taken > 0`,
		`DELETE FROM links WHERE for_person = $1 AND area = $2 AND object = $3 AND taken = 0`,
	}, func(query string) error {
		_, err := c.Exec(query, person, in.Area, in.Object)
		return err
	})
	if err == nil {
		_, err = c.Exec(`DELETE FROM device_codes WHERE person = $1`, person)
	}
	return err
}
