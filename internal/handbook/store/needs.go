package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"renkei/internal/community"
	"renkei/internal/database"
	"renkei/internal/handbook"
	"renkei/internal/handbook/needs"
	"renkei/internal/search"
)

// Needs keeps what members need and others offer. It is safe for use by many
// goroutines.
type Needs struct {
	db    *database.DB
	words *handbook.Vocabulary
	index *search.Index

	mu     sync.Mutex
	latest *needs.Board // that was read or written last; guarded by mu
}

// NewNeeds returns the store of a database that has the migrations, of this area
// and of the search.
func NewNeeds(db *database.DB, words *handbook.Vocabulary) *Needs {
	return &Needs{db: db, words: words, index: search.New(db.Reader, "handbook_needs"), latest: needs.NewBoard()}
}

const needsColumns = `number, at, author, reason, kind, object, body`

func scanNeeds(rows *sql.Rows) (r needs.Revision, err error) {
	var at int64
	var kind, object, body string
	if err := rows.Scan(&r.Number, &at, &r.Author, &r.Reason, &kind, &object, &body); err != nil {
		return r, err
	}
	r.At = time.UnixMicro(at).UTC()
	if err := r.Decode(kind, []byte(body)); err != nil {
		return r, fmt.Errorf("%w: %w", database.ErrDamaged, err)
	}
	return r, nil
}

// Board returns all that is known now.
func (s *Needs) Board(ctx context.Context) (*needs.Board, error) {
	s.mu.Lock()
	latest := s.latest
	s.mu.Unlock()
	heads, err := database.Select(ctx, s.db.Reader, `SELECT number FROM handbook_needs_head`, func(rows *sql.Rows) (n int64, err error) {
		err = rows.Scan(&n)
		return n, err
	})
	if err != nil {
		return nil, s.db.Fail("read", "needs", err)
	}
	if len(heads) == 0 || heads[0] == latest.Last {
		return latest, nil
	}
	revisions, err := database.Select(ctx, s.db.Reader, `SELECT `+needsColumns+` FROM handbook_needs WHERE number > $1 ORDER BY number`, scanNeeds, latest.Last)
	if err != nil {
		return nil, s.db.Fail("read", "needs", err)
	}
	return s.keep(latest.With(revisions...)), nil
}

// BoardAt returns all that is known as a Reader sees it.
func BoardAt(ctx context.Context, r *database.Reader) (*needs.Board, error) {
	return BoardBefore(ctx, r, time.UnixMicro(math.MaxInt64))
}

// BoardBefore is all that was known at a moment.
func BoardBefore(ctx context.Context, r *database.Reader, at time.Time) (*needs.Board, error) {
	revisions, err := database.Select(ctx, r, `SELECT `+needsColumns+` FROM handbook_needs WHERE at < $1 ORDER BY number`, scanNeeds, at.UnixMicro())
	if err != nil {
		return nil, r.Fail("read", "needs", err)
	}
	return needs.NewBoard().With(revisions...), nil
}

// keep has a board be the latest, unless a later one is. It returns what it was
// given.
func (s *Needs) keep(b *needs.Board) *needs.Board {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.Last > s.latest.Last {
		s.latest = b
	}
	return b
}

// History returns all revisions of listings and deals with some ids, the last
// first.
func (s *Needs) History(ctx context.Context, ids ...string) ([]needs.Revision, error) {
	if len(ids) == 0 {
		return []needs.Revision{}, nil
	}
	places, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		places[i], args[i] = fmt.Sprintf("$%d", i+1), id
	}
	all, err := database.Select(ctx, s.db.Reader,
		`SELECT `+needsColumns+` FROM handbook_needs WHERE object IN (`+strings.Join(places, ", ")+`) ORDER BY number DESC`, scanNeeds, args...)
	if err != nil {
		return nil, s.db.Fail("history of", ids[0], err)
	}
	return all, nil
}

// Apply makes changes, all or none, each on what the one before has left. It
// returns the errors of needs.Board.Check.
func (s *Needs) Apply(ctx context.Context, at time.Time, changes ...needs.Change) (*needs.Board, error) {
	var now *needs.Board
	var refused error
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		s.mu.Lock()
		now = s.latest
		s.mu.Unlock()
		if _, err := tx.Exec(`INSERT INTO handbook_needs_head (id, number) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET number = handbook_needs_head.number`); err != nil {
			return err
		}
		others, err := database.SelectIn(tx, `SELECT `+needsColumns+` FROM handbook_needs WHERE number > $1 ORDER BY number`, scanNeeds, now.Last)
		if err != nil {
			return err
		}
		now, refused = now.With(others...), nil
		for i := range changes {
			if refused = now.Check(s.words, &changes[i]); refused != nil {
				return refused
			}
			if now, err = s.add(tx, now, changes[i].Revision(at)); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case refused != nil && errors.Is(err, refused):
		return nil, refused
	case err != nil:
		return nil, s.db.Fail("change", "needs", err)
	}
	return s.keep(now), nil
}

// add writes a revision, and puts a listing into the index.
func (s *Needs) add(tx *database.Tx, now *needs.Board, r needs.Revision) (*needs.Board, error) {
	if err := tx.Row(`UPDATE handbook_needs_head SET number = number + 1 WHERE id = 1 RETURNING number`).Scan(&r.Number); err != nil {
		return nil, err
	}
	body, err := r.Body()
	if err != nil {
		return nil, err
	}
	kind, id := r.Of()
	if _, err := tx.Exec(`INSERT INTO handbook_needs (`+needsColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.Number, r.At.UnixMicro(), r.Author, r.Reason, kind, id, body); err != nil {
		return nil, err
	}
	if r.Listing != nil {
		if err := s.index.Put(tx, []search.Document{s.document(r.Listing)}); err != nil {
			return nil, err
		}
	}
	return now.With(r), nil
}

// document is a listing as it is looked for. Its facets say who may find it.
func (s *Needs) document(l *needs.Listing) search.Document {
	text := []string{l.Text.All(), l.Note.All(), l.Where}
	terms := []*handbook.Term{s.words.Measure(l.Measure)}
	for _, id := range l.Themes {
		terms = append(terms, s.words.Theme(id))
	}
	for _, t := range terms {
		if t != nil {
			text = append(text, t.In("en"), t.In("ja"))
		}
	}
	facets := []string{"of:" + l.Member}
	if !l.TLP.Stricter(community.Amber) {
		facets = append(facets, "of:*")
	}
	return search.Document{ID: l.ID, Text: strings.Join(text, "\n"), Facets: facets}
}

// maxFoundNeeds is how many listings a search finds at most.
const maxFoundNeeds = 200

// Find returns the ids of listings that have a text and that somebody may read.
func (s *Needs) Find(ctx context.Context, a community.Access, text string) (map[string]bool, error) {
	q := search.Query{Text: text, Limit: maxFoundNeeds}
	if !a.Helps() {
		mine := []string{"of:*"}
		for _, m := range a.Members() {
			mine = append(mine, "of:"+m)
		}
		q.Facets = [][]string{mine}
	}
	res, err := s.index.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, h := range res.Hits {
		ids[h.ID] = true
	}
	return ids, nil
}
