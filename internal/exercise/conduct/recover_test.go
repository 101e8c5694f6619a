package conduct_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
)

// recovered is the last word of the log about an absence.
func recovered(t *testing.T, log []exercise.Event) (*exercise.Recovered, exercise.Time) {
	t.Helper()
	for i := len(log) - 1; i >= 0; i-- {
		if b, ok := log[i].Body.(*exercise.Recovered); ok {
			return b, log[i].At
		}
	}
	t.Fatal("the log says nothing of an absence")
	return nil, 0
}

// TestRecovery: away for up to 30 s, what is due comes in order at its times;
// longer, or with a clock that went back, the exercise waits, paused at its
// last durable tick.
func TestRecovery(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		away   time.Duration
		paused bool
	}{
		{"a moment", time.Millisecond, false},
		{"short", 20 * time.Second, false},
		{"just short", 30 * time.Second, false},
		{"just long", 30*time.Second + time.Microsecond, true},
		{"long", 24 * time.Hour, true},
		{"the clock went back an hour", -time.Hour, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := smallRig(t)
			s := r.open()
			s.must("startex", exercise.Start{Speed: 1})
			s.after(50*time.Second, "n1")
			s.stop()

			r.clock.move(tc.away)
			s = r.open()
			s.must("n2", exercise.AddNote{Text: "back"})
			log := r.mem.decoded(t)
			b, at := recovered(t, log)
			if b.Paused != tc.paused || b.Down != tc.away.Microseconds() || at != seconds(50) {
				t.Fatalf("recovered %+v at %s, want paused %v at 00:00:50", b, at, tc.paused)
			}
			if tc.paused {
				s.after(time.Hour, "n3")
				if got := releases(t, r.mem.decoded(t), "I01"); len(got) > 0 {
					t.Fatalf("while paused came %v", got)
				}
				s.must("resume", exercise.Resume{})
				s.after(20*time.Second, "n4")
			} else {
				s.after(20*time.Second-tc.away+tc.away.Truncate(20*time.Second), "n4")
			}
			log = r.mem.decoded(t)
			for inject, want := range map[string]exercise.Time{"I01": seconds(60), "I02": seconds(65)} {
				got := releases(t, log, inject)
				if len(got) != 2 || got["asteria"] != want || got["borealis"] != want {
					t.Errorf("%s came at %v, want for both at %s", inject, got, want)
				}
			}
			s.stop()
		})
	}
}

// A paused exercise, one that has not begun and one that is over come back as
// they were and say nothing.
func TestNoRecoveryWhileTheClockStands(t *testing.T) {
	t.Parallel()
	for name, do := range map[string][]exercise.Action{
		"before STARTEX": nil,
		"paused":         {exercise.Start{Speed: 1}, exercise.Pause{}},
		"over":           {exercise.Start{Speed: 1}, exercise.End{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := smallRig(t)
			s := r.open()
			for i, a := range do {
				s.must(string(rune('a'+i)), a)
			}
			s.stop()
			before := len(r.mem.decoded(t))
			r.clock.move(time.Hour)
			s = r.open()
			if _, err := s.c.Do(t.Context(), exercise.Command{Key: "x", Actor: exercise.Excon(), Do: exercise.AddNote{}}); err == nil {
				t.Error("an empty note was taken")
			}
			s.stop()
			if after := len(r.mem.decoded(t)); after != before {
				t.Errorf("%d events, %d before", after, before)
			}
		})
	}
}

// TestTimerReleasesOnTime: with nobody doing anything, each inject is durable
// at its very moment, through a pause and a change of speed.
func TestTimerReleasesOnTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newFixture(t, loadSmall(t), 2, conduct.SystemClock())
		wallAt := map[string]time.Duration{}
		start := time.Now()
		r.tell = func(events []exercise.Event) {
			for _, e := range events {
				if b, ok := e.Body.(*exercise.InjectReleased); ok {
					wallAt[b.Inject] = time.Since(start)
				}
			}
		}
		s := r.open()
		s.must("startex", exercise.Start{Speed: 1})
		<-time.After(62 * time.Second)
		s.must("pause", exercise.Pause{})
		<-time.After(time.Hour)
		s.must("resume", exercise.Resume{})
		<-time.After(3 * time.Second)
		s.must("speed", exercise.SetSpeed{Speed: 60})
		<-time.After(time.Minute)
		synctest.Wait()
		r.mu.Lock()
		defer r.mu.Unlock()
		for inject, want := range map[string]time.Duration{
			"I01": time.Minute, "I02": time.Hour + 65*time.Second,
			"I03": time.Hour + 65*time.Second + (10*time.Minute-65*time.Second)/60,
		} {
			if late := wallAt[inject] - want; late < 0 || late > 10*time.Microsecond {
				t.Errorf("%s was durable after %s, want %s", inject, wallAt[inject], want)
			}
		}
		s.cancel()
		if err := <-s.ended; err != nil {
			t.Error(err)
		}
	})
}

// TestQuietExerciseTicks: with no event for long, the progress is durable all
// the same, so a restart loses at most some seconds.
func TestQuietExerciseTicks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newFixture(t, loadSmall(t), 2, conduct.SystemClock())
		s := r.open()
		s.must("startex", exercise.Start{Speed: 1})
		<-time.After(8*time.Minute + 2*time.Second)
		s.cancel()
		if err := <-s.ended; err != nil {
			t.Error(err)
		}
		<-time.After(time.Hour)
		s = r.open()
		synctest.Wait()
		b, at := recovered(t, r.mem.decoded(t))
		if !b.Paused || at < seconds(477) || at > seconds(482) {
			t.Errorf("came back %+v at %s, want paused and not long before 00:08:02", b, at)
		}
		s.cancel()
		<-s.ended
	})
}

// TestCreateGoesOn: an exercise that was named and not written down is written
// down by the next one to create it, and by nobody after that.
func TestCreateGoesOn(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	if err := conduct.Create(t.Context(), r.deps, r.setup); !errors.Is(err, database.ErrConflict) {
		t.Errorf("a second time: %v, want a conflict", err)
	}
	r.mem.events, r.mem.leaves, r.mem.chains = nil, nil, nil // killed before the first event
	if _, err := conduct.Open(t.Context(), r.deps, "x"); !errors.Is(err, conduct.ErrEmpty) {
		t.Errorf("without an event: %v", err)
	}
	if err := conduct.Create(t.Context(), r.deps, r.setup); err != nil {
		t.Errorf("it is not written down: %v", err)
	}
	r.open().stop()
}
