package store

import (
	"context"
	"database/sql"
)

// changes is a transaction other than the writer's.
type changes struct {
	ctx context.Context //nolint:containedctx // the transaction's
	eng *engine
	tx  *sql.Tx
	to  tables
}

// change runs do in a transaction of its own. It should be short: on SQLite
// the writer waits for it. Where the connection is lost before the commit, do
// runs again.
func (db *DB) change(ctx context.Context, do func(tx *changes) error) error {
	var tx *sql.Tx
	// A cancelled query would cost us the connection.
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), db.eng.limit+db.away.patience)
	defer cancel()
	err := db.patiently(ctx, func(context.Context) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		rollback(tx) // of the try before
		var err error
		if tx, err = db.write.BeginTx(limited, nil); err != nil {
			return err
		}
		return do(&changes{ctx: db.eng.statement(limited), eng: db.eng, tx: tx, to: db.tables})
	})
	if err != nil {
		rollback(tx)
		return err
	}
	return tx.Commit()
}

// rollback ends tx, if there is one and it has not ended.
func rollback(tx *sql.Tx) {
	if tx != nil {
		_ = tx.Rollback() // what failed before it says more
	}
}

func (c *changes) row(query string, args ...any) *sql.Row {
	return c.tx.QueryRowContext(c.ctx, c.eng.query(query), args...)
}

// exec returns how many rows it changed.
func (c *changes) exec(query string, args ...any) (int64, error) {
	res, err := c.tx.ExecContext(c.ctx, c.eng.query(query), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (c *changes) insert(r *rows) error { return c.to.insert(c.ctx, c.tx, r) }
