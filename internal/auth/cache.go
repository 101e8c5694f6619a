package auth

import (
	"sync"
	"sync/atomic"
	"time"

	"renkei/internal/auth/authstore"
)

const (
	// cacheTime is how long what somebody may do is believed without asking the
	// store. What changes through this service is known at once; this is for
	// what another process changes.
	cacheTime = 30 * time.Second
	// cacheSize bounds how many are remembered: four times as many as sign in
	// to the largest exercise, at about half a kilobyte each.
	cacheSize = 20_000
	// seenEvery is how exactly the time of the last use is kept.
	seenEvery = int64(time.Minute / time.Microsecond)
)

// cache remembers what the owners of tokens may do.
type cache struct {
	mu   sync.RWMutex
	all  map[authstore.Token]*remembered // guarded by mu
	gen  uint64                          // counts what was dropped; guarded by mu
	seen map[authstore.Token]int64       // uses not written yet; guarded by mu
}

// remembered is what the owner of a token may do until a time.
type remembered struct {
	access *Access
	until  int64
	seen   atomic.Int64 // the last use that is written or waits for it
}

func newCache() *cache {
	return &cache{all: map[authstore.Token]*remembered{}, seen: map[authstore.Token]int64{}}
}

// get returns what is remembered of a token, and what put wants to know
// otherwise.
func (c *cache) get(t authstore.Token, now int64) (a *Access, gen uint64) {
	c.mu.RLock()
	r, gen := c.all[t], c.gen
	c.mu.RUnlock()
	if r == nil || r.until <= now {
		return nil, gen
	}
	c.use(t, r, now)
	return r.access, gen
}

// peek returns what was remembered last of a token, fresh or not; nil where it
// was dropped.
func (c *cache) peek(t authstore.Token) *Access {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if r := c.all[t]; r != nil {
		return r.access
	}
	return nil
}

// use notes that a token is used. Most uses change nothing.
func (c *cache) use(t authstore.Token, r *remembered, now int64) {
	now -= now % seenEvery
	if last := r.seen.Load(); last >= now || !r.seen.CompareAndSwap(last, now) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.seen) < cacheSize {
		c.seen[t] = now
	}
}

// put remembers what was read from the store, unless something was dropped
// since get: then it may be of before.
func (c *cache) put(t authstore.Token, a *Access, gen uint64, now, ends, seen int64) {
	r := &remembered{access: a, until: min(now+cacheTime.Microseconds(), ends)}
	r.seen.Store(seen)
	c.use(t, r, now)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gen != gen {
		return
	}
	if len(c.all) >= cacheSize {
		c.shrink(now)
	}
	c.all[t] = r
}

// shrink makes room: it forgets what is over, or else anybody, whom the store
// knows as well. The caller holds mu.
func (c *cache) shrink(now int64) {
	for t, r := range c.all {
		if r.until <= now {
			delete(c.all, t)
		}
	}
	for t := range c.all {
		if len(c.all) < cacheSize {
			return
		}
		delete(c.all, t)
	}
}

// drop forgets a person.
func (c *cache) drop(person string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	for t, r := range c.all {
		if r.access.Person == person {
			delete(c.all, t)
		}
	}
}

// lastUse is when a token was last used, as far as is known here.
func (c *cache) lastUse(t authstore.Token) int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.seen[t]
}

// uses takes the uses that are not written yet, by their time.
func (c *cache) uses() map[int64][]authstore.Token {
	c.mu.Lock()
	defer c.mu.Unlock()
	byTime := map[int64][]authstore.Token{}
	for t, at := range c.seen {
		byTime[at] = append(byTime[at], t)
	}
	clear(c.seen)
	return byTime
}

// drop forgets what a person may do, wherever it is remembered.
func (s *Service) drop(person string) {
	s.sessions.drop(person)
	s.tokens.drop(person)
}
