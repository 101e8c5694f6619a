package auth

import (
	"encoding/binary"
	"testing"

	"renkei/internal/auth/authstore"
)

func numbered(i int) (t authstore.Token) {
	binary.BigEndian.PutUint64(t[:], uint64(i))
	return t
}

// TestCacheIsBounded makes room first of what is over.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache()
	const hour = int64(3600e6)
	c.put(numbered(-1), &Access{Person: "over"}, 0, 0, hour, 0)
	now := cacheTime.Microseconds()
	for i := range cacheSize + 100 {
		c.put(numbered(i), &Access{Person: "p"}, 0, now, hour, now)
		if i == cacheSize-1 && len(c.all) != cacheSize {
			t.Errorf("%d are remembered after as many as there may be", len(c.all))
		}
	}
	if len(c.all) > cacheSize || len(c.seen) > cacheSize {
		t.Errorf("%d are remembered, %d uses", len(c.all), len(c.seen))
	}
	if _, over := c.all[numbered(-1)]; over {
		t.Error("what is over is remembered")
	}
	if a, _ := c.get(numbered(cacheSize+99), now); a == nil {
		t.Error("the last is forgotten")
	}
}

// TestCacheOfBefore remembers nothing that was read while somebody was dropped.
func TestCacheOfBefore(t *testing.T) {
	t.Parallel()
	c := newCache()
	one := numbered(1)
	_, gen := c.get(one, 0)
	c.drop("p")
	c.put(one, &Access{Person: "p"}, gen, 0, 1e9, 0)
	if a, _ := c.get(one, 0); a != nil {
		t.Error("it may be of before")
	}
	_, gen = c.get(one, 0)
	c.put(one, &Access{Person: "p"}, gen, 0, 1e9, 0)
	if a, _ := c.get(one, 0); a == nil {
		t.Error("what was read since is not remembered")
	}
	if a, _ := c.get(one, cacheTime.Microseconds()); a != nil {
		t.Error("it is remembered for too long")
	}
	c.drop("q")
	if a, _ := c.get(one, 0); a == nil {
		t.Error("somebody else was dropped")
	}
}

// TestCacheEnds remembers nobody for longer than their session.
func TestCacheEnds(t *testing.T) {
	t.Parallel()
	c := newCache()
	c.put(numbered(1), &Access{}, 0, 0, 10, 0)
	if a, _ := c.get(numbered(1), 9); a == nil {
		t.Error("over too soon")
	}
	if a, _ := c.get(numbered(1), 10); a != nil {
		t.Error("the session is over")
	}
}
