//go:build unix

package authstore_test

import (
	"sync"
	"testing"

	"renkei/internal/auth/authstore/authstoretest"
	"renkei/internal/testkit/postgres"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	var databases sync.Map // URLs by the dir of the case
	authstoretest.Run(t, func(t *testing.T, dir string) authstoretest.Store {
		t.Helper()
		at, ok := databases.Load(dir)
		if !ok {
			at = server.Database(t)
			databases.Store(dir, at)
		}
		return open(t, at.(string))
	})
}
