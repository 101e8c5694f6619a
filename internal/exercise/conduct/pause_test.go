package conduct_test

import (
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
)

// TestTimedPause: play goes on at the very moment that was told, waits where
// EXCON is to be asked, and waits where the process was away at that moment.
func TestTimedPause(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ask  bool
		away time.Duration
		want exercise.Phase
	}{
		"by itself":       {want: exercise.Running},
		"asks":            {ask: true, want: exercise.OnHold},
		"away for a bit":  {away: 10 * time.Second, want: exercise.Running},
		"away for longer": {away: 5 * time.Minute, want: exercise.OnHold},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newFixture(t, loadSmall(t), 2, conduct.SystemClock())
			resumed := time.Duration(-1)
			start := time.Now()
			r.tell = func(events []exercise.Event) {
				for i := range events {
					if _, ok := events[i].Body.(*exercise.Resumed); ok {
						resumed = time.Since(start)
					}
				}
			}
			s := r.open()
			s.must("startex", exercise.Start{Speed: 1})
			s.must("pause", exercise.Pause{Until: time.Now().Add(15 * time.Minute).UnixMicro(), Ask: tc.ask})
			if tc.away > 0 {
				s.stop()
				<-time.After(15*time.Minute + tc.away)
				s = r.open()
			}
			<-time.After(20 * time.Minute)
			synctest.Wait()
			r.mu.Lock()
			at := resumed
			r.mu.Unlock()
			if (at >= 0) != (tc.want == exercise.Running) {
				t.Errorf("%s: resumed after %s", name, at)
			}
			if want := 15 * time.Minute; tc.away == 0 && !tc.ask && (at < want || at > want+10*time.Microsecond) {
				t.Errorf("%s: resumed after %s", name, at)
			}
			s.cancel()
			if err := <-s.ended; err != nil {
				t.Error(err)
			}
		})
	}
}
