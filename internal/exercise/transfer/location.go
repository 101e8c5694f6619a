package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"renkei/internal/config"
	"renkei/internal/exercise/archive"
)

// A Location is what a user names to say where exercises are.
type Location struct {
	Kind locationKind
	At   string // path or URL
}

type locationKind int

// Kinds of locations.
const (
	InDatabase locationKind = iota
	inLog
	inArchive
)

// NoExerciseError is a folder in which there is no exercise.
type NoExerciseError struct{ Dir string }

// Error names the folder.
func (e *NoExerciseError) Error() string { return "no exercise in " + e.Dir }

// UnknownFileError is a file that is no database, log or archive, or not what
// a command needs.
type UnknownFileError struct{ Path string }

// Error names the file.
func (e *UnknownFileError) Error() string {
	return "neither a database nor a log nor an archive of exercises: " + e.Path
}

// NotHereError is a place that is none.
type NotHereError struct{ Path string }

// Error names the path.
func (e *NotHereError) Error() string { return "there is nothing at " + e.Path }

// FindLocation tells a folder, file or URL by what it is.
func FindLocation(name string) (Location, error) {
	if strings.Contains(name, "://") {
		return Location{InDatabase, name}, nil
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Location{}, &NotHereError{Path: name}
	case err != nil:
		return Location{}, fmt.Errorf("look at %s: %w", name, err)
	case info.IsDir():
		return inFolder(name)
	}
	return inFile(name)
}

// TwoError is a folder with the database of a server and that of a run.
type TwoError struct{ Dir string }

// Error names the folder.
func (e *TwoError) Error() string { return "two databases in " + e.Dir }

// inFolder finds what a run or a server keeps in a folder.
func inFolder(dir string) (Location, error) {
	run, server := filepath.Join(dir, FileDB), filepath.Join(dir, config.FileDB)
	switch {
	case exists(run) && exists(server):
		return Location{}, &TwoError{Dir: dir}
	case exists(run):
		return Location{InDatabase, run}, nil
	case exists(server):
		return Location{InDatabase, server}, nil
	}
	if log := filepath.Join(dir, FileLog); exists(log) {
		return Location{inLog, log}, nil
	}
	return Location{}, &NoExerciseError{Dir: dir}
}

// inFile goes by how a file begins, and by its name where that was damaged.
func inFile(path string) (Location, error) {
	start, err := beginning(path)
	if err != nil {
		return Location{}, err
	}
	switch ext := filepath.Ext(path); {
	case bytes.HasPrefix(start, []byte("SQLite format 3\x00")):
		return Location{InDatabase, path}, nil
	case archive.IsArchive(start):
		return Location{inArchive, path}, nil
	case bytes.HasPrefix(start, []byte(`{"format":`)) || ext == ".jsonl":
		return Location{inLog, path}, nil
	case ext == ".db":
		return Location{InDatabase, path}, nil
	}
	return Location{}, &UnknownFileError{Path: path}
}

func beginning(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer f.Close() //nolint:errcheck // only read
	start := make([]byte, 16)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return start[:n], nil
}
