package outbox

import (
	"context"
	"strings"
	"time"
)

// Keeper keeps messages for an Outbox.
type Keeper interface {
	Put(ctx context.Context, now time.Time, all []Message) error
	Cancel(ctx context.Context, now time.Time, reason string, keys ...string) error
	Of(ctx context.Context, scope string) ([]Delivery, error)
	Report(ctx context.Context, n News) error
	List(ctx context.Context, f Filter) ([]Delivery, error)
	Count(ctx context.Context, scopes []string) (map[State]int, error)
	Get(ctx context.Context, number int64) (*Message, *Delivery, []Step, error)
	// Find returns the delivery that a channel calls remote, and its message without
	// the data of files; or database.ErrNotFound.
	Find(ctx context.Context, channel, remote string) (*Message, *Delivery, error)
	Retry(ctx context.Context, now time.Time, by string, number int64) error
	Drop(ctx context.Context, now time.Time, by string, number int64) error
	Switch(ctx context.Context, now time.Time, by string, number int64, channel, address string) error
	Holds(ctx context.Context) ([]Hold, error)
	Hold(ctx context.Context, h Hold) error
	Release(ctx context.Context, scope string) error
	Sweep(ctx context.Context, before time.Time) error
	Forget(ctx context.Context, scope, recipient string) error
	// ForgetSaid takes what they said out of messages of a scope that do not wait.
	ForgetSaid(ctx context.Context, scope string, chosen func(key string) bool) error
}

// Reasons of the program's own for a delivery that failed or was dropped. Others
// are what a server said.
const (
	ReasonAddress  = "!address"  // it is none of the channel's
	ReasonReserved = "!reserved" // it belongs to nobody: example.org, a demo
	ReasonChannel  = "!channel"  // the channel is not configured
	ReasonExpired  = "!expired"  // its time ran out while it waited
	ReasonOver     = "!over"     // what it was for is over
)

// News is what a channel has heard of a delivery that it has made.
type News struct {
	Channel string
	Remote  string // what the channel calls it
	State   State
	Reason  string // of a failure
	At      time.Time
}

// Outbox is what areas and pages work with. It is safe for use by many
// goroutines.
type Outbox struct {
	Keeper
	dispatcher *Dispatcher
	now        func() time.Time
}

// New returns the outbox of a store, with the dispatcher of its channels.
func New(k Keeper, d *Dispatcher, now func() time.Time) *Outbox { return &Outbox{k, d, now} }

// Has reports whether a channel is configured.
func (o *Outbox) Has(channel string) bool {
	_, ok := o.dispatcher.lines[channel]
	return ok
}

// Channels returns the names of the channels that are configured.
func (o *Outbox) Channels() []string { return o.dispatcher.Channels() }

// Status returns how the channels do.
func (o *Outbox) Status() []Status { return o.dispatcher.Status() }

// Put puts messages in, all or none. Those that are in already are left as they
// are. It returns ErrMessage, ErrKey and ErrFull. An address that cannot be
// reached is no error: its delivery has failed, and says why.
func (o *Outbox) Put(ctx context.Context, all ...Message) error {
	for i := range all {
		m := &all[i]
		if err := m.Check(); err != nil {
			return err
		}
		for j := range m.To {
			m.To[j].Refused = o.dispatcher.refuses(m.To[j].Channel, m.To[j].Address)
		}
	}
	if err := o.Keeper.Put(ctx, o.now(), all); err != nil {
		return err
	}
	o.dispatcher.Wake()
	return nil
}

// refuses is why an address cannot be reached by a channel; "" where it may be.
func (d *Dispatcher) refuses(channel, address string) string {
	l, ok := d.lines[channel]
	if !ok {
		return ReasonChannel
	}
	if err := l.channel.Check(address); err != nil {
		if reason := err.Error(); strings.HasPrefix(reason, "!") {
			return reason
		}
		return ReasonAddress
	}
	return ""
}

// Cancel drops what still waits of the messages of those keys.
func (o *Outbox) Cancel(ctx context.Context, reason string, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	if err := o.Keeper.Cancel(ctx, o.now(), reason, keys...); err != nil {
		return err
	}
	o.dispatcher.Wake() // what waited behind them may go
	return nil
}

// Retry has a delivery tried again at once: one that has failed or was dropped,
// or that waits for its next try. It returns ErrState for others.
func (o *Outbox) Retry(ctx context.Context, by string, number int64) error {
	defer o.dispatcher.Wake()
	return o.Keeper.Retry(ctx, o.now(), by, number)
}

// Drop takes back a delivery that waits. It returns ErrState for others.
func (o *Outbox) Drop(ctx context.Context, by string, number int64) error {
	defer o.dispatcher.Wake()
	return o.Keeper.Drop(ctx, o.now(), by, number)
}

// Switch sends a delivery that waits, has failed or was dropped to another
// address, or over another channel. It keeps its place in its conversation. It
// returns ErrChannel where it could not be delivered there, and ErrState.
func (o *Outbox) Switch(ctx context.Context, by string, number int64, channel, address string) error {
	if !oneLine(address) || len(address) > MaxKey || o.dispatcher.refuses(channel, address) != "" {
		return ErrChannel
	}
	defer o.dispatcher.Wake()
	return o.Keeper.Switch(ctx, o.now(), by, number, channel, address)
}

// Hold keeps what waits in a scope, until Release. What a channel has already
// cannot be called back.
func (o *Outbox) Hold(ctx context.Context, scope, by, reason string) error {
	return o.Keeper.Hold(ctx, Hold{Scope: scope, At: o.now(), By: by, Reason: reason})
}

// Release lets what waits in a scope go.
func (o *Outbox) Release(ctx context.Context, scope string) error {
	defer o.dispatcher.Wake()
	return o.Keeper.Release(ctx, scope)
}

// Run delivers until ctx ends.
func (o *Outbox) Run(ctx context.Context) error { return o.dispatcher.Run(ctx) }

// KeptFor is how long what became of a message is kept once it waits no more:
// addresses of people stand in it.
const KeptFor = 90 * 24 * time.Hour

// Sweep forgets what is older.
func (o *Outbox) Sweep(ctx context.Context) error {
	return o.Keeper.Sweep(ctx, o.now().Add(-KeptFor))
}
