package database

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
)

// Reader reads what is durable. That of a DB reads what is there at the time
// of each call; that of OpenReader sees one moment.
type Reader struct {
	eng    *engine
	name   string // for messages
	pool   *sql.DB
	tx     *sql.Tx          // that keeps the moment; nil in a DB
	last   map[string]int64 // migration that each area has taken, at that moment
	outage *outage          // nil where tx is lost with its connection
	closed atomic.Bool
}

// OpenReader opens the database at a file path or a PostgreSQL URL for reading,
// beside a process that has it open, whose lock it neither needs nor takes. All
// it reads is of the moment of its opening. It writes nothing and brings no
// schema up to date: it returns ErrSchema where the database is not just as
// Migrate of these areas leaves it, ErrBlank where it has nothing of ours, and
// fs.ErrNotExist where there is no file. It is for one goroutine, and should be
// closed soon: as long as it is open, SQLite's write-ahead log grows, and
// PostgreSQL keeps what was deleted.
func OpenReader(ctx context.Context, location string, areas ...Area) (*Reader, error) {
	r := &Reader{eng: engineAt(location), name: Name(location)}
	if err := r.open(ctx, location, areas); err != nil {
		_ = r.Close() // what failed before it says more
		return nil, fmt.Errorf("read database %s: %w", r.name, r.eng.explain(err))
	}
	return r, nil
}

func (r *Reader) open(ctx context.Context, at string, areas []Area) (err error) {
	if r.pool, err = r.eng.view(ctx, at); err != nil {
		return err
	}
	// The transaction ends with Close and not with ctx.
	opts := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	if r.tx, err = r.pool.BeginTx(context.WithoutCancel(ctx), opts); err != nil {
		return err
	}
	r.last, err = r.eng.checkSchema(ctx, r.tx, areas)
	return err
}

// LastMigration returns the number of the last migration that an area had taken
// when OpenReader opened the database.
func (r *Reader) LastMigration(area string) int64 { return r.last[area] }

// Close ends the reading. Later calls do nothing.
func (r *Reader) Close() error {
	if r.closed.Swap(true) || r.pool == nil {
		return nil
	}
	if r.tx != nil {
		_ = r.tx.Rollback() // there is nothing to lose
	}
	return r.pool.Close()
}

// Fail says what failed, and for whom. Once the database is closed, that is
// why.
func (r *Reader) Fail(what, id string, err error) error {
	if r.closed.Load() {
		err = ErrClosed
	}
	return fmt.Errorf("%s %q: %w", what, id, r.eng.explain(err))
}

// Explain adds an error of this package to one of the engine, where callers
// tell it apart.
func (r *Reader) Explain(err error) error { return r.eng.explain(err) }

// Transient reports whether what failed may succeed later, just so.
func (r *Reader) Transient(err error) bool { return r.eng.transient(err) }
