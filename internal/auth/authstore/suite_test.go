package authstore_test

import (
	"path/filepath"
	"testing"

	"renkei/internal/auth/authstore"
	"renkei/internal/auth/authstore/authstoretest"
	"renkei/internal/database"
)

// store is a store with its database.
type store struct {
	*authstore.Store
	*database.DB
}

func open(t *testing.T, at string) store {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // some tests have closed it
	if err := db.Migrate(t.Context(), authstore.Area()); err != nil {
		t.Fatal(err)
	}
	s, err := authstore.New(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return store{s, db}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	authstoretest.Run(t, func(t *testing.T, dir string) authstoretest.Store {
		t.Helper()
		return open(t, filepath.Join(dir, "renkei.db"))
	})
}
