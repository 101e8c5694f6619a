package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Options tune a database; the zero value is right for production.
type Options struct {
	// Logger takes what an operator should see. Default: discarded.
	Logger *slog.Logger
	// Patience is how long writes and reads wait for a PostgreSQL server that
	// went away, before they fail. Default 2 minutes.
	Patience time.Duration
	// Readers is the size of the pool for reads. Default 4.
	Readers int
	// TryLimit bounds one try of a write, and on PostgreSQL of a read. Default
	// one minute on SQLite, 20 s on PostgreSQL.
	TryLimit time.Duration
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Patience <= 0 {
		o.Patience = 2 * time.Minute
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	return o
}

// DB is an open database: what a Reader reads, of the present moment, and all
// that is written. It is safe for use by many goroutines.
type DB struct {
	*Reader
	log   *slog.Logger
	pools pools

	locksMu sync.Mutex
	locks   map[lockName]bool // that this process holds; guarded by locksMu

	onClose  []func() // run by Close, the last first; added before the DB is shared
	closing  sync.Once
	closeErr error // what Close returned; guarded by closing
}

// Open opens the database at a file path, or at the URL of a PostgreSQL
// database (postgres://user:password@host/database). It creates a file and its
// folder where there is none, but no PostgreSQL database, and no tables: that
// is for Migrate. It returns ErrLocked where another process (or another DB of
// this one) has the file open; of PostgreSQL ErrUnreachable, ErrDenied,
// ErrNoDatabase and ErrOldServer.
func Open(ctx context.Context, location string, opts Options) (*DB, error) {
	opts = opts.withDefaults()
	eng := engineAt(location)
	if opts.TryLimit > 0 {
		eng.limit = opts.TryLimit
	}
	out := &outage{log: opts.Logger, patience: opts.Patience, quit: make(chan struct{})}
	db := &DB{Reader: &Reader{eng: eng, name: Name(location), outage: out}, log: opts.Logger, locks: make(map[lockName]bool)}
	var err error
	if db.pools, err = eng.connect(ctx, location, opts); err != nil {
		_ = db.pools.Close() // what failed before it says more
		return nil, fmt.Errorf("open database %s: %w", db.name, eng.explain(err))
	}
	db.pool = db.pools.read
	return db, nil
}

// Logger takes what an operator should see.
func (db *DB) Logger() *slog.Logger { return db.log }

// OnClose has Close call stop, once nothing waits any more for a database that
// is away, and before the connections close. It is for who has goroutines that
// write; it must be called before the DB is shared.
func (db *DB) OnClose(stop func()) { db.onClose = append(db.onClose, stop) }

// Close lets those of OnClose finish, and closes the database. From its
// beginning on, everything else returns ErrClosed. It waits for no database
// that is away. Later calls return what the first returned.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.closed.Store(true)
		close(db.outage.quit)
		for _, stop := range slices.Backward(db.onClose) {
			stop()
		}
		db.closeErr = db.pools.Close()
	})
	return db.closeErr
}

// Close closes the writing connection after the others, because on SQLite the
// last one to close brings the WAL into the database, and the lock after all.
func (p *pools) Close() error {
	var errs []error
	if p.beside != nil {
		errs = append(errs, p.beside.Close())
	}
	for _, pool := range []*sql.DB{p.read, p.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if p.lock != nil {
		errs = append(errs, p.lock.Close())
	}
	return errors.Join(errs...)
}
