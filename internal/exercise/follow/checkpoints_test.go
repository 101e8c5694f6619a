package follow_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/follow"
)

// TestPast asks for moments of a played exercise in any order: each is what the
// events until then make, and shows none that came later.
func TestPast(t *testing.T) {
	t.Parallel()
	s := stageOf(t, 30) // so many that states are kept on the way
	s.play(t)
	var all []exercise.Event
	var play *exercise.Play
	s.live.Now(func(m *follow.Moment) {
		play = m.State.Play()
		all = m.Events(exercise.Viewer{Control: true}, 0, 1_000_000, func(*exercise.Event) bool { return true })
	})
	slices.Reverse(all)
	if len(all) < 2500 {
		t.Fatalf("only %d events", len(all))
	}
	for _, minute := range []exercise.Time{12, 3, 12, 29, 0, 11, 1, 2, 4, 5, 6, 7, 8, 9, 10, 13, 14, 12, 40} {
		at := minute * 60 * exercise.Second
		want := exercise.New(play)
		for i := range all {
			if all[i].At > at {
				break
			}
			if err := want.Apply(&all[i]); err != nil {
				t.Fatal(err)
			}
		}
		err := s.live.Past(t.Context(), at, func(m *follow.Moment) {
			if !bytes.Equal(m.State.AppendTo(nil), want.AppendTo(nil)) {
				t.Errorf("%s is not what the events make", at)
			}
			if !m.Past || m.At < at {
				t.Errorf("%s: past %v, clock at %s", at, m.Past, m.At)
			}
			last := m.Events(exercise.Viewer{Control: true}, 0, 1, func(*exercise.Event) bool { return true })
			if len(last) != 1 || last[0].Seq != want.Seq() {
				t.Errorf("%s: the last event is %v, want %d", at, last, want.Seq())
			}
			if _, ok := m.Event(exercise.Viewer{Control: true}, want.Seq()+1); ok {
				t.Errorf("%s: shows what came later", at)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestSlowReplayHoldsUpNoOther: while one reader of the past has not finished,
// another folds and reads the same moment and an earlier one.
func TestSlowReplayHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.play(t)
	minute := 60 * exercise.Second
	err := s.live.Past(t.Context(), 20*minute, func(slow *follow.Moment) {
		seq := slow.State.Seq()
		for _, at := range []exercise.Time{20 * minute, 10 * minute} {
			done := make(chan error, 1)
			go func() {
				done <- s.live.Past(t.Context(), at, func(m *follow.Moment) {
					if m.State.Seq() > seq || at == 20*minute && m.State.Seq() != seq {
						t.Errorf("%s: event %d", at, m.State.Seq())
					}
				})
			}()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.live.Past(gone, 15*minute, func(*follow.Moment) { t.Error("read for nobody") }); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader that has gone gets %v", err)
	}
}
