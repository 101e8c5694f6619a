package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migration is one step of the schema. Steps only go forward, and one that was
// released never changes: a database remembers the sum of each it has taken.
type migration struct {
	version int64 // from 1, without a gap
	name    string
	text    string
	sum     string
}

// loadMigrations reads files named like 001_log.sql.
func loadMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	list := make([]migration, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		base := strings.TrimPrefix(name, "migrations/")
		list[i] = migration{int64(i + 1), base, string(text), hex.EncodeToString(sum[:])}
		if want := fmt.Sprintf("%03d_", i+1); !strings.HasPrefix(base, want) {
			return nil, fmt.Errorf("migration %s should be number %s", base, want)
		}
	}
	return list, nil
}

// migrate brings the schema up to the last of list, each step in a transaction
// of its own. It refuses a database that has taken other steps or later ones:
// that was written by another version of the program.
func (e *engine) migrate(ctx context.Context, db *sql.DB, list []migration) error {
	const table = `CREATE TABLE IF NOT EXISTS migrations (
		version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) /*STRICT*/`
	err := e.migration(ctx, db, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, e.ddl(table))
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := e.migration(ctx, db, func(tx *sql.Tx) error { return e.step(ctx, tx, m) }); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	last, err := schemaOf(ctx, db)
	if err == nil && last > len(list) {
		err = fmt.Errorf("%w: its schema is version %d, this program knows %d", ErrSchema, last, len(list))
	}
	return err
}

// schemaOf returns the version of the last migration that the database has
// taken.
func schemaOf(ctx context.Context, db rower) (version int, err error) {
	const query = `SELECT COALESCE(MAX(version), 0) FROM migrations`
	return version, db.QueryRowContext(ctx, query).Scan(&version)
}

// rower is a pool or a transaction.
type rower interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// migration runs do in a transaction, while nobody else migrates.
func (e *engine) migration(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer rollback(tx) // does nothing after Commit
	if e.migrating != "" {
		if _, err := tx.ExecContext(ctx, e.migrating); err != nil {
			return err
		}
	}
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// step takes m unless the database has taken it.
func (e *engine) step(ctx context.Context, tx *sql.Tx, m migration) error {
	var sum string
	const query = `SELECT COALESCE(MAX(checksum), '') FROM migrations WHERE version = $1`
	if err := tx.QueryRowContext(ctx, e.query(query), m.version).Scan(&sum); err != nil {
		return err
	}
	switch sum {
	case m.sum:
		return nil
	case "":
	default:
		return fmt.Errorf("%w: it was taken in another wording", ErrSchema)
	}
	if _, err := tx.ExecContext(ctx, e.ddl(m.text)); err != nil {
		return err
	}
	const insert = `INSERT INTO migrations (version, name, checksum) VALUES ($1, $2, $3)`
	_, err := tx.ExecContext(ctx, e.query(insert), m.version, m.name, m.sum)
	return err
}

// checkSchema returns ErrSchema unless the database has taken exactly our
// migrations.
func checkSchema(ctx context.Context, db rower) error {
	list, err := loadMigrations(migrations)
	if err != nil {
		return err
	}
	version, err := schemaOf(ctx, db)
	if err == nil && version != len(list) {
		err = fmt.Errorf("%w: its schema is version %d, this program reads %d", ErrSchema, version, len(list))
	}
	return err
}
