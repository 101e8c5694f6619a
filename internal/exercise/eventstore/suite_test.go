package eventstore_test

import (
	"context"
	"path/filepath"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/eventstore/eventstoretest"
)

// store is a store with its database.
type store struct {
	*eventstore.Store
	*database.DB
}

var _ eventstoretest.Store = store{}

// open opens the database at a path or URL.
func open(ctx context.Context, at string, opts database.Options, more ...eventstore.Options) (store, error) {
	db, err := database.Open(ctx, at, opts)
	if err != nil {
		return store{}, err
	}
	var options eventstore.Options
	if len(more) > 0 {
		options = more[0]
	}
	err = db.Migrate(ctx, eventstore.Area())
	var events *eventstore.Store
	if err == nil {
		events, err = eventstore.New(ctx, db, options)
	}
	if err != nil {
		_ = db.Close() // what failed before it says more
		return store{}, err
	}
	return store{events, db}, nil
}

// opened opens a database, which is closed at the end.
func opened(tb testing.TB, at string, opts database.Options, more ...eventstore.Options) store {
	tb.Helper()
	s, err := open(tb.Context(), at, opts, more...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() }) // some tests have closed it
	return s
}

// openDir opens the SQLite database in a folder.
func openDir(tb testing.TB, dir string) store {
	tb.Helper()
	return opened(tb, filepath.Join(dir, "renkei.db"), database.Options{})
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	eventstoretest.Run(t, func(t *testing.T, dir string) eventstoretest.Store {
		t.Helper()
		return openDir(t, dir)
	})
}
