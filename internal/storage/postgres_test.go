//go:build unix

package storage_test

import (
	"os"
	"testing"

	"renkei/internal/testkit/postgres"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	t.Run("Tables", func(t *testing.T) {
		t.Parallel()
		testTables(t, server.Database(t))
	})
	t.Run("AreaOfItsOwn", func(t *testing.T) {
		t.Parallel()
		testAreaOfItsOwn(t, server.Database(t))
	})
	t.Run("SharedMigrations", func(t *testing.T) {
		t.Parallel()
		testPostgresShared(t, server)
	})
}

// testPostgresShared is TestSharedMigrations of a dump.
func testPostgresShared(t *testing.T, server *postgres.Server) {
	t.Helper()
	dump, err := os.ReadFile("testdata/shared_migrations.sql")
	if err != nil {
		t.Fatal(err)
	}
	at := server.Database(t)
	server.Exec(t, at, string(dump))
	testShared(t, at, sharedDB{
		link: "PYnz_ajgJ78Jage-UbeWL8r1O4XwPEOwsn8QOFMszds", community: "_TaegxjvFXPAFBZtm9_vVhmbR-3ea6cMrlaB48MQIAU",
		taken: "dyLVRzZZVIagGtMjzdT97iBbKmv8CCAKmdh-KlhqNhs", session: "RPPRuTDXCUzpTQyrdZKnJ61lUFud6WIId2OwbgRf_FY",
		token: "renkei_oaesS8mFQAejmBm4qCg_Bw32ycJgtbAr1HOyI15aH7k",
	})
}
