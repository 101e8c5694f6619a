//go:build unix

package server_test

import (
	"testing"

	"renkei/internal/testkit/postgres"
)

// BenchmarkHandbookPostgres is BenchmarkHandbook on PostgreSQL, which may take
// twice as long. Tables that were empty a minute ago are analysed first, as
// autovacuum does within that minute.
func BenchmarkHandbookPostgres(b *testing.B) {
	engine := postgres.Start(b, postgres.Durable)
	at := engine.Database(b)
	h, db := largeHandbook(b, at)
	engine.Exec(b, at, "ANALYZE") //nolint:misspell // SQL
	benchHandbook(b, h, db)
}
