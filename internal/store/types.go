package store

import (
	"errors"

	"renkei/internal/journal"
)

// Errors that callers tell apart with errors.Is. Failures of the disk or the
// engine come wrapped in their own words.
var (
	// ErrConflict means that a batch does not start right after the head:
	// another writer was quicker, or an earlier batch of the exercise failed.
	ErrConflict = errors.New("store: batch does not follow the head of its exercise")
	// ErrKeyReused means that the exercise already has that key of that actor.
	ErrKeyReused = errors.New("store: idempotency key already used")
	// ErrNotFound means that there is no such exercise or content.
	ErrNotFound = errors.New("store: not found")
	// ErrExists means that there is an exercise of that id already.
	ErrExists = errors.New("store: exercise exists already")
	// ErrSchema means that the database was written by another version of the
	// program, whose schema this one does not know.
	ErrSchema = errors.New("store: database of another version")
	// ErrBlank means that a database that is to be read has none of our tables:
	// it is new, or somebody else's.
	ErrBlank = errors.New("store: nothing was ever stored in this database")
	// ErrInvalid means that a batch contradicts itself; to send it again is no use.
	ErrInvalid = errors.New("store: invalid batch")
	// ErrFull means that the disk or the database's size limit is reached.
	ErrFull = errors.New("store: no space left")
	// ErrDisk means that the disk does not take or give what it should: a quota,
	// a limit on the size of files, a device that fails.
	ErrDisk = errors.New("store: the disk fails")
	// ErrReadOnly means that the database may be read and not written.
	ErrReadOnly = errors.New("store: read-only")
	// ErrDamaged means that what is stored is not what was written.
	ErrDamaged = errors.New("store: database is damaged")
	// ErrClosed means that the store is closed or closing.
	ErrClosed = errors.New("store: closed")
	// ErrUnreachable means that no database server answers.
	ErrUnreachable = errors.New("store: database server does not answer")
	// ErrDenied means that the database server refuses the user or password.
	ErrDenied = errors.New("store: database server refuses the user")
	// ErrNoDatabase means that the database server has no database of that name.
	ErrNoDatabase = errors.New("store: no such database")
	// ErrOldServer means that the database server is too old.
	ErrOldServer = errors.New("store: database server is too old")
	// ErrLocked means that another process has the database open.
	ErrLocked = errors.New("store: database is in use by another process")
)

// Exercise is a log's owner.
type Exercise struct {
	ID      string
	Created int64 // unix µs
	Title   string
}

// Key is the idempotency key of a command, with the events it gave.
type Key struct {
	Actor string
	Key   string
	Hash  [32]byte // of the command
	First uint64   // seq of its first event
	Last  uint64   // seq of its last event; below First when it gave none
}

// Tick is how far an exercise's clock had durably come.
type Tick struct {
	At   int64 // exercise time in µs
	Wall int64 // unix µs
}

// Snapshot is the state of an exercise at an event, in a form that only its
// maker knows. It can be made again from the log at any time.
type Snapshot struct {
	Seq   uint64       // of the last event that is in it
	Chain journal.Hash // at that event
	Maker string       // who reads it: a program's format and version
	Data  []byte
}

// Person says who a person id in the events is.
type Person struct {
	ID           string
	Name         string
	Organisation string
}

// Cited is a content with the event of the same batch that cites it first.
type Cited struct {
	Seq uint64
	journal.Content
}

// Batch is what one decision adds to an exercise: all of it is committed, or
// none of it. The store keeps the slices until it has answered; the caller must
// not change them meanwhile.
type Batch struct {
	Exercise string
	First    uint64   // the seq after the head, also when there are no events
	Events   [][]byte // each a JSON object without a newline; stored verbatim
	Keys     []Key
	Contents []Cited
	Tick     *Tick // nil leaves the tick as it is
}

// Head is how far the log of an exercise goes.
type Head = journal.Head
