package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"filippo.io/age"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

// KeylessError is an exercise in an archive that is meant to go on but cannot,
// for the archive does not say which commands were done.
type KeylessError struct{ Exercise string }

// Error names the exercise.
func (e *KeylessError) Error() string { return "no keys of exercise " + e.Exercise }

// ExistsError is an exercise that is to be imported where there is one of that
// id which stands elsewhere.
type ExistsError struct {
	Exercise    string
	Place       string // the database, without a password
	Here, There journal.Head
	Older       bool // the archive is an earlier state of what is there
	Redacted    bool // same head, but what is there is redacted and the archive is not
}

// Error gives both heads.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s holds exercise %s at event %d, the archive at event %d", e.Place, e.Exercise, e.There.Seq, e.Here.Seq)
}

// ImportOptions say which exercise is taken from an archive, and where it goes.
type ImportOptions struct {
	Archive  string // file
	Exercise string // "" where there is only one
	Out      string // folder
	DB       string // file or PostgreSQL URL; "" for FileDB in the folder
	Log      *slog.Logger
	Meter    Meter           // may be nil
	Areas    []database.Area // what is stored; nil for storage.Areas
}

// Imported is an exercise after its import.
type Imported struct {
	archive.Exercise
	Already bool   // it was there, just so
	Log     string // file
	Stored  string // the database without a password; "" for none
}

// Import brings an exercise from an archive into a folder and a database. All
// of the archive is checked first; where it does not hold, nothing is changed.
// One that cannot go on, because it is redacted, is only written as a log
// unless a database was named.
func Import(ctx context.Context, o ImportOptions) (Imported, error) {
	r, err := openArchive(o.Archive)
	if err != nil {
		return Imported{}, err
	}
	defer r.Close() //nolint:errcheck // only read
	i, err := pick(ids(r), o.Exercise)
	if err != nil {
		return Imported{}, err
	}
	in := &importer{Reader: r, meter: o.Meter}
	if err := in.check(); err != nil {
		return Imported{}, err
	}
	e := r.Manifest().Exercises[i]
	if !e.Whole() && e.Redacted == 0 {
		return Imported{}, &KeylessError{Exercise: e.ID}
	}
	return in.take(ctx, i, o)
}

// take imports exercise i, which was checked, into folder and database.
func (in *importer) take(ctx context.Context, i int, o ImportOptions) (out Imported, err error) {
	out.Exercise, out.Log = in.Manifest().Exercises[i], filepath.Join(o.Out, FileLog)
	stored := out.Whole() || o.DB != ""
	if !stored {
		if out.Already, err = in.knownLog(i, out.Log); err != nil || out.Already {
			return out, err
		}
	}
	if err := Foreign(o.Out, o.DB, out.ID); err != nil {
		return out, err
	}
	if err := journal.MakeFolder(o.Out, 0o755); err != nil {
		return out, fmt.Errorf("make folder: %w", err)
	}
	if stored {
		if out.Stored, out.Already, err = in.into(ctx, i, o); err != nil {
			return out, err
		}
	}
	return out, in.copyLog(i, out.Log)
}

// knownLog reports whether a file is the log of exercise i, up to the same
// head. It returns an ExistsError where it is one of that id up to another.
func (in *importer) knownLog(i int, path string) (bool, error) {
	e := in.Manifest().Exercises[i]
	if LogOf(path) != e.ID {
		return false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // only read
	res, err := journal.Verify(f)
	if err == nil && res.Head == e.Head {
		return true, nil
	}
	return false, &ExistsError{Exercise: e.ID, Place: path, Here: e.Head, There: res.Head}
}

// openArchive opens a file that is meant to be an archive and does not grow
// beyond all measure. It may be encrypted to one of the keys.
func openArchive(path string, keys ...age.Identity) (*archive.Reader, error) {
	at, err := FindLocation(path)
	switch {
	case err != nil:
		return nil, err
	case at.Kind != inArchive:
		return nil, &UnknownFileError{Path: path}
	}
	r, err := archive.Open(path, keys...)
	if err != nil {
		return nil, err
	}
	if err := r.Bomb(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func ids(r *archive.Reader) []string {
	var all []string
	for _, e := range r.Manifest().Exercises {
		all = append(all, e.ID)
	}
	return all
}

// into imports exercise i, unless it is there already, just so.
func (in *importer) into(ctx context.Context, i int, o ImportOptions) (name string, already bool, err error) {
	at := o.DB
	if at == "" {
		at = filepath.Join(o.Out, FileDB)
	}
	db, err := storage.Open(ctx, at, storage.Options{Logger: o.Log, Areas: o.Areas})
	if err != nil {
		return "", false, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	name = database.Name(at)
	if o.DB == "" {
		if err := onlyOne(ctx, db.Events, name, in.Manifest().Exercises[i].ID); err != nil {
			return name, false, err
		}
	}
	if already, err = in.known(ctx, db.Events, name, i); err != nil {
		return name, already, err
	}
	if !already {
		err = in.exercise(ctx, db.Events, i, in.through(StepImport))
	}
	if err == nil {
		err = putPeople(ctx, db.Auth, in.Reader)
	}
	return name, already, err
}

// copyLog writes the log of exercise i as a file, byte for byte.
func (in *importer) copyLog(i int, path string) error {
	return journal.WriteFile(path, func(w io.Writer) error {
		file, err := in.Log(i)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, file)
		return errors.Join(err, file.Close())
	})
}
