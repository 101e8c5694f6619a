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
	SetLanguage(ctx context.Context, person, language string, notes ...store.Audit) error
	Who(ctx context.Context, person string) (store.Who, error)
	PutAccount(ctx context.Context, a store.Account, notes ...store.Audit) error
	MakeAccount(ctx context.Context, p store.Person, a store.Account, notes ...store.Audit) error
	Account(ctx context.Context, login string) (store.Account, error)
	AccountOf(ctx context.Context, person string) (store.Account, error)
	Accounts(ctx context.Context) ([]store.Member, error)
	SetDisabled(ctx context.Context, person string, disabled bool, kept string, notes ...store.Audit) error
	SetPassword(ctx context.Context, person, hash string, kept []store.Token, notes ...store.Audit) error
	PutGrant(ctx context.Context, g store.Grant, notes ...store.Audit) error
	DropGrant(ctx context.Context, g store.Grant) error
	RevokeGrant(ctx context.Context, g store.Grant, keep store.Keep, notes ...store.Audit) error
	Regrant(ctx context.Context, drop, put []store.Grant, notes ...store.Audit) error
	Grants(ctx context.Context, person string) ([]store.Grant, error)
	GrantsIn(ctx context.Context, exercise string) ([]store.Holder, error)
	PutLink(ctx context.Context, l store.Link, notes ...store.Audit) error
	PutLinks(ctx context.Context, drop []store.Token, links []store.Link, grants []store.Grant, notes ...store.Audit) error
	Link(ctx context.Context, t store.Token) (store.Link, error)
	Links(ctx context.Context, exercise string) ([]store.Invited, error)
	DropLink(ctx context.Context, exercise string, id store.TokenID, notes ...store.Audit) error
	TakeLink(ctx context.Context, t store.Token, how store.Taking, now int64, notes ...store.Audit) (store.Grant, error)
	TakeReset(ctx context.Context, t store.Token, person, hash string, now int64, notes ...store.Audit) error
	PutSession(ctx context.Context, s store.Session, notes ...store.Audit) error
	Session(ctx context.Context, t store.Token) (store.Session, error)
	Sessions(ctx context.Context, person string) ([]store.Session, error)
	SeeSessions(ctx context.Context, tokens []store.Token, at int64) error
	DropSession(ctx context.Context, t store.Token, notes ...store.Audit) error
	DropSessionOf(ctx context.Context, person string, id store.TokenID, notes ...store.Audit) error
	DropSessions(ctx context.Context, person string, notes ...store.Audit) error
	SweepSessions(ctx context.Context, now int64) error
	PutAPIToken(ctx context.Context, t store.APIToken, notes ...store.Audit) error
	APIToken(ctx context.Context, t store.Token) (store.APIToken, error)
	APITokens(ctx context.Context, person string) ([]store.APIToken, error)
	SeeAPITokens(ctx context.Context, tokens []store.Token, at int64) error
	DropAPIToken(ctx context.Context, person string, id store.TokenID, notes ...store.Audit) error
	Note(ctx context.Context, a store.Audit) error
	Audited(ctx context.Context, before int64, n int) ([]store.Audited, error)
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
		"Accounts":     testAccounts,
		"Disabled":     testDisabled,
		"Password":     testPassword,
		"Revoke":       testRevoke,
		"RevokeBoth":   testRevokeBoth,
		"Regrant":      testRegrant,
		"LinkFor":      testLinkFor,
		"LinkKnown":    testLinkKnown,
		"Reset":        testReset,
		"Seen":         testSeen,
		"APITokens":    testAPITokens,
		"Noted":        testNoted,
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
