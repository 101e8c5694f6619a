package store_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/database"
	"renkei/internal/programme"
	"renkei/internal/programme/store"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func opened(t *testing.T, at string) (s *store.Store, db *database.DB) {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), database.Area{Name: "programme", Migrations: store.Migrations(), Tables: store.Tables()}); err != nil {
		t.Fatal(err)
	}
	return store.New(db), db
}

func activity(id, title string) *programme.Activity {
	return &programme.Activity{Head: programme.Head{ID: id, Title: community.Text{"en": title}}, Type: programme.Meeting}
}

func put(base int64, rec programme.Record) programme.Change {
	return programme.Change{Author: "p", Reason: "it is so", Of: rec.Kind(), ID: rec.Key(), Record: rec, Base: base}
}

// testStore is what holds on either engine.
func testStore(t *testing.T, at func(t *testing.T) string) {
	t.Helper()
	t.Run("what was written is read, by another process too", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		if _, err := s.Apply(t.Context(), noon, put(0, activity("a", "First")), put(0, activity("b", "Second"))); err != nil {
			t.Fatal(err)
		}
		other := store.New(db)
		r, err := other.Records(t.Context())
		if err != nil || r.Last != 2 || r.Activity("a").Title["en"] != "First" {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, err := s.Apply(t.Context(), noon, put(1, activity("a", "Renamed"))); err != nil {
			t.Fatal(err)
		}
		if r, err = other.Records(t.Context()); err != nil || r.Activity("a").Title["en"] != "Renamed" {
			t.Errorf("%+v, %v", r.Activity("a"), err)
		}
		history, err := other.History(t.Context(), programme.KindActivity, "a")
		if err != nil || len(history) != 2 || history[0].Number != 3 || !history[0].At.Equal(noon) || history[1].Reason != "it is so" {
			t.Errorf("%+v, %v", history, err)
		}
	})
	t.Run("all changes or none", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		var refused *programme.Refusal
		_, err := s.Apply(t.Context(), noon, put(0, activity("a", "First")), put(0, activity("B", "Second")))
		if !errors.As(err, &refused) || refused.Code != "id" {
			t.Errorf("%v", err)
		}
		if r, err := store.New(db).Records(t.Context()); err != nil || r.Last != 0 || r.Activity("a") != nil {
			t.Errorf("something was kept: %+v, %v", r, err)
		}
	})
	t.Run("of two who change one wins", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		if _, err := s.Apply(t.Context(), noon, put(0, activity("a", "First"))); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, kept := range []*store.Store{s, store.New(db)} {
			both.Go(func() { _, errs[i] = kept.Apply(t.Context(), noon, put(1, activity("a", "Second"))) })
		}
		both.Wait()
		var refused *programme.Refusal
		if (errs[0] == nil) == (errs[1] == nil) || !errors.As(errors.Join(errs...), &refused) || refused.Code != "changed" {
			t.Errorf("%v, %v", errs[0], errs[1])
		}
	})
	t.Run("a report is frozen once", func(t *testing.T) {
		t.Parallel()
		s, _ := opened(t, at(t))
		first := &programme.Report{Edition: "2023", Language: "en", Title: "First", Hash: "1"}
		second := &programme.Report{Edition: "2023", Language: "ja", Title: "二", Hash: "2"}
		if f, err := s.Frozen(t.Context(), "2023", "en"); f != nil || err != nil {
			t.Errorf("%v, %v", f, err)
		}
		if err := s.Freeze(t.Context(), noon, "p", first, second); err != nil {
			t.Fatal(err)
		}
		if err := s.Freeze(t.Context(), noon, "p", &programme.Report{Edition: "2023", Language: "en", Title: "Other"}); !errors.Is(err, database.ErrExists) {
			t.Errorf("it was frozen twice: %v", err)
		}
		f, err := s.Frozen(t.Context(), "2023", "ja")
		if err != nil || f == nil || f.Report.Title != "二" || f.Author != "p" || !f.At.Equal(noon) {
			t.Errorf("%+v, %v", f, err)
		}
	})
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "renkei.db") })
}
