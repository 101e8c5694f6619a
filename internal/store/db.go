package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"renkei/internal/journal"
)

// writeTimeout bounds one write, from waiting for the connection to its
// commit. It is long because giving up helps nobody: a disk that takes that
// long is broken.
const writeTimeout = time.Minute

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
	if o.Readers <= 0 {
		o.Readers = 4
	}
	return o
}

// DB is an open store: what a Reader reads, of the present moment, and all
// that is written. It is safe for use by many goroutines.
type DB struct {
	*Reader
	lock   *os.File
	write  *sql.DB // on SQLite one connection, which the writer shares
	stmts  *statements
	writer *writer
	claims claims

	closing  sync.Once
	closeErr error // what Close returned; guarded by closing
}

// Open opens the database file at path, and creates it and its folder where
// there is none. It brings the schema up to date and starts the writer, which
// ends with Close. It returns ErrLocked where another process (or another DB
// of this one) has the database open, and ErrSchema where another version of
// the program wrote it.
func Open(ctx context.Context, path string, opts Options) (*DB, error) {
	db, err := open(ctx, path, opts.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, sqliteError(err))
	}
	return db, nil
}

func open(ctx context.Context, path string, opts Options) (_ *DB, err error) {
	path, err = prepareFile(path)
	if err != nil {
		return nil, err
	}
	eng := sqliteEngine()
	db := &DB{Reader: &Reader{eng: &eng}}
	if db.lock, err = lock(path); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = db.closeFiles() // what failed before it says more
		}
	}()
	if db.write, err = sql.Open("sqlite", sqliteDSN(path, sqliteWriter...)); err != nil {
		return nil, err
	}
	db.write.SetMaxOpenConns(1)
	list, err := loadMigrations(migrations)
	if err != nil {
		return nil, err
	}
	if err := eng.migrate(ctx, db.write, list); err != nil {
		return nil, err
	}
	if db.pool, err = sql.Open("sqlite", sqliteDSN(path, sqliteReader...)); err != nil {
		return nil, err
	}
	db.pool.SetMaxOpenConns(opts.Readers)
	db.pool.SetMaxIdleConns(opts.Readers)
	if db.q, err = eng.prepareQueries(ctx, db.pool); err != nil {
		return nil, err
	}
	if db.stmts, err = eng.prepareStatements(ctx, db.write); err != nil {
		return nil, err
	}
	if err := db.removeLeftovers(ctx); err != nil {
		return nil, err
	}
	db.writer = startWriter(&eng, db.write, db.stmts, opts)
	return db, nil
}

// prepareFile makes the folder and the file, for the owner only: SQLite gives
// its other files the mode of the database. It returns the absolute path.
func prepareFile(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := journal.MakeFolder(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	return path, f.Close()
}

// Close commits what is queued, reports it, and closes the database. From its
// beginning on, everything else returns ErrClosed. It must not be called from
// a done function of Enqueue. Later calls return what the first returned.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.closed.Store(true)
		db.writer.stop()
		db.closeErr = db.closeFiles()
	})
	return db.closeErr
}

// closeFiles closes the writing connection after the others, because the last
// one to close brings the WAL into the database, and the lock after all.
func (db *DB) closeFiles() error {
	var errs []error
	for _, pool := range []*sql.DB{db.pool, db.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(append(errs, db.lock.Close())...)
}
