package store_test

import (
	"sync"
	"testing"
	"time"

	"renkei/internal/handbook"
	"renkei/internal/handbook/store"
)

// testLinks keeps looks at pages: one of many gets a page to look at, what was
// begun and never ended is begun anew, the last look counts, and the oldest of
// more than fifty is forgotten.
func testLinks(t *testing.T, s *store.Store) {
	t.Helper()
	const link, other = "https://example.org/law", "https://example.org/plan"
	claim := func(last, at time.Time) bool {
		t.Helper()
		mine, err := s.ClaimLink(t.Context(), link, last, at)
		if err != nil {
			t.Fatal(err)
		}
		return mine
	}
	var (
		many sync.WaitGroup
		mu   sync.Mutex
		won  int
	)
	for range 8 {
		many.Go(func() {
			mine, err := s.ClaimLink(t.Context(), link, time.Time{}, now)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if mine {
				won++
			}
		})
	}
	many.Wait()
	if won != 1 {
		t.Errorf("%d of 8 look at one page", won)
	}
	if claim(time.Time{}, now.Add(59*time.Minute)) {
		t.Error("a page is looked at twice at once")
	}
	if !claim(time.Time{}, now.Add(time.Hour)) {
		t.Error("a look that never ended is not begun anew")
	}
	if all, err := s.LinkChecks(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("looks before one has ended: %+v, %v", all, err)
	}
	for i := range 55 {
		c := handbook.LinkCheck{URL: link, At: now.Add(time.Duration(i) * 24 * time.Hour), Status: 200}
		if i == 54 {
			c.Status, c.Why = 404, "gone"
		}
		if err := s.PutLinkCheck(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if err := s.PutLinkCheck(t.Context(), c); err != nil { // the same look, told twice
			t.Fatal(err)
		}
	}
	history, err := s.LinkHistory(t.Context(), link)
	if err != nil || len(history) != 50 || history[0].Alive() || !history[1].Alive() || !history[49].At.Equal(now.Add(5*24*time.Hour)) {
		t.Errorf("%d looks, %v", len(history), err)
	}
	all, err := s.LinkChecks(t.Context())
	if c := all[link]; err != nil || len(all) != 1 || c.Status != 404 || c.Why != "gone" || !c.At.Equal(now.Add(54*24*time.Hour)) {
		t.Errorf("%+v, %v", all, err)
	}
	if claim(time.Time{}, now.AddDate(1, 0, 0)) {
		t.Error("somebody who has not seen the last look takes the page")
	}
	if !claim(all[link].At, now.AddDate(1, 0, 0)) {
		t.Error("who has seen the last look does not get the page")
	}
	if history, err := s.LinkHistory(t.Context(), other); err != nil || len(history) != 0 {
		t.Errorf("another page: %+v, %v", history, err)
	}
}
