package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"renkei/internal/exercise/archive"
)

// A place is what a user names to say where exercises are.
type place struct {
	kind placeKind
	at   string // path or URL
}

type placeKind int

const (
	inDatabase placeKind = iota
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

// findPlace tells a folder, file or URL by what it is.
func findPlace(name string) (place, error) {
	if strings.Contains(name, "://") {
		return place{inDatabase, name}, nil
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return place{}, &NotHereError{Path: name}
	case err != nil:
		return place{}, fmt.Errorf("look at %s: %w", name, err)
	case info.IsDir():
		return inFolder(name)
	}
	return inFile(name)
}

func inFolder(dir string) (place, error) {
	if db := filepath.Join(dir, FileDB); exists(db) {
		return place{inDatabase, db}, nil
	}
	if log := filepath.Join(dir, FileLog); exists(log) {
		return place{inLog, log}, nil
	}
	return place{}, &NoExerciseError{Dir: dir}
}

// inFile goes by how a file begins, and by its name where that was damaged.
func inFile(path string) (place, error) {
	start, err := beginning(path)
	if err != nil {
		return place{}, err
	}
	switch ext := filepath.Ext(path); {
	case bytes.HasPrefix(start, []byte("SQLite format 3\x00")):
		return place{inDatabase, path}, nil
	case archive.IsArchive(start):
		return place{inArchive, path}, nil
	case bytes.HasPrefix(start, []byte(`{"format":`)) || ext == ".jsonl":
		return place{inLog, path}, nil
	case ext == ".db":
		return place{inDatabase, path}, nil
	}
	return place{}, &UnknownFileError{Path: path}
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
