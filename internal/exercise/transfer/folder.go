package transfer

import (
	"fmt"
	"os"
	"path/filepath"

	"renkei/internal/journal"
)

// Files of a run's folder.
const (
	FileDB      = "exercise.db" // where no other database is named
	FileLog     = "log.jsonl"
	FileResults = "results.json"
	FileSummary = "summary.md"
	FileReport  = "report.html" // the after-action report for EXCON
)

// OtherError is a folder or database that holds another exercise than the one
// asked for.
type OtherError struct{ Dir, Has, Want string }

// Error names both exercises.
func (e *OtherError) Error() string {
	return fmt.Sprintf("%s holds exercise %s, not %s", e.Dir, e.Has, e.Want)
}

// ForeignError is a file that a run would overwrite and did not write. Own says
// that it is the database of an exercise which the folder keeps, while another
// database was named.
type ForeignError struct {
	Path string
	Own  bool
}

// Error names the file.
func (e *ForeignError) Error() string { return "not written by a run: " + e.Path }

// Foreign finds a file that a run would overwrite in a folder that does not
// hold this exercise: somebody else's.
func Foreign(dir, db, id string) error {
	own := filepath.Join(dir, FileDB)
	switch {
	case !exists(own):
		if db != "" && LogOf(filepath.Join(dir, FileLog)) == id {
			return nil
		}
	case db == "" || sameFile(db, own):
		return nil
	default:
		return &ForeignError{Path: own, Own: true}
	}
	for _, name := range []string{FileLog, FileResults, FileSummary, FileReport} {
		if path := filepath.Join(dir, name); exists(path) {
			return &ForeignError{Path: path}
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	two, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, two)
}

// LogOf is whose log a file is, "" where it is none.
func LogOf(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // only read
	log, err := journal.NewReader(f)
	if err != nil {
		return ""
	}
	return log.Exercise()
}
