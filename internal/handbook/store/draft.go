package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"renkei/internal/database"
	"renkei/internal/handbook"
)

// working is the edition of the working copies.
const working = ""

// Head returns how far the working copy of a member has come. A member that
// nothing was ever stored for has an empty one.
func (s *Store) Head(ctx context.Context, member string) (handbook.Draft, error) {
	all, err := database.Select(ctx, s.r, heads+` WHERE member = $1`, scanHead, member)
	switch {
	case err != nil:
		return handbook.Draft{}, s.r.Fail("read draft", member, err)
	case len(all) == 0:
		return handbook.Draft{Member: member, State: handbook.Unchanged, Profile: handbook.Profile{Member: member}}, nil
	}
	return all[0], nil
}

// Heads returns how far the working copies of all members have come, by member.
func (s *Store) Heads(ctx context.Context) ([]handbook.Draft, error) {
	all, err := database.Select(ctx, s.r, heads+` ORDER BY member`, scanHead)
	if err != nil {
		return nil, s.r.Fail("read", "drafts", err)
	}
	return all, nil
}

const heads = `SELECT member, state, person, at, version FROM handbook_drafts`

func scanHead(rows *sql.Rows) (d handbook.Draft, err error) {
	var at int64
	err = rows.Scan(&d.Member, &d.State, &d.By, &at, &d.Version)
	d.At = time.UnixMicro(at).UTC()
	return d, err
}

// Draft returns the working copy of a member for somebody who may see it, and
// handbook.ErrForbidden for others.
func (s *Store) Draft(ctx context.Context, a handbook.Actor, member string) (handbook.Draft, error) {
	d, err := s.Head(ctx, member)
	if err != nil {
		return d, err
	}
	if !a.Sees(member, d.State) {
		return handbook.Draft{}, handbook.ErrForbidden
	}
	c, err := s.content(ctx, working, member)
	if err != nil {
		return d, err
	}
	if len(c.Profiles) > 0 {
		d.Profile = c.Profiles[0]
	}
	d.Profile.Member, d.Items = member, c.Items
	return d, nil
}

// Working returns the working copy of a member for whoever operates the
// installation, and reads it all anyway. It returns handbook.ErrAbsent where
// there is none.
func (r *Reader) Working(ctx context.Context, member string) (*handbook.Content, error) {
	c, err := r.content(ctx, working, member)
	if err == nil && len(c.Profiles)+len(c.Items) == 0 {
		err = fmt.Errorf("member %q: %w", member, handbook.ErrAbsent)
	}
	return c, err
}

// Change is what somebody does to the working copy of a member.
type Change struct {
	Member  string
	Version int64 // of the working copy that they have seen
	Reason  string
	Profile *handbook.Profile // nil leaves it as it is
	Put     []handbook.Item
	Drop    []string // ids
	At      time.Time
}

// Save changes the working copy of a member and writes down what it was. It
// returns a *handbook.FaultError for an item that cannot be kept,
// handbook.ErrConflict where the working copy is not the one that was seen, and
// the errors of Actor.After.
func (s *Store) Save(ctx context.Context, a handbook.Actor, c Change) error {
	for i := range c.Put {
		c.Put[i].Member = c.Member
		if faults := s.words.Check(&c.Put[i]); len(faults) > 0 {
			return faults[0]
		}
	}
	return s.act(ctx, a, c.Member, c.Version, handbook.Edit, c.At, func(w *writing) error {
		if c.Profile != nil {
			p := *c.Profile
			p.Member = c.Member
			if err := w.profile(p, c.Reason); err != nil {
				return err
			}
		}
		for i := range c.Put {
			if err := w.put(&c.Put[i], c.Reason); err != nil {
				return err
			}
		}
		for _, id := range c.Drop {
			if err := w.drop(id, c.Reason); err != nil {
				return err
			}
		}
		return nil
	})
}

// Act brings the working copy of a member on, or back: anything but Edit and
// Publish. What is returned needs a comment that says why; it is kept with the
// others.
func (s *Store) Act(ctx context.Context, a handbook.Actor, member string, version int64, act handbook.Act, comment string, at time.Time) error {
	if act == handbook.Edit || act == handbook.Publish {
		return handbook.ErrForbidden
	}
	if act == handbook.Return && comment == "" {
		return handbook.ErrComment
	}
	return s.act(ctx, a, member, version, act, at, func(w *writing) error {
		if comment != "" {
			if err := w.comment("", comment); err != nil {
				return err
			}
		}
		return w.note("", act, comment, "", "")
	})
}

// writing is a transaction that changes the working copy of a member.
type writing struct {
	tx     *database.Tx
	actor  handbook.Actor
	member string
	at     time.Time
}

// act does something to a working copy where its stage and the actor allow it.
func (s *Store) act(ctx context.Context, a handbook.Actor, member string, version int64, act handbook.Act, at time.Time, do func(*writing) error) error {
	head, err := s.Head(ctx, member)
	if err != nil {
		return err
	}
	state, err := a.After(member, head.State, act)
	if err != nil {
		return err
	}
	if head.Version != version {
		return handbook.ErrConflict
	}
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		if err := move(tx, member, version, state, a.Person, at); err != nil {
			return err
		}
		return do(&writing{tx, a, member, at})
	})
	if err != nil && !errors.Is(err, handbook.ErrConflict) {
		return s.db.Fail("write draft", member, err)
	}
	return err
}

// move brings a working copy from a version to a state, unless somebody was
// quicker.
func move(tx *database.Tx, member string, version int64, state handbook.State, person string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO handbook_drafts (member, state, person, at, version) VALUES ($1, $2, '', 0, 0) ON CONFLICT (member) DO NOTHING`, member, string(handbook.Unchanged))
	if err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE handbook_drafts SET state = $3, person = $4, at = $5, version = version + 1 WHERE member = $1 AND version = $2`,
		member, version, string(state), person, at.UnixMicro())
	if err == nil && n == 0 {
		err = handbook.ErrConflict
	}
	return err
}

func (w *writing) note(item string, act handbook.Act, reason, before, after string) error {
	_, err := w.tx.Exec(`INSERT INTO handbook_revisions (member, item, act, author, at, reason, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		w.member, item, string(act), w.actor.Person, w.at.UnixMicro(), reason, before, after)
	return err
}

// body returns the JSON of a row; "" where there is none.
func (w *writing) body(query string, args ...any) (body string, err error) {
	err = w.tx.Row(query, args...).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return body, err
}

func (w *writing) profile(p handbook.Profile, reason string) error {
	before, err := w.body(`SELECT body FROM handbook_profiles WHERE edition = '' AND member = $1`, w.member)
	if err != nil {
		return err
	}
	after, err := encode(p)
	if err != nil || before == after {
		return err
	}
	if err := putProfile(w.tx, working, &p); err != nil {
		return err
	}
	return w.note("", handbook.Edit, reason, before, after)
}

func (w *writing) put(it *handbook.Item, reason string) error {
	before, err := w.body(`SELECT body FROM handbook_items WHERE edition = '' AND member = $1 AND id = $2`, w.member, it.ID)
	if err != nil {
		return err
	}
	after, err := encode(it)
	if err != nil || before == after {
		return err
	}
	if err := putItems(w.tx, working, []handbook.Item{*it}); err != nil {
		return err
	}
	return w.note(it.ID, handbook.Edit, reason, before, after)
}

func (w *writing) drop(id, reason string) error {
	before, err := w.body(`SELECT body FROM handbook_items WHERE edition = '' AND member = $1 AND id = $2`, w.member, id)
	if err != nil || before == "" {
		return err
	}
	if _, err := w.tx.Exec(`DELETE FROM handbook_items WHERE edition = '' AND member = $1 AND id = $2`, w.member, id); err != nil {
		return err
	}
	return w.note(id, handbook.Edit, reason, before, "")
}

func (w *writing) comment(item, text string) error {
	_, err := w.tx.Exec(`INSERT INTO handbook_comments (member, item, author, at, body, closed) SELECT $1, $2, $3, $4, $5, FALSE
		WHERE NOT EXISTS (SELECT 1 FROM handbook_comments WHERE member = $1 AND item = $2 AND author = $3 AND body = $5 AND NOT closed)`,
		w.member, item, w.actor.Person, w.at.UnixMicro(), text)
	return err
}

// Revisions returns the last steps in the history of a member's working copy,
// the last first, for somebody who may see it now.
func (s *Store) Revisions(ctx context.Context, a handbook.Actor, member string, most int) ([]handbook.Revision, error) {
	if err := s.sees(ctx, a, member); err != nil {
		return nil, err
	}
	all, err := database.Select(ctx, s.r, `SELECT number, member, item, act, author, at, reason, before, after FROM handbook_revisions
		WHERE member = $1 ORDER BY number DESC LIMIT $2`, scanRevision, member, most)
	if err != nil {
		return nil, s.r.Fail("read history of", member, err)
	}
	return all, nil
}

func scanRevision(rows *sql.Rows) (v handbook.Revision, err error) {
	var at int64
	var before, after string
	if err := rows.Scan(&v.Number, &v.Member, &v.Item, &v.Act, &v.Author, &at, &v.Reason, &before, &after); err != nil {
		return v, err
	}
	v.At = time.UnixMicro(at).UTC()
	for _, side := range []struct {
		body string
		to   **handbook.Item
	}{{before, &v.Before}, {after, &v.After}} {
		if side.body != "" && v.Item != "" {
			*side.to = &handbook.Item{}
			if err := json.Unmarshal([]byte(side.body), *side.to); err != nil {
				return v, fmt.Errorf("%w: %w", database.ErrDamaged, err)
			}
		}
	}
	return v, nil
}

// Undo brings an item of the working copy back to what it was before a
// revision. It is a change like any other.
func (s *Store) Undo(ctx context.Context, a handbook.Actor, member string, version, revision int64, reason string, at time.Time) error {
	all, err := s.Revisions(ctx, a, member, maxRevisions)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(r handbook.Revision) bool { return r.Number == revision && r.Item != "" })
	if i < 0 {
		return handbook.ErrAbsent
	}
	c := Change{Member: member, Version: version, Reason: reason, At: at}
	if before := all[i].Before; before != nil {
		c.Put = []handbook.Item{*before}
	} else {
		c.Drop = []string{all[i].Item}
	}
	return s.Save(ctx, a, c)
}

// maxRevisions is how far back a change can be undone.
const maxRevisions = 1000

// sees returns handbook.ErrForbidden where somebody may not see the working copy
// of a member.
func (s *Store) sees(ctx context.Context, a handbook.Actor, member string) error {
	head, err := s.Head(ctx, member)
	if err == nil && !a.Sees(member, head.State) {
		err = handbook.ErrForbidden
	}
	return err
}

// Comment adds a comment to an item of a working copy, or with "" to all of it.
// One that is sent twice is there once.
func (s *Store) Comment(ctx context.Context, a handbook.Actor, member, item, text string, at time.Time) error {
	if text == "" {
		return handbook.ErrComment
	}
	if err := s.sees(ctx, a, member); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *database.Tx) error {
		return (&writing{tx, a, member, at}).comment(item, text)
	})
}

// CloseComment marks a comment as dealt with.
func (s *Store) CloseComment(ctx context.Context, a handbook.Actor, member string, number int64) error {
	if err := s.sees(ctx, a, member); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *database.Tx) error {
		n, err := tx.Exec(`UPDATE handbook_comments SET closed = TRUE WHERE member = $1 AND number = $2`, member, number)
		if err == nil && n == 0 {
			err = handbook.ErrAbsent
		}
		return err
	})
}

// Comments returns what was said about a working copy, the oldest first.
func (s *Store) Comments(ctx context.Context, a handbook.Actor, member string) ([]handbook.Comment, error) {
	if err := s.sees(ctx, a, member); err != nil {
		return nil, err
	}
	all, err := database.Select(ctx, s.r, `SELECT number, member, item, author, at, body, closed FROM handbook_comments WHERE member = $1 ORDER BY number`,
		func(rows *sql.Rows) (c handbook.Comment, err error) {
			var at int64
			err = rows.Scan(&c.Number, &c.Member, &c.Item, &c.Author, &at, &c.Text, &c.Closed)
			c.At = time.UnixMicro(at).UTC()
			return c, err
		}, member)
	if err != nil {
		return nil, s.r.Fail("read comments on", member, err)
	}
	return all, nil
}

func encode(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}
