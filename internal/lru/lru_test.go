package lru_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/lru"
)

// TestOldestGoes forgets what was asked for longest ago.
func TestOldestGoes(t *testing.T) {
	t.Parallel()
	c := lru.New[string](3, func(v string) int { return len(v) })
	c.Put("a", "1")
	c.Put("b", "2")
	c.Put("c", "3")
	if _, ok := c.Get("a"); !ok {
		t.Fatal("a is gone though there was room")
	}
	c.Put("d", "4")
	c.Put("e", "too long to be kept")
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "d": true, "e": false} {
		if _, ok := c.Get(key); ok != want {
			t.Errorf("%s is kept: %v, want %v", key, ok, want)
		}
	}
}

// TestModel compares a cache with a naive list.
func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const most = 4
		c, order := lru.New[int, int](most, nil), []int(nil) // the latest last
		values := map[int]int{}
		touch := func(k int) { order = append(slices.DeleteFunc(order, func(x int) bool { return x == k }), k) }
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				k, v := rapid.IntRange(0, 9).Draw(t, "key"), rapid.Int().Draw(t, "value")
				c.Put(k, v)
				values[k] = v
				touch(k)
				if len(order) > most {
					delete(values, order[0])
					order = order[1:]
				}
			},
			"get": func(t *rapid.T) {
				k := rapid.IntRange(0, 9).Draw(t, "key")
				got, ok := c.Get(k)
				want, has := values[k]
				if ok != has || got != want {
					t.Fatalf("get %d: %d, %v; want %d, %v", k, got, ok, want, has)
				}
				if has {
					touch(k)
				}
			},
			"": func(t *rapid.T) {
				if c.Len() != len(values) {
					t.Fatalf("%d kept, want %d", c.Len(), len(values))
				}
			},
		})
	})
}
