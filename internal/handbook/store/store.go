// Package store keeps the editions of the handbook, the working copies of its
// members and their history in the database of the installation, and puts what
// is published into the index of texts. It may import its domain, the database
// and the search.
//
// Start reading at [Store.Save] and [Store.Publish].
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"renkei/internal/database"
	"renkei/internal/handbook"
	"renkei/internal/search"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations make the tables.
func Migrations() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

// Tables are all that the migrations leave.
func Tables() []string {
	return []string{"handbook_comments", "handbook_drafts", "handbook_editions", "handbook_items", "handbook_link_checks", "handbook_links", "handbook_needs", "handbook_needs_head", "handbook_profiles", "handbook_revisions", "handbook_views"}
}

// Reader reads editions. It is safe for use by many goroutines where its
// database is.
type Reader struct {
	r     *database.Reader
	words *handbook.Vocabulary

	mu     sync.Mutex
	frozen map[string]*handbook.Content // whole editions, which never change; guarded by mu
}

// maxFrozen is how many whole editions are kept in memory.
const maxFrozen = 4

// NewReader returns the editions of a database that has the migrations.
func NewReader(r *database.Reader, words *handbook.Vocabulary) *Reader {
	return &Reader{r: r, words: words, frozen: map[string]*handbook.Content{}}
}

// Store keeps the handbook. It is safe for use by many goroutines.
type Store struct {
	*Reader
	db    *database.DB
	index *search.Index
}

// New returns the store of a database that has the migrations, of this area and
// of the search.
func New(db *database.DB, words *handbook.Vocabulary) *Store {
	return &Store{Reader: NewReader(db.Reader, words), db: db, index: search.New(db.Reader, "handbook")}
}

// Vocabulary is what items are sorted by.
func (r *Reader) Vocabulary() *handbook.Vocabulary { return r.words }

// decode reads the JSON of a row.
func decode[T any](rows *sql.Rows) (v T, err error) {
	var body string
	if err := rows.Scan(&body); err != nil {
		return v, err
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return v, fmt.Errorf("%w: %w", database.ErrDamaged, err)
	}
	return v, nil
}

// Editions returns what was published, the oldest first.
func (r *Reader) Editions(ctx context.Context) ([]handbook.Edition, error) {
	all, err := database.Select(ctx, r.r, `SELECT body FROM handbook_editions ORDER BY number`, decode[handbook.Edition])
	if err != nil {
		return nil, r.r.Fail("read", "editions", err)
	}
	return all, nil
}

// Edition returns a published edition. It returns handbook.ErrAbsent where there
// is none.
func (r *Reader) Edition(ctx context.Context, id string) (handbook.Edition, error) {
	all, err := database.Select(ctx, r.r, `SELECT body FROM handbook_editions WHERE id = $1`, decode[handbook.Edition], id)
	switch {
	case err != nil:
		return handbook.Edition{}, r.r.Fail("read edition", id, err)
	case len(all) == 0:
		return handbook.Edition{}, fmt.Errorf("edition %q: %w", id, handbook.ErrAbsent)
	}
	return all[0], nil
}

// Content returns all of a published edition. It must not be changed.
func (r *Reader) Content(ctx context.Context, id string) (*handbook.Content, error) {
	edition, err := r.Edition(ctx, id)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	c := r.frozen[id]
	r.mu.Unlock()
	if c != nil && c.Edition.Hash == edition.Hash {
		return c, nil
	}
	if c, err = r.content(ctx, id, ""); err != nil {
		return nil, err
	}
	c.Edition = edition
	r.mu.Lock()
	defer r.mu.Unlock()
	for old := range r.frozen {
		if len(r.frozen) < maxFrozen {
			break
		}
		delete(r.frozen, old)
	}
	r.frozen[id] = c
	return c, nil
}

// Contents returns all editions, the oldest first; of one member where it is
// named.
func (r *Reader) Contents(ctx context.Context, member string) ([]*handbook.Content, error) {
	editions, err := r.Editions(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]*handbook.Content, len(editions))
	for i, e := range editions {
		if member == "" {
			all[i], err = r.Content(ctx, e.ID)
		} else {
			all[i], err = r.content(ctx, e.ID, member)
		}
		if err != nil {
			return nil, err
		}
		all[i].Edition = e
	}
	return all, nil
}

// Member returns the page of a member in an edition. It returns
// handbook.ErrAbsent where the edition has none.
func (r *Reader) Member(ctx context.Context, edition, member string) (*handbook.Content, error) {
	e, err := r.Edition(ctx, edition)
	if err != nil {
		return nil, err
	}
	c, err := r.content(ctx, edition, member)
	if err != nil {
		return nil, err
	}
	if len(c.Profiles) == 0 {
		return nil, fmt.Errorf("member %q in edition %q: %w", member, edition, handbook.ErrAbsent)
	}
	c.Edition = e
	return c, nil
}

// content reads the rows of an edition, of all members or of one.
func (r *Reader) content(ctx context.Context, edition, member string) (*handbook.Content, error) {
	where, args := ` WHERE edition = $1`, []any{edition}
	if member != "" {
		where, args = where+` AND member = $2`, append(args, member)
	}
	c := &handbook.Content{}
	var err, itemsErr error
	c.Profiles, err = database.Select(ctx, r.r, `SELECT body FROM handbook_profiles`+where+` ORDER BY member`, decode[handbook.Profile], args...)
	c.Items, itemsErr = database.Select(ctx, r.r, `SELECT body FROM handbook_items`+where, decode[handbook.Item], args...)
	if err = errors.Join(err, itemsErr); err != nil {
		return nil, r.r.Fail("read edition", edition, err)
	}
	r.words.SortItems(c.Items)
	return c, nil
}

// History returns an item as it is in each edition that has it, by the
// edition's ID. It returns handbook.ErrAbsent where none has.
func (r *Reader) History(ctx context.Context, id string) (map[string]handbook.Item, error) {
	type row struct {
		edition string
		item    handbook.Item
	}
	all, err := database.Select(ctx, r.r, `SELECT edition, body FROM handbook_items WHERE id = $1 AND edition <> ''`, func(rows *sql.Rows) (v row, err error) {
		var body string
		if err := rows.Scan(&v.edition, &body); err != nil {
			return v, err
		}
		return v, json.Unmarshal([]byte(body), &v.item)
	}, id)
	switch {
	case err != nil:
		return nil, r.r.Fail("read item", id, err)
	case len(all) == 0:
		return nil, fmt.Errorf("item %q: %w", id, handbook.ErrAbsent)
	}
	history := map[string]handbook.Item{}
	for _, v := range all {
		history[v.edition] = v.item
	}
	return history, nil
}
