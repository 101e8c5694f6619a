package outbox

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Store keeps messages for a Dispatcher.
type Store interface {
	// Begin is called before anything is sent. What was brought back from a backup
	// it holds.
	Begin(ctx context.Context, now time.Time) error
	// Recover queues what somebody was sending whose lease has run out, or with
	// all everything, in doubt. It returns when the next lease will run out; zero
	// where there is none.
	Recover(ctx context.Context, now time.Time, all bool) (next time.Time, err error)
	// Turn writes down what became of deliveries, and claims others.
	Turn(ctx context.Context, t Turn) (Turned, error)
	// Shared reports whether other processes dispatch from the same store.
	Shared() bool
}

// Turn is one step of a dispatcher.
type Turn struct {
	Now     time.Time
	Owner   string    // of what is claimed: this dispatcher
	Until   time.Time // another may take over what is claimed then: the lease
	Renew   bool      // what the owner has claimed before is leased until then too
	Results []Result
	Wants   map[string]int // by channel
}

// Turned is what a turn has claimed.
type Turned struct {
	Claimed []Outgoing
	Next    map[string]time.Time // by channel: when more will be due; none where nothing will
}

// Result is what became of a delivery that a channel was given.
type Result struct {
	Number int64
	Owner  string
	At     time.Time
	Remote string
	// Failure is nil where the channel has taken it. It was tried in vain where
	// Due says when to try again; with Counts it has had one try more.
	Failure *Failure
	Due     time.Time
	Counts  bool
}

// Pauses between tries: for a delivery, and for a channel that is away.
const (
	firstRetry  = time.Minute
	longRetry   = time.Hour
	firstPause  = time.Second
	longPause   = 30 * time.Second
	longestWait = time.Hour // that a server may ask for
	// lookEvery is how often a store is looked at that others write to.
	lookEvery = time.Minute
	// lease is how long after the last word of a dispatcher others leave alone
	// what it sends, and renewEvery how often it gives word of itself meanwhile.
	lease      = 15 * time.Second
	renewEvery = 5 * time.Second
	// closing is how long a channel may take to finish what it has when the
	// program ends.
	closing = 5 * time.Second
)

// Dispatcher gives what waits to its channels, in order. It sleeps until
// something is put in, is due, or has an answer.
type Dispatcher struct {
	store  Store
	log    *slog.Logger
	owner  string
	wake   chan struct{}
	leased time.Time // when what it sends was leased last

	results chan Result
	sending sync.WaitGroup

	mu    sync.Mutex
	lines map[string]*line // by name; the lines are guarded by mu
}

// line is a channel and what is known of it.
type line struct {
	channel  Channel
	limits   Limits
	inFlight int
	pause    time.Duration // before the next try while it is away
	until    time.Time     // nothing is given to it before
	since    time.Time     // it is away; zero: it is not
	reason   string
	tokens   float64 // deliveries that its rate allows now
	filled   time.Time
}

// Status is how a channel does.
type Status struct {
	Name   string
	Away   time.Time // since when; zero: it is not
	Reason string
}

// NewDispatcher returns a dispatcher to some channels. It does nothing until Run.
func NewDispatcher(store Store, log *slog.Logger, channels ...Channel) *Dispatcher {
	d := &Dispatcher{
		store: store, log: log, owner: rand.Text(), wake: make(chan struct{}, 1), results: make(chan Result, 64),
		lines: make(map[string]*line, len(channels)),
	}
	for _, c := range channels {
		l := &line{channel: c, limits: c.Limits()}
		l.limits.Parallel = max(1, l.limits.Parallel)
		l.tokens = burst(l.limits)
		d.lines[c.Name()] = l
	}
	return d
}

// burst is how many deliveries a rate allows at once, after a rest.
func burst(l Limits) float64 { return max(1, float64(l.PerMinute)/6) }

// Wake has the dispatcher look again: something was put in, or let go. It never
// waits.
func (d *Dispatcher) Wake() {
	select {
	case d.wake <- struct{}{}:
	default: // it is about to look
	}
}

// Channels returns the names of the channels, in order.
func (d *Dispatcher) Channels() []string {
	var names []string
	for name := range d.lines {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Status returns how the channels do, in the order of their names.
func (d *Dispatcher) Status() []Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Status
	for _, name := range d.Channels() {
		all = append(all, Status{name, d.lines[name].since, d.lines[name].reason})
	}
	return all
}

// Run delivers until ctx ends, and then waits for what the channels have, which
// they are told to let go. What was not answered then is in doubt.
func (d *Dispatcher) Run(ctx context.Context) error {
	var pending []Result
	begun := false
	for pause := firstPause; ; {
		next, err := d.turn(ctx, &pending, &begun)
		if err != nil && ctx.Err() == nil {
			d.log.Warn("outbox_failed", "error", err)
			next = time.Now().Add(pause)
			pause = min(2*pause, longPause)
		} else {
			pause = firstPause
		}
		if !d.wait(ctx, next, &pending, err != nil) {
			break
		}
	}
	go func() {
		d.sending.Wait()
		close(d.results)
	}()
	for r := range d.results {
		pending = append(pending, r)
	}
	if len(pending) == 0 {
		return nil
	}
	_, err := d.store.Turn(context.WithoutCancel(ctx), Turn{Now: time.Now(), Owner: d.owner, Results: pending})
	return err
}

// wait waits for a reason for a turn. It reports false once ctx ends. While the
// store fails, only time is one.
func (d *Dispatcher) wait(ctx context.Context, next time.Time, pending *[]Result, failing bool) bool {
	if ctx.Err() != nil {
		return false
	}
	var due <-chan time.Time
	if d.store.Shared() {
		if look := time.Now().Add(lookEvery); next.IsZero() || look.Before(next) {
			next = look
		}
	}
	if !next.IsZero() {
		timer := time.NewTimer(time.Until(next))
		defer timer.Stop()
		due = timer.C
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-due:
			return true
		case r := <-d.results:
			*pending = append(*pending, r)
			for more := true; more; {
				select {
				case r := <-d.results:
					*pending = append(*pending, r)
				default:
					more = false
				}
			}
			if !failing {
				return true
			}
		case <-d.wake:
			if !failing {
				return true
			}
		}
	}
}

// turn writes down what is pending, claims what the channels can take, and gives
// it to them. It returns when there will be more to do; zero for not by itself.
func (d *Dispatcher) turn(ctx context.Context, pending *[]Result, begun *bool) (next time.Time, err error) {
	now := time.Now()
	if !*begun {
		if err := d.store.Begin(ctx, now); err != nil {
			return next, err
		}
	}
	earliest := func(at time.Time) {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	shared := d.store.Shared()
	if !*begun || shared {
		lapses, err := d.store.Recover(ctx, now, !shared)
		if err != nil {
			return next, err
		}
		earliest(lapses)
		*begun = true
	}
	t := Turn{Now: now, Owner: d.owner, Until: now.Add(lease), Results: *pending, Wants: map[string]int{}}
	busy := 0
	d.mu.Lock()
	for name, l := range d.lines {
		n, at := l.wants(now)
		if n > 0 {
			t.Wants[name] = n
		}
		earliest(at)
		busy += l.inFlight
	}
	d.mu.Unlock()
	t.Renew = shared && busy > 0 && !now.Before(d.leased.Add(renewEvery))
	turned, err := d.store.Turn(ctx, t)
	if err != nil {
		return next, err
	}
	*pending = nil
	for _, at := range turned.Next {
		earliest(at)
	}
	if t.Renew || busy == 0 {
		d.leased = now
	}
	if shared && busy+len(turned.Claimed) > 0 {
		earliest(d.leased.Add(renewEvery))
	}
	for i := range turned.Claimed {
		d.give(ctx, &turned.Claimed[i])
	}
	return next, nil
}

// wants returns how many deliveries a line can take now, or when it can take
// one; neither while it waits for answers.
func (l *line) wants(now time.Time) (n int, at time.Time) {
	if now.Before(l.until) {
		return 0, l.until
	}
	n = l.limits.Parallel - l.inFlight
	if !l.since.IsZero() {
		n = min(n, 1-l.inFlight) // one tries whether it is back
	}
	if rate := float64(l.limits.PerMinute); rate > 0 && n > 0 {
		l.tokens = min(burst(l.limits), l.tokens+now.Sub(l.filled).Minutes()*rate)
		l.filled = now
		if l.tokens < 1 {
			return 0, now.Add(time.Duration((1 - l.tokens) / rate * float64(time.Minute)))
		}
		n = min(n, int(l.tokens))
	}
	return max(0, n), time.Time{}
}

// give has a channel deliver, beside the dispatcher.
func (d *Dispatcher) give(ctx context.Context, out *Outgoing) {
	d.mu.Lock()
	l := d.lines[out.Delivery.Channel]
	l.inFlight++
	l.tokens--
	d.mu.Unlock()
	d.sending.Go(func() {
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.limits.Timeout)
		defer cancel()
		defer context.AfterFunc(ctx, func() { time.AfterFunc(closing, cancel) })()
		r := Result{Number: out.Delivery.Number, Owner: d.owner}
		remote, err := l.channel.Send(limited, out)
		r.At, r.Remote = time.Now(), remote
		if err != nil {
			r.Failure = failureOf(err)
			r.plan(&out.Delivery, ctx.Err() != nil)
		}
		d.answered(l, &r)
		d.results <- r
	})
}

// plan says when a delivery that failed is tried again: not at all where that
// is no use, or would be too late. What we broke off ourselves was no try.
func (r *Result) plan(of *Delivery, closing bool) {
	f := r.Failure
	switch {
	case f.Final:
		return
	case f.Part && !closing:
		if r.Due = r.At.Add(max(firstPause, min(f.After, longestWait))); !r.Due.Before(of.Expires) {
			r.Due = time.Time{}
		}
		return
	case f.Channel, closing:
		r.Due = r.At
		return
	}
	r.Counts = true
	wait := f.After
	if wait <= 0 {
		wait = min(longRetry, firstRetry<<min(of.Tries, 10))
	}
	if due := r.At.Add(min(wait, longestWait)); due.Before(of.Expires) {
		r.Due = due
	}
}

// answered keeps how a channel does.
func (d *Dispatcher) answered(l *line, r *Result) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l.inFlight--
	f := r.Failure
	if f == nil || !f.Channel {
		if !l.since.IsZero() {
			d.log.Info("channel_back", "channel", l.channel.Name(), "after", r.At.Sub(l.since))
		}
		l.since, l.reason, l.pause = time.Time{}, "", 0
		return
	}
	if l.since.IsZero() {
		l.since = r.At
		d.log.Warn("channel_away", "channel", l.channel.Name(), "reason", f.Reason)
	}
	l.reason = f.Reason
	l.pause = min(longPause, max(firstPause, 2*l.pause))
	l.until = r.At.Add(max(l.pause, min(f.After, longestWait)))
}
