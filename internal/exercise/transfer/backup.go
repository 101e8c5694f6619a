package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"renkei/internal/config"
	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

// BackupOptions say what is backed up, and where it goes.
type BackupOptions struct {
	ArchiveOptions

	From string // folder of a server or a run, database file or URL
	// Data is the data folder of a server whose database is elsewhere. "": the
	// folder of its database, where that is a file.
	Data string
	// Sessions has the backup say who is signed in.
	Sessions bool
	// To are keys to one of which the backup is encrypted; none: it is not. Of
	// each kind of key only one may be among them.
	To []age.Recipient
	// Areas are what is stored. Default: storage.Areas.
	Areas []database.Area
}

// InsideError is a backup that was to be written into the folder that it backs
// up.
type InsideError struct{ Dir string }

// Error names the folder.
func (e *InsideError) Error() string { return "a backup of " + e.Dir + " in itself" }

// Backup writes a whole installation into one archive while it runs: all
// exercises, the tables of all other areas, and the files of the data folder.
// What is in the database is of one moment. The file is read again before it
// gets its name.
func Backup(ctx context.Context, o BackupOptions) (m archive.Manifest, err error) {
	at, err := FindLocation(o.From)
	switch {
	case err != nil:
		return m, err
	case at.Kind == inLog:
		return m, &NotWholeError{Path: at.At}
	case at.Kind == inArchive:
		return m, &UnknownFileError{Path: at.At}
	}
	if o.Data == "" && filepath.Base(at.At) == config.FileDB {
		o.Data = filepath.Dir(at.At)
	}
	if err := o.outside(); err != nil {
		return m, err
	}
	if o.Areas == nil {
		o.Areas = storage.Areas()
	}
	src, err := OpenSource(ctx, at, o.Meter, o.Areas...)
	if err != nil {
		return m, err
	}
	defer src.Close() //nolint:errcheck // only read
	write := journal.WriteNewFile
	if o.Force {
		write = journal.WriteFile
	}
	return m, write(o.Out, func(file io.Writer) error {
		m, err = o.write(ctx, file, src)
		return err
	})
}

// outside refuses to write into the data folder: each backup would hold those
// before it.
func (o *BackupOptions) outside() error {
	if o.Data == "" {
		return nil
	}
	data, err := filepath.Abs(o.Data)
	out, err2 := filepath.Abs(o.Out)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if below, err := filepath.Rel(data, out); err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator)) {
		return &InsideError{Dir: o.Data}
	}
	return nil
}

// write writes the archive into a file, encrypted where that was asked for, and
// reads it again.
func (o *BackupOptions) write(ctx context.Context, file io.Writer, src *source) (m archive.Manifest, err error) {
	out, key, err := o.encrypted(file)
	if err != nil {
		return m, err
	}
	w := archive.NewWriter(out, o.Now, o.By)
	if err := o.fill(ctx, w, src); err != nil {
		return m, err
	}
	m = w.Manifest()
	if err := errors.Join(w.Close(), out.Close()); err != nil {
		return m, err
	}
	return m, verifyWritten(file, o.Meter, key...)
}

// encrypted encrypts what is written to the keys of the options, and to one more
// that nobody gets, with which the file is read again.
func (o *BackupOptions) encrypted(file io.Writer) (io.WriteCloser, []age.Identity, error) {
	if len(o.To) == 0 {
		return plain{file}, nil, nil
	}
	own, to, err := ownKey(o.To[0])
	if err != nil {
		return nil, nil, err
	}
	out, err := age.Encrypt(file, append(slices.Clone(o.To), to)...)
	return out, []age.Identity{own}, err
}

// ownKey makes a key of the kind of another: kinds do not mix.
func ownKey(like age.Recipient) (age.Identity, age.Recipient, error) {
	if _, ok := like.(*age.HybridRecipient); ok {
		own, err := age.GenerateHybridIdentity()
		if err != nil {
			return nil, nil, err
		}
		return own, own.Recipient(), nil
	}
	own, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, nil, err
	}
	return own, own.Recipient(), nil
}

// plain is a writer that needs no end.
type plain struct{ io.Writer }

func (plain) Close() error { return nil }

// NotReadableError is a backup that does not hold when it is read again.
type NotReadableError struct{ Err error }

// Error gives the reason.
func (e *NotReadableError) Error() string { return "the backup does not hold: " + e.Err.Error() }

// Unwrap gives the reason.
func (e *NotReadableError) Unwrap() error { return e.Err }

// verifyWritten reads a file that was just written.
func verifyWritten(file io.Writer, meter Meter, keys ...age.Identity) error {
	f, ok := file.(*os.File)
	if !ok {
		return fmt.Errorf("read back: %w", errors.ErrUnsupported)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r, err := archive.OpenAt(f, info.Size(), keys...)
	if err == nil {
		err = (&importer{Reader: r, meter: meter}).check()
	}
	if err != nil {
		return &NotReadableError{Err: err}
	}
	return nil
}

func (o *BackupOptions) fill(ctx context.Context, w *archive.Writer, src *source) error {
	all, err := src.list(ctx)
	if err != nil {
		return err
	}
	x := &exporter{source: src}
	for _, e := range all {
		if _, err := x.exercise(ctx, w, e); err != nil {
			return fmt.Errorf("back up exercise %s: %w", e.ID, err)
		}
	}
	everybody, err := src.db.AllPeople(ctx)
	if err != nil {
		return err
	}
	if err := w.People(people(everybody)); err != nil {
		return err
	}
	if err := o.tables(ctx, w, src.db.Database); err != nil {
		return err
	}
	return o.files(w)
}

// tables writes the tables of all areas that bring no archives of their own.
func (o *BackupOptions) tables(ctx context.Context, w *archive.Writer, db *database.Reader) error {
	there, err := db.TableNames(ctx)
	if err != nil {
		return err
	}
	for _, a := range o.Areas {
		if a.Archived {
			continue
		}
		w.Area(a.Name, db.LastMigration(a.Name))
		for _, table := range a.Tables {
			// An older database may not have it yet.
			if !slices.Contains(there, table) || slices.Contains(a.Local, table) || !o.Sessions && slices.Contains(a.Sessions, table) {
				continue
			}
			err := w.Table(table, func(out io.Writer) (int64, string, error) {
				n, sum, err := db.WriteTable(ctx, table, out)
				return n, sum.String(), err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// files writes what is in the data folder beside the database. A file that goes
// away meanwhile was not to be kept.
func (o *BackupOptions) files(w *archive.Writer) error {
	if o.Data == "" {
		return nil
	}
	return filepath.WalkDir(o.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(o.Data, path)
		if err != nil || below == "." {
			return err
		}
		name := filepath.ToSlash(below)
		switch {
		case !archive.ValidFile(name) && d.IsDir():
			return fs.SkipDir
		case !archive.ValidFile(name), !d.Type().IsRegular(), strings.HasPrefix(name, config.FileDB):
			return nil
		}
		f, err := os.Open(path) //nolint:gosec // the folder is the operator's own
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return errors.Join(w.File(name, f), f.Close())
	})
}
