package store_test

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"renkei/internal/channel/mail"
	"renkei/internal/channel/mail/store"
	"renkei/internal/database"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, func(t *testing.T) string {
		t.Helper()
		return filepath.Join(t.TempDir(), "x.db")
	})
}

// testStore is one suite for both engines.
func testStore(t *testing.T, at func(*testing.T) string) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, *store.Store){"places": testPlaces, "accounts": testAccounts, "positions": testPositions} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, opened(t, at(t)))
		})
	}
}

func opened(t *testing.T, at string) *store.Store {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), database.Area{Name: "mail", Migrations: store.Migrations(), Tables: store.Tables()}); err != nil {
		t.Fatal(err)
	}
	return store.New(db)
}

func no(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func testPlaces(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	if p, err := s.Place(ctx, "x"); err != nil || p.Exercise != "" {
		t.Errorf("%+v, %v", p, err)
	}
	no(t, s.Set(ctx, "x", []string{"b", "a/c"}, noon, 7), s.Set(ctx, "y", nil, noon, 1), s.SetAddress(ctx, "x", "ann", "ann@desk.internal"),
		s.SetAddress(ctx, "x", "bo", "bo@desk.internal"), s.SetAddress(ctx, "x", "bo", ""), s.Tell(ctx, "x", 9))
	want := store.Place{Exercise: "x", Since: noon, Told: 9, Units: []string{"a/c", "b"}, Addresses: map[string]string{"ann": "ann@desk.internal"}}
	if p, err := s.Place(ctx, "x"); err != nil || !reflect.DeepEqual(p, want) {
		t.Errorf("%+v, %v", p, err)
	}
	no(t, s.Set(ctx, "x", []string{"b"}, noon.Add(time.Hour), 20)) // some got mail before: nothing is left out
	if p, err := s.Place(ctx, "x"); err != nil || p.Told != 9 || len(p.Units) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if all, err := s.Active(ctx); err != nil || !reflect.DeepEqual(all, []string{"x"}) {
		t.Errorf("%v, %v", all, err)
	}
	no(t, s.Set(ctx, "x", nil, noon, 20), s.Set(ctx, "x", []string{"b"}, noon.Add(time.Hour), 30))
	if p, err := s.Place(ctx, "x"); err != nil || p.Told != 30 || !p.Since.Equal(noon.Add(time.Hour)) {
		t.Errorf("switched on again: %+v, %v", p, err)
	}
}

func testAccounts(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	no(t, s.Meet(ctx, "x", "1", "eve@desk.internal"), s.Assign(ctx, "x", "1", "eve@desk.internal", "eve"), s.Meet(ctx, "x", "1", "Eve <eve@desk.internal>"), s.Meet(ctx, "x", "2", "a"))
	want := []store.Account{{"1", "Eve <eve@desk.internal>", "eve"}, {"2", "a", ""}}
	if all, err := s.Accounts(ctx, "x"); err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("%+v, %v", all, err)
	}
	if a, err := s.Account(ctx, "y", "1"); err != nil || a.ID != "" {
		t.Errorf("%+v, %v", a, err)
	}
}

func testPositions(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	last := mail.Position{Validity: 1<<32 - 1, UID: 1<<32 - 2}
	if p, err := s.Position(ctx, "INBOX"); err != nil || p != (mail.Position{}) {
		t.Errorf("%+v, %v", p, err)
	}
	no(t, s.SetPosition(ctx, "INBOX", mail.Position{Validity: 1, UID: 2}), s.SetPosition(ctx, "INBOX", last))
	if p, err := s.Position(ctx, "INBOX"); err != nil || p != last {
		t.Errorf("%+v, %v", p, err)
	}
}
