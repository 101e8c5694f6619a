package group

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Names are what Each runs something for.
type Names struct {
	Every  time.Duration   // how often the list is looked at
	Again  <-chan struct{} // asks to look at once; may be nil
	List   func(context.Context) ([]string, error)
	Failed func(error) // is told why the list could not be had; what runs goes on
}

// Each runs do once for every name of a list that changes, until ctx ends; for a
// name that is gone it ends the context of do. It returns when all have ended.
func Each(ctx context.Context, n Names, do func(context.Context, string)) {
	var all sync.WaitGroup
	defer all.Wait()
	running := map[string]context.CancelFunc{}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-n.Again:
		}
		timer.Reset(n.Every)
		names, err := n.List(ctx)
		if err != nil {
			if ctx.Err() == nil {
				n.Failed(err)
			}
			continue
		}
		for _, name := range names {
			if running[name] == nil {
				own, stop := context.WithCancel(ctx)
				running[name] = stop
				all.Go(func() { do(own, name) })
			}
		}
		for name, stop := range running {
			if !slices.Contains(names, name) {
				stop()
				delete(running, name)
			}
		}
	}
}
