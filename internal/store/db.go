package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options tune a store; the zero value is right for production.
type Options struct {
	// Logger takes what an operator should see. Default: discarded.
	Logger *slog.Logger
	// GroupBatches bounds how many batches share a transaction. Default 512.
	// 1 gives each a commit of its own, which is only good for comparison.
	GroupBatches int
	// GroupBytes bounds the bytes of the events and contents that share a
	// transaction; a single larger batch still passes, alone. Default 4 MiB.
	// More makes those wait longer who come right after a large batch.
	GroupBytes int
	// Patience is how long writes and reads wait for a PostgreSQL server that
	// went away, before they fail. Default 2 minutes.
	Patience time.Duration
	// Readers is the size of the pool for reads. Default 4.
	Readers int
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.GroupBatches <= 0 {
		o.GroupBatches = 512
	}
	if o.GroupBytes <= 0 {
		o.GroupBytes = 4 << 20
	}
	if o.Patience <= 0 {
		o.Patience = 2 * time.Minute
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	return o
}

// DB is an open store: what a Reader reads, of the present moment, and all
// that is written. It is safe for use by many goroutines.
type DB struct {
	*Reader
	pools  pools
	write  *sql.DB // on SQLite one connection, which the writer shares
	tables tables
	writer *writer
	claims claims

	closing  sync.Once
	closeErr error // what Close returned; guarded by closing
}

// Open opens the database at a file path, or at the URL of a PostgreSQL
// database (postgres://user:password@host/database). It creates a file and its
// folder where there is none, but no PostgreSQL database. It brings the schema
// up to date and starts the writer, which ends with Close. It returns ErrLocked
// where another process (or another DB of this one) has the file open, and
// ErrSchema where another version of the program wrote it; of PostgreSQL
// ErrUnreachable, ErrDenied, ErrNoDatabase and ErrOldServer.
func Open(ctx context.Context, at string, opts Options) (*DB, error) {
	db, err := open(ctx, at, opts.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", Name(at), err)
	}
	return db, nil
}

func open(ctx context.Context, at string, opts Options) (_ *DB, err error) {
	eng := engineAt(at)
	away := &outage{log: opts.Logger, patience: opts.Patience, quit: make(chan struct{})}
	db := &DB{Reader: &Reader{eng: eng, away: away}}
	defer func() {
		if err != nil {
			err = eng.explain(err)
			_ = db.pools.Close() // what failed before it says more
		}
	}()
	if db.pools, err = eng.connect(ctx, at, opts); err != nil {
		return nil, err
	}
	db.write, db.pool = db.pools.write, db.pools.read
	list, err := loadMigrations(migrations)
	if err != nil {
		return nil, err
	}
	if err := eng.migrate(ctx, db.write, list); err != nil {
		return nil, err
	}
	if db.q, err = eng.prepareQueries(ctx, db.pool); err != nil {
		return nil, err
	}
	if db.tables, err = eng.tables(ctx, db.write); err != nil {
		return nil, err
	}
	if err := db.removeLeftovers(ctx); err != nil {
		return nil, err
	}
	db.writer = db.startWriter(opts)
	return db, nil
}

// Close commits what is queued, reports it, and closes the database. From its
// beginning on, everything else returns ErrClosed. It waits for no database
// that is away. It must not be called from a done function of Enqueue. Later
// calls return what the first returned.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.closed.Store(true)
		close(db.away.quit)
		db.writer.stop()
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
