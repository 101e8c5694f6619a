package conduct

import (
	"context"
	"errors"
	"fmt"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

const (
	maxInflight = 8   // batches handed to the store and not yet committed
	maxBatch    = 256 // events of a batch
	maxSteps    = 512 // decided in a row before looking at the inbox
	tickEvery   = 5 * time.Second
)

// Result is what a command brought about: the seqs of its events, durable.
type Result struct{ First, Last uint64 }

type request struct {
	cmd   exercise.Command
	res   Result
	err   error
	until uint64 // the seq whose commit the answer waits for
	after uint64 // the batch whose commit it waits for, where that has no event
	reply chan struct{}
}

type commit struct {
	events []exercise.Event
	head   eventstore.Head
	err    error
}

// ErrStopped is the answer to a command when the conductor has stopped. Whether
// the command was carried out is not known: send it again with the same key.
var ErrStopped = errors.New("the exercise is not being conducted")

// Do gives a command and returns when its events are durable, or why it was
// refused (*exercise.Refusal). Its At and Wall are set here. The same key again
// gives the first result.
func (c *Conductor) Do(ctx context.Context, cmd exercise.Command) (Result, error) {
	r := &request{cmd: cmd, reply: make(chan struct{})}
	select {
	case c.inbox <- r:
	case <-c.done:
		return Result{}, ErrStopped
	case <-ctx.Done():
		return Result{}, fmt.Errorf("command %s: %w", cmd.Key, ctx.Err())
	}
	select {
	case <-r.reply:
		return r.res, r.err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("command %s: %w", cmd.Key, ctx.Err())
	case <-c.done:
		select {
		case <-r.reply:
			return r.res, r.err
		default:
			return Result{}, ErrStopped
		}
	}
}

// Run conducts the exercise until ctx ends, or the store fails. What was
// decided is committed before it returns.
func (c *Conductor) Run(ctx context.Context) error {
	err := c.conduct(ctx)
	c.keepLast(ctx, err == nil)
	return err
}

func (c *Conductor) conduct(ctx context.Context) error {
	defer close(c.done)
	if err := c.recover(ctx); err != nil {
		return err
	}
	c.voidLost()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil && c.broken == nil {
		c.endPause()
		idle := c.advance()
		c.flush(false)
		c.tick()
		c.keep(ctx)
		if err := c.wait(ctx, idle, timer); err != nil {
			return err
		}
	}
	return c.drain()
}

// wait sleeps until there is something to do: a commit, a request, or the time
// of what is owed next. It takes requests only when everything owed until now
// has been decided.
func (c *Conductor) wait(ctx context.Context, idle bool, timer *time.Timer) error {
	inbox := c.inbox
	var ready chan struct{}
	switch {
	case !idle && c.inflight < maxInflight:
		ready = closedChan() // more to decide at once
	case !idle:
		inbox = nil // the store is behind
	}
	timer.Reset(c.untilNext())
	select {
	case <-ctx.Done():
	case done := <-c.commits:
		return c.onCommit(ctx, done)
	case err := <-c.snapshotter.done:
		c.kept(err)
	case r := <-inbox:
		c.serve(r)
		for range min(len(c.inbox), maxBatch) {
			c.serve(<-c.inbox)
		}
		c.answer()
	case <-ready:
	case <-timer.C:
	}
	return nil
}

func closedChan() chan struct{} {
	ch := make(chan struct{})
	close(ch)
	return ch
}

// endPause resumes play when a pause was to end by itself. Where the process was
// away at that time, EXCON is waited for: nobody was told that play goes on.
func (c *Conductor) endPause() {
	wall := c.deps.Clock.Now()
	if until, ends := c.pauseEnds(wall); !ends || wall < until {
		return
	}
	c.decide(&request{cmd: exercise.Command{
		Key: fmt.Sprintf("resume/%d", c.state.Seq()), Actor: exercise.Clock(), At: c.state.Now(wall), Wall: wall,
		Do: exercise.Resume{},
	}})
}

// pauseEnds returns when a pause ends by itself; false where it does not.
func (c *Conductor) pauseEnds(wall int64) (int64, bool) {
	until, ask := c.state.Back()
	return until, until != 0 && !ask && wall-until <= maxDown
}

// untilNext is how long nothing falls due.
func (c *Conductor) untilNext() time.Duration {
	wallNow := c.deps.Clock.Now()
	if until, ends := c.pauseEnds(wallNow); ends {
		return min(max(time.Duration(until-wallNow+1)*time.Microsecond, 0), tickEvery)
	}
	next := c.nextOwed()
	if next == exercise.Never {
		return tickEvery
	}
	wall, ok := c.state.WallOf(next)
	if !ok {
		return tickEvery
	}
	// Round up: a timer that fires a moment early would only go round again.
	return min(max(time.Duration(wall-wallNow+1)*time.Microsecond, 0), tickEvery)
}

func (c *Conductor) nextOwed() exercise.Time {
	next := c.state.Next()
	if c.bots != nil && c.state.Phase() == exercise.Running {
		next = min(next, c.bots.Next())
	}
	return next
}

// limit is the exercise time up to which things are decided now.
func (c *Conductor) limit() exercise.Time {
	if c.state.Speed() == 0 {
		return exercise.Never - 1
	}
	return c.state.Now(c.deps.Clock.Now())
}

// advance decides what the clock owes and what the simulated teams do, in the
// order of their time. False means that it left off with more to do.
func (c *Conductor) advance() bool {
	for range maxSteps {
		if c.inflight >= maxInflight {
			return false
		}
		next := c.nextOwed()
		if next == exercise.Never || next > c.limit() || c.broken != nil {
			return true
		}
		c.step(next)
		c.flush(true)
	}
	return false
}

func (c *Conductor) step(t exercise.Time) {
	cmd, owed := c.state.Due(t)
	if c.bots != nil && (!owed || c.bots.Next() < cmd.At) {
		var ok bool
		if cmd, ok = c.bots.Pop(c.state); !ok {
			return
		}
		owed = false
	} else if !owed {
		c.broken = fmt.Errorf("exercise %s: the clock owes something at %s and does not know what", c.id, t)
		return
	}
	cmd.Wall = c.deps.Clock.Now()
	r := &request{cmd: cmd}
	before := c.state.Seq()
	c.decide(r)
	if owed && c.state.Seq() == before && c.broken == nil {
		// The clock would owe it again at once, for ever.
		c.broken = fmt.Errorf("exercise %s: the clock cannot do %s", c.id, cmd.Key)
		if r.err != nil {
			c.broken = fmt.Errorf("%w: %w", c.broken, r.err)
		}
	}
}

// serve answers a request from outside.
func (c *Conductor) serve(r *request) {
	now := c.deps.Clock.Now()
	r.cmd.At, r.cmd.Wall = c.state.Now(now), now
	for next := c.nextOwed(); next <= r.cmd.At && c.broken == nil; next = c.nextOwed() {
		c.step(next) // what was owed before comes first
	}
	if c.broken != nil { // the state has gone ahead of what can be stored
		r.err = c.broken
		close(r.reply)
		return
	}
	if err := tryTexts(c.state, r.cmd.Do); err != nil {
		r.err = err
		close(r.reply)
		return
	}
	c.decide(r)
	c.waiting = append(c.waiting, r)
}

// decide decides a command, or finds what its key did before. The answer waits
// for everything on which it rests, a refusal too.
func (c *Conductor) decide(r *request) {
	r.until = c.state.Seq()
	if r.cmd.Key == "" {
		r.err = &exercise.Refusal{Code: exercise.MissingKey}
		return
	}
	hash, telling, err := c.commandHash(r.cmd.Do)
	if err != nil {
		r.err = err
		return
	}
	id, mark := idOf(r.cmd.Actor.ID, r.cmd.Key), [8]byte(hash[:8])
	if k, ok := c.keys.find(id); ok {
		r.res, r.until = Result{k.first, k.last()}, k.last()
		c.awaitAnswer(r)
		if k.hash != mark && telling {
			r.err = &exercise.Refusal{Code: exercise.KeyReused, Args: map[string]any{"Key": r.cmd.Key}}
		}
		return
	}
	decided, first, stored := len(c.events), c.state.Seq()+1, c.batch
	cmd := r.cmd
	if cmd.Do, r.err = c.beforePoll(r.cmd.Do); r.err != nil {
		return
	}
	events, err := c.state.Decide(&cmd, c.events)
	if err != nil {
		r.err = err
		return
	}
	if err := c.carryOut(r, events[decided:]); err != nil {
		// Checked packs do not get here. The state has gone ahead of what can be
		// stored, so nothing more is decided on it.
		c.batch = stored
		r.err, c.broken = err, fmt.Errorf("exercise %s: %w", c.id, err)
		return
	}
	last := c.state.Seq()
	c.events, r.res, r.until = events, Result{first, last}, last
	c.keys.add(id, keyed{hash: mark, first: first, n: uint32(last + 1 - first)})
	c.batch.Keys = append(c.batch.Keys, eventstore.Key{
		Actor: r.cmd.Actor.ID, Key: r.cmd.Key, Hash: hash, First: first, Last: last,
	})
}

// carryOut lays ready what was decided, with what is no event.
func (c *Conductor) carryOut(r *request, events []exercise.Event) error {
	if err := c.afterPoll(r, r.cmd.Do, events); err != nil {
		return err
	}
	for i := range events {
		c.keepUpload(&events[i], r.cmd.Do)
		if err := c.apply(&events[i]); err != nil {
			return err
		}
	}
	return nil
}

// keepUpload lays the bytes of a file ready that a unit hands in.
func (c *Conductor) keepUpload(e *exercise.Event, do exercise.Action) {
	b, handed := e.Body.(*exercise.Submitted)
	if !handed || b.File == nil {
		return
	}
	if entered, ok := do.(exercise.Enter); ok {
		do = entered.Do
	}
	if a, ok := do.(exercise.Submit); ok {
		data := a.File.Data()
		content := journal.Content{Hash: journal.HashOf(data), Media: b.File.Media, Data: data}
		c.batch.Contents = append(c.batch.Contents, eventstore.Cited{Seq: e.Seq, Content: content})
	}
}

// apply folds an event in and lays it ready for the store.
func (c *Conductor) apply(e *exercise.Event) error {
	if b, ok := e.Body.(*exercise.InjectReleased); ok {
		contents, err := render(c.state, e, b)
		if err != nil {
			return err
		}
		for _, content := range contents {
			c.batch.Contents = append(c.batch.Contents, eventstore.Cited{Seq: e.Seq, Content: content})
		}
	}
	if b, ok := e.Body.(*exercise.ReplyReady); ok {
		if err := answer(c.state, e, b); err != nil {
			return err
		}
	}
	raw, err := e.Encode()
	if err != nil {
		return err
	}
	if err := c.state.Apply(e); err != nil {
		return err
	}
	c.react(e)
	c.batch.Events = append(c.batch.Events, raw)
	return nil
}

// flush hands what was decided to the store; with full set, only when it fills
// a batch.
func (c *Conductor) flush(full bool) {
	n := len(c.batch.Events)
	if n == 0 && len(c.batch.With) == 0 || full && n < maxBatch {
		return
	}
	c.batch.Exercise, c.batch.First = c.id, c.state.Seq()+1-uint64(n)
	c.submit()
}

func (c *Conductor) submit() {
	wall := c.deps.Clock.Now()
	c.batch.Tick = &eventstore.Tick{At: int64(c.tickAt(wall)), Wall: wall}
	c.ticked = wall
	batch, events := c.batch, c.events
	c.batch, c.events = eventstore.Batch{}, nil
	c.inflight++
	c.submitted++
	c.deps.Store.Enqueue(batch, func(head eventstore.Head, err error) { c.commits <- commit{events, head, err} })
}

// tickAt is how far exercise time has come with everything before it decided.
func (c *Conductor) tickAt(wall int64) exercise.Time {
	return max(c.state.At(), min(c.state.Now(wall), c.nextOwed()))
}

// tick makes the progress of a quiet exercise durable.
func (c *Conductor) tick() {
	quiet := time.Duration(c.deps.Clock.Now()-c.ticked) * time.Microsecond
	if c.inflight > 0 || quiet < tickEvery || c.state.Phase() != exercise.Running {
		return
	}
	c.batch.Exercise, c.batch.First = c.id, c.state.Seq()+1
	c.submit()
}
