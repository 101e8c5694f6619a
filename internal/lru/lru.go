// Package lru keeps values at hand within a bound, and forgets first what was
// asked for longest ago.
package lru

import "container/list"

// Cache keeps values by their key. It is not safe for several goroutines at
// once: whoever shares one holds a lock around each call.
type Cache[K comparable, V any] struct {
	most, used int
	size       func(V) int
	order      *list.List // of *entry, the latest first
	byKey      map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
	size  int
}

// New returns an empty cache that keeps values of at most most together, each
// counted as size says; a nil size counts each as one.
func New[K comparable, V any](most int, size func(V) int) *Cache[K, V] {
	if size == nil {
		size = func(V) int { return 1 }
	}
	return &Cache[K, V]{most: most, size: size, order: list.New(), byKey: map[K]*list.Element{}}
}

// Get returns the value of a key, and whether there is one.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	e, ok := c.byKey[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(e)
	return entryOf[K, V](e).value, true
}

// Put keeps a value in place of the one that its key had. What is larger than
// the whole cache is not kept.
func (c *Cache[K, V]) Put(key K, value V) {
	c.Delete(key)
	n := c.size(value)
	if n > c.most {
		return
	}
	for c.used+n > c.most {
		c.Delete(entryOf[K, V](c.order.Back()).key)
	}
	c.byKey[key] = c.order.PushFront(&entry[K, V]{key, value, n})
	c.used += n
}

// Delete forgets a key.
func (c *Cache[K, V]) Delete(key K) {
	e, ok := c.byKey[key]
	if !ok {
		return
	}
	c.order.Remove(e)
	delete(c.byKey, key)
	c.used -= entryOf[K, V](e).size
}

// Len returns how many values are kept.
func (c *Cache[K, V]) Len() int { return len(c.byKey) }

func entryOf[K comparable, V any](e *list.Element) *entry[K, V] {
	return e.Value.(*entry[K, V]) //nolint:forcetypeassert // the list holds nothing else
}
