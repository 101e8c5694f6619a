package follow_test

import (
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
)

// TestMomentWithinMoment: whoever reads a moment and asks the exercise for
// anything else is found in every test, not only where a writer waits.
func TestMomentWithinMoment(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name, ask := range map[string]func(){
		"a moment":   func() { s.live.Now(func(*follow.Moment) {}) },
		"a position": func() { s.live.Position(exercise.Viewer{Control: true}) },
		"a word":     func() { s.live.TellUnit("asteria") },
	} {
		s.live.Now(func(*follow.Moment) {
			defer func() {
				if recover() == nil {
					t.Errorf("%s within a moment is not found", name)
				}
			}()
			ask()
		})
	}
	s.live.Now(func(*follow.Moment) {}) // those that were refused left nothing behind
}
