package bounds

import (
	"fmt"
	"sync"
)

// Who takes a place.
type Who struct {
	Person  string // "" for a stranger: those of an address count as one
	Address string // "" where addresses are not counted
	Kept    bool   // places are kept for them, and no address is too full
}

// Limits say how many places there are; what is 0 is not bounded.
type Limits struct {
	Person  int // of one person
	Address int // of one address
	All     int // together
	Kept    int // beyond All, for those for whom places are kept
}

// FullError says that a place was refused, and what is full: "person",
// "address" or "all".
type FullError struct{ Of string }

func (e *FullError) Error() string { return fmt.Sprintf("no place is free: %s", e.Of) }

// Places are things of a kind of which so many may be at once, such as open
// streams. Where all are taken, the oldest of whoever holds most gives way to
// who holds less. It is safe for use by many goroutines.
type Places struct {
	limits Limits

	mu        sync.Mutex
	all       *taken            // guarded by mu, as is all below it
	byPerson  map[string]*taken // those of persons who hold any
	byAddress map[string]*taken
	seq       uint64
}

// place is one that is taken. Its fields do not change.
type place struct {
	who   Who
	seq   uint64 // the lower, the older
	yield func()
}

// holder is whose place it is: a person, or the strangers of an address.
func (p *place) holder() string { return p.who.holder() }

func (w *Who) holder() string {
	if w.Person == "" {
		return "\x00" + w.Address
	}
	return w.Person
}

// taken are places with how many of them each holder has.
type taken struct {
	places map[*place]struct{}
	holds  map[string]int
}

func newTaken() *taken { return &taken{map[*place]struct{}{}, map[string]int{}} }

// NewPlaces returns places of which none is taken.
func NewPlaces(l Limits) *Places {
	return &Places{limits: l, all: newTaken(), byPerson: map[string]*taken{}, byAddress: map[string]*taken{}}
}

// Take takes a place, and returns the function that gives it back. Where none
// is free, an older one gives way: its yield is called, which must return at
// once and call nothing of Places. A nil yield never gives way. The error is a
// FullError.
func (p *Places) Take(w Who, yield func()) (free func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.makeRoom(&w); err != nil {
		return nil, err
	}
	p.seq++
	mine := &place{w, p.seq, yield}
	for _, t := range p.groups(&w, true) {
		t.places[mine] = struct{}{}
		t.holds[mine.holder()]++
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.leave(mine)
	}, nil
}

// Len is how many places are taken.
func (p *Places) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all.places)
}

// makeRoom sees to it that one more may be taken.
func (p *Places) makeRoom(w *Who) error {
	l := &p.limits
	if t := p.byPerson[w.Person]; t != nil && w.Person != "" && l.Person > 0 && len(t.places) >= l.Person {
		if !p.giveWay(t, w) {
			return &FullError{"person"}
		}
	}
	if t := p.byAddress[w.Address]; t != nil && w.Address != "" && !w.Kept && l.Address > 0 && len(t.places) >= l.Address {
		if !p.giveWay(t, w) {
			return &FullError{"address"}
		}
	}
	n := len(p.all.places)
	if l.All == 0 || n < l.All || w.Kept && n < l.All+l.Kept {
		return nil
	}
	if !p.giveWay(p.all, w) {
		return &FullError{"all"}
	}
	return nil
}

// giveWay takes away the oldest place of whoever holds most of some, unless
// that is somebody else who would then hold less than who comes.
func (p *Places) giveWay(t *taken, w *Who) bool {
	self := w.holder()
	most := self
	for holder, n := range t.holds {
		if n > t.holds[most] {
			most = holder
		}
	}
	if t.holds[most] == 0 || most != self && t.holds[most] <= t.holds[self]+1 {
		return false
	}
	var oldest *place
	for one := range t.places {
		if one.yield != nil && one.holder() == most && (oldest == nil || one.seq < oldest.seq) {
			oldest = one
		}
	}
	if oldest == nil {
		return false
	}
	p.leave(oldest)
	oldest.yield()
	return true
}

// leave gives a place back, once.
func (p *Places) leave(one *place) {
	if _, ok := p.all.places[one]; !ok {
		return
	}
	for _, t := range p.groups(&one.who, false) {
		delete(t.places, one)
		if t.holds[one.holder()]--; t.holds[one.holder()] == 0 {
			delete(t.holds, one.holder())
		}
	}
	forgetEmpty(p.byPerson, one.who.Person)
	forgetEmpty(p.byAddress, one.who.Address)
}

func forgetEmpty(by map[string]*taken, key string) {
	if t := by[key]; t != nil && len(t.places) == 0 {
		delete(by, key)
	}
}

// groups are those to which a place belongs; make adds what is not there.
func (p *Places) groups(w *Who, add bool) []*taken {
	found := []*taken{p.all}
	address := w.Address
	if w.Kept {
		address = "" // they take no place of the others at their address
	}
	for _, g := range []struct {
		by  map[string]*taken
		key string
	}{{p.byPerson, w.Person}, {p.byAddress, address}} {
		if g.key == "" {
			continue
		}
		if g.by[g.key] == nil && add {
			g.by[g.key] = newTaken()
		}
		found = append(found, g.by[g.key])
	}
	return found
}
