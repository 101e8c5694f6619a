package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
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
	t.Run("of two who add an action each has a number of its own", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		series := activity("series", "Series")
		series.Series = &programme.Series{Prefix: "AJ"}
		r, err := s.Apply(t.Context(), noon, put(0, series))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = s.Apply(t.Context(), noon, put(0, r.Draft(series, 17, community.Text{"en": "17th"}, "2026", "", "Asia/Tokyo"))); err != nil {
			t.Fatal(err)
		}
		add := func(s *store.Store) error {
			_, err := s.Apply(t.Context(), noon, put(0, &programme.Action{
				Head: programme.Head{Title: community.Text{"en": "Do it"}}, Meeting: "aj17",
				Duty: programme.Duty{Body: "CamCERT", Due: "2026-12-31", State: programme.Open, TLP: community.Green},
			}))
			return err
		}
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			one := []*store.Store{s, store.New(db)}[i%2]
			all.Go(func() { errs[i] = add(one) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		r, err = store.New(db).Records(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range r.Actions("aj17") {
			if want := fmt.Sprint("AJ17/A", i+1); a.Code != want || r.Action(fmt.Sprint("aj17-a", i+1)) == nil {
				t.Errorf("%s, want %s", a.Code, want)
			}
		}
		if n := len(r.Actions("aj17")); n != len(errs) {
			t.Errorf("%d actions of %d", n, len(errs))
		}
	})
	t.Run("papers are kept by what is in them", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		data := []byte{0, 1, 2, 255}
		hash, err := s.PutFile(t.Context(), noon, data)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.PutFile(t.Context(), noon, data); again != hash || err != nil {
			t.Errorf("the same again: %s, %v", again, err)
		}
		if got, err := store.New(db).ReadFile(t.Context(), hash); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%v, %v", got, err)
		}
		if _, err := s.ReadFile(t.Context(), "none"); !errors.Is(err, database.ErrDamaged) {
			t.Errorf("none: %v", err)
		}
	})
	t.Run("a link opens its calendar until there is a newer one", func(t *testing.T) {
		t.Parallel()
		s, _ := opened(t, at(t))
		feed := programme.Feed{Kind: programme.FeedMember, Object: "kh"}
		opens := func(secret string) bool {
			own, ok, err := s.FeedOf(t.Context(), secret)
			if err != nil {
				t.Fatal(err)
			}
			return ok && own.Feed == feed && own.Person == "p"
		}
		for _, secret := range []string{"one", "two"} {
			if err := s.NewFeed(t.Context(), noon, "p", feed, secret); err != nil {
				t.Fatal(err)
			}
		}
		if opens("one") || !opens("two") || opens("") {
			t.Error("not the last link alone opens the calendar")
		}
		if all, err := s.Feeds(t.Context(), "p"); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
		if err := s.EndFeed(t.Context(), "p", feed); err != nil || opens("two") {
			t.Errorf("it opens after its end: %v", err)
		}
	})
	t.Run("when something was changed, and how often", func(t *testing.T) {
		t.Parallel()
		s, _ := opened(t, at(t))
		for i := range 3 {
			e := &programme.Event{Head: programme.Head{ID: "a", Title: community.Text{"en": "A"}}, Type: "event", Status: programme.Planned}
			if _, err := s.Apply(t.Context(), noon.Add(time.Duration(i)*time.Hour), put(int64(i), e)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Stamps(t.Context())
		if want := (programme.Stamp{Made: noon, Changed: noon.Add(2 * time.Hour), Sequence: 2}); err != nil || got[programme.KindEvent]["a"] != want {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("a list keeps one person once, whoever enters them", func(t *testing.T) {
		t.Parallel()
		s, db := opened(t, at(t))
		add := func(s *store.Store, id, name string) error {
			_, err := s.Attend(t.Context(), noon, "p", "e", func([]programme.Attendee) ([]programme.Attendee, error) {
				return []programme.Attendee{{ID: id, Event: "e", Name: name, Member: "kh", Role: programme.Delegate, Code: programme.NewCode()}}, nil
			})
			return err
		}
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			one := []*store.Store{s, store.New(db)}[i%2]
			all.Go(func() { errs[i] = add(one, fmt.Sprint("a", i), "Sok Dara") })
		}
		all.Wait()
		taken := 0
		for _, err := range errs {
			var refused *programme.Refusal
			if err == nil {
				taken++
			} else if !errors.As(err, &refused) || refused.Code != "attendee.twice" {
				t.Error(err)
			}
		}
		if err := add(s, "b", "Tan Wei"); err != nil {
			t.Fatal(err)
		}
		list, err := store.New(db).Attendance(t.Context(), "e")
		if err != nil || taken != 1 || len(list) != 2 {
			t.Fatalf("%d taken, list %+v, %v", taken, list, err)
		}
		if err := s.Erase(t.Context(), noon, "p", "e", list[0].ID); err != nil {
			t.Fatal(err)
		}
		if list, err = s.Attendance(t.Context(), "e"); err != nil || len(list) != 1 || list[0].Name != "Tan Wei" {
			t.Errorf("%+v, %v", list, err)
		}
		left, err := database.Select(t.Context(), db.Reader, `SELECT body FROM programme_attendance WHERE body LIKE '%Dara%'`, func(rows *sql.Rows) (body string, err error) { return body, rows.Scan(&body) })
		if err != nil || len(left) != 0 {
			t.Errorf("the history has who was removed: %v, %v", left, err)
		}
	})
	t.Run("a course keeps its roster, and erases who has to go", func(t *testing.T) {
		t.Parallel()
		testRoster(t, at)
	})
	t.Run("who is one person is decided once, and read by others", func(t *testing.T) {
		t.Parallel()
		testPeople(t, at)
	})
	t.Run("what was known when the last report was frozen", func(t *testing.T) {
		t.Parallel()
		testBefore(t, at)
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

// testBefore: the records of when the edition before was frozen are there again,
// and none where it was not.
func testBefore(t *testing.T, at func(t *testing.T) string) {
	t.Helper()
	s, _ := opened(t, at(t))
	edition := func(id string, asOf community.Date) *programme.Edition {
		return &programme.Edition{Head: programme.Head{ID: id, Title: community.Text{"en": id}}, AsOf: asOf}
	}
	event := &programme.Event{Head: programme.Head{ID: "e", Title: community.Text{"en": "E"}}, Type: programme.Meeting, Status: programme.Planned, Begin: "2026-05"}
	next := edition("2026", "2026-12-31")
	if _, err := s.Apply(t.Context(), noon, put(0, edition("2025", "2025-12-31")), put(0, next), put(0, event)); err != nil {
		t.Fatal(err)
	}
	before := func() programme.Sources {
		records, err := s.Records(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		from := programme.Sources{Records: records}
		if err := s.Before(t.Context(), next, &from); err != nil {
			t.Fatal(err)
		}
		return from
	}
	if from := before(); from.Before != nil {
		t.Error("something was known of a report that was not frozen")
	}
	if err := s.Freeze(t.Context(), noon.Add(time.Hour), "p", &programme.Report{Edition: "2025", Language: "en"}, &programme.Report{Edition: "2025", Language: "ja"}); err != nil {
		t.Fatal(err)
	}
	held := *event
	held.Status = programme.Held
	if _, err := s.Apply(t.Context(), noon.Add(2*time.Hour), put(3, &held)); err != nil {
		t.Fatal(err)
	}
	from := before()
	if from.Before == nil || from.Before.Event("e").Status != programme.Planned || from.Records.Event("e").Status != programme.Held || from.Since != "2025-12-31" {
		t.Errorf("%+v", from)
	}
}
