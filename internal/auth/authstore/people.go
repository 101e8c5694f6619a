package authstore

import (
	"context"
	"database/sql"

	"renkei/internal/database"
)

// Person says who a person id is.
type Person struct {
	ID           string
	Name         string
	Organisation string
}

// Names reads who person ids are: of the present moment in a Store, else of
// that of its database.Reader.
type Names struct {
	db             *database.Reader
	person, people *sql.Stmt
}

// ReadNames returns who the people of a database are.
func ReadNames(ctx context.Context, db *database.Reader) (*Names, error) {
	n := &Names{db: db}
	return n, db.Prepare(ctx, map[**sql.Stmt]string{
		&n.person: `SELECT id, name, organisation FROM people WHERE id = $1`,
		&n.people: `SELECT id, name, organisation FROM people ORDER BY id`,
	})
}

// PutPeople says who people are; what was said of the same ids before is
// forgotten.
func (s *Store) PutPeople(ctx context.Context, people []Person) error {
	return s.withAudit(ctx, "put people", "", nil, func(tx *changes) error { return each(people, tx.person) })
}

func (c *changes) person(p Person) error {
	if p.ID == "" {
		return database.ErrInvalid
	}
	_, err := c.Exec(`INSERT INTO people (id, name, organisation) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, organisation = excluded.organisation`,
		p.ID, p.Name, p.Organisation)
	return err
}

// People returns who the ids are, in their order. Ids of whom nothing is known
// are left out.
func (n *Names) People(ctx context.Context, ids []string) ([]Person, error) {
	var all []Person
	for _, id := range ids {
		found, err := database.List(ctx, n.db, n.person, scanPerson, id)
		if err != nil {
			return nil, n.db.Fail("person", id, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// AllPeople returns everybody of whom something is known, by id.
func (n *Names) AllPeople(ctx context.Context) ([]Person, error) {
	all, err := database.List(ctx, n.db, n.people, scanPerson)
	if err != nil {
		return nil, n.db.Fail("list people", "", err)
	}
	return all, nil
}

// ErasePerson forgets who an id is, that they could sign in (account, grants,
// sessions, tokens, browsers, codes, second factors), and what links and the audit log say of them,
// addresses among it. The id stays in what others keep. It returns database.ErrNotFound where nothing is known of
// it. Copies made before, backups among
// them, are not touched; a PostgreSQL server overwrites the row when it
// vacuums.
func (s *Store) ErasePerson(ctx context.Context, id string, notes ...Audit) error {
	return s.withAudit(ctx, "erase person", id, notes, func(tx *changes) error {
		n, err := tx.Exec(`DELETE FROM people WHERE id = $1`, id)
		if err == nil && n == 0 {
			err = database.ErrNotFound
		}
		if err != nil {
			return err
		}
		return each([]string{
			`UPDATE links SET for_name = '', for_login = '', for_organisation = '' WHERE taken_by = $1`,
			`DELETE FROM links WHERE for_person = $1 AND taken = 0`,
			`UPDATE audit SET about = '' WHERE about IN (SELECT login FROM accounts WHERE person = $1)`,
			`UPDATE audit SET address = '' WHERE actor = $1 OR person = $1`,
			`DELETE FROM accounts WHERE person = $1`,
			`DELETE FROM grants WHERE person = $1`,
			`DELETE FROM sessions WHERE person = $1`,
			`DELETE FROM api_tokens WHERE person = $1`,
			`DELETE FROM devices WHERE person = $1`,
			`DELETE FROM factors WHERE person = $1`,
			`DELETE FROM recovery_codes WHERE person = $1`,
			`DELETE FROM steps WHERE person = $1`,
			`DELETE FROM device_codes WHERE person = $1`,
		}, func(query string) error {
			_, err := tx.Exec(query, id)
			return err
		})
	})
}

func scanPerson(rows *sql.Rows) (p Person, err error) {
	return p, rows.Scan(&p.ID, &p.Name, &p.Organisation)
}
