//go:build unix

package search_test

import (
	"testing"

	"renkei/internal/testkit/postgres"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	testIndex(t, func(t *testing.T) string { t.Helper(); return server.Database(t) })
}
