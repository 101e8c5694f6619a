//go:build unix

package store_test

import (
	"testing"

	"renkei/internal/testkit/postgres"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	testStore(t, func(t *testing.T) string {
		t.Helper()
		return server.Database(t)
	})
}
