package app

import (
	"context"
	"time"
)

// pause is how long to wait before another try: longer each time.
type pause struct{ next time.Duration }

const (
	firstPause   = 250 * time.Millisecond
	longestPause = 30 * time.Second
)

func newPause() *pause { return &pause{firstPause} }

// wait waits; false when ctx ended meanwhile.
func (p *pause) wait(ctx context.Context) bool {
	timer := time.NewTimer(p.next)
	defer timer.Stop()
	p.next = min(2*p.next, longestPause)
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p *pause) reset() { p.next = firstPause }
