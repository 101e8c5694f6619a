package rehearsal_test

import (
	"context"
	"encoding/json"
	"reflect"
	"sync/atomic"
	"testing"

	"renkei/internal/exercise/rehearsal"
	"renkei/internal/testkit/exercisetest"
)

// figures rehearses and gives what came of it as JSON.
func figures(t *testing.T, o rehearsal.Setup) string {
	t.Helper()
	tally, err := rehearsal.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(tally.Figures(o))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestSameOnAnyNumberOfCores: the figures do not depend on how the runs are
// shared out.
func TestSameOnAnyNumberOfCores(t *testing.T) {
	t.Parallel()
	o := rehearsal.Setup{Play: shippedPlay(t, 3), Phrases: exercisetest.NewPhrases(t), Runs: 40, Seed: 11, Workers: 1}
	want := figures(t, o)
	for _, workers := range []int{2, 3, 7} {
		o.Workers = workers
		if figures(t, o) != want {
			t.Errorf("%d workers give other figures than one", workers)
		}
	}
	o.Seed = 12
	if figures(t, o) == want {
		t.Error("another seed gives the same figures")
	}
}

// TestStopped: what there is when it is stopped are the first runs.
func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var told atomic.Int64
	o := rehearsal.Setup{Play: shippedPlay(t, 2), Phrases: exercisetest.NewPhrases(t), Runs: 1_000_000, Seed: 5, Workers: 3}
	o.Progress = func(done int) {
		if told.Store(int64(done)); done >= 20 {
			stop()
		}
	}
	tally, err := rehearsal.Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	if tally.Runs < 20 || tally.Runs > 100_000 || told.Load() > tally.Runs {
		t.Fatalf("%d runs over, %d told of", tally.Runs, told.Load())
	}
	o.Progress, o.Runs = nil, int(tally.Runs)
	again, err := rehearsal.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Figures(o), tally.Figures(o)) {
		t.Error("what there was when it was stopped are not the first runs")
	}
}
