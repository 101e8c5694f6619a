package bounds_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/bounds"
)

// crowd takes places and knows who holds which.
type crowd struct {
	p     *bounds.Places
	open  map[int]bounds.Who
	frees map[int]func()
	next  int
}

func newCrowd(l bounds.Limits) *crowd {
	return &crowd{p: bounds.NewPlaces(l), open: map[int]bounds.Who{}, frees: map[int]func(){}}
}

// take takes a place and returns its number, or what is full.
func (c *crowd) take(w bounds.Who) (n int, full string) {
	n = c.next
	free, err := c.p.Take(w, func() { delete(c.open, n) })
	var refused *bounds.FullError
	if errors.As(err, &refused) {
		return 0, refused.Of
	}
	c.next++
	c.open[n], c.frees[n] = w, free
	return n, ""
}

func (c *crowd) free(n int) {
	c.frees[n]()
	delete(c.open, n)
}

// count is how many places are open of whom a function takes.
func (c *crowd) count(of func(w bounds.Who) bool) (n int) {
	for _, w := range c.open {
		if of(w) {
			n++
		}
	}
	return n
}

func person(name string) bounds.Who { return bounds.Who{Person: name, Address: "192.0.2.1"} }

func TestPlacesOfAPerson(t *testing.T) {
	t.Parallel()
	c := newCrowd(bounds.Limits{Person: 2})
	first, _ := c.take(person("a"))
	c.take(person("a"))
	c.take(person("b"))
	c.take(person("a"))
	if _, ok := c.open[first]; ok || len(c.open) != 3 {
		t.Errorf("the oldest did not give way: %v", c.open)
	}
}

// TestPlacesOfAnAddress: who holds most gives way to who holds less, and nobody
// loses their only place.
func TestPlacesOfAnAddress(t *testing.T) {
	t.Parallel()
	c := newCrowd(bounds.Limits{Address: 4})
	for range 4 {
		c.take(person("greedy"))
	}
	for _, name := range []string{"a", "b"} {
		if _, full := c.take(person(name)); full != "" {
			t.Errorf("%s: %s is full", name, full)
		}
	}
	c.take(person("c"))
	if _, full := c.take(person("d")); full != "address" {
		t.Errorf("the fifth of four got %q", full)
	}
	if _, full := c.take(bounds.Who{Person: "d", Address: "192.0.2.2"}); full != "" {
		t.Errorf("another address: %s", full)
	}
	if _, full := c.take(bounds.Who{Person: "e", Address: "192.0.2.1", Kept: true}); full != "" {
		t.Errorf("EXCON at the full address: %s", full)
	}
	if n := c.count(func(w bounds.Who) bool { return w.Person == "greedy" }); n != 1 {
		t.Errorf("who had four has %d", n)
	}
}

func TestPlacesInAll(t *testing.T) {
	t.Parallel()
	c := newCrowd(bounds.Limits{All: 2, Kept: 1})
	first, _ := c.take(person("a"))
	c.take(person("b"))
	if _, full := c.take(person("c")); full != "all" {
		t.Errorf("the third of two got %q", full)
	}
	excon := bounds.Who{Person: "director", Kept: true}
	if _, full := c.take(excon); full != "" {
		t.Errorf("EXCON: %s", full)
	}
	if _, full := c.take(bounds.Who{Person: "controller", Kept: true}); full != "all" {
		t.Errorf("more of EXCON than is kept: %q", full)
	}
	c.free(first)
	c.free(first) // gives back once
	if c.p.Len() != 2 {
		t.Errorf("%d places", c.p.Len())
	}
}

// TestPlacesOfStrangers: strangers of an address count as one, and do not
// displace who is known.
func TestPlacesOfStrangers(t *testing.T) {
	t.Parallel()
	c := newCrowd(bounds.Limits{Address: 3})
	known, _ := c.take(person("a"))
	for range 10 {
		if _, full := c.take(person("")); full != "" {
			t.Fatal(full)
		}
	}
	if _, ok := c.open[known]; !ok || len(c.open) != 3 {
		t.Errorf("open are %v", c.open)
	}
	p := bounds.NewPlaces(bounds.Limits{All: 1})
	if _, err := p.Take(person(""), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Take(person("a"), nil); err == nil {
		t.Error("what never gives way gave way")
	}
}

// TestPlacesOfAnAddressWithExcon: EXCON takes none of the places of its address,
// and when others come there, nobody gives way to more of them than may be.
func TestPlacesOfAnAddressWithExcon(t *testing.T) {
	t.Parallel()
	c := newCrowd(bounds.Limits{Address: 2})
	at := func(person string, kept bool) bounds.Who { return bounds.Who{Person: person, Address: "a", Kept: kept} }
	for _, w := range []bounds.Who{at("director", true), at("director", true), at("p", false), at("q", false)} {
		if _, full := c.take(w); full != "" {
			t.Fatalf("%v: %s", w, full)
		}
	}
	c.take(at("r", false))
	if players, excon := c.count(func(w bounds.Who) bool { return !w.Kept }), c.count(func(w bounds.Who) bool { return w.Kept }); players > 2 || excon != 2 {
		t.Errorf("%d players, %d of EXCON", players, excon)
	}
}

// TestPlacesHold: whoever takes and frees what, no limit is exceeded, nobody
// loses their only place, and everything is forgotten in the end.
func TestPlacesHold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := bounds.Limits{
			Person: rapid.IntRange(1, 4).Draw(t, "person"), Address: rapid.IntRange(1, 6).Draw(t, "address"),
			All: rapid.IntRange(1, 12).Draw(t, "all"), Kept: rapid.IntRange(0, 3).Draw(t, "kept"),
		}
		c := newCrowd(l)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if len(c.open) > 0 && rapid.IntRange(0, 3).Draw(t, "frees") == 0 {
				for n := range c.open {
					c.free(n)
					break
				}
				continue
			}
			w := bounds.Who{Address: fmt.Sprint("at ", rapid.IntRange(0, 2).Draw(t, "at"))}
			if i := rapid.IntRange(0, 5).Draw(t, "who"); i > 0 {
				w.Person, w.Kept = fmt.Sprint("p", i), i == 5
			}
			before := map[string]int{}
			for _, o := range c.open {
				before[o.Person]++
			}
			c.take(w)
			for name, n := range before {
				if name != "" && name != w.Person && n == 1 && c.count(func(o bounds.Who) bool { return o.Person == name }) == 0 {
					t.Fatalf("%s lost the only place to %v", name, w)
				}
			}
			if c.p.Len() != len(c.open) || len(c.open) > l.All+l.Kept {
				t.Fatalf("%d places, %d open, of %v", c.p.Len(), len(c.open), l)
			}
			if n := c.count(func(o bounds.Who) bool { return o.Person == w.Person }); w.Person != "" && n > l.Person {
				t.Fatalf("%s holds %d of %d", w.Person, n, l.Person)
			}
			if n := c.count(func(o bounds.Who) bool { return o.Address == w.Address && !o.Kept }); n > l.Address {
				t.Fatalf("%d of %d at %s", n, l.Address, w.Address)
			}
		}
	})
}
