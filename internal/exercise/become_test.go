package exercise_test

import (
	"bytes"
	"testing"

	"renkei/internal/exercise"
)

// TestBecome: a state in the memory of a played one is as good as a new one,
// and what is done to it does not touch the one that it was copied from.
func TestBecome(t *testing.T) {
	t.Parallel()
	play := shippedPlay(t, 3)
	first, other := newBotPlay(t, play, 1), playedThrough(t, play, 2)
	begin, began := first.s.Clone(), len(first.cmds)
	first.until(exercise.Never - 1)
	want, start := first.s.AppendTo(nil), begin.AppendTo(nil)

	again := other.s // has marks, amendments and an inject made up
	again.Become(begin)
	if !bytes.Equal(again.AppendTo(nil), start) {
		t.Fatal("the copy differs from what it was copied from")
	}
	for _, cmd := range first.cmds[began:] {
		events, err := again.Decide(&cmd, nil)
		if err != nil {
			t.Fatal(err)
		}
		for j := range events {
			if err := again.Apply(&events[j]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(again.AppendTo(nil), want) {
		t.Error("what is played in used memory comes out otherwise")
	}
	if !bytes.Equal(begin.AppendTo(nil), start) {
		t.Error("playing the copy changed what it was copied from")
	}
}
