package ballotstore_test

import (
	"errors"
	"path/filepath"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/storage"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	suite(t, filepath.Join(t.TempDir(), "renkei.db"))
}

// suite is what holds on both engines: one row for each unit, replaced on change,
// together with the events or not at all.
func suite(t *testing.T, at string) {
	t.Helper()
	db, err := storage.Open(t.Context(), at, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := ballotstore.New(db.Database.Reader)
	for _, id := range []string{"x", "y"} {
		if err := db.Create(t.Context(), eventstore.Exercise{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	row := func(poll string, round int, slot, sealed string) ballot.Row {
		return ballot.Row{Poll: poll, Round: round, Slot: slot, Sealed: []byte(sealed)}
	}
	batch := func(id string, first uint64, key string, events int, with ...eventstore.Write) error {
		b := eventstore.Batch{Exercise: id, First: first, With: with, Keys: []eventstore.Key{{Actor: "p", Key: key, First: first, Last: first + uint64(events) - 1}}}
		for range events {
			b.Events = append(b.Events, []byte(`{}`))
		}
		_, err := db.Append(t.Context(), b)
		return err
	}
	want := func(id string, rows ...ballot.Row) {
		t.Helper()
		got, err := s.Load(t.Context(), id)
		if err != nil || len(got) != len(rows) {
			t.Fatalf("%s has %d rows, want %d: %v", id, len(got), len(rows), err)
		}
		for i := range rows {
			if got[i].Poll != rows[i].Poll || got[i].Round != rows[i].Round || got[i].Slot != rows[i].Slot || string(got[i].Sealed) != string(rows[i].Sealed) {
				t.Errorf("row %d is %+v", i, got[i])
			}
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(batch("x", 1, "1", 1, s.Put("x", row("q", 1, "asteria", "one"))))
	must(batch("x", 2, "2", 0, s.Put("x", row("q", 1, "asteria", "two")))) // a change has no event
	must(batch("x", 2, "3", 1, s.Put("x", row("q", 1, "borealis", "three")), s.Put("x", row("r", 1, "#1", "box"))))
	must(batch("y", 1, "4", 1, s.Put("y", row("q", 1, "asteria", "four"))))
	all := []ballot.Row{row("q", 1, "asteria", "two"), row("q", 1, "borealis", "three"), row("r", 1, "#1", "box")}
	want("x", all...)
	if err := batch("x", 2, "5", 1, s.Delete("x", "q")); !errors.Is(err, database.ErrConflict) {
		t.Errorf("behind another node: %v", err)
	}
	if err := batch("x", 3, "3", 1, s.Delete("x", "q")); !errors.Is(err, eventstore.ErrKeyReused) {
		t.Errorf("with a key that is taken: %v", err)
	}
	broken := func(*database.Tx) error { return errors.New("broken") }
	if err := batch("x", 3, "6", 1, s.Delete("x", "q"), broken); err == nil {
		t.Error("committed what failed")
	}
	want("x", all...)
	must(batch("x", 3, "7", 1, s.Delete("x", "q")))
	want("x", all[2])
	want("y", row("q", 1, "asteria", "four"))
}
