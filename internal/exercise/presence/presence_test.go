package presence_test

import (
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/exercise/presence"
)

// TestRegister: who opens pages is there, who goes from one to the next stays,
// and who has closed all is gone after a while, with the time.
func TestRegister(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		told := 0
		r := presence.New(func() { told++ })
		check := func(what string, person, unit, times int) {
			t.Helper()
			synctest.Wait()
			if got := r.Person("ann").Online; got != person {
				t.Errorf("%s: Ann is there %d times, want %d", what, got, person)
			}
			if got := r.Unit("asteria").Online; got != unit {
				t.Errorf("%s: %d of the unit, want %d", what, got, unit)
			}
			if told != times || r.Version() != uint64(times) {
				t.Errorf("%s: told %d times, version %d, want %d", what, told, r.Version(), times)
			}
		}
		if !r.Person("ann").Last.IsZero() {
			t.Error("somebody was seen who never came")
		}
		asteria := []string{"asteria"}
		first, second := r.Come("ann", asteria), r.Come("ann", asteria)
		r.Come("bo", asteria)
		check("at once", 1, 2, 0)
		time.Sleep(4 * time.Second) //nolint:forbidigo // in a bubble, where it takes no time
		check("after a while", 1, 2, 1)
		first()
		second()
		third := r.Come("ann", asteria)
		time.Sleep(time.Minute) //nolint:forbidigo // in a bubble, where it takes no time
		check("on another page", 1, 2, 1)
		third()
		left := time.Now()
		time.Sleep(20 * time.Second) //nolint:forbidigo // in a bubble, where it takes no time
		check("just gone", 1, 2, 1)
		time.Sleep(20 * time.Second) //nolint:forbidigo // in a bubble, where it takes no time
		check("gone", 0, 1, 2)
		if last := r.Person("ann").Last; !last.Equal(left) {
			t.Errorf("last seen %s, want %s", last, left)
		}
		if !r.Ask("ann", asteria) {
			t.Error("a stranger is known")
		}
		if r.Ask("ann", asteria) {
			t.Error("a stranger is named twice at once")
		}
		r.Know("ann")
		if r.Ask("ann", asteria) {
			t.Error("who is known is a stranger")
		}
		time.Sleep(5 * time.Second) //nolint:forbidigo // in a bubble, where it takes no time
		check("a page without a stream", 1, 2, 3)
		time.Sleep(6 * time.Second) //nolint:forbidigo // in a bubble, where it takes no time
		if !r.Ask("ann", nil) {
			t.Error("who has another unit is known")
		}
		time.Sleep(5 * time.Second) //nolint:forbidigo // in a bubble, where it takes no time
		check("of no unit", 1, 1, 4)
		time.Sleep(time.Minute) //nolint:forbidigo // in a bubble, where it takes no time
		check("nobody but Bo", 0, 1, 5)
	})
}
