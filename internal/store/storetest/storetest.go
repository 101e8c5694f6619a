// Package storetest is the suite that every engine of the store must pass.
// Each method of [Store] has its cases here; what only one engine can do, such
// as the lock of a file, is tested beside it.
package storetest

import (
	"context"
	"iter"
	"testing"

	"renkei/internal/journal"
	"renkei/internal/store"
)

// Store is what an engine offers.
type Store interface {
	Create(ctx context.Context, e store.Exercise) error
	Exercises(ctx context.Context) ([]store.Exercise, error)
	Append(ctx context.Context, b store.Batch) (store.Head, error)
	Enqueue(b store.Batch, done func(store.Head, error))
	Head(ctx context.Context, exercise string) (store.Head, error)
	Tick(ctx context.Context, exercise string) (store.Tick, bool, error)
	Entries(ctx context.Context, exercise string, from uint64) iter.Seq2[journal.Entry, error]
	Keys(ctx context.Context, exercise string, from uint64) iter.Seq2[store.Key, error]
	ChainAt(ctx context.Context, exercise string, seq uint64) (journal.Hash, bool, error)
	Content(ctx context.Context, hash journal.Hash) (journal.Content, error)
	Export(ctx context.Context, exercise string, w *journal.Writer) error
	Import(ctx context.Context, e store.Exercise, fill func(*store.Importer) error) error
	Snapshot(ctx context.Context, exercise string) (store.Snapshot, bool, error)
	PutSnapshot(ctx context.Context, exercise string, s store.Snapshot) error
	DropSnapshot(ctx context.Context, exercise string) error
	People(ctx context.Context, ids []string) ([]store.Person, error)
	AllPeople(ctx context.Context) ([]store.Person, error)
	PutPeople(ctx context.Context, people []store.Person) error
	ErasePerson(ctx context.Context, id string) error
	PutAccount(ctx context.Context, a store.Account) error
	Account(ctx context.Context, login string) (store.Account, error)
	PutGrant(ctx context.Context, g store.Grant) error
	DropGrant(ctx context.Context, g store.Grant) error
	Grants(ctx context.Context, person string) ([]store.Grant, error)
	GrantsIn(ctx context.Context, exercise string) ([]store.Grant, error)
	PutLink(ctx context.Context, l store.Link) error
	Link(ctx context.Context, t store.Token) (store.Link, error)
	Links(ctx context.Context, exercise string) ([]store.Link, error)
	TakeLink(ctx context.Context, t store.Token, p store.Person, now int64) (store.Grant, error)
	PutSession(ctx context.Context, s store.Session) error
	Session(ctx context.Context, t store.Token) (store.Session, error)
	Sessions(ctx context.Context, person string) ([]store.Session, error)
	DropSession(ctx context.Context, t store.Token) error
	DropSessions(ctx context.Context, person string) error
	SweepSessions(ctx context.Context, now int64) error
	Note(ctx context.Context, a store.Audit) error
	Audited(ctx context.Context, n int) ([]store.Audit, error)
	Close() error
}

var _ Store = (*store.DB)(nil)

// Opener opens the database kept in dir, or a new one where it is empty. Each
// case has a dir of its own; one that opens the same dir again, after Close,
// must find what it wrote.
type Opener func(t *testing.T, dir string) Store

// Run runs the suite.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for name, test := range map[string]func(*bench){
		"Exercises":    testExercises,
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
		"People":       testPeople,
		"Import":       testImport,
		"ImportBad":    testImportBad,
		"ImportFails":  testImportFails,
		"ImportUnseen": testImportUnseen,
		"Account":      testAccount,
		"Grants":       testGrants,
		"Links":        testLinks,
		"LinkOnce":     testLinkOnce,
		"Sessions":     testSessions,
		"Audit":        testAudit,
		"Erase":        testErase,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bench{t: t, opener: open, dir: t.TempDir()}
			b.open()
			test(b)
		})
	}
}
