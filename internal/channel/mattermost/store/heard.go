package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"renkei/internal/channel/mattermost"
	"renkei/internal/database"
)

const seenColumns = `SELECT post, room, root, account, created, updated, edited, deleted, reactions FROM mattermost_posts WHERE `

func scanSeen(rows *sql.Rows) (s mattermost.Seen, err error) {
	var reactions string
	if err = rows.Scan(&s.Post, &s.Room, &s.Root, &s.User, &s.Created, &s.Updated, &s.Edited, &s.Deleted, &reactions); err == nil {
		err = json.Unmarshal([]byte(reactions), &s.Reactions)
	}
	return s, err
}

// knownAtOnce is how many posts are asked for in a query.
const knownAtOnce = 200

// Known returns what is known of posts.
func (s *Store) Known(ctx context.Context, posts []string) (map[string]mattermost.Seen, error) {
	known := make(map[string]mattermost.Seen, len(posts))
	for part := range slices.Chunk(posts, knownAtOnce) {
		var places []string
		var args []any
		for i, id := range part {
			places = append(places, fmt.Sprint("$", i+1))
			args = append(args, id)
		}
		all, err := database.Select(ctx, s.read, seenColumns+`post IN (`+strings.Join(places, ", ")+`)`, scanSeen, args...)
		if err != nil {
			return nil, s.read.Fail("read", "posts", err)
		}
		for _, one := range all {
			known[one.Post] = one
		}
	}
	return known, nil
}

// Replies returns what is known of the posts of a thread, in order of time.
func (s *Store) Replies(ctx context.Context, root string) ([]mattermost.Seen, error) {
	all, err := database.Select(ctx, s.read, seenColumns+`root = $1 AND root <> '' ORDER BY created, post`, scanSeen, root)
	if err != nil {
		return nil, s.read.Fail("read replies", root, err)
	}
	return all, nil
}

// Position returns up to where a channel was read.
func (s *Store) Position(ctx context.Context, exercise, room string) (mattermost.Position, error) {
	all, err := database.Select(ctx, s.read, `SELECT room, post, created, older, since, closed, heard FROM mattermost_positions WHERE exercise = $1 AND room = $2`,
		func(rows *sql.Rows) (p mattermost.Position, err error) {
			var heard int64
			err = rows.Scan(&p.Room, &p.Post, &p.Created, &p.Older, &p.Since, &p.Closed, &heard)
			p.Heard = moment(heard)
			return p, err
		}, exercise, room)
	if err != nil {
		return mattermost.Position{}, s.read.Fail("read position", room, err)
	}
	if len(all) == 0 {
		return mattermost.Position{Room: room}, nil
	}
	return all[0], nil
}

// Keep keeps a batch, all or nothing. Events that are kept already are left as
// they are.
func (s *Store) Keep(ctx context.Context, b *mattermost.Batch) error {
	return s.write(ctx, "keep events", b.Exercise, func(tx *database.Tx) error {
		for i := range b.Seen {
			if err := keepSeen(tx, &b.Seen[i]); err != nil {
				return err
			}
		}
		for i := range b.Events {
			body, err := json.Marshal(&b.Events[i])
			if err != nil {
				return err
			}
			const event = `INSERT INTO mattermost_events (exercise, id, body) VALUES ($1, $2, $3) ON CONFLICT (exercise, id) DO NOTHING`
			if _, err := tx.Exec(event, b.Exercise, b.Events[i].ID, string(body)); err != nil {
				return err
			}
		}
		for _, p := range b.Positions {
			const position = `INSERT INTO mattermost_positions (exercise, room, post, created, older, since, closed, heard) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (exercise, room) DO UPDATE SET post = $3, created = $4, older = $5, since = $6, closed = $7, heard = $8`
			if _, err := tx.Exec(position, b.Exercise, p.Room, p.Post, p.Created, p.Older, p.Since, p.Closed, micros(p.Heard)); err != nil {
				return err
			}
		}
		return nil
	})
}

func keepSeen(tx *database.Tx, p *mattermost.Seen) error {
	reactions, err := json.Marshal(p.Reactions)
	if err != nil {
		return err
	}
	const seen = `INSERT INTO mattermost_posts (post, room, root, account, created, updated, edited, deleted, reactions)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (post) DO UPDATE SET updated = $6, edited = $7, deleted = $8, reactions = $9`
	_, err = tx.Exec(seen, p.Post, p.Room, p.Root, p.User, p.Created, p.Updated, p.Edited, p.Deleted, string(reactions))
	return err
}

// Events returns at most most events of an exercise after a number, in order.
func (s *Store) Events(ctx context.Context, exercise string, after int64, most int) ([]mattermost.Event, error) {
	all, err := database.Select(ctx, s.read, `SELECT number, body FROM mattermost_events WHERE exercise = $1 AND number > $2 ORDER BY number LIMIT $3`,
		scanEvent, exercise, after, most)
	if err != nil {
		return nil, s.read.Fail("read events", exercise, err)
	}
	return all, nil
}

func scanEvent(rows *sql.Rows) (e mattermost.Event, err error) {
	var number int64
	var body string
	if err = rows.Scan(&number, &body); err == nil {
		err = json.Unmarshal([]byte(body), &e)
	}
	e.Number = number
	return e, err
}

// Event returns one by its ID; of zero where there is none.
func (s *Store) Event(ctx context.Context, exercise, id string) (e mattermost.Event, err error) {
	all, err := database.Select(ctx, s.read, `SELECT body FROM mattermost_events WHERE exercise = $1 AND id = $2`,
		func(rows *sql.Rows) (body string, err error) {
			err = rows.Scan(&body)
			return body, err
		}, exercise, id)
	if err == nil && len(all) > 0 {
		err = json.Unmarshal([]byte(all[0]), &e)
	}
	if err != nil {
		return e, s.read.Fail("read event", exercise, err)
	}
	return e, nil
}

// Cursor returns up to which number the events of an exercise were given on.
func (s *Store) Cursor(ctx context.Context, exercise string) (int64, error) {
	all, err := database.Select(ctx, s.read, `SELECT number FROM mattermost_cursors WHERE exercise = $1`, scanNumber, exercise)
	if err != nil {
		return 0, s.read.Fail("read cursor", exercise, err)
	}
	if len(all) == 0 {
		return 0, nil
	}
	return all[0], nil
}

// Move sets that.
func (s *Store) Move(ctx context.Context, exercise string, number int64) error {
	return s.write(ctx, "move cursor", exercise, func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO mattermost_cursors (exercise, number) VALUES ($1, $2) ON CONFLICT (exercise) DO UPDATE SET number = $2`, exercise, number)
		return err
	})
}

func scanNumber(rows *sql.Rows) (n int64, err error) {
	err = rows.Scan(&n)
	return n, err
}
