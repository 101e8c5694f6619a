package bots

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
)

// TestNothingIsLeftInMind: when people come, whatever a simulated team had in
// mind is gone, and what the others have in mind stands in the same order.
func TestNothingIsLeftInMind(t *testing.T) {
	t.Parallel()
	pack, ds, err := scenario.Load("../../../scenarios/hospital-ransomware")
	if err != nil || scenario.Failed(ds) {
		t.Fatalf("load pack: %v %v", err, ds)
	}
	teams, err := teamfile.Demo(3)
	if err != nil {
		t.Fatal(err)
	}
	cast, err := scenario.NewCast(pack, teams)
	if err != nil {
		t.Fatal(err)
	}
	p, err := exercise.NewPlay(pack, cast)
	if err != nil {
		t.Fatal(err)
	}
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
		c.drop(cast.Units[1].Key)
		var got plans
		for len(c.plans) > 0 {
			got = append(got, c.plans.pop())
		}
		if !slices.Equal(got, want.sorted()) {
			t.Errorf("left are %v, want %v", got, want.sorted())
		}
	})
}
