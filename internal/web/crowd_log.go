package web

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"renkei/internal/bounds"
)

// crowdLogEvery is how often the same refusal is logged at most: an attack must
// not fill the disk.
const crowdLogEvery = 10 * time.Second

// crowdLog logs that there was no place.
type crowdLog struct {
	log *slog.Logger

	mu   sync.Mutex
	seen map[string]*refusals // by kind and what was full; guarded by mu
}

type refusals struct {
	since time.Time // the last line
	times int       // since then
}

func newCrowdLog(log *slog.Logger) *crowdLog {
	return &crowdLog{log: log, seen: map[string]*refusals{}}
}

// full notes that places of a kind were full, for somebody at an address.
func (c *crowdLog) full(kind, of, from string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.seen[kind+of]
	if s == nil {
		s = &refusals{}
		c.seen[kind+of] = s
	}
	s.times++
	if now := time.Now(); now.Sub(s.since) >= crowdLogEvery {
		c.log.Warn("places_full", "kind", kind, "of", of, "from", from, "times", s.times)
		s.since, s.times = now, 0
	}
}

func (c *crowdLog) fullError(kind string, err error, from string) {
	if full := (*bounds.FullError)(nil); errors.As(err, &full) {
		c.full(kind, full.Of, from)
	}
}
