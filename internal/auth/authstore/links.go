package authstore

import (
	"context"

	"renkei/internal/database"
)

// Link gives a role to whoever takes it, once, until its time.
type Link struct {
	Token   Token
	Grant          // Person is "" until it is taken
	Made    int64  // unix µs, as all times here
	By      string // the person who made it
	Expires int64
	Taken   int64 // 0: not yet
	For     Meant
	Lasting bool // good as long as what it leads to goes on, too
	Closed  bool // it opens on no further device of its taker
}

// Meant is whom a link is meant for, as far as its maker has said.
type Meant struct {
	Name         string
	Login        string
	Organisation string
	Language     string
	Person       string // who is known already
	Account      bool   // whoever takes it may make an account
}

// Invited is a link with the names of who made it and who took it, where they
// are known.
type Invited struct {
	Link
	ByName    string
	TakenName string
}

// Taking is how a link is taken.
type Taking struct {
	Person  Person   // made, unless Known
	Known   bool     // the person is there already, and stays as they are
	Account *Account // made too
	Bare    bool     // the link gives no role
}

// PutLink keeps a link.
func (s *Store) PutLink(ctx context.Context, l Link, notes ...Audit) error {
	return s.PutLinks(ctx, nil, []Link{l}, nil, notes...)
}

// PutLinks forgets links that nobody has taken, keeps others and gives roles,
// all at once.
func (s *Store) PutLinks(ctx context.Context, drop []Token, links []Link, grants []Grant, notes ...Audit) error {
	return s.withAudit(ctx, "put links", "", notes, func(tx *changes) error {
		err := each(drop, func(t Token) error {
			_, err := tx.Exec(`DELETE FROM links WHERE token = $1 AND taken = 0`, t[:])
			return err
		})
		if err == nil {
			err = each(links, tx.link)
		}
		if err == nil {
			err = each(grants, tx.grant)
		}
		return err
	})
}

func (c *changes) link(l Link) error {
	_, err := c.Exec(`INSERT INTO links (token, area, object, part, role, made, made_by, expires, taken, taken_by,
			for_name, for_login, for_organisation, for_language, for_person, account, lasting)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9, $10, $11, $12, $13, $14, $15)`,
		l.Token[:], l.Area, l.Object, l.Part, l.Role, l.Made, l.By, l.Expires,
		l.For.Name, l.For.Login, l.For.Organisation, l.For.Language, l.For.Person, l.For.Account, l.Lasting)
	return err
}

// Link returns a link, taken or not. It returns ErrNotFound where there is
// none.
func (s *Store) Link(ctx context.Context, t Token) (Link, error) {
	return one(ctx, s, "link", "", s.q.link, scanLink, t[:])
}

// Links returns the links of an object and its parts, or with the zero Scope of
// the community, by part, role and time. The scope's part does not matter.
func (s *Store) Links(ctx context.Context, of Scope) ([]Invited, error) {
	return list(ctx, s, "links of", of.Object, s.q.links, scanInvited, of.Area, of.Object)
}

// DropLink forgets a link of an object or a part of it that nobody has taken. It returns
// ErrNotFound where there is none of that name.
func (s *Store) DropLink(ctx context.Context, of Scope, id TokenID, notes ...Audit) error {
	return s.withAudit(ctx, "drop link of", of.Object, notes, func(tx *changes) error {
		n, err := tx.Exec(`DELETE FROM links WHERE area = $1 AND object = $2 AND substr(token, 1, 8) = $3 AND taken = 0`,
			of.Area, of.Object, id[:])
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		return err
	})
}

// TakeLink gives the role of a link to a person, who need not have been known.
// It returns ErrNotFound where there is no such link that may still be taken
// at that time; of many who try at once one gets it. It returns ErrExists where
// the login of the account is somebody else's, and takes nothing then.
func (s *Store) TakeLink(ctx context.Context, t Token, how Taking, now int64, notes ...Audit) (g Grant, err error) {
	err = s.withAudit(ctx, "take link", "", notes, func(tx *changes) error {
		if g, err = tx.take(t, how.Person.ID, now); err != nil {
			return err
		}
		if !how.Known {
			if err := tx.newcomer(t, how.Person); err != nil {
				return err
			}
		}
		if how.Account != nil {
			if err := tx.account(*how.Account); err != nil {
				return err
			}
		}
		if how.Bare {
			return nil
		}
		return tx.grant(g)
	})
	return g, err
}

// take marks a link as taken.
func (c *changes) take(t Token, person string, now int64) (Grant, error) {
	g := Grant{Person: person}
	n, err := c.Exec(`UPDATE links SET taken = $2, taken_by = $3 WHERE token = $1 AND taken = 0 AND expires > $2`, t[:], now, person)
	if err == nil && n == 0 {
		err = database.ErrNotFound
	}
	if err != nil {
		return g, err
	}
	return g, c.Row(`SELECT area, object, part, role FROM links WHERE token = $1`, t[:]).Scan(&g.Area, &g.Object, &g.Part, &g.Role)
}

// newcomer makes a person, of whom the link may know more than they say.
func (c *changes) newcomer(t Token, p Person) error {
	var organisation, language string
	err := c.Row(`SELECT for_organisation, for_language FROM links WHERE token = $1`, t[:]).Scan(&organisation, &language)
	if err != nil {
		return err
	}
	if p.Organisation == "" {
		p.Organisation = organisation
	}
	if err := c.person(p); err != nil || language == "" {
		return err
	}
	_, err = c.Exec(`UPDATE people SET language = $2 WHERE id = $1`, p.ID, language)
	return err
}

// TakeReset takes a link by which the person for whom it is sets a password. It
// returns ErrNotFound where there is no such link that may still be taken.
func (s *Store) TakeReset(ctx context.Context, t Token, person, hash string, now int64, notes ...Audit) error {
	return s.withAudit(ctx, "reset password of", person, notes, func(tx *changes) error {
		n, err := tx.Exec(`UPDATE links SET taken = $2, taken_by = $3
			WHERE token = $1 AND for_person = $3 AND taken = 0 AND expires > $2`, t[:], now, person)
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		if err != nil {
			return err
		}
		return tx.password(person, hash, nil)
	})
}
