package group_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"renkei/internal/group"
)

// TestEach: each name runs once while it is on the list, also while the list
// cannot be had.
func TestEach(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		lists := [][]string{{"a"}, {"a", "b"}, nil, {"b"}}
		looked, failed := 0, 0
		var running [2]atomic.Int32
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			group.Each(ctx, group.Names{
				Every: time.Minute,
				List: func(context.Context) ([]string, error) {
					names := lists[min(looked, len(lists)-1)]
					if looked++; names == nil {
						return nil, errors.New("away")
					}
					return names, nil
				},
				Failed: func(error) { failed++ },
			}, func(ctx context.Context, name string) {
				running[name[0]-'a'].Add(1)
				<-ctx.Done()
				running[name[0]-'a'].Add(-1)
			})
		}()
		for i, want := range [][2]int32{{1, 0}, {1, 1}, {1, 1}, {0, 1}, {0, 1}} {
			synctest.Wait()
			if got := [2]int32{running[0].Load(), running[1].Load()}; got != want {
				t.Errorf("after look %d: %v, want %v", i+1, got, want)
			}
			time.Sleep(time.Minute) //nolint:forbidigo // in a bubble, where it takes no time
		}
		cancel()
		<-ended
		if failed != 1 || running[1].Load() != 0 {
			t.Errorf("%d failures told, %d run on", failed, running[1].Load())
		}
	})
}
