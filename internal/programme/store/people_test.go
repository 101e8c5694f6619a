package store_test

import (
	"errors"
	"sync"
	"testing"

	"renkei/internal/programme"
	"renkei/internal/programme/store"
)

// testPeople is what holds of who is whom on either engine: a store sees what
// another has written, of two contrary decisions at once one is made, and who is
// erased counts no more.
func testPeople(t *testing.T, at func(t *testing.T) string) {
	t.Helper()
	s, db := opened(t, at(t))
	event := &programme.Event{Head: programme.Head{ID: "e", Title: activity("a", "E").Title}, Type: "training", Status: programme.Held, Begin: "2026"}
	if _, err := s.Apply(t.Context(), noon, put(0, event)); err != nil {
		t.Fatal(err)
	}
	list := []programme.Attendee{
		{ID: "1", Event: "e", Member: "kh", Name: "Sok Dara", Role: programme.Delegate, Code: "ABCDEF", Came: noon},
		{ID: "2", Event: "e", Member: "kh", Name: "Dara Sok", Role: programme.Delegate, Code: "ABCDEG", Came: noon},
	}
	if _, err := s.Attend(t.Context(), noon, "p", "e", func([]programme.Attendee) ([]programme.Attendee, error) { return list, nil }); err != nil {
		t.Fatal(err)
	}
	other := store.New(db)
	heads := func(s *store.Store) programme.HeadCount {
		r, err := s.Records(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Heads(r.Events(""))
	}
	if h := heads(other); h.Persons != 1 || h.Most != 2 || h.Seats != 2 {
		t.Fatalf("%+v", h)
	}
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i, says := range []string{programme.SamePerson, programme.OtherPersons} {
		both.Go(func() { errs[i] = []*store.Store{s, other}[i].Decide(t.Context(), noon, "p", "e/1", "e/2", says) })
	}
	both.Wait()
	var refused *programme.Refusal
	if (errs[0] == nil) == (errs[1] == nil) || !errors.As(errors.Join(errs...), &refused) {
		t.Fatalf("%v, %v", errs[0], errs[1])
	}
	want := int64(1)
	if errs[0] != nil {
		want = 2
	}
	for _, one := range []*store.Store{s, other, store.New(db)} {
		if h := heads(one); h.Least != want || h.Most != want {
			t.Errorf("%+v, want %d", h, want)
		}
	}
	if err := s.Decide(t.Context(), noon, "p", "e/2", "e/1", ""); err != nil {
		t.Fatal(err)
	}
	if h := heads(other); h.Least != 1 || h.Most != 2 {
		t.Errorf("taken back: %+v", h)
	}
	if err := s.Erase(t.Context(), noon, "p", "e", "2"); err != nil {
		t.Fatal(err)
	}
	if h := heads(other); h.Most != 1 || h.Seats != 1 {
		t.Errorf("erased: %+v", h)
	}
	r, err := store.ReadMoment(t.Context(), db.Reader)
	if err != nil || r.Heads(r.Events("")).Seats != 1 {
		t.Errorf("at one moment: %v", err)
	}
}
