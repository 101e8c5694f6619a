package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
)

// Setup says what is rehearsed.
type Setup struct {
	Play    *exercise.Play
	Phrases bots.Phrases
	Runs    int
	Seed    uint64  // of the first run; each further one has the next
	Slow    float64 // factor on every time that teams need; 0 for 1
	Workers int     // 0: one for each processor
	// Progress is told how many runs are over, from one goroutine; nil for none.
	Progress func(done int)
}

// Run plays the pack as often as it is asked to, or until ctx ends: what was
// rehearsed until then are the first runs, as if so many had been asked for.
// The same setup gives the same counts whatever the number of workers.
func Run(ctx context.Context, o Setup) (*Tally, error) {
	begin, err := startex(o.Play)
	if err != nil {
		return nil, err
	}
	n := o.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	n = max(1, min(n, o.Runs))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	r := &rehearsal{Setup: o, layout: newLayout(o.Play)}
	tallies, errs := make([]*Tally, n), make([]error, n)
	var workers sync.WaitGroup
	for i := range n {
		workers.Go(func() {
			p := newPlayer(r, begin)
			tallies[i], errs[i] = p.tally, r.work(ctx, p, i == 0)
			if errs[i] != nil {
				stop()
			}
		})
	}
	workers.Wait()
	for _, t := range tallies[1:] {
		tallies[0].add(t)
	}
	return tallies[0], errors.Join(errs...)
}

// rehearsal is what the workers share.
type rehearsal struct {
	Setup
	layout *layout
	taken  atomic.Int64 // runs that were begun
	over   atomic.Int64
}

// work plays one run after the other. Runs are taken in their order and always
// played to their end, so those that are over are the first ones.
func (r *rehearsal) work(ctx context.Context, p *player, tells bool) error {
	for ctx.Err() == nil {
		n := r.taken.Add(1) - 1
		if n >= int64(r.Runs) {
			return nil
		}
		seed := r.Seed + uint64(n)
		if err := p.play(seed); err != nil {
			return fmt.Errorf("rehearse with seed %d: %w", seed, err)
		}
		done := r.over.Add(1)
		if tells && r.Progress != nil {
			r.Progress(int(done))
		}
	}
	return nil
}
