// Package store keeps where exercises are on Mattermost servers, and what was
// heard there, in the database of the installation. It decides nothing and holds
// no token. It may import package mattermost and package database.
//
// Start reading at [Store.Save] and [Store.Keep].
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"io/fs"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/database"
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
	return []string{
		"mattermost_places", "mattermost_links", "mattermost_bots", "mattermost_positions", "mattermost_posts", "mattermost_events",
		"mattermost_cursors", "mattermost_people", "mattermost_told",
	}
}

// Store keeps it. It is safe for use by many goroutines.
type Store struct {
	db   *database.DB
	read *database.Reader
}

var _ mattermost.Keeper = (*Store)(nil)

// New returns the store of a database that has the migrations.
func New(db *database.DB) *Store { return &Store{db, db.Reader} }

// NewReader returns one that can only be read.
func NewReader(r *database.Reader) *Store { return &Store{read: r} }

func (s *Store) write(ctx context.Context, what, id string, do func(tx *database.Tx) error) error {
	if err := s.db.Write(ctx, do); err != nil {
		return s.db.Fail(what, id, err)
	}
	return nil
}

// Place returns where an exercise is, or mattermost.ErrAbsent.
func (s *Store) Place(ctx context.Context, exercise string) (*mattermost.Place, error) {
	return s.one(ctx, exercise, ` WHERE exercise = $1`, exercise)
}

// Holding returns the exercise that has a channel, or mattermost.ErrAbsent.
func (s *Store) Holding(ctx context.Context, room string) (*mattermost.Place, error) {
	return s.one(ctx, room, ` WHERE exercise IN (SELECT exercise FROM mattermost_links WHERE room = $1)`, room)
}

// Active returns the exercises that are on a server.
func (s *Store) Active(ctx context.Context) ([]mattermost.Place, error) {
	return s.places(ctx, "all", ` WHERE NOT archived`)
}

func (s *Store) one(ctx context.Context, id, where string, args ...any) (*mattermost.Place, error) {
	all, err := s.places(ctx, id, where, args...)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, mattermost.ErrAbsent
	}
	return &all[0], nil
}

func (s *Store) places(ctx context.Context, id, where string, args ...any) ([]mattermost.Place, error) {
	all, err := database.Select(ctx, s.read, `SELECT exercise, server, team, team_made, bot, bot_name, archived, since, callback FROM mattermost_places`+where+` ORDER BY exercise`,
		func(rows *sql.Rows) (p mattermost.Place, err error) {
			var since int64
			err = rows.Scan(&p.Exercise, &p.Server, &p.TeamID, &p.TeamMade, &p.BotID, &p.BotName, &p.Archived, &since, &p.Callback)
			p.Since = moment(since)
			return p, err
		}, args...)
	for i := range all {
		p := &all[i]
		if err != nil {
			break
		}
		if p.Links, err = database.Select(ctx, s.read, `SELECT kind, unit, room, made FROM mattermost_links WHERE exercise = $1 ORDER BY kind, unit`, scanLink, p.Exercise); err != nil {
			break
		}
		p.Bots, err = database.Select(ctx, s.read, `SELECT contact, account, username, names FROM mattermost_bots WHERE exercise = $1 ORDER BY contact`, scanBot, p.Exercise)
	}
	if err != nil {
		return nil, s.read.Fail("read place", id, err)
	}
	return all, nil
}

func scanLink(rows *sql.Rows) (l mattermost.Link, err error) {
	err = rows.Scan(&l.Kind, &l.Unit, &l.RoomID, &l.Made)
	return l, err
}

func scanBot(rows *sql.Rows) (b mattermost.Identity, err error) {
	var names string
	if err = rows.Scan(&b.Contact, &b.UserID, &b.Username, &names); err == nil {
		err = json.Unmarshal([]byte(names), &b.Names)
	}
	return b, err
}

// Save writes where an exercise is, in place of what was known.
func (s *Store) Save(ctx context.Context, p *mattermost.Place) error {
	return s.write(ctx, "save place", p.Exercise, func(tx *database.Tx) error {
		const place = `INSERT INTO mattermost_places (exercise, server, team, team_made, bot, bot_name, archived, since, callback) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (exercise) DO UPDATE SET server = $2, team = $3, team_made = $4, bot = $5, bot_name = $6, archived = $7, since = $8, callback = $9`
		if _, err := tx.Exec(place, p.Exercise, p.Server, p.TeamID, p.TeamMade, p.BotID, p.BotName, p.Archived, micros(p.Since), p.Callback); err != nil {
			return err
		}
		for _, clear := range []string{`DELETE FROM mattermost_links WHERE exercise = $1`, `DELETE FROM mattermost_bots WHERE exercise = $1`} {
			if _, err := tx.Exec(clear, p.Exercise); err != nil {
				return err
			}
		}
		for _, l := range p.Links {
			const link = `INSERT INTO mattermost_links (room, exercise, kind, unit, made) VALUES ($1, $2, $3, $4, $5)`
			if _, err := tx.Exec(link, l.RoomID, p.Exercise, string(l.Kind), l.Unit, l.Made); err != nil {
				return err
			}
		}
		for _, b := range p.Bots {
			names, err := json.Marshal(b.Names)
			if err != nil {
				return err
			}
			const bot = `INSERT INTO mattermost_bots (exercise, contact, account, username, names) VALUES ($1, $2, $3, $4, $5)`
			if _, err := tx.Exec(bot, p.Exercise, b.Contact, b.UserID, b.Username, string(names)); err != nil {
				return err
			}
		}
		return nil
	})
}

// micros writes a time; zero is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Remove removes what is kept of an exercise that is deleted. What is on the
// server stays there.
func Remove(tx *database.Tx, exercise string) error {
	return tx.ExecEach([]string{
		`DELETE FROM mattermost_posts WHERE room IN (SELECT room FROM mattermost_links WHERE exercise = $1)`,
		`DELETE FROM mattermost_links WHERE exercise = $1`, `DELETE FROM mattermost_bots WHERE exercise = $1`,
		`DELETE FROM mattermost_positions WHERE exercise = $1`, `DELETE FROM mattermost_events WHERE exercise = $1`,
		`DELETE FROM mattermost_cursors WHERE exercise = $1`, `DELETE FROM mattermost_people WHERE exercise = $1`,
		`DELETE FROM mattermost_told WHERE exercise = $1`, `DELETE FROM mattermost_places WHERE exercise = $1`,
	}, exercise)
}
