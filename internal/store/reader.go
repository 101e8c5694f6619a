package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
)

// Reader reads what is durable. That of a DB reads what is there at the time
// of each call; that of OpenReader sees one moment.
type Reader struct {
	eng    *engine
	pool   *sql.DB
	tx     *sql.Tx // that keeps the moment; nil in a DB
	q      *queries
	closed atomic.Bool
}

// OpenReader opens the database file at path for reading, beside a process
// that has it open, whose lock it neither needs nor takes. All it reads is of
// the moment of its opening. It writes nothing and brings no schema up to
// date: it returns ErrSchema where the database is of another version, and
// fs.ErrNotExist where there is none. It is for one goroutine, and should be
// closed soon: on SQLite the write-ahead log grows as long as it is open.
func OpenReader(ctx context.Context, path string) (*Reader, error) {
	r, err := openReader(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("read database %s: %w", path, err)
	}
	return r, nil
}

func openReader(ctx context.Context, path string) (_ *Reader, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	eng := sqliteEngine()
	r := &Reader{eng: &eng}
	defer func() {
		if err != nil {
			_ = r.Close() // what failed before it says more
		}
	}()
	if r.pool, err = sqliteReadOnly(ctx, path); err != nil {
		return nil, err
	}
	// The transaction ends with Close and not with ctx.
	r.tx, err = r.pool.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	if err := checkSchema(ctx, r.tx); err != nil {
		return nil, err
	}
	r.q, err = eng.prepareQueries(ctx, r.tx)
	return r, err
}

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

// fail says what failed, and for whom. Once the store is closed, that is why.
func (r *Reader) fail(what, id string, err error) error {
	if r.closed.Load() {
		err = ErrClosed
	}
	return fmt.Errorf("%s %q: %w", what, id, r.eng.explain(err))
}
