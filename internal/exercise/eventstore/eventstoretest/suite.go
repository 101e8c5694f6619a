// Package eventstoretest is the suite that the store of events must pass on
// every engine. Each method of [Store] has its cases here; what only one engine
// can do is tested beside it. Start reading at [Run].
package eventstoretest

import (
	"context"
	"iter"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// Store is an eventstore.Store that can be closed with its database.
type Store interface {
	Create(ctx context.Context, e eventstore.Exercise) error
	Exercises(ctx context.Context) ([]eventstore.Exercise, error)
	Append(ctx context.Context, b eventstore.Batch) (eventstore.Head, error)
	Enqueue(b eventstore.Batch, done func(eventstore.Head, error))
	Head(ctx context.Context, exercise string) (eventstore.Head, error)
	Tick(ctx context.Context, exercise string) (eventstore.Tick, bool, error)
	Entries(ctx context.Context, exercise string, from uint64) iter.Seq2[journal.Entry, error]
	Keys(ctx context.Context, exercise string, from uint64) iter.Seq2[eventstore.Key, error]
	ChainAt(ctx context.Context, exercise string, seq uint64) (journal.Hash, bool, error)
	Content(ctx context.Context, hash journal.Hash) (journal.Content, error)
	Export(ctx context.Context, exercise string, w *journal.Writer) error
	Import(ctx context.Context, e eventstore.Exercise, fill func(*eventstore.Importer) error) error
	Snapshot(ctx context.Context, exercise string) (eventstore.Snapshot, bool, error)
	PutSnapshot(ctx context.Context, exercise string, s eventstore.Snapshot) error
	DropSnapshot(ctx context.Context, exercise string) error
	Remove(ctx context.Context, id string, also func(*database.Tx) error) error
	Close() error
}

// Opener opens the database kept in dir, or a new one where it is empty. Each
// case has a dir of its own; one that opens the same dir again, after Close,
// must find what it wrote.
type Opener func(t *testing.T, dir string) Store

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for name, test := range map[string]func(*bench){
		"Exercises":    testExercises,
		"Remove":       testRemove,
		"Head":         testHead,
		"Append":       testAppend,
		"Conflict":     testConflict,
		"Keys":         testKeys,
		"KeyReused":    testKeyReused,
		"Tick":         testTick,
		"Content":      testContent,
		"Export":       testExport,
		"Invalid":      testInvalid,
		"Pages":        testPages,
		"Iterators":    testIterators,
		"Order":        testOrder,
		"FailedBatch":  testFailedBatch,
		"FailedGroup":  testFailedGroup,
		"Concurrently": testConcurrently,
		"Reopen":       testReopen,
		"Close":        testClose,
		"Cancelled":    testCancelled,
		"KeysFrom":     testKeysFrom,
		"ChainAt":      testChainAt,
		"ExportEnd":    testExportEnd,
		"Snapshot":     testSnapshot,
		"SnapshotSize": testSnapshotSize,
		"Import":       testImport,
		"ImportBad":    testImportBad,
		"ImportFails":  testImportFails,
		"ImportUnseen": testImportUnseen,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bench{t: t, opener: open, dir: t.TempDir()}
			b.open()
			test(b)
		})
	}
}
