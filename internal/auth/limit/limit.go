// Package limit says who asks too often. It keeps one moment for each that
// asks, in bounded memory, and knows nothing of accounts or HTTP. Start with
// New and Limiter.Allow.
package limit

import (
	"hash/maphash"
	"math"
	"net/netip"
	"sync"
	"time"
)

// Kind is what somebody does.
type Kind int

// Kinds, with what their keys are.
const (
	SignInAddress  Kind = iota // the address from which somebody signs in
	SignInLogin                // the login with which, and the network from which, from a browser that has not signed in before
	SignInAnywhere             // the login with which, wherever from, from a browser that has not signed in before
	SignInDevice               // the login with which, and the browser, that has signed in before
	DeviceCode                 // the link with which a code for one more device is given
	NewDeviceCode              // the person for whom such a code is made
	SecondFactor               // the person, and the browser if it is known, who has given the password and shows a second factor
	Password                   // the person who gives their password again
	SignInLine                 // the address of which the log says that it is refused
	LinkAddress                // the address from which a link is looked at or taken
	JoinAddress                // the address from which the code of a tabletop is given
	Upload                     // the person who hands in a file
	Request                    // the person, for everything else
	Stream                     // the person who opens a stream
	Stranger                   // the address of somebody who is not signed in, for everything else
)

// Rate is how often something may be done.
type Rate struct {
	Count   int           // so many
	Per     time.Duration // in so much time, evenly
	Burst   int           // so many at once after a rest
	Address bool          // the keys are addresses: trusted ones pass, and of IPv6 a /64 counts as one
}

// Rates are those of each kind. A whole hall of 300 may sit behind one address
// and open the first page or their links at once, so these come in bursts: a
// link is too long to be guessed. A login is one person's.
func Rates() map[Kind]Rate {
	return map[Kind]Rate{
		SignInAddress:  {Count: 30, Per: time.Minute, Burst: 60, Address: true},
		SignInLogin:    {Count: 10, Per: 10 * time.Minute, Burst: 10},
		SignInAnywhere: {Count: 100, Per: 10 * time.Minute, Burst: 100},
		SignInDevice:   {Count: 10, Per: 10 * time.Minute, Burst: 10},
		DeviceCode:     {Count: 10, Per: 10 * time.Minute, Burst: 10},
		NewDeviceCode:  {Count: 10, Per: time.Hour, Burst: 10},
		SecondFactor:   {Count: 5, Per: 15 * time.Minute, Burst: 5},
		Password:       {Count: 10, Per: 10 * time.Minute, Burst: 10},
		SignInLine:     {Count: 1, Per: time.Minute, Burst: 1, Address: true},
		LinkAddress:    {Count: 300, Per: time.Minute, Burst: 1000, Address: true},
		JoinAddress:    {Count: 120, Per: time.Minute, Burst: 1000, Address: true},
		Upload:         {Count: 20, Per: time.Minute, Burst: 20},
		Request:        {Count: 50, Per: time.Second, Burst: 200},
		Stream:         {Count: 2, Per: time.Second, Burst: 60},
		Stranger:       {Count: 100, Per: time.Second, Burst: 1000, Address: true},
	}
}

// Options tune a limiter; the zero value is right for production.
type Options struct {
	// Rates are other than those of Rates.
	Rates map[Kind]Rate
	// Trusted are networks whose addresses are not counted, such as that of a
	// hall where everybody signs in at once. Logins are counted there too.
	// Whoever can send from them can try passwords as fast as hashing allows.
	Trusted []netip.Prefix
	// Keys bounds how many keys are remembered. Default 100,000, which takes
	// about 6 MB. When there are more, those that were not seen for longest are
	// forgotten.
	Keys int
}

// Limiter counts. It is safe for use by many goroutines.
type Limiter struct {
	now     func() time.Time
	start   time.Time // moments are counted from it, by the monotonic clock
	seed    maphash.Seed
	kinds   map[Kind]interval
	trusted []netip.Prefix
	half    int // how many keys one generation holds

	mu    sync.Mutex
	young map[uint64]int64 // when the key will have rested; guarded by mu
	old   map[uint64]int64 // the generation before; guarded by mu
}

// interval is a rate as it is counted: one more every step, and so much may be
// owed at most.
type interval struct {
	step, most int64
	address    bool
}

// New returns a limiter with the clock of the machine or of a test.
func New(now func() time.Time, o Options) *Limiter {
	if o.Rates == nil {
		o.Rates = Rates()
	}
	if o.Keys <= 0 {
		o.Keys = 100_000
	}
	l := &Limiter{
		now: now, start: now(), seed: maphash.MakeSeed(), trusted: o.Trusted, half: max(1, o.Keys/2),
		kinds: map[Kind]interval{}, young: map[uint64]int64{},
	}
	for kind, r := range o.Rates {
		step := int64(r.Per) / int64(max(1, r.Count))
		l.kinds[kind] = interval{step, step * int64(max(1, r.Burst)), r.Address}
	}
	return l
}

// Allow counts that somebody does something, and reports whether they may. When
// they may not, it is not counted, and retry says how long to wait. What has no
// rate is always allowed.
func (l *Limiter) Allow(kind Kind, key string) (ok bool, retry time.Duration) {
	rate, limited := l.kinds[kind]
	if !limited {
		return true, 0
	}
	if rate.address {
		var trusted bool
		if key, trusted = l.Place(key); trusted {
			return true, 0
		}
	}
	id, now := l.id(kind, key), int64(l.now().Sub(l.start))
	l.mu.Lock()
	defer l.mu.Unlock()
	rested := max(l.rested(id), now)
	if rested > now+rate.most { // the clock went back
		rested = now + rate.most
		l.keep(id, rested)
	}
	if wait := rested + rate.step - now - rate.most; wait > 0 {
		return false, time.Duration(wait)
	}
	l.keep(id, rested+rate.step)
	return true, 0
}

// Forget lets a key begin anew, as a login after the right password.
func (l *Limiter) Forget(kind Kind, key string) {
	if l.kinds[kind].address {
		key, _ = l.Place(key)
	}
	id := l.id(kind, key)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.young, id)
	delete(l.old, id)
}

// id is what is remembered of a key: however long it is, it takes no more room.
func (l *Limiter) id(kind Kind, key string) uint64 {
	return maphash.Comparable(l.seed, struct {
		kind Kind
		key  string
	}{kind, key})
}

// rested is when a key will have rested; in the past it has.
func (l *Limiter) rested(id uint64) int64 {
	if at, ok := l.young[id]; ok {
		return at
	}
	if at, ok := l.old[id]; ok {
		return at
	}
	return math.MinInt64
}

// keep remembers a key. When a generation is full, it becomes the old one, and
// what was old is forgotten unless it was asked for since.
func (l *Limiter) keep(id uint64, rested int64) {
	if _, ok := l.young[id]; !ok && len(l.young) >= l.half {
		l.old, l.young = l.young, make(map[uint64]int64, l.half)
	}
	l.young[id] = rested
}

// Place returns the key of an address, with a port or without, under which it is
// counted, and whether its network is trusted, so that it is not. What is no
// address is a key as it stands.
func (l *Limiter) Place(key string) (string, bool) {
	addr, ok := parse(key)
	if !ok {
		return key, false
	}
	for _, p := range l.trusted {
		if p.Contains(addr) {
			return "", true
		}
	}
	return Network(key), false
}
