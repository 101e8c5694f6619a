package archived_test

import (
	"path/filepath"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise/archived"
)

// testStore is what holds on either engine.
func testStore(t *testing.T, at string) {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	area := database.Area{Name: "archived", Migrations: archived.Migrations(), Tables: archived.Tables()}
	if err := db.Migrate(t.Context(), area); err != nil {
		t.Fatal(err)
	}
	s, june := archived.New(db), time.Date(2027, 6, 16, 1, 0, 0, 0, time.UTC)
	step := func(what string, want bool, do func() (bool, error)) {
		t.Helper()
		if got, err := do(); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", what, got, err, want)
		}
	}
	archive := func(id string, at time.Time) func() (bool, error) {
		return func() (bool, error) { return s.Archive(t.Context(), id, "ada", at) }
	}
	restore := func() (bool, error) { return s.Restore(t.Context(), "x") }
	step("one that is not archived is restored", false, restore)
	step("archived", true, archive("x", june))
	step("archived once more", false, archive("x", june.Add(time.Hour)))
	step("another", true, archive("y", june))
	if all, err := s.All(t.Context()); err != nil || len(all) != 2 || !all["x"].Equal(june) {
		t.Errorf("archived are %v, %v", all, err)
	}
	step("restored", true, restore)
	if all, err := s.All(t.Context()); err != nil || len(all) != 1 || !all["y"].Equal(june) {
		t.Errorf("archived are %v, %v", all, err)
	}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, filepath.Join(t.TempDir(), "renkei.db"))
}
