package store

import "context"

// Link gives a role to whoever takes it, once, until its time.
type Link struct {
	Token   Token
	Grant          // Person is "" until it is taken
	Made    int64  // unix µs, as all times here
	By      string // the person who made it
	Expires int64
	Taken   int64 // 0: not yet
	For     Meant
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
func (db *DB) PutLink(ctx context.Context, l Link, notes ...Audit) error {
	return db.PutLinks(ctx, nil, []Link{l}, nil, notes...)
}

// PutLinks forgets links that nobody has taken, keeps others and gives roles,
// all at once.
func (db *DB) PutLinks(ctx context.Context, drop []Token, links []Link, grants []Grant, notes ...Audit) error {
	return db.noted(ctx, "put links", "", notes, func(tx *changes) error {
		err := each(drop, func(t Token) error {
			_, err := tx.exec(`DELETE FROM links WHERE token = $1 AND taken = 0`, t[:])
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
	_, err := c.exec(`INSERT INTO links (token, exercise, unit, role, made, made_by, expires, taken, taken_by,
			for_name, for_login, for_organisation, for_language, for_person, account)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', $8, $9, $10, $11, $12, $13)`,
		l.Token[:], l.Exercise, l.Unit, l.Role, l.Made, l.By, l.Expires,
		l.For.Name, l.For.Login, l.For.Organisation, l.For.Language, l.For.Person, l.For.Account)
	return err
}

// Link returns a link, taken or not. It returns ErrNotFound where there is
// none.
func (r *Reader) Link(ctx context.Context, t Token) (Link, error) {
	return one(ctx, r, "link", "", r.q.link, scanLink, t[:])
}

// Links returns the links of an exercise, or with "" of the community, by unit,
// role and time.
func (r *Reader) Links(ctx context.Context, exercise string) ([]Invited, error) {
	return rowsOf(ctx, r, "links of", exercise, r.q.links, scanInvited, exercise)
}

// DropLink forgets a link of an exercise that nobody has taken. It returns
// ErrNotFound where there is none of that name.
func (db *DB) DropLink(ctx context.Context, exercise string, id TokenID, notes ...Audit) error {
	return db.noted(ctx, "drop link of", exercise, notes, func(tx *changes) error {
		n, err := tx.exec(`DELETE FROM links WHERE exercise = $1 AND substr(token, 1, 8) = $2 AND taken = 0`, exercise, id[:])
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// TakeLink gives the role of a link to a person, who need not have been known.
// It returns ErrNotFound where there is no such link that may still be taken
// at that time; of many who try at once one gets it. It returns ErrExists where
// the login of the account is somebody else's, and takes nothing then.
func (db *DB) TakeLink(ctx context.Context, t Token, how Taking, now int64, notes ...Audit) (g Grant, err error) {
	err = db.noted(ctx, "take link", "", notes, func(tx *changes) error {
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
	n, err := c.exec(`UPDATE links SET taken = $2, taken_by = $3 WHERE token = $1 AND taken = 0 AND expires > $2`, t[:], now, person)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return g, err
	}
	return g, c.row(`SELECT exercise, unit, role FROM links WHERE token = $1`, t[:]).Scan(&g.Exercise, &g.Unit, &g.Role)
}

// newcomer makes a person, of whom the link may know more than they say.
func (c *changes) newcomer(t Token, p Person) error {
	var organisation, language string
	err := c.row(`SELECT for_organisation, for_language FROM links WHERE token = $1`, t[:]).Scan(&organisation, &language)
	if err != nil {
		return err
	}
	if p.Organisation == "" {
		p.Organisation = organisation
	}
	if err := c.person(p); err != nil || language == "" {
		return err
	}
	_, err = c.exec(`UPDATE people SET language = $2 WHERE id = $1`, p.ID, language)
	return err
}

// TakeReset takes a link by which the person for whom it is sets a password. It
// returns ErrNotFound where there is no such link that may still be taken.
func (db *DB) TakeReset(ctx context.Context, t Token, person, hash string, now int64, notes ...Audit) error {
	return db.noted(ctx, "reset password of", person, notes, func(tx *changes) error {
		n, err := tx.exec(`UPDATE links SET taken = $2, taken_by = $3
			WHERE token = $1 AND for_person = $3 AND taken = 0 AND expires > $2`, t[:], now, person)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return tx.password(person, hash, nil)
	})
}
