package database

import "errors"

// condition is a state of the disk or of the server in which nothing can be
// written now, and perhaps can later.
type condition struct {
	text string
	code string // of the sentence that people read
}

// Error says what it is.
func (c *condition) Error() string { return "database: " + c.text }

// UserText returns the sentence that people read.
func (c *condition) UserText(...string) (key string, args map[string]any) {
	return "web.error." + c.code, nil
}

// Unavailable reports that asking again later may help.
func (c *condition) Unavailable() bool { return true }

// Errors that callers tell apart with errors.Is, whichever store returns them.
// Failures of the disk or the engine come wrapped in their own words.
var (
	// ErrNotFound means that there is nothing of that name.
	ErrNotFound = errors.New("database: not found")
	// ErrExists means that there is something of that name already.
	ErrExists = errors.New("database: exists already")
	// ErrConflict means that another writer was quicker, so that what was to be
	// written does not fit what is there.
	ErrConflict = errors.New("database: another writer was quicker")
	// ErrInvalid means that what was to be written contradicts itself; to send it
	// again is no use.
	ErrInvalid = errors.New("database: invalid data")
	// ErrSchema means that the database was written by another version of the
	// program, whose schema this one does not know.
	ErrSchema = errors.New("database: of another version")
	// ErrBlank means that a database that is to be read has none of our tables:
	// it is new, or somebody else's.
	ErrBlank = errors.New("database: nothing was ever stored in it")
	// ErrFull means that the disk or the database's size limit is reached.
	ErrFull error = &condition{"no space left", "disk_full"}
	// ErrDisk means that the disk does not take or give what it should: a quota,
	// a limit on the size of files, a device that fails.
	ErrDisk error = &condition{"the disk fails", "disk"}
	// ErrReadOnly means that the database may be read and not written.
	ErrReadOnly error = &condition{"read-only", "disk"}
	// ErrDamaged means that what is stored is not what was written.
	ErrDamaged = errors.New("database: damaged")
	// ErrClosed means that the database is closed or closing.
	ErrClosed = errors.New("database: closed")
	// ErrUnreachable means that no database server answers.
	ErrUnreachable error = &condition{"server does not answer", "away"}
	// ErrDenied means that the database server refuses the user or password.
	ErrDenied = errors.New("database: server refuses the user")
	// ErrNoDatabase means that the database server has no database of that name.
	ErrNoDatabase = errors.New("database: no such database")
	// ErrOldServer means that the database server is too old.
	ErrOldServer = errors.New("database: server is too old")
	// ErrLocked means that another process has the database open.
	ErrLocked = errors.New("database: in use by another process")
)
