package exercise_test

import (
	"testing"
	"time"

	"renkei/internal/exercise"
)

// TestJumpWhilePaused: what the jump passed follows at once, as its preview
// says, and play is still paused.
func TestJumpWhilePaused(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{exercise.JumpSkip, exercise.JumpRelease} {
		d := fork(t)
		d.must(exercise.Excon(), exercise.Pause{})
		jump := exercise.Jump{To: minutes(12), Mode: mode}
		preview, err := d.s.Preview(&exercise.Command{Actor: exercise.Excon(), At: d.s.Now(d.wall), Do: jump})
		if err != nil {
			t.Fatal(err)
		}
		from := len(d.log)
		d.must(exercise.Excon(), jump)
		d.settle()
		if got := len(d.log) - from; got != len(preview) || got < 3 {
			t.Errorf("%s: %d events follow, the preview has %d", mode, got, len(preview))
		}
		if d.s.Phase() != exercise.OnHold || d.s.At() != minutes(12) || d.s.Next() != exercise.Never {
			t.Errorf("%s: %s at %s, the clock owes at %s", mode, d.s.Phase(), d.s.At(), d.s.Next())
		}
	}
}

// TestMovedEnd: play ends where ENDEX was moved to, and not where it was.
func TestMovedEnd(t *testing.T) {
	t.Parallel()
	for _, to := range []exercise.Time{minutes(30), minutes(90)} {
		d := fork(t)
		d.must(exercise.Excon(), exercise.MoveEnd{To: to})
		d.pass(2 * time.Hour)
		var ended exercise.Time
		for _, e := range d.log {
			if _, ok := e.Body.(*exercise.Ended); ok {
				ended = e.At
			}
		}
		if ended != to || d.s.End() != to {
			t.Errorf("ENDEX came at %s and is planned at %s, want %s", ended, d.s.End(), to)
		}
	}
}
