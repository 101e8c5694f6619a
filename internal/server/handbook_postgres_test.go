//go:build unix

package server_test

import (
	"testing"

	"renkei/internal/testkit/postgres"
)

// BenchmarkHandbookPostgres is BenchmarkHandbook on PostgreSQL, which may take
// twice as long.
func BenchmarkHandbookPostgres(b *testing.B) {
	benchHandbook(b, postgres.Start(b, postgres.Durable).Database(b))
}
