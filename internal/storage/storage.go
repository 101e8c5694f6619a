// Package storage opens the database of an installation: its tables, and the
// stores of people and of the logs of exercises. Areas do not import it; each
// takes the database and has a store of its own.
//
// Start reading at [Open].
package storage

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"renkei/internal/auth/authstore"
	"renkei/internal/database"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/search"
)

// Areas lists what every database has: who people are, the logs of exercises,
// sealed answers, and the indexes in which areas look for texts. server.Stored lists the tables of all areas beside them.
func Areas() []database.Area {
	return []database.Area{authstore.Area(), eventstore.Area(), search.Area(), ballotstore.Area()}
}

// Options tune an installation's database; the zero value is right for
// production.
type Options struct {
	// Logger takes what an operator should see. Default: discarded.
	Logger *slog.Logger
	// Patience is how long writes and reads wait for a PostgreSQL server that
	// went away, before they fail. Default 2 minutes.
	Patience time.Duration
	// Areas are what is stored. Default: those of Areas, for a database that has
	// no others.
	Areas []database.Area
}

// The stores, under the names that they have in a DB.
type (
	// Auth has people and what they may do.
	Auth = authstore.Store
	// Events has the logs of exercises.
	Events = eventstore.Store
)

// DB is the database of an installation with its stores.
type DB struct {
	*Auth
	*Events
	Database *database.DB
}

// Open opens a database, as database.Open does, brings its schema up to date,
// and starts what its stores need, which ends with Close. It returns
// database.ErrSchema where another version of the program wrote it.
func Open(ctx context.Context, location string, opts Options) (*DB, error) {
	db, err := database.Open(ctx, location, database.Options{Logger: opts.Logger, Patience: opts.Patience})
	if err != nil {
		return nil, err
	}
	stores, err := open(ctx, db, orAll(opts.Areas))
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return stores, nil
}

// orAll are the areas that were given, or those of the program.
func orAll(areas []database.Area) []database.Area {
	if areas == nil {
		return Areas()
	}
	return areas
}

func open(ctx context.Context, db *database.DB, areas []database.Area) (*DB, error) {
	if err := db.Migrate(ctx, areas...); err != nil {
		return nil, err
	}
	auth, err := authstore.New(ctx, db)
	if err != nil {
		return nil, err
	}
	events, err := eventstore.New(ctx, db, eventstore.Options{})
	if err != nil {
		return nil, err
	}
	return &DB{Auth: auth, Events: events, Database: db}, nil
}

// Close commits what is queued, reports it, and closes the database. It must
// not be called from a done function of Enqueue.
func (db *DB) Close() error { return db.Database.Close() }

// Names are who the people of a database are.
type Names = authstore.Names

// Reader reads one moment of a database: the logs, and who their people are.
type Reader struct {
	*eventstore.Reader
	*Names
	Database *database.Reader
}

// OpenReader opens a database for reading, as database.OpenReader does, with
// the areas that are given, or those of Areas.
func OpenReader(ctx context.Context, location string, areas ...database.Area) (*Reader, error) {
	db, err := database.OpenReader(ctx, location, orAll(areas)...)
	if err != nil {
		return nil, err
	}
	events, eventsErr := eventstore.NewReader(ctx, db)
	names, namesErr := authstore.ReadNames(ctx, db)
	if err := errors.Join(eventsErr, namesErr); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Reader{Reader: events, Names: names, Database: db}, nil
}

// Close ends the reading. Later calls do nothing.
func (r *Reader) Close() error { return r.Database.Close() }
