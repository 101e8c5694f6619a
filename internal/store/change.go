package store

import (
	"context"
	"database/sql"
)

// changes is a transaction other than the writer's.
type changes struct {
	eng   *engine
	tx    *sql.Tx
	stmts *statements
}

// change runs do in a transaction of its own. It should be short: on SQLite
// the writer waits for it.
func (db *DB) change(ctx context.Context, do func(tx *changes) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// A cancelled query would cost us the connection.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	tx, err := db.write.BeginTx(limited, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after Commit
	if err := do(&changes{eng: db.eng, tx: tx, stmts: db.stmts}); err != nil {
		return err
	}
	return tx.Commit()
}

// Only the transaction minds the timeout, as with the writer's.

func (c *changes) row(query string, args ...any) *sql.Row {
	return c.tx.QueryRowContext(context.Background(), c.eng.query(query), args...)
}

// exec returns how many rows it changed.
func (c *changes) exec(query string, args ...any) (int64, error) {
	res, err := c.tx.ExecContext(context.Background(), c.eng.query(query), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (c *changes) insert(r *rows) error {
	ctx := context.Background()
	return c.stmts.in(ctx, c.tx).insert(ctx, r)
}
