package store

import (
	"context"
	"database/sql"
)

// PutPeople says who people are; what was said of the same ids before is
// forgotten.
func (db *DB) PutPeople(ctx context.Context, people []Person) error {
	err := db.change(ctx, func(tx *changes) error {
		for _, p := range people {
			if err := tx.person(p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return db.fail("put people", "", err)
	}
	return nil
}

func (c *changes) person(p Person) error {
	if p.ID == "" {
		return ErrInvalid
	}
	_, err := c.exec(`INSERT INTO people (id, name, organisation) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, organisation = excluded.organisation`,
		p.ID, p.Name, p.Organisation)
	return err
}

// People returns who the ids are, in their order. Ids of whom nothing is known
// are left out.
func (r *Reader) People(ctx context.Context, ids []string) ([]Person, error) {
	var all []Person
	for _, id := range ids {
		found, err := list(ctx, r, r.q.person, scanPerson, id)
		if err != nil {
			return nil, r.fail("person", id, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// AllPeople returns everybody of whom something is known, by id.
func (r *Reader) AllPeople(ctx context.Context) ([]Person, error) {
	all, err := list(ctx, r, r.q.people, scanPerson)
	if err != nil {
		return nil, r.fail("list people", "", err)
	}
	return all, nil
}

// ErasePerson forgets who an id is, that they could sign in (account, grants,
// sessions, tokens), and what links and the audit log say of them. The id stays
// in the events. It returns
// ErrNotFound where nothing is known of it. Copies made before, backups among
// them, are not touched; a PostgreSQL server overwrites the row when it
// vacuums.
func (db *DB) ErasePerson(ctx context.Context, id string) error {
	err := db.change(ctx, func(tx *changes) error {
		n, err := tx.exec(`DELETE FROM people WHERE id = $1`, id)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return each([]string{
			`UPDATE links SET for_name = '', for_login = '', for_organisation = '' WHERE taken_by = $1`,
			`DELETE FROM links WHERE for_person = $1 AND taken = 0`,
			`UPDATE audit SET about = '' WHERE about IN (SELECT login FROM accounts WHERE person = $1)`,
			`DELETE FROM accounts WHERE person = $1`,
			`DELETE FROM grants WHERE person = $1`,
			`DELETE FROM sessions WHERE person = $1`,
			`DELETE FROM api_tokens WHERE person = $1`,
		}, func(query string) error {
			_, err := tx.exec(query, id)
			return err
		})
	})
	if err != nil {
		return db.fail("erase person", id, err)
	}
	return nil
}

func scanPerson(rows *sql.Rows) (p Person, err error) {
	return p, rows.Scan(&p.ID, &p.Name, &p.Organisation)
}
