package hosting

import (
	"context"
	"time"
)

// pause is how long to wait before another try: longer each time.
type backoff struct{ next time.Duration }

const (
	firstBackoff   = 250 * time.Millisecond
	longestBackoff = 30 * time.Second
)

func newBackoff() *backoff { return &backoff{firstBackoff} }

// wait waits; false when ctx ended meanwhile.
func (p *backoff) wait(ctx context.Context) bool {
	timer := time.NewTimer(p.next)
	defer timer.Stop()
	p.next = min(2*p.next, longestBackoff)
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p *backoff) reset() { p.next = firstBackoff }
