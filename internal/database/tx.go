package database

import (
	"context"
	"database/sql"
	"time"
)

// Tx is a transaction that writes. It is for one goroutine.
type Tx struct {
	ctx    context.Context //nolint:containedctx // the transaction's
	eng    *engine
	tx     *sql.Tx
	cancel context.CancelFunc // nil where Write ends the context
}

// Write runs do in a transaction of its own. It should be short: on SQLite all
// other writers wait for it. Where the connection is lost before the commit, do
// runs again.
func (db *DB) Write(ctx context.Context, do func(tx *Tx) error) error {
	var tx *sql.Tx
	// A cancelled query would cost us the connection.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), db.eng.limit+db.outage.patience)
	defer cancel()
	err := db.Retry(ctx, func(context.Context) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		rollback(tx) // of the try before
		var err error
		if tx, err = db.pools.write.BeginTx(limited, nil); err != nil {
			return err
		}
		return do(&Tx{ctx: db.eng.statement(limited), eng: db.eng, tx: tx})
	})
	if err != nil {
		rollback(tx)
		return err
	}
	return tx.Commit()
}

// Begin begins one try of a transaction, for who groups and repeats writes
// itself; everybody else uses Write. It may take Options.TryLimit. Commit or
// Rollback ends it.
func (db *DB) Begin(ctx context.Context) (*Tx, error) {
	ctx, cancel := context.WithTimeout(ctx, db.eng.limit)
	tx, err := db.pools.write.BeginTx(ctx, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	return &Tx{ctx: db.eng.statement(ctx), eng: db.eng, tx: tx, cancel: cancel}, nil
}

// Commit ends a transaction of Begin.
func (t *Tx) Commit() error {
	defer t.cancel()
	return t.tx.Commit()
}

// Rollback ends a transaction of Begin, unless Commit has; then it does
// nothing.
func (t *Tx) Rollback() {
	rollback(t.tx)
	t.cancel()
}

// rollback ends tx, if there is one and it has not ended.
func rollback(tx *sql.Tx) {
	if tx != nil {
		_ = tx.Rollback() // what failed before it says more
	}
}

// Row asks for one row.
func (t *Tx) Row(query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(t.ctx, t.eng.query(query), args...)
}

// Query asks for rows. The caller closes them, and asks their Err.
func (t *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(t.ctx, t.eng.query(query), args...)
}

// Exec returns how many rows it changed.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	res, err := t.tx.ExecContext(t.ctx, t.eng.query(query), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Context is that of the transaction's statements.
func (t *Tx) Context() context.Context { return t.ctx }

// ExecEach runs statements one after the other, each with the same arguments, and
// stops at the first error.
func (t *Tx) ExecEach(queries []string, args ...any) error {
	for _, query := range queries {
		if _, err := t.Exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// Stmt returns a statement of PrepareWrite within the transaction, which closes
// it when it ends.
func (t *Tx) Stmt(stmt *sql.Stmt) *sql.Stmt { return t.tx.StmtContext(t.ctx, stmt) }

// PrepareWrite fills statements from their texts, for use with Tx.Stmt.
func (db *DB) PrepareWrite(ctx context.Context, texts map[**sql.Stmt]string) error {
	return db.eng.prepare(ctx, db.pools.write, texts)
}

// Engine is the kind of the database.
func (db *DB) Engine() Engine { return db.eng.kind }

// Shared reports whether other processes may write to the database as well.
func (db *DB) Shared() bool { return db.eng.remote }

// Wait waits before another try at what failed with a transient error. It
// reports false where there shall be none: the database has been away too long,
// or closes, or ctx has ended.
func (db *DB) Wait(ctx context.Context, pause time.Duration, err error) bool {
	return db.outage.wait(ctx, pause, err)
}

// Answered says that the database has answered someone who uses Begin.
func (db *DB) Answered() { db.outage.end() }
