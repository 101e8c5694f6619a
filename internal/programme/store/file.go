package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"renkei/internal/database"
	"renkei/internal/programme"
)

// PutFile keeps the bytes of a paper and returns their SHA-256 in hexadecimal,
// by which it is found. The same bytes are there once.
func (s *Store) PutFile(ctx context.Context, at time.Time, data []byte) (hash string, err error) {
	sum := sha256.Sum256(data)
	hash = hex.EncodeToString(sum[:])
	err = s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO programme_files (hash, at, data) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`, hash, at.UnixMicro(), data)
		return err
	})
	if err != nil {
		return "", s.db.Fail("keep file", hash, err)
	}
	return hash, nil
}

// ReadFile returns the bytes of a paper. It returns database.ErrDamaged where
// they are gone, or others.
func (s *Store) ReadFile(ctx context.Context, hash string) ([]byte, error) {
	return FileAt(ctx, s.db.Reader, hash)
}

// FileAt is ReadFile as a Reader sees it.
func FileAt(ctx context.Context, r *database.Reader, hash string) ([]byte, error) {
	all, err := database.Select(ctx, r, `SELECT data FROM programme_files WHERE hash = $1`, scanBytes, hash)
	if err != nil {
		return nil, r.Fail("read file", hash, err)
	}
	for _, data := range all {
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) == hash {
			return data, nil
		}
	}
	return nil, fmt.Errorf("file %s: %w", hash, database.ErrDamaged)
}

func scanBytes(rows *sql.Rows) (data []byte, err error) {
	err = rows.Scan(&data)
	return data, err
}

// NewFeed has a link open a calendar for a person; the one they had for it
// before opens nothing any more. Only the hash of its secret is kept.
func (s *Store) NewFeed(ctx context.Context, at time.Time, person string, f programme.Feed, secret string) error {
	token := sha256.Sum256([]byte(secret))
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		if _, err := tx.Exec(`DELETE FROM programme_feeds WHERE person = $1 AND feed = $2`, person, f.String()); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO programme_feeds (token, person, feed, at) VALUES ($1, $2, $3, $4)`, token[:], person, f.String(), at.UnixMicro())
		return err
	})
	if err != nil {
		return s.db.Fail("link to calendar of", person, err)
	}
	return nil
}

// EndFeed has the link of a person to a calendar open nothing any more.
func (s *Store) EndFeed(ctx context.Context, person string, f programme.Feed) error {
	err := s.db.Write(ctx, func(tx *database.Tx) error {
		_, err := tx.Exec(`DELETE FROM programme_feeds WHERE person = $1 AND feed = $2`, person, f.String())
		return err
	})
	if err != nil {
		return s.db.Fail("end calendar of", person, err)
	}
	return nil
}

// OwnFeed is a calendar to which somebody has a link.
type OwnFeed struct {
	Feed   programme.Feed
	Person string
	At     time.Time
}

// FeedOf returns what a link opens, and for whom; false for nothing.
func (s *Store) FeedOf(ctx context.Context, secret string) (OwnFeed, bool, error) {
	token := sha256.Sum256([]byte(secret))
	all, err := database.Select(ctx, s.db.Reader, `SELECT person, feed, at FROM programme_feeds WHERE token = $1`, scanFeed, token[:])
	if err != nil {
		return OwnFeed{}, false, s.db.Fail("find", "calendar", err)
	}
	if len(all) == 0 {
		return OwnFeed{}, false, nil
	}
	return all[0], true, nil
}

// Feeds returns the links of a person.
func (s *Store) Feeds(ctx context.Context, person string) ([]OwnFeed, error) {
	all, err := database.Select(ctx, s.db.Reader, `SELECT person, feed, at FROM programme_feeds WHERE person = $1 ORDER BY feed`, scanFeed, person)
	if err != nil {
		return nil, s.db.Fail("calendars of", person, err)
	}
	return all, nil
}

func scanFeed(rows *sql.Rows) (f OwnFeed, err error) {
	var feed string
	var at int64
	if err := rows.Scan(&f.Person, &feed, &at); err != nil {
		return f, err
	}
	f.At = time.UnixMicro(at).UTC()
	var ok bool
	if f.Feed, ok = programme.ParseFeed(feed); !ok {
		return f, fmt.Errorf("%w: calendar %q", database.ErrDamaged, feed)
	}
	return f, nil
}

// ReadStamps returns when events and actions were made and changed: what a
// calendar has to know.
func ReadStamps(ctx context.Context, r *database.Reader) (programme.Stamps, error) {
	stamps := programme.Stamps{}
	for _, k := range []programme.Kind{programme.KindEvent, programme.KindAction} {
		var err error
		if stamps[k], err = stampsOf(ctx, r, k); err != nil {
			return nil, err
		}
	}
	return stamps, nil
}

func stampsOf(ctx context.Context, r *database.Reader, k programme.Kind) (map[string]programme.Stamp, error) {
	all, err := database.Select(ctx, r,
		`SELECT object, MIN(at), MAX(at), COUNT(*) FROM programme_revisions WHERE kind = $1 GROUP BY object`, scanStamp, string(k))
	if err != nil {
		return nil, r.Fail("times of", string(k), err)
	}
	stamps := make(map[string]programme.Stamp, len(all))
	for _, one := range all {
		stamps[one.id] = one.Stamp
	}
	return stamps, nil
}

// Stamps is ReadStamps of the store's database.
func (s *Store) Stamps(ctx context.Context) (programme.Stamps, error) {
	return ReadStamps(ctx, s.db.Reader)
}

type stampOf struct {
	id string
	programme.Stamp
}

func scanStamp(rows *sql.Rows) (s stampOf, err error) {
	var made, changed, n int64
	err = rows.Scan(&s.id, &made, &changed, &n)
	s.Made, s.Changed, s.Sequence = time.UnixMicro(made).UTC(), time.UnixMicro(changed).UTC(), n-1
	return s, err
}
