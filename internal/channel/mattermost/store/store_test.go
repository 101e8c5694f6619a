package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"renkei/internal/channel/mattermost"
	"renkei/internal/channel/mattermost/store"
	"renkei/internal/database"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

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
	for name, test := range map[string]func(*testing.T, *store.Store){
		"places": testPlaces, "events": testEvents, "posts": testPosts, "positions": testPositions, "people": testPeople,
	} {
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
	if err := db.Migrate(t.Context(), database.Area{Name: "mattermost", Migrations: store.Migrations(), Tables: store.Tables()}); err != nil {
		t.Fatal(err)
	}
	return store.New(db)
}

func place(id string) *mattermost.Place {
	return &mattermost.Place{
		Exercise: id, Server: "https://chat.internal", TeamID: "t", TeamMade: true, BotID: "b", BotName: "renkei", Since: noon,
		Links: []mattermost.Link{
			{Kind: mattermost.ForHelp, RoomID: id + "-help"}, {Kind: mattermost.ForUnit, Unit: "asteria", RoomID: id + "-a", Made: true},
		},
		Bots: []mattermost.Identity{{Contact: "hoster", UserID: "h", Username: "x-hoster", Names: []string{"Hoster", "事業者"}}},
	}
}

func testPlaces(t *testing.T, s *store.Store) {
	t.Helper()
	if _, err := s.Place(t.Context(), "1"); !errors.Is(err, mattermost.ErrAbsent) {
		t.Errorf("a place that is not there: %v", err)
	}
	if _, err := s.Holding(t.Context(), "1-a"); !errors.Is(err, mattermost.ErrAbsent) {
		t.Errorf("a channel that is not there: %v", err)
	}
	for _, id := range []string{"1", "2"} {
		if err := s.Save(t.Context(), place(id)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Holding(t.Context(), "2-a")
	if err != nil || !reflect.DeepEqual(got, place("2")) {
		t.Errorf("%+v, %v", got, err)
	}
	other := place("2")
	other.Archived, other.Links, other.Bots = true, other.Links[:1], nil
	if err := s.Save(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Place(t.Context(), "2"); err != nil || !reflect.DeepEqual(got, other) {
		t.Errorf("%+v, %v", got, err)
	}
	all, err := s.Active(t.Context())
	if err != nil || len(all) != 1 || all[0].Exercise != "1" {
		t.Errorf("%+v, %v", all, err)
	}
	taken := place("3")
	taken.Links[0].RoomID = "1-help"
	if err := s.Save(t.Context(), taken); err == nil {
		t.Error("a channel belongs to two exercises")
	}
	if _, err := s.Place(t.Context(), "3"); !errors.Is(err, mattermost.ErrAbsent) {
		t.Errorf("half of it was saved: %v", err)
	}
}

func event(id string) mattermost.Event {
	return mattermost.Event{Exercise: "1", ID: id, What: mattermost.Posted, Room: "r", At: noon, Post: id, Text: "Text \x00 of 演習 " + id, From: noon}
}

func testEvents(t *testing.T, s *store.Store) {
	t.Helper()
	for _, ids := range [][]string{{"a", "b"}, {"b", "c"}, {"a"}} {
		b := &mattermost.Batch{Exercise: "1"}
		for _, id := range ids {
			b.Events = append(b.Events, event(id))
		}
		if err := s.Keep(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	other := event("a")
	other.Exercise = "2"
	if err := s.Keep(t.Context(), &mattermost.Batch{Exercise: "2", Events: []mattermost.Event{other}}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Events(t.Context(), "1", 0, 10)
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, id := range []string{"a", "b", "c"} {
		want := event(id)
		if want.Number = all[i].Number; !reflect.DeepEqual(all[i], want) || i > 0 && want.Number <= all[i-1].Number {
			t.Errorf("event %d: %+v, want %+v", i, all[i], want)
		}
	}
	some, err := s.Events(t.Context(), "1", all[0].Number, 1)
	if err != nil || len(some) != 1 || some[0].ID != "b" {
		t.Errorf("%+v, %v", some, err)
	}
	for _, n := range []int64{0, 7, 9} {
		if n > 0 {
			if err := s.Move(t.Context(), "1", n); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Cursor(t.Context(), "1"); got != n || err != nil {
			t.Errorf("cursor %d, %v, want %d", got, err, n)
		}
	}
}

func testPosts(t *testing.T, s *store.Store) {
	t.Helper()
	seen := func(id, root string, created int64) mattermost.Seen {
		return mattermost.Seen{Post: id, Room: "r", Root: root, User: "u", Created: created, Updated: created}
	}
	root, second, first := seen("root", "", 1), seen("z", "root", 3), seen("y", "root", 2)
	second.Reactions = []mattermost.Reaction{{UserID: "u", PostID: "z", Emoji: "eyes", CreateAt: 4}}
	if err := s.Keep(t.Context(), &mattermost.Batch{Exercise: "1", Seen: []mattermost.Seen{root, second, first}}); err != nil {
		t.Fatal(err)
	}
	root.Edited, root.Updated, root.Deleted = 5, 6, 6
	if err := s.Keep(t.Context(), &mattermost.Batch{Exercise: "1", Seen: []mattermost.Seen{root}}); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range 500 {
		ids = append(ids, fmt.Sprint(i))
	}
	got, err := s.Known(t.Context(), append(ids, "root", "z"))
	if err != nil || !reflect.DeepEqual(got, map[string]mattermost.Seen{"root": root, "z": second}) {
		t.Errorf("%+v, %v", got, err)
	}
	replies, err := s.Replies(t.Context(), "root")
	if err != nil || !reflect.DeepEqual(replies, []mattermost.Seen{first, second}) {
		t.Errorf("%+v, %v", replies, err)
	}
	if none, err := s.Replies(t.Context(), ""); err != nil || len(none) > 0 {
		t.Errorf("%+v, %v", none, err)
	}
}

func testPositions(t *testing.T, s *store.Store) {
	t.Helper()
	if got, err := s.Position(t.Context(), "1", "r"); err != nil || got != (mattermost.Position{Room: "r"}) {
		t.Errorf("%+v, %v", got, err)
	}
	want := mattermost.Position{Room: "r", Post: "p", Created: 1, Older: "o", Since: 2, Closed: "removed", Heard: noon}
	for range 2 {
		want.Since++
		if err := s.Keep(t.Context(), &mattermost.Batch{Exercise: "1", Positions: []mattermost.Position{want}}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Position(t.Context(), "1", "r"); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if got, err := s.Position(t.Context(), "2", "r"); err != nil || got.Post != "" {
		t.Errorf("of another exercise: %+v, %v", got, err)
	}
}

func testPeople(t *testing.T, s *store.Store) {
	t.Helper()
	if a, err := s.Account(t.Context(), "1", "u"); err != nil || a != (mattermost.Account{}) {
		t.Errorf("one that nobody has met: %+v, %v", a, err)
	}
	for _, do := range []func() error{
		func() error { return s.Meet(t.Context(), "1", "u", "eve") }, func() error { return s.Meet(t.Context(), "1", "u", "eve") },
		func() error { return s.Assign(t.Context(), "1", "v", "bo", "p2") }, func() error { return s.Meet(t.Context(), "1", "v", "bo.new") },
		func() error { return s.Meet(t.Context(), "1", "v", "") }, func() error { return s.Assign(t.Context(), "2", "u", "eve", "p3") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	want := []mattermost.Account{{ID: "v", Name: "bo.new", Person: "p2"}, {ID: "u", Name: "eve"}}
	if all, err := s.Accounts(t.Context(), "1"); err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("%+v, %v", all, err)
	}
	if a, err := s.Account(t.Context(), "1", "v"); err != nil || a != want[0] {
		t.Errorf("%+v, %v", a, err)
	}
	for _, seq := range []uint64{0, 7, 9} {
		if seq > 0 {
			if err := s.Tell(t.Context(), "1", seq); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Told(t.Context(), "1"); got != seq || err != nil {
			t.Errorf("told %d, %v, want %d", got, err, seq)
		}
	}
	if err := s.Keep(t.Context(), &mattermost.Batch{Exercise: "1", Events: []mattermost.Event{event("a")}}); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Event(t.Context(), "1", "a"); err != nil || e.Text != event("a").Text {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err := s.Event(t.Context(), "2", "a"); err != nil || e.ID != "" {
		t.Errorf("of another exercise: %+v, %v", e, err)
	}
}
