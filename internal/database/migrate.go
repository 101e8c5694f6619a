package database

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
)

// Area is what one area of the program stores in the database.
type Area struct {
	Name       string
	Migrations fs.FS    // files named like 001_log.sql, in order, without a gap
	Tables     []string // all that they leave; of two, that which the other refers to goes before
	// Archived says that a backup has the tables in a form of the area's own, and
	// not row by row.
	Archived bool
	// Sessions are those of the tables that say who is signed in: a backup has
	// their rows only where that was asked for.
	Sessions []string
	// Local are those of the tables that say something of this database alone: no
	// backup has their rows, so that they are empty where one was brought back.
	Local []string
	// ReadFrom is the number of the migration from which on OpenReader can read
	// the area; 0 means the last, and FromNothing that it may be missing.
	ReadFrom int64
	// Inherited are the migrations that a database of before has taken under
	// another name.
	Inherited []Inherited
}

// FromNothing has OpenReader read databases of before an area was there.
const FromNothing = -1

// Inherited says that a step of the one list of migrations that all areas
// shared, before each had its own, has done what a migration of an area does.
type Inherited struct {
	Shared string // the checksum of the step
	Number int64  // of the migration
}

// UpTo returns the area with its first migrations only, as a program had it that
// knew no more of them. It returns ErrSchema where there are fewer.
func (a Area) UpTo(last int64) (Area, error) {
	list, err := a.load()
	if err != nil {
		return a, err
	}
	if last < 0 || last > int64(len(list)) {
		return a, fmt.Errorf("%w: %s has migration %d there, and this program knows %d", ErrSchema, a.Name, last, len(list))
	}
	a.Migrations = firstFiles{a.Migrations, last}
	return a, nil
}

// firstFiles are the first files of a folder.
type firstFiles struct {
	fs.FS
	n int64
}

// Glob lists them.
func (f firstFiles) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(f.FS, pattern)
	return names[:min(f.n, int64(len(names)))], err
}

// migration is one step of the schema of an area. Steps only go forward, and one
// that was released never changes: a database remembers the sum of each it has
// taken.
type migration struct {
	area    string
	version int64 // from 1, without a gap
	name    string
	text    string
	sum     string
}

// load reads the migrations of an area.
func (a *Area) load() ([]migration, error) {
	names, err := fs.Glob(a.Migrations, "*.sql")
	if err != nil {
		return nil, err
	}
	list := make([]migration, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(a.Migrations, name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		list[i] = migration{a.Name, int64(i + 1), name, string(text), hex.EncodeToString(sum[:])}
		if want := fmt.Sprintf("%03d_", i+1); !strings.HasPrefix(name, want) {
			return nil, fmt.Errorf("migration %s of %s should be number %s", name, a.Name, want)
		}
	}
	return list, nil
}

// step names a migration that a database has taken.
type step struct {
	area    string
	version int64
}

// createMigrations makes the list of what a database has taken. Programs of
// before, which know no areas, find another sum for a number, and refuse the
// database as one of another version.
const createMigrations = `CREATE TABLE migrations (area TEXT NOT NULL, version BIGINT NOT NULL,
	name TEXT NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY (area, version)) /*STRICT*/`

// Migrate brings the schema up to the last migration of all areas of the
// program, each step in a transaction of its own. A database with the one list
// of migrations that all areas shared before is taken over first. It returns
// ErrSchema where the database has taken other steps, later ones, or some of
// areas that are not given: it was written by another version of the program.
func (db *DB) Migrate(ctx context.Context, areas ...Area) error {
	if err := db.migrate(ctx, areas); err != nil {
		return fmt.Errorf("open database %s: %w", db.name, db.eng.explain(err))
	}
	return nil
}

func (db *DB) migrate(ctx context.Context, areas []Area) error {
	lists := make([][]migration, len(areas))
	for i := range areas {
		var err error
		if lists[i], err = areas[i].load(); err != nil {
			return err
		}
	}
	if err := db.migration(ctx, func(tx *sql.Tx) error { return db.eng.listMigrations(ctx, tx, areas, lists) }); err != nil {
		return err
	}
	known := map[step]bool{}
	for _, list := range lists {
		for _, m := range list {
			known[step{m.area, m.version}] = true
			if err := db.migration(ctx, func(tx *sql.Tx) error { return db.eng.take(ctx, tx, m) }); err != nil {
				return fmt.Errorf("migration %s of %s: %w", m.name, m.area, err)
			}
		}
	}
	var taken map[step]string
	err := db.migration(ctx, func(tx *sql.Tx) (err error) {
		taken, err = stepsOf(ctx, tx, `SELECT area, version, checksum FROM migrations`)
		return err
	})
	for s := range taken {
		if !known[s] {
			return fmt.Errorf("%w: it has migration %d of %s, which this program does not know", ErrSchema, s.version, s.area)
		}
	}
	return err
}

// migration runs do in a transaction, while nobody else migrates.
func (db *DB) migration(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := db.pools.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer rollback(tx) // does nothing after Commit
	if db.eng.migrating != "" {
		if _, err := tx.ExecContext(ctx, db.eng.migrating); err != nil {
			return err
		}
	}
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// listMigrations makes the list of migrations where there is none, and turns
// the list that all areas shared into it.
func (e *engine) listMigrations(ctx context.Context, tx *sql.Tx, areas []Area, lists [][]migration) error {
	form, err := e.formOf(ctx, tx)
	if err != nil || form == byArea {
		return err
	}
	var taken map[step]string
	if form == shared {
		if taken, err = e.inherited(ctx, tx, areas, lists); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DROP TABLE migrations`); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, e.ddl(createMigrations)); err != nil {
		return err
	}
	for _, list := range lists {
		for _, m := range list {
			if taken[step{m.area, m.version}] != "" {
				if err := e.note(ctx, tx, m); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// inherited returns what the steps of the shared list have done for the areas.
// It returns ErrSchema where one of them belongs to none.
func (e *engine) inherited(ctx context.Context, tx *sql.Tx, areas []Area, lists [][]migration) (map[step]string, error) {
	old, err := stepsOf(ctx, tx, `SELECT '', version, checksum FROM migrations`)
	if err != nil {
		return nil, err
	}
	taken := map[step]string{}
	for s, sum := range old {
		found := false
		for i, a := range areas {
			for _, in := range a.Inherited {
				if in.Shared == sum && in.Number <= int64(len(lists[i])) {
					found = true
					taken[step{a.Name, in.Number}] = lists[i][in.Number-1].sum
				}
			}
		}
		if !found {
			return nil, fmt.Errorf("%w: its migration %d is none of this program's", ErrSchema, s.version)
		}
	}
	return taken, nil
}

// take takes m unless the database has taken it.
func (e *engine) take(ctx context.Context, tx *sql.Tx, m migration) error {
	var sum string
	const query = `SELECT COALESCE(MAX(checksum), '') FROM migrations WHERE area = $1 AND version = $2`
	if err := tx.QueryRowContext(ctx, e.query(query), m.area, m.version).Scan(&sum); err != nil {
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
	return e.note(ctx, tx, m)
}

// note says that m was taken.
func (e *engine) note(ctx context.Context, tx *sql.Tx, m migration) error {
	const insert = `INSERT INTO migrations (area, version, name, checksum) VALUES ($1, $2, $3, $4)`
	_, err := tx.ExecContext(ctx, e.query(insert), m.area, m.version, m.name, m.sum)
	return err
}

// form is how a database lists its migrations.
type form int

const (
	unlisted form = iota // not at all
	shared               // in one list of all areas, as before they had their own
	byArea
)

func (e *engine) formOf(ctx context.Context, tx *sql.Tx) (form, error) {
	var any, area bool
	for column, has := range map[string]*bool{"version": &any, "area": &area} {
		if err := tx.QueryRowContext(ctx, e.column, "migrations", column).Scan(has); err != nil {
			return unlisted, err
		}
	}
	switch {
	case area:
		return byArea, nil
	case any:
		return shared, nil
	}
	return unlisted, nil
}

// stepsOf returns the sums of steps by area and version.
func stepsOf(ctx context.Context, tx *sql.Tx, query string) (map[step]string, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err says what there is to say
	all := map[step]string{}
	for rows.Next() {
		var s step
		var sum string
		if err := rows.Scan(&s.area, &s.version, &sum); err != nil {
			return nil, err
		}
		all[s] = sum
	}
	return all, rows.Err()
}

// checkSchema returns ErrSchema unless the database has taken exactly the
// migrations of the areas, or of each at least up to ReadFrom. It returns the
// number of the last that each has taken.
func (e *engine) checkSchema(ctx context.Context, tx *sql.Tx, areas []Area) (last map[string]int64, err error) {
	form, err := e.formOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	if form == unlisted {
		return nil, ErrBlank
	}
	lists := make([][]migration, len(areas))
	for i := range areas {
		if lists[i], err = areas[i].load(); err != nil {
			return nil, err
		}
	}
	var taken map[step]string
	if form == shared {
		taken, err = e.inherited(ctx, tx, areas, lists)
	} else {
		taken, err = stepsOf(ctx, tx, `SELECT area, version, checksum FROM migrations`)
	}
	if err != nil {
		return nil, err
	}
	last = map[string]int64{}
	for i, a := range areas {
		for _, m := range lists[i] {
			sum, ok := taken[step{m.area, m.version}]
			if optional := a.ReadFrom != 0 && m.version > a.ReadFrom; sum != m.sum && (ok || !optional) {
				return nil, fmt.Errorf("%w: it lacks migration %s of %s", ErrSchema, m.name, m.area)
			}
			if ok {
				last[m.area] = m.version
			}
			delete(taken, step{m.area, m.version})
		}
	}
	for s := range taken {
		return nil, fmt.Errorf("%w: it has migration %d of %s, which this program does not know", ErrSchema, s.version, s.area)
	}
	return last, nil
}
