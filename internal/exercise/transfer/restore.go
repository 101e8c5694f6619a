package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"filippo.io/age"

	"renkei/internal/auth/authstore"
	"renkei/internal/config"
	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

// NotEmptyError is a database into which a backup is not restored unasked.
type NotEmptyError struct {
	Place  string // without a password
	Holds  []string
	Tables bool // Holds are tables, and not exercises
}

// Error names the database.
func (e *NotEmptyError) Error() string { return e.Place + " is not empty" }

// OccupiedError is a file that a restore would have to overwrite.
type OccupiedError struct{ Path string }

// Error names the file.
func (e *OccupiedError) Error() string { return e.Path + " is there already" }

// RestoreOptions say where a backup goes. One of Data, Out and DB is given, or
// Data and DB.
type RestoreOptions struct {
	Archive string // file
	Keys    []age.Identity
	Data    string // data folder of a server, whose database is in it unless DB is given
	Out     string // folder of a run, whose FileDB is the database
	DB      string // file or PostgreSQL URL
	Merge   bool   // also beside other exercises; then of the rest only who people are
	Areas   []database.Area
	Log     *slog.Logger
	Meter   Meter // may be nil
}

// Restored is what a backup brought back.
type Restored struct {
	archive.Manifest
	Already int    // exercises that were there, just so
	Stored  string // the database, without a password
	Rows    int64  // of the tables
	Files   int
}

// unfinished ends the name of a database that is not yet whole.
const unfinished = ".restoring"

// restoreLimit bounds the transaction that fills the tables.
const restoreLimit = time.Hour

// Restore brings a backup into an empty place. All of it is checked first. In a
// data folder the database gets its name when everything is there. Elsewhere an
// exercise is there whole or not at all, and the tables of all areas together;
// a restore that was broken off goes on when it is asked for again.
func Restore(ctx context.Context, o RestoreOptions) (out Restored, err error) {
	r, err := openArchive(o.Archive, o.Keys...)
	if err != nil {
		return out, err
	}
	defer r.Close() //nolint:errcheck // only read
	in := &importer{Reader: r, meter: o.Meter}
	if err := in.check(); err != nil {
		return out, err
	}
	if o.Areas == nil {
		o.Areas = storage.Areas()
	}
	at, final := o.database()
	if err := in.free(o.Data, final); err != nil {
		return out, err
	}
	own := &owned{}
	for _, path := range []string{o.Data, at} {
		if err := own.folder(path, path == at); err != nil {
			return out, err
		}
	}
	out.Manifest, out.Stored = r.Manifest(), database.Name(at)
	if err := in.restoreDatabase(ctx, at, &o, &out); err != nil {
		return out, err
	}
	if o.Data != "" {
		if err := in.restoreFiles(o.Data, own); err != nil {
			return out, err
		}
		out.Files = len(out.Manifest.Files)
	}
	if final != at {
		out.Stored = final
		err = errors.Join(own.take(at), journal.Rename(at, final), os.Remove(at+".lock"))
	} else if !isURL(at) {
		err = own.take(at, at+".lock")
	}
	return out, err
}

// database is where the database is written, and what it is called in the end.
func (o *RestoreOptions) database() (at, final string) {
	switch {
	case o.DB != "":
		return o.DB, o.DB
	case o.Data != "":
		final = filepath.Join(o.Data, config.FileDB)
		return final + unfinished, final
	}
	at = filepath.Join(o.Out, FileDB)
	return at, at
}

// free refuses a data folder with a database, or with other files than those of
// the archive.
func (in *importer) free(data, final string) error {
	if data == "" {
		return nil
	}
	if filepath.Dir(final) == filepath.Clean(data) && exists(final) {
		return &OccupiedError{Path: final}
	}
	for _, f := range in.Manifest().Files {
		path := filepath.Join(data, filepath.FromSlash(f.Name))
		if _, err := os.Lstat(path); err == nil && !same(path, f) {
			return &OccupiedError{Path: path}
		}
	}
	return nil
}

// restoreDatabase brings exercises and tables into a database. It decides about
// all of them before it writes the first.
func (in *importer) restoreDatabase(ctx context.Context, at string, o *RestoreOptions, out *Restored) (err error) {
	db, err := database.Open(ctx, at, database.Options{Logger: o.Log, TryLimit: restoreLimit})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tables := len(in.Manifest().Areas) > 0 && !o.Merge
	asThen, err := in.migrate(ctx, db, o.Areas)
	if err != nil {
		return err
	}
	events, err := eventstore.New(ctx, db, eventstore.Options{})
	if err != nil {
		return err
	}
	todo, err := in.todo(ctx, events, out.Stored, o.Merge)
	if err != nil {
		return err
	}
	filled := false
	if tables {
		if filled, err = in.filled(ctx, db, out.Stored, asThen); err != nil {
			return err
		}
	}
	out.Already = len(in.Manifest().Exercises) - len(todo)
	through := in.through(StepImport)
	for _, i := range todo {
		if err := in.exercise(ctx, events, i, through); err != nil {
			return err
		}
	}
	if tables && !filled {
		if out.Rows, err = in.fillTables(ctx, db); err != nil {
			return err
		}
	}
	if err := db.Migrate(ctx, o.Areas...); err != nil || tables {
		return err
	}
	names, err := authstore.New(ctx, db)
	if err != nil {
		return err
	}
	return putPeople(ctx, names, in.Reader)
}

// migrate brings a new database to where that of the backup was, so that its
// rows fit, and another to the last migrations. It reports which of them.
func (in *importer) migrate(ctx context.Context, db *database.DB, areas []database.Area) (asThen bool, err error) {
	taken := map[string]int64{}
	for _, a := range in.Manifest().Areas {
		taken[a.Name] = a.Migration
		if !slices.ContainsFunc(areas, func(known database.Area) bool { return known.Name == a.Name && !known.Archived }) {
			return false, fmt.Errorf("%w: this program has no area %q", database.ErrSchema, a.Name)
		}
	}
	then := slices.Clone(areas)
	for i, a := range areas {
		if a.Archived || len(taken) == 0 {
			continue
		}
		if then[i], err = a.UpTo(taken[a.Name]); err != nil {
			return false, err
		}
	}
	err = db.Migrate(ctx, then...)
	if errors.Is(err, database.ErrSchema) {
		return false, db.Migrate(ctx, areas...)
	}
	return true, err
}

// todo are the exercises that are not there yet.
func (in *importer) todo(ctx context.Context, db *eventstore.Store, name string, merge bool) (todo []int, err error) {
	if !merge {
		if err := in.emptyBut(ctx, db, name); err != nil {
			return nil, err
		}
	}
	for i := range in.Manifest().Exercises {
		known, err := in.known(ctx, db, name, i)
		if err != nil {
			return nil, err
		}
		if !known {
			todo = append(todo, i)
		}
	}
	return todo, nil
}

// emptyBut refuses a database with exercises that are not in the archive.
func (in *importer) emptyBut(ctx context.Context, db *eventstore.Store, name string) error {
	all, err := db.Exercises(ctx)
	if err != nil {
		return err
	}
	ours := map[string]bool{}
	for _, id := range ids(in.Reader) {
		ours[id] = true
	}
	var others []string
	for _, e := range all {
		if !ours[e.ID] {
			others = append(others, e.ID)
		}
	}
	if len(others) > 0 {
		return &NotEmptyError{Place: name, Holds: others}
	}
	return nil
}

// filled reports whether the tables have just the rows of the backup. Where they
// have any others it returns a NotEmptyError.
func (in *importer) filled(ctx context.Context, db *database.DB, name string, asThen bool) (filled bool, err error) {
	err = db.Write(ctx, func(tx *database.Tx) error {
		var holds []string
		filled = true
		for _, a := range in.Manifest().Areas {
			for _, t := range a.Tables {
				n, sum, err := tx.TableSum(t.Name)
				if err != nil {
					return err
				}
				if n > 0 || !asThen {
					holds = append(holds, t.Name)
				}
				filled = filled && n == t.Rows && sum.String() == t.Sum
			}
		}
		if len(holds) > 0 && !filled {
			return &NotEmptyError{Place: name, Holds: holds, Tables: true}
		}
		return nil
	})
	return filled, err
}

// fillTables inserts the rows of all tables in one transaction, and sees that
// they are those of the backup.
func (in *importer) fillTables(ctx context.Context, db *database.DB) (rows int64, err error) {
	err = db.Write(ctx, func(tx *database.Tx) error {
		rows = 0
		for _, a := range in.Manifest().Areas {
			for _, t := range a.Tables {
				if err := in.fill(tx, a.Name, t); err != nil {
					return err
				}
				rows += t.Rows
			}
		}
		return nil
	})
	return rows, err
}

func (in *importer) fill(tx *database.Tx, area string, t archive.Table) error {
	file, err := in.Table(area, t.Name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	if _, _, err := tx.ReadTable(t.Name, file); err != nil {
		return fmt.Errorf("fill table %s: %w", t.Name, err)
	}
	n, sum, err := tx.TableSum(t.Name)
	if err == nil && (n != t.Rows || sum.String() != t.Sum) {
		err = &archive.Error{Code: archive.CodeOther, File: archive.TableFile(area, t.Name)}
	}
	return err
}

// checkWhole reads the tables and files of a backup.
func (in *importer) checkWhole() error {
	for _, a := range in.Manifest().Areas {
		for _, t := range a.Tables {
			if err := in.checkTable(a.Name, t); err != nil {
				return err
			}
		}
	}
	for _, f := range in.Manifest().Files {
		if err := in.CopyFile(f, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

func (in *importer) checkTable(area string, t archive.Table) error {
	file, err := in.Table(area, t.Name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	n, sum, err := database.ReadRows(file, func([]byte, []string, []any) error { return nil })
	var damaged *archive.Error
	switch {
	case errors.As(err, &damaged):
		return damaged
	case err != nil:
		return &archive.Error{Code: archive.CodeRow, File: archive.TableFile(area, t.Name), Line: int(n) + 1, Err: err}
	case n != t.Rows || sum.String() != t.Sum:
		return &archive.Error{Code: archive.CodeOther, File: archive.TableFile(area, t.Name)}
	}
	return nil
}
