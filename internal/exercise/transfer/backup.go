package transfer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/storage"
)

// Backup writes all exercises of a database, with everybody whom it knows, into
// one archive, while they are played: all are of one moment. from is a folder,
// a database file or a URL.
func Backup(ctx context.Context, from string, o ArchiveOptions) (m archive.Manifest, err error) {
	at, err := FindLocation(from)
	switch {
	case err != nil:
		return m, err
	case at.Kind == inLog:
		return m, &NotWholeError{Path: at.At}
	case at.Kind == inArchive:
		return m, &UnknownFileError{Path: at.At}
	}
	src, err := OpenSource(ctx, at, o.Meter)
	if err != nil {
		return m, err
	}
	defer src.Close() //nolint:errcheck // only read
	return m, o.write(func(w *archive.Writer) error {
		m, err = backup(ctx, w, src)
		return err
	})
}

func backup(ctx context.Context, w *archive.Writer, src *source) (m archive.Manifest, err error) {
	all, err := src.list(ctx)
	if err != nil {
		return m, err
	}
	x := &exporter{source: src}
	for _, e := range all {
		out, err := x.exercise(ctx, w, e)
		if err != nil {
			return m, fmt.Errorf("back up exercise %s: %w", e.ID, err)
		}
		m.Exercises = append(m.Exercises, out.Exercise)
	}
	everybody, err := src.db.AllPeople(ctx)
	if err != nil {
		return m, err
	}
	n := len(everybody)
	m.People = &n
	return m, w.People(people(everybody))
}

// NotEmptyError is a database into which a backup is not restored unasked.
type NotEmptyError struct {
	Place string // without a password
	Holds []string
}

// Error names the database.
func (e *NotEmptyError) Error() string { return e.Place + " is not empty" }

// RestoreOptions say where a backup goes.
type RestoreOptions struct {
	Archive string // file
	Out     string // folder, whose FileDB is the database; "" with DB
	DB      string // file or PostgreSQL URL
	Merge   bool   // also beside other exercises
	Log     *slog.Logger
	Meter   Meter // may be nil
}

// Restored is what a backup brought back.
type Restored struct {
	archive.Manifest
	Already int    // exercises that were there, just so
	Stored  string // the database, without a password
}

// Restore brings all exercises of a backup into an empty database. All of the
// backup is checked first. An exercise is there whole or not at all; a restore
// that was broken off goes on when it is asked for again.
func Restore(ctx context.Context, o RestoreOptions) (out Restored, err error) {
	r, err := openArchive(o.Archive)
	if err != nil {
		return out, err
	}
	defer r.Close() //nolint:errcheck // only read
	in := &importer{Reader: r, meter: o.Meter}
	if err := in.check(); err != nil {
		return out, err
	}
	at := o.DB
	if at == "" {
		at = filepath.Join(o.Out, FileDB)
	}
	db, err := storage.Open(ctx, at, storage.Options{Logger: o.Log})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out.Manifest, out.Stored = r.Manifest(), database.Name(at)
	out.Already, err = in.restore(ctx, db, out.Stored, o.Merge)
	return out, err
}

// restore decides about all exercises before it imports the first.
func (in *importer) restore(ctx context.Context, db *storage.DB, name string, merge bool) (already int, err error) {
	if !merge {
		if err := in.emptyBut(ctx, db, name); err != nil {
			return 0, err
		}
	}
	var todo []int
	for i := range in.Manifest().Exercises {
		known, err := in.known(ctx, db, name, i)
		switch {
		case err != nil:
			return 0, err
		case known:
			already++
		default:
			todo = append(todo, i)
		}
	}
	through := in.through(StepImport)
	for _, i := range todo {
		if err := in.exercise(ctx, db, i, through); err != nil {
			return already, err
		}
	}
	return already, putPeople(ctx, db, in.Reader)
}

// emptyBut refuses a database with exercises that are not in the archive.
func (in *importer) emptyBut(ctx context.Context, db *storage.DB, name string) error {
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
