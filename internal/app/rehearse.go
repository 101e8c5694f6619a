package app

import (
	"context"
	"errors"
	"runtime/debug"

	"renkei/internal/exercise"
	"renkei/internal/exercise/rehearsal"
	"renkei/internal/exercise/rehearsal/show"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// RehearseOptions say which pack is rehearsed and how.
type RehearseOptions struct {
	Pack      string
	Community string // file; "" for the fictional one
	Teams     int    // 0: all of the community
	Runs      int
	Seed      uint64 // of the first run
	Texts     *i18n.Catalogue
	Printer   *i18n.Printer
	Progress  func(done, all int) // from one goroutine at a time
}

// slowPart is how many runs there are for one with everything slower.
const slowPart = 10

// Rehearse plays a pack many times with simulated teams and says where it will
// hurt. When ctx ends it gives what there is so far.
func Rehearse(ctx context.Context, o RehearseOptions) (*show.Sheet, error) {
	setup, err := prepare(RunOptions{Pack: o.Pack, Community: o.Community, Teams: o.Teams})
	if err != nil {
		return nil, err
	}
	cast, err := scenario.NewCast(setup.Pack, setup.Teams)
	if err != nil {
		return nil, err
	}
	play, err := exercise.NewPlay(setup.Pack, cast)
	if err != nil {
		return nil, err
	}
	slowRuns := (o.Runs + slowPart - 1) / slowPart
	all := o.Runs + slowRuns
	r := rehearsal.Setup{
		Play: play, Phrases: phrases{o.Texts}, Runs: o.Runs, Seed: o.Seed,
		Progress: func(done int) { o.Progress(done, all) },
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // events are many and short-lived, and the heap is small
	tally, err := rehearsal.Run(ctx, r)
	if err != nil {
		return nil, err
	}
	if tally.Runs == 0 {
		return nil, ErrNothing
	}
	slow := r
	slow.Runs, slow.Slow = slowRuns, rehearsal.SlowFactor
	slow.Progress = func(done int) { o.Progress(o.Runs+done, all) }
	slowed, err := rehearsal.Run(ctx, slow)
	if err != nil {
		return nil, err
	}
	figures, slowFigures := tally.Figures(r), slowed.Figures(slow)
	if slowed.Runs == 0 {
		slowFigures = nil
	}
	figures.Findings = rehearsal.Find(figures, slowFigures)
	return show.New(figures, slowed.Runs, setup.Pack, o.Printer), nil
}

// ErrNothing is the error of a rehearsal that was stopped before its first run
// was over.
var ErrNothing = errors.New("no run is over")
