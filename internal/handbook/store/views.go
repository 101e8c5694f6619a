package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"renkei/internal/database"
	"renkei/internal/handbook"
)

// View is a page of the handbook that somebody has saved, with what was chosen
// on it.
type View struct {
	ID, Name string
	Path     string // with its query
}

// maxViews is how many somebody may save.
const maxViews = 50

// Views returns what somebody has saved, by name.
func (s *Store) Views(ctx context.Context, person string) ([]View, error) {
	all, err := database.Select(ctx, s.r, `SELECT id, name, path FROM handbook_views WHERE person = $1 ORDER BY name, id`, func(rows *sql.Rows) (v View, err error) {
		err = rows.Scan(&v.ID, &v.Name, &v.Path)
		return v, err
	}, person)
	if err != nil {
		return nil, s.r.Fail("read views of", person, err)
	}
	return all, nil
}

// SaveView saves a view of somebody's. One that is sent twice is there once. It
// returns handbook.ErrMany where there are too many.
func (s *Store) SaveView(ctx context.Context, person string, v View) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		n := 0
		if err := tx.Row(`SELECT COUNT(*) FROM handbook_views WHERE person = $1 AND id <> $2`, person, v.ID).Scan(&n); err != nil {
			return err
		}
		if n >= maxViews {
			return handbook.ErrMany
		}
		_, err := tx.Exec(`INSERT INTO handbook_views (person, id, name, path) VALUES ($1, $2, $3, $4) ON CONFLICT (person, id) DO NOTHING`, person, v.ID, v.Name, v.Path)
		return err
	})
	if err != nil && !errors.Is(err, handbook.ErrMany) {
		return s.db.Fail("save view of", person, err)
	}
	return err
}

// DropView forgets a view of somebody's. It returns handbook.ErrAbsent where
// there is none.
func (s *Store) DropView(ctx context.Context, person, id string) error {
	return s.db.Write(ctx, func(tx *database.Tx) error {
		n, err := tx.Exec(`DELETE FROM handbook_views WHERE person = $1 AND id = $2`, person, id)
		if err == nil && n == 0 {
			err = fmt.Errorf("view %q: %w", id, handbook.ErrAbsent)
		}
		return err
	})
}
