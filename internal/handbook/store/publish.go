package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"renkei/internal/database"
	"renkei/internal/handbook"
	"renkei/internal/search"
)

// Publish makes an edition of what members have approved. A member that has
// approved nothing new is carried over from the edition before, which its page
// says; its working copy stays as it is. The edition comes back with its hash.
// It returns handbook.ErrForbidden to all but the secretariat,
// handbook.ErrState where nothing is approved, and database.ErrExists where
// there is an edition of that ID.
func (s *Store) Publish(ctx context.Context, a handbook.Actor, e handbook.Edition) (handbook.Edition, error) {
	if !a.Secretariat {
		return e, handbook.ErrForbidden
	}
	c, approved, err := s.compile(ctx, a, e)
	if err != nil {
		return e, err
	}
	if len(approved) == 0 {
		return e, handbook.ErrState
	}
	if c.Edition.Hash, err = c.Sum(); err != nil {
		return e, err
	}
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		for _, d := range approved {
			if err := move(tx, d.Member, d.Version, handbook.Unchanged, a.Person, e.Published); err != nil {
				return err
			}
			w := writing{tx, a, d.Member, e.Published}
			if err := w.note("", handbook.Publish, e.ID, "", ""); err != nil {
				return err
			}
		}
		return s.putEdition(tx, c)
	})
	if err != nil {
		return e, s.explain("publish edition", e.ID, err)
	}
	return c.Edition, nil
}

// explain words a failure, but for those that callers tell apart.
func (s *Store) explain(what, id string, err error) error {
	if errors.Is(err, handbook.ErrConflict) || errors.Is(err, database.ErrExists) {
		return err
	}
	return s.db.Fail(what, id, err)
}

// compile puts an edition together from working copies that are approved and
// from the edition before.
func (s *Store) compile(ctx context.Context, a handbook.Actor, e handbook.Edition) (*handbook.Content, []handbook.Draft, error) {
	c := &handbook.Content{Edition: e}
	heads, err := s.Heads(ctx)
	if err != nil {
		return nil, nil, err
	}
	var approved []handbook.Draft
	for _, h := range heads {
		if h.State != handbook.Approved {
			continue
		}
		d, err := s.Draft(ctx, a, h.Member)
		if err != nil {
			return nil, nil, err
		}
		d.Profile.Carried = ""
		approved = append(approved, d)
		c.Profiles, c.Items = append(c.Profiles, d.Profile), append(c.Items, d.Items...)
	}
	editions, err := s.Editions(ctx)
	if err != nil || len(editions) == 0 {
		return c, approved, err
	}
	last, err := s.Content(ctx, editions[len(editions)-1].ID)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range last.Profiles {
		if slices.ContainsFunc(approved, func(d handbook.Draft) bool { return d.Member == p.Member }) {
			continue
		}
		if p.Carried == "" {
			p.Carried = last.Edition.ID
		}
		c.Profiles = append(c.Profiles, p)
		c.Items = append(c.Items, last.Only(p.Member).Items...)
	}
	s.words.SortItems(c.Items)
	return c, approved, nil
}

// Load publishes an edition as it is given, and has the working copies of its
// members begin with it: for a demonstration, and for what was published before
// this program. It returns database.ErrExists where there is an edition of that
// ID.
func (s *Store) Load(ctx context.Context, c *handbook.Content) error {
	sum, err := c.Sum()
	if err != nil {
		return err
	}
	loaded := *c
	loaded.Edition.Hash = sum
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		if err := s.putEdition(tx, &loaded); err != nil {
			return err
		}
		for _, table := range []string{"handbook_items", "handbook_profiles", "handbook_drafts"} {
			where := ` WHERE edition = ''`
			if table == "handbook_drafts" {
				where = ` WHERE TRUE`
			}
			for _, p := range loaded.Profiles {
				if _, err := tx.Exec(`DELETE FROM `+table+where+` AND member = $1`, p.Member); err != nil {
					return err
				}
			}
		}
		for i := range loaded.Profiles {
			p := loaded.Profiles[i]
			if err := putProfile(tx, working, &p); err != nil {
				return err
			}
			if err := move(tx, p.Member, 0, handbook.Unchanged, "", loaded.Edition.Published); err != nil {
				return err
			}
		}
		return putItems(tx, working, loaded.Items)
	})
	if err != nil {
		return s.explain("load edition", c.Edition.ID, err)
	}
	return nil
}

// putEdition writes the rows of an edition, and puts it into the index.
func (s *Store) putEdition(tx *database.Tx, c *handbook.Content) error {
	body, err := encode(c.Edition)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO handbook_editions (id, number, body) SELECT $1, COALESCE(MAX(number), 0) + 1, $2 FROM handbook_editions WHERE TRUE
		ON CONFLICT (id) DO NOTHING`, c.Edition.ID, body)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("edition %q: %w", c.Edition.ID, database.ErrExists)
	}
	for i := range c.Profiles {
		if err := putProfile(tx, c.Edition.ID, &c.Profiles[i]); err != nil {
			return err
		}
	}
	if err := putItems(tx, c.Edition.ID, c.Items); err != nil {
		return err
	}
	return s.index.Put(tx, documents(c))
}

func putProfile(tx *database.Tx, edition string, p *handbook.Profile) error {
	body, err := encode(p)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO handbook_profiles (edition, member, body) VALUES ($1, $2, $3)
		ON CONFLICT (edition, member) DO UPDATE SET body = excluded.body`, edition, p.Member, body)
	return err
}

// written is how many items one statement writes.
const written = 200

func putItems(tx *database.Tx, edition string, items []handbook.Item) error {
	for part := range slices.Chunk(items, written) {
		var text strings.Builder
		text.WriteString(`INSERT INTO handbook_items (edition, member, id, measure, body) VALUES `)
		args := make([]any, 0, 5*len(part))
		for i := range part {
			body, err := encode(&part[i])
			if err != nil {
				return err
			}
			if i > 0 {
				text.WriteString(", ")
			}
			n := len(args)
			fmt.Fprintf(&text, "($%d, $%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4, n+5)
			args = append(args, edition, part[i].Member, part[i].ID, part[i].Measure, body)
		}
		text.WriteString(` ON CONFLICT (edition, member, id) DO UPDATE SET measure = excluded.measure, body = excluded.body`)
		if _, err := tx.Exec(text.String(), args...); err != nil {
			return err
		}
	}
	return nil
}

// documents are the items of an edition as they are looked for.
func documents(c *handbook.Content) []search.Document {
	docs := make([]search.Document, len(c.Items))
	heads := map[string]string{}
	for i := range c.Profiles {
		heads[c.Profiles[i].Member] = c.Profiles[i].Name.All() + "\n" + c.Profiles[i].Code
	}
	for i := range c.Items {
		it := &c.Items[i]
		text := []string{it.Text.All(), it.Note.All(), it.Lead.All(), heads[it.Member]}
		for _, d := range it.Dates() {
			text = append(text, string(d))
		}
		docs[i] = search.Document{ID: c.Edition.ID + "/" + it.Member + "/" + it.ID, Text: strings.Join(text, "\n"), Facets: facets(c.Edition.ID, it)}
	}
	return docs
}

func facets(edition string, it *handbook.Item) []string {
	all := []string{"edition:" + edition, "member:" + it.Member, "kind:" + string(it.Kind)}
	if it.Measure != "" {
		all = append(all, "measure:"+it.Measure)
	}
	if it.Status != "" {
		all = append(all, "status:"+string(it.Status))
	}
	for _, t := range it.Themes {
		all = append(all, "theme:"+t)
	}
	for _, t := range it.Sectors {
		all = append(all, "sector:"+t)
	}
	return all
}
