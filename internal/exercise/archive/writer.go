package archive

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"time"

	"renkei/internal/journal"
)

var (
	errNoExercise = errors.New("archive: keys belong to an exercise")
	errIncomplete = errors.New("the log is cut off at its end")
)

// Writer writes an archive. It verifies every log as it passes, so that it
// never writes an archive that does not verify. After an error, what was
// written is of no use. It is for one goroutine.
type Writer struct {
	zip *zip.Writer
	m   Manifest
}

// NewWriter starts an archive on w. The caller ends it with Close; without
// that it is no archive.
func NewWriter(w io.Writer, made time.Time, by string) *Writer {
	z := zip.NewWriter(w)
	// The hashes, half of a log, do not shrink anyway: the quickest way to
	// shrink the rest loses a tenth in size and takes a third of the time.
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	return &Writer{zip: z, m: Manifest{Format: Format, Made: made.UTC(), By: by, Exercises: []Exercise{}}}
}

// Exercise adds an exercise with its log, which is copied byte for byte. Head,
// contents and redacted events are taken from the log; it returns e with them.
func (w *Writer) Exercise(e Exercise, log io.Reader) (Exercise, error) {
	name := LogFile(len(w.m.Exercises))
	out, err := w.zip.Create(name)
	if err != nil {
		return e, fmt.Errorf("write %s: %w", name, err)
	}
	res, err := journal.Verify(io.TeeReader(log, out))
	switch {
	case err != nil:
		return e, fmt.Errorf("write %s: %w", name, err)
	case !res.Complete:
		return e, fmt.Errorf("write %s: %w", name, errIncomplete)
	case res.Exercise != e.ID:
		return e, fmt.Errorf("write %s: the log is of %q, not %q", name, res.Exercise, e.ID)
	}
	e.Head, e.Contents, e.Redacted = res.Head, res.Contents, res.Redacted
	w.m.Exercises = append(w.m.Exercises, e)
	return e, nil
}

// Keys adds the idempotency keys of the exercise added last. Those of commands
// behind its head are passed over: the exercise went on meanwhile.
func (w *Writer) Keys(keys iter.Seq2[Key, error]) error {
	n := len(w.m.Exercises)
	if n == 0 {
		return errNoExercise
	}
	e := &w.m.Exercises[n-1]
	count, err := writeRows(w, KeysFile(n-1), keys, func(k Key) bool { return k.within(e.Head) })
	e.Keys = &count
	return err
}

// People adds the names of people.
func (w *Writer) People(people iter.Seq2[Person, error]) error {
	count, err := writeRows(w, FilePeople, people, func(Person) bool { return true })
	w.m.People = &count
	return err
}

func writeRows[T any](w *Writer, name string, rows iter.Seq2[T, error], want func(T) bool) (n int, err error) {
	file, err := w.zip.Create(name)
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", name, err)
	}
	out := bufio.NewWriter(file)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for row, err := range rows {
		if err == nil && want(row) {
			n++
			err = enc.Encode(row)
		}
		if err != nil {
			return n, fmt.Errorf("write %s: %w", name, err)
		}
	}
	if err := out.Flush(); err != nil {
		return n, fmt.Errorf("write %s: %w", name, err)
	}
	return n, nil
}

// Area begins an area whose tables follow. They had taken its migrations up to
// that number.
func (w *Writer) Area(name string, migration int64) {
	w.m.Format = FormatWhole
	w.m.Areas = append(w.m.Areas, Area{Name: name, Migration: migration, Tables: []Table{}})
}

// Table adds a table of the area that was begun last. write writes its lines,
// and returns how many rows it has, and their sum.
func (w *Writer) Table(table string, write func(io.Writer) (rows int64, sum string, err error)) error {
	a := &w.m.Areas[len(w.m.Areas)-1]
	name := TableFile(a.Name, table)
	out, err := w.zip.Create(name)
	t := Table{Name: table}
	if err == nil {
		t.Rows, t.Sum, err = write(out)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	a.Tables = append(a.Tables, t)
	return nil
}

// File adds a file of the data folder.
func (w *Writer) File(name string, content io.Reader) error {
	w.m.Format = FormatWhole
	if !ValidFile(name) {
		return fmt.Errorf("write %q: %w", name, fs.ErrInvalid)
	}
	out, err := w.zip.Create(FolderFile(name))
	f := File{Name: name}
	hash := sha256.New()
	if err == nil {
		f.Size, err = io.Copy(io.MultiWriter(out, hash), content)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", FolderFile(name), err)
	}
	copy(f.Hash[:], hash.Sum(nil))
	w.m.Files = append(w.m.Files, f)
	return nil
}

// Manifest says what has been added so far.
func (w *Writer) Manifest() Manifest { return w.m }

// Close writes the manifest and the end. It does not close the writer beneath.
func (w *Writer) Close() error {
	file, err := w.zip.Create(FileManifest)
	if err == nil {
		enc := json.NewEncoder(file)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(w.m)
	}
	if err = errors.Join(err, w.zip.Close()); err != nil {
		return fmt.Errorf("write %s: %w", FileManifest, err)
	}
	return nil
}
