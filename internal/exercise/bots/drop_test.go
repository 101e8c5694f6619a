package bots

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/testkit/exercisetest"
)

// TestNothingIsLeftInMind: when people come, whatever a simulated team had in
// mind is gone, and what the others have in mind stands in the same order.
func TestNothingIsLeftInMind(t *testing.T) {
	t.Parallel()
	p := exercisetest.Play(t, exercisetest.Pack(t, exercisetest.Hospital), 3)
	rapid.Check(t, func(t *rapid.T) {
		c := New(p, 1, nil)
		var want plans
		for n := range rapid.IntRange(0, 40).Draw(t, "plans") {
			pl := plan{at: exercise.Time(rapid.Int64Range(0, 9).Draw(t, "at")), unit: rapid.IntRange(0, 3).Draw(t, "unit"), n: n}
			c.add(pl)
			if pl.unit != 1 {
				want = append(want, pl)
			}
		}
		c.drop(p.Cast.Units[1].Key)
		var got plans
		for len(c.plans) > 0 {
			got = append(got, c.plans.pop())
		}
		if !slices.Equal(got, want.sorted()) {
			t.Errorf("left are %v, want %v", got, want.sorted())
		}
	})
}
