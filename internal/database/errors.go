package database

import "errors"

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
	ErrFull = errors.New("database: no space left")
	// ErrDisk means that the disk does not take or give what it should: a quota,
	// a limit on the size of files, a device that fails.
	ErrDisk = errors.New("database: the disk fails")
	// ErrReadOnly means that the database may be read and not written.
	ErrReadOnly = errors.New("database: read-only")
	// ErrDamaged means that what is stored is not what was written.
	ErrDamaged = errors.New("database: damaged")
	// ErrClosed means that the database is closed or closing.
	ErrClosed = errors.New("database: closed")
	// ErrUnreachable means that no database server answers.
	ErrUnreachable = errors.New("database: server does not answer")
	// ErrDenied means that the database server refuses the user or password.
	ErrDenied = errors.New("database: server refuses the user")
	// ErrNoDatabase means that the database server has no database of that name.
	ErrNoDatabase = errors.New("database: no such database")
	// ErrOldServer means that the database server is too old.
	ErrOldServer = errors.New("database: server is too old")
	// ErrLocked means that another process has the database open.
	ErrLocked = errors.New("database: in use by another process")
)
