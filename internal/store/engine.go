package store

import (
	"context"
	"database/sql"
	"io"
	"strings"
	"time"
)

// engine is what the database engines do differently; all else is SQL text
// that each of them reads.
type engine struct {
	// query turns our SQL text into the engine's.
	query func(text string) string
	// ddl does so with the definition of tables.
	ddl func(text string) string
	// explain adds the store's own error where callers tell it apart.
	explain func(err error) error
	// passing reports whether what failed may succeed later, just so.
	passing func(err error) bool

	// remote says that there is a network in between, and that other processes
	// may write to the database as well.
	remote bool
	// limit bounds one try of a write, from waiting for a connection to its
	// commit, and where others are asked over a network of a read too.
	limit time.Duration
	// blank is a query that says whether there is no table of ours.
	blank string
	// migrating is a statement with which a transaction waits for others that
	// migrate; "" where every transaction does.
	migrating string

	// connect opens a database for a DB.
	connect func(ctx context.Context, at string, opts Options) (pools, error)
	// view opens a database with one connection for a Reader.
	view func(ctx context.Context, at string) (*sql.DB, error)
	// tables returns how rows are written to the database.
	tables func(ctx context.Context, write *sql.DB) (tables, error)
	// claim keeps other processes from a hidden exercise until release. It
	// reports false where another has it.
	claim func(ctx context.Context, db *sql.DB, number int64) (release func(), ok bool, err error)
}

// tables writes within a transaction what belongs to exercises.
type tables interface {
	// heads returns where exercises stand; those that do not exist are left out.
	heads(ctx context.Context, tx *sql.Tx, ids []string) (map[string]head, error)
	// insert writes r. It returns ErrKeyReused where a key is in use; part of r
	// is written then.
	insert(ctx context.Context, tx *sql.Tx, r *rows) error
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
