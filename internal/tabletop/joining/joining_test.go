package joining_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/tabletop/joining"
)

// testStore is what holds on either engine.
func testStore(t *testing.T, at string) {
	t.Helper()
	db, err := database.Open(t.Context(), at, database.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context(), database.Area{Name: "tabletop", Migrations: joining.Migrations(), Tables: joining.Tables()}); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 8, 16, 1, 0, 0, 0, time.UTC)
	s := joining.New(db, func() time.Time { return now })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	is := func(exercise string, want bool) joining.Open {
		t.Helper()
		o, ok, err := s.Of(t.Context(), exercise)
		if err != nil || ok != want {
			t.Fatalf("open is %v, want %v: %v", ok, want, err)
		}
		return o
	}
	is("x", false)
	must(s.Open(t.Context(), "x", "ada"))
	must(s.Open(t.Context(), "y", "ada"))
	first := is("x", true)
	must(s.Open(t.Context(), "x", "bo"))
	if again := is("x", true); again != first || first.Person != "ada" || len(first.Code) != 8 {
		t.Errorf("%+v, then %+v", first, again)
	}
	typed := " " + strings.ToLower(first.Spaced()) + " "
	if o, ok, err := s.With(t.Context(), typed); !ok || o.Exercise != "x" || err != nil {
		t.Errorf("%q leads to %+v, %v", typed, o, err)
	}
	for _, bad := range []string{"", "????????", first.Code[:7], first.Code + "2"} {
		if _, ok, err := s.With(t.Context(), bad); ok || err != nil {
			t.Errorf("%q lets in: %v", bad, err)
		}
	}
	must(s.Lock(t.Context(), "x"))
	is("x", false)
	must(s.Open(t.Context(), "x", "ada"))
	if o := is("x", true); o.Code == first.Code {
		t.Error("a code that was locked is good again")
	}
	now = now.Add(joining.Lasts)
	is("x", false)
	must(s.Open(t.Context(), "x", "ada")) // the day after
	is("x", true)

	must(s.SetHead(t.Context(), "x", "asteria", "ada"))
	must(s.SetHead(t.Context(), "x", "asteria", "bo"))
	must(s.SetHead(t.Context(), "x", "borealis", "cy"))
	must(s.SetHead(t.Context(), "x", "borealis", ""))
	if heads, err := s.Heads(t.Context(), "x"); err != nil || len(heads) != 1 || heads["asteria"] != "bo" {
		t.Errorf("%v, %v", heads, err)
	}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	testStore(t, filepath.Join(t.TempDir(), "joining.db"))
}
