package database

import (
	"context"
	"database/sql"
	"io"
	"strings"
	"time"
)

// Engine is the kind of a database.
type Engine int

// Engines.
const (
	SQLite Engine = iota
	PostgreSQL
)

// engine is what the database engines do differently; all else is SQL text
// that each of them reads.
type engine struct {
	kind Engine

	// query turns our SQL text into the engine's.
	query func(text string) string
	// ddl does so with the definition of tables.
	ddl func(text string) string
	// explain adds an error of this package where callers tell it apart.
	explain func(err error) error
	// transient reports whether what failed may succeed later, just so.
	transient func(err error) bool

	// remote says that there is a network in between, and that other processes
	// may write to the database as well.
	remote bool
	// limit bounds one try of a write, from waiting for a connection to its
	// commit, and where others are asked over a network of a read too.
	limit time.Duration
	// tables is a query for the names of all tables.
	tables string
	// column is a query that says whether a table ($1) has a column ($2).
	column string
	// migrating is a statement with which a transaction waits for others that
	// migrate; "" where every transaction does.
	migrating string

	// identity has the numbers that a table gives itself go on after those that
	// are in it; nil where they do.
	identity func(ctx context.Context, tx *sql.Tx, table string) error

	// connect opens a database for a DB.
	connect func(ctx context.Context, at string, opts Options) (pools, error)
	// view opens a database with one connection for a Reader.
	view func(ctx context.Context, at string) (*sql.DB, error)
	// tryLock keeps other processes from a lock of that name until release. It
	// reports false where another has it.
	tryLock func(ctx context.Context, db *sql.DB, space int32, number int64) (release func(), ok bool, err error)
}

// pools are the connections of a DB.
type pools struct {
	write, read *sql.DB
	beside      io.Closer // closed before them; nil for none
	lock        io.Closer // closed after them
}

// engineAt returns the engine of a database named by a file path or a URL.
func engineAt(at string) *engine {
	if isPostgres(at) {
		return postgresEngine()
	}
	return sqliteEngine()
}

func isPostgres(at string) bool {
	return strings.HasPrefix(at, "postgres://") || strings.HasPrefix(at, "postgresql://")
}

// statement returns the context of a transaction's statements. A deadline for
// each costs a goroutine, which on SQLite is much of what a statement costs; so
// there only the transaction minds it.
func (e *engine) statement(ctx context.Context) context.Context {
	if e.remote {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// Name returns how a database may be called in messages: a path as it is, a
// URL without its user and password.
func Name(at string) string {
	if isPostgres(at) {
		return postgresName(at)
	}
	return at
}
