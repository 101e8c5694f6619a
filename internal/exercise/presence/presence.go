// Package presence knows who looks at an exercise: whose pages are open now, and
// when others were last seen. It is state of the process, never of the log, and
// begins anew with it. It imports nothing of the program.
//
// Start reading at [Register].
package presence

import (
	"slices"
	"sync"
	"time"
)

const (
	// grace is how long somebody whose page has closed still counts as there:
	// pages are left for others, and poor links come back.
	grace = 30 * time.Second
	// quiet is how long changes are gathered before they are told: when thousands
	// come, EXCON hears of them together.
	quiet = 3 * time.Second
	// again is how long after somebody was said to be unknown it may be said again.
	again = 10 * time.Second
)

// Seen is whether somebody, or anybody of a unit, is there.
type Seen struct {
	Online int       // people whose pages are open
	Last   time.Time // when one of them was last seen; zero: never, as far as the process knows
}

// Register counts who looks at one exercise. What it costs does not depend on
// how many look on: a page that opens or closes changes a few numbers, and who
// wants to know is told of many changes at once. It is safe for use by many
// goroutines.
type Register struct {
	tell func()

	mu      sync.Mutex
	people  map[string]*person
	units   map[string]*Seen
	leaving map[*person]struct{} // online, with no page open
	changed bool                 // since it was last told
	armed   bool                 // a timer runs
	version uint64
}

type person struct {
	Seen
	units []string
	pages int // that are open
	known bool
	asked time.Time // when Ask last said that they are unknown
}

// New returns a register of an exercise at which nobody looks. It calls tell
// after changes, not often, from a goroutine of its own.
func New(tell func()) *Register {
	return &Register{tell: tell, people: map[string]*person{}, units: map[string]*Seen{}, leaving: map[*person]struct{}{}}
}

// Come says that somebody of some units has opened a page. The caller calls
// leave once, when it is closed. Units must not be changed.
func (r *Register) Come(who string, units []string) (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.find(who, units)
	p.pages++
	delete(r.leaving, p)
	r.enter(p)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		p.pages--
		r.seen(p)
	}
}

// Ask says that somebody has asked for a page, which may stay open without a
// word. It reports whether they were never marked as known, not again within
// a short time.
func (r *Register) Ask(who string, units []string) (unknown bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.find(who, units)
	r.enter(p)
	r.seen(p)
	if p.known || time.Since(p.asked) < again {
		return false
	}
	p.asked = time.Now()
	return true
}

// Know marks somebody as known; see Ask.
func (r *Register) Know(who string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.people[who]; p != nil {
		p.known = true
	}
}

// Person says whether somebody is there.
func (r *Register) Person(who string) Seen {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.people[who]; p != nil {
		return p.Seen
	}
	return Seen{}
}

// Unit says whether anybody of a unit is there.
func (r *Register) Unit(key string) Seen {
	r.mu.Lock()
	defer r.mu.Unlock()
	if u := r.units[key]; u != nil {
		return *u
	}
	return Seen{}
}

// Version grows whenever changes are told.
func (r *Register) Version() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.version
}

// find finds somebody. Who has been given another unit is another from then on.
func (r *Register) find(who string, units []string) *person {
	p := r.people[who]
	if p == nil {
		p = &person{}
		r.people[who] = p
	}
	if !slices.Equal(p.units, units) {
		if p.Online > 0 {
			r.count(p, -1)
		}
		p.units, p.known = units, false
		if p.Online > 0 {
			r.count(p, 1)
		}
	}
	return p
}

// enter counts somebody as there.
func (r *Register) enter(p *person) {
	p.Last = time.Now()
	if p.Online == 0 {
		p.Online = 1
		r.count(p, 1)
	}
}

// seen notes that somebody was there just now, perhaps for the last time.
func (r *Register) seen(p *person) {
	p.Last = time.Now()
	if p.pages == 0 {
		r.leaving[p] = struct{}{}
		r.arm()
	}
}

// count counts somebody in their units, or out of them.
func (r *Register) count(p *person, n int) {
	for _, key := range p.units {
		u := r.units[key]
		if u == nil {
			u = &Seen{}
			r.units[key] = u
		}
		u.Online += n
		u.Last = p.Last
	}
	r.changed = true
	r.arm()
}

// arm sees that changes are told.
func (r *Register) arm() {
	if !r.armed {
		r.armed = true
		time.AfterFunc(quiet, r.settle)
	}
}

// settle counts those out who have gone, and tells of what changed.
func (r *Register) settle() {
	if r.change() {
		r.tell()
	}
}

func (r *Register) change() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = false
	for p := range r.leaving {
		if time.Since(p.Last) >= grace {
			delete(r.leaving, p)
			p.Online = 0
			r.count(p, -1)
		}
	}
	if len(r.leaving) > 0 {
		r.arm()
	}
	changed := r.changed
	if r.changed = false; changed {
		r.version++
	}
	return changed
}
