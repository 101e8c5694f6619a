package store

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite" // registers the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// All that is particular to SQLite is in this file and in the lock files: the
// rest is SQL text that PostgreSQL reads too.

// sqliteQuery turns $N into ?N. Both mean the Nth argument here, but only ?N
// does in every SQLite driver.
func sqliteQuery(text string) string { return strings.ReplaceAll(text, "$", "?") }

// sqliteDDL gives table definitions the types that strict tables know.
func sqliteDDL(text string) string {
	return strings.NewReplacer(
		"BIGINT", "INTEGER",
		"BOOLEAN", "INTEGER",
		"BYTEA", "BLOB",
		"DOUBLE PRECISION", "REAL",
		"/*STRICT*/", "STRICT",
		"/*STRICT, WITHOUT ROWID*/", "STRICT, WITHOUT ROWID",
	).Replace(text)
}

// What every connection is set to. They are in the DSN because a PRAGMA sent
// through a pool reaches one connection only.
var (
	sqliteBoth = []string{"busy_timeout(10000)", "foreign_keys(1)", "journal_mode(WAL)"}

	// A checkpoint stops the writer for a moment. The default is one every 4 MiB
	// of WAL, several in a second under load; after a burst the file shrinks.
	sqliteWriter = []string{
		"synchronous(FULL)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)", "cache_size(-16000)",
	}
	sqliteReader = []string{"query_only(1)"}
)

// sqliteDSN returns the data source name of the database file at path, which
// is absolute.
func sqliteDSN(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append(sqliteBoth[:len(sqliteBoth):len(sqliteBoth)], pragmas...)}
	q.Set("_txlock", "immediate")
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/data is written file:///C:/data
	}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: q.Encode()}
	return u.String()
}

// sqliteError adds the store's own error where callers tell it apart.
func sqliteError(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		// Keys in use are noticed without an error, so it is a seq.
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}
