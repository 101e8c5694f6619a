package eventstore

import (
	"errors"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// ErrKeyReused means that the exercise already has that key of that actor. All
// other errors that callers tell apart are those of package database: a batch
// that does not start right after the head is database.ErrConflict.
var ErrKeyReused = errors.New("eventstore: idempotency key already used")

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
	Seq     uint64       // of the last event that is in it
	Chain   journal.Hash // at that event
	BuildID string       // who reads it: a program's format and version
	Data    []byte
}

// Cited is a content with the event of the same batch that cites it first.
type Cited struct {
	Seq uint64
	journal.Content
}

// Write writes beside a batch, in its transaction. It may be called more than
// once, when a transaction is tried again.
type Write func(tx *database.Tx) error

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
	With     []Write
}

// Head is how far the log of an exercise goes.
type Head = journal.Head
