package mattermost

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"renkei/internal/group"
)

// Sink takes what happened in the channels, in order. It may get an event again
// after a crash, with the same number.
type Sink interface {
	// Take has kept the events when it returns nil. An error has it asked again.
	Take(ctx context.Context, events []Event) error
}

// Capture hears what is said in the channels of all exercises that are on a
// server, and keeps it.
type Capture struct {
	Keeper Keeper
	Tokens *Tokens
	Sink   Sink // nil for none yet
	Log    *slog.Logger
	Now    func() time.Time
	// Kept is called after something was kept; nil for nothing.
	Kept func()
	// Again has it look for exercises at once; nil for never.
	Again <-chan struct{}

	mu        sync.Mutex
	standings map[string]Standing
}

// Standing is how the capture of an exercise does.
type Standing struct {
	Connected bool
	Since     time.Time
	Why       string // not connected: the last error
}

// Standing returns that of an exercise; of zero where it is not captured.
func (c *Capture) Standing(exercise string) Standing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.standings[exercise]
}

func (c *Capture) stands(exercise string, connected bool, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Standing{Connected: connected, Since: c.Now()}
	if why != nil {
		s.Why = line(why.Error())
	}
	if old := c.standings[exercise]; old.Connected == connected && !old.Since.IsZero() {
		s.Since = old.Since
	}
	if c.standings == nil {
		c.standings = map[string]Standing{}
	}
	c.standings[exercise] = s
}

// Pauses.
const (
	lookEvery = 30 * time.Second // for exercises that were set up meanwhile
	firstWait = time.Second      // before a server is asked again
	longWaits = 30 * time.Second
	maxBatch  = 200 // messages that are kept together
)

// Run captures until ctx ends.
func (c *Capture) Run(ctx context.Context) {
	active := func(ctx context.Context) ([]string, error) {
		places, err := c.Keeper.Active(ctx)
		names := make([]string, len(places))
		for i := range places {
			names[i] = places[i].Exercise
		}
		return names, err
	}
	group.Each(ctx, group.Names{Every: lookEvery, Again: c.Again, List: active, Failed: func(err error) {
		c.Log.Warn("capture_failed", "error", err)
	}}, c.Follow)
}

// Follow captures one exercise until ctx ends.
func (c *Capture) Follow(ctx context.Context, exercise string) {
	f := &follower{Capture: c, exercise: exercise, wake: make(chan struct{}, 1)}
	var giving sync.WaitGroup
	if c.Sink != nil {
		giving.Go(func() { f.give(ctx) })
	}
	defer giving.Wait()
	away := time.Time{}
	for pause := firstWait; ctx.Err() == nil; pause = min(2*pause, longWaits) {
		began := c.Now()
		heard, err := f.session(ctx)
		if ctx.Err() != nil {
			return
		}
		c.stands(exercise, false, err)
		if heard {
			away, pause = time.Time{}, firstWait
		}
		if away.IsZero() {
			away = began
			c.Log.Warn("capture_away", "exercise", exercise, "error", err)
		}
		wait := pause
		var refused *Error
		if errors.As(err, &refused) {
			wait = max(wait, refused.After)
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		t.Stop()
	}
}

// follower captures an exercise.
type follower struct {
	*Capture
	exercise string
	wake     chan struct{} // something was kept
	place    *Place
	client   *Client
	names    map[string]string // of users, by id
	changed  map[string]bool   // channels that have to be looked at again
	// since is when something was heard last, by the server's clock as it is now;
	// 0 where that is not known.
	since int64
	// caught says that everything was read that was missed: from then on, what
	// comes later is known to be the next.
	caught bool
	top    int64 // the latest change that a fill has read
}

// session listens until the connection breaks. heard reports whether it had
// caught up.
func (f *follower) session(ctx context.Context) (heard bool, err error) {
	if f.place, err = f.Keeper.Place(ctx, f.exercise); err != nil {
		return false, err
	}
	if f.client, err = NewClient(f.place.Server, f.Tokens.Of(f.place.Server, f.place.BotID)); err != nil {
		return false, err
	}
	f.names, f.changed, f.caught = map[string]string{}, map[string]bool{}, false
	s, err := f.client.Listen(ctx)
	if err != nil {
		return false, err
	}
	defer s.Close()
	if err := f.outage(ctx); err != nil {
		return false, err
	}
	for _, l := range f.place.Links {
		if err := f.fill(ctx, l.RoomID); err != nil {
			return false, err
		}
	}
	f.caught = true
	if err := f.keep(ctx, &Batch{Exercise: f.exercise}); err != nil {
		return false, err
	}
	f.stands(f.exercise, true, nil)
	f.Log.Info("capture_ready", "exercise", f.exercise, "channels", len(f.place.Links))
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		var first Message
		select {
		case <-look.C:
			if err := f.lookAgain(ctx); err != nil {
				return true, err
			}
			continue
		case m, ok := <-s.Heard:
			if !ok {
				return true, s.Err()
			}
			first = m
		}
		batch := []Message{first}
		for more := true; more && len(batch) < maxBatch; {
			select {
			case m, ok := <-s.Heard:
				if more = ok; ok {
					batch = append(batch, m)
				}
			default:
				more = false
			}
		}
		if err := f.take(ctx, batch); err != nil {
			return true, err
		}
	}
}

// errSetUp ends a session because another bot reads the channels.
var errSetUp = errors.New("mattermost: another bot reads the channels")

// lookAgain takes up what setting up has changed.
func (f *follower) lookAgain(ctx context.Context) error {
	p, err := f.Keeper.Place(ctx, f.exercise)
	if err != nil {
		return err
	}
	was := f.place
	if p.BotID != was.BotID || p.Server != was.Server {
		return errSetUp
	}
	f.place = p
	for _, l := range p.Links {
		if was.Link(l.RoomID) == nil {
			if err := f.fill(ctx, l.RoomID); err != nil {
				return err
			}
		}
	}
	return nil
}

// outage notes that nothing was heard for a while.
func (f *follower) outage(ctx context.Context) error {
	pos, err := f.Keeper.Position(ctx, f.exercise, "")
	if err != nil {
		return err
	}
	at, err := f.client.Clock(ctx)
	if err != nil {
		return err
	}
	b := &Batch{Exercise: f.exercise}
	f.since = 0
	if pos.Heard.IsZero() { // what is older is history
		b.Positions = append(b.Positions, Position{Heard: f.Now()})
	} else {
		b.Events = append(b.Events, f.gap("", GapOutage, pos.Heard))
		if !at.IsZero() {
			f.since = at.Add(-max(0, f.Now().Sub(pos.Heard))).UnixMilli()
		}
	}
	return f.keep(ctx, b)
}

func (f *follower) gap(room, reason string, from time.Time) Event {
	now := f.Now().UTC()
	return Event{
		Exercise: f.exercise, What: Gap, ID: "g/" + reason + "/" + room + "/" + now.Format(time.RFC3339Nano), Room: room, At: now,
		Reason: reason, From: from.UTC(),
	}
}

// keep keeps a batch, with when something was heard last once nothing before is
// missing.
func (f *follower) keep(ctx context.Context, b *Batch) error {
	if f.caught {
		b.Positions = append(b.Positions, Position{Heard: f.Now()})
	}
	if err := f.Keeper.Keep(ctx, b); err != nil {
		return err
	}
	if len(b.Events) > 0 {
		select {
		case f.wake <- struct{}{}:
		default:
		}
		if f.Kept != nil {
			f.Kept()
		}
	}
	return nil
}

// givenAtOnce is how many events a sink gets.
const givenAtOnce = 200

// give gives the sink what was kept.
func (f *follower) give(ctx context.Context) {
	for pause := firstWait; ; {
		more, err := f.giveSome(ctx)
		if ctx.Err() != nil {
			return
		}
		if more && err == nil {
			pause = firstWait
			continue
		}
		var again <-chan time.Time
		if err != nil {
			f.Log.Warn("capture_sink_failed", "exercise", f.exercise, "error", err)
			t := time.NewTimer(pause)
			defer t.Stop()
			again, pause = t.C, min(2*pause, longWaits)
		}
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		case <-again:
		}
	}
}

func (f *follower) giveSome(ctx context.Context) (more bool, err error) {
	at, err := f.Keeper.Cursor(ctx, f.exercise)
	if err != nil {
		return false, err
	}
	events, err := f.Keeper.Events(ctx, f.exercise, at, givenAtOnce)
	if err != nil || len(events) == 0 {
		return false, err
	}
	if err := f.Sink.Take(ctx, events); err != nil {
		return false, err
	}
	return true, f.Keeper.Move(ctx, f.exercise, events[len(events)-1].Number)
}
