package follow

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"renkei/internal/exercise"
	"renkei/internal/journal"
)

// Log is where the committed events are read.
type Log interface {
	Entries(ctx context.Context, exercise string, from uint64) iter.Seq2[journal.Entry, error]
	Content(ctx context.Context, hash journal.Hash) (journal.Content, error)
}

// Exercise is one exercise as those who look at it may see it: always at a
// committed event, seldom more than a moment behind the last.
type Exercise struct {
	id     string
	log    Log
	bodies exercise.Bodies

	inbox inbox

	mu     readLock // guards what is below; held shortly
	state  *exercise.State
	events []exercise.Event    // all of them: event n is at n-1
	people []string            // persons who acted, in the order of their first event
	known  map[string]struct{} // the same
	topics map[string]*topic
	grown  chan struct{} // closed when the state has grown; then there is a new one

	checkpoints *checkpoints
}

// Open folds the log of an exercise as far as it goes. Hand OnCommitted to the
// conductor and call Run to follow from there.
func Open(ctx context.Context, log Log, id string) (*Exercise, error) {
	x := &Exercise{
		id: id, log: log, bodies: exercise.NewBodies(), inbox: inbox{wake: make(chan struct{}, 1)},
		topics: map[string]*topic{}, grown: make(chan struct{}), checkpoints: newCheckpoints(), known: map[string]struct{}{},
	}
	if err := x.catchUp(ctx); err != nil {
		return nil, fmt.Errorf("follow exercise %s: %w", id, err)
	}
	if x.state == nil {
		return nil, fmt.Errorf("follow exercise %s: %w", id, ErrEmpty)
	}
	return x, nil
}

// ErrEmpty is the error of following an exercise whose log has no beginning.
var ErrEmpty = errors.New("the log is empty")

// OnCommitted takes committed events, in order. It never blocks.
func (x *Exercise) OnCommitted(events []exercise.Event) { x.inbox.put(events) }

// Run folds what was seen until ctx ends, or the log does not fold.
func (x *Exercise) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-x.inbox.wake:
		}
		if err := x.fold(ctx, x.inbox.take()); err != nil {
			return fmt.Errorf("follow exercise %s: %w", x.id, err)
		}
	}
}

// Wait returns when the event with that seq can be seen, or why not.
func (x *Exercise) Wait(ctx context.Context, seq uint64) error {
	for {
		x.mu.RLock()
		now, grown := x.state.Seq(), x.grown
		x.mu.RUnlock()
		if now >= seq {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return fmt.Errorf("wait for event %d: %w", seq, ctx.Err())
		}
	}
}

// fold takes events in. A gap, as when another node was quicker, is read from
// the log.
func (x *Exercise) fold(ctx context.Context, events []exercise.Event) error {
	for len(events) > 0 {
		next := x.next()
		if events[0].Seq < next {
			events = events[1:]
			continue
		}
		if events[0].Seq > next {
			if err := x.catchUp(ctx); err != nil {
				return err
			}
			continue
		}
		return x.apply(events)
	}
	return nil
}

// next is the seq of the event that comes next. Only the goroutine that folds
// calls it.
func (x *Exercise) next() uint64 {
	if x.state == nil {
		return 1
	}
	return x.state.Seq() + 1
}

// apply folds events in that follow on the last, and wakes whom they concern.
// Where one cannot be folded, those before it count and it does not.
func (x *Exercise) apply(events []exercise.Event) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	wake := map[*topic]struct{}{}
	defer func() {
		for t := range wake {
			t.wake()
		}
		close(x.grown)
		x.grown = make(chan struct{})
	}()
	for i := range events {
		e := &events[i]
		if err := x.state.Apply(e); err != nil {
			return err
		}
		x.events = append(x.events, *e)
		if _, known := x.known[e.Actor]; !known && exercise.IsPerson(e.Actor) {
			x.known[e.Actor] = struct{}{}
			x.people = append(x.people, e.Actor)
		}
		for _, name := range topicsOf(e.To) {
			t := x.topic(name)
			t.seqs = append(t.seqs, e.Seq)
			wake[t] = struct{}{}
		}
	}
	return nil
}

// Play returns the pack and the cast with which the log begins.
func (x *Exercise) Play() *exercise.Play {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.state.Play()
}

// People returns the ids of the persons who have acted but for the first n, in
// the order of their first event. The list must not be changed.
func (x *Exercise) People(n int) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.people[min(n, len(x.people)):]
}

// topic finds a topic, or begins it. The caller holds mu.
func (x *Exercise) topic(name string) *topic {
	t := x.topics[name]
	if t == nil {
		t = &topic{streams: map[*Stream]struct{}{}}
		x.topics[name] = t
	}
	return t
}

// sheet is how many events of the log are folded in at a time.
const sheet = 1024

// catchUp folds the log from the next event on.
func (x *Exercise) catchUp(ctx context.Context) error {
	events := make([]exercise.Event, 0, sheet)
	for entry, err := range x.log.Entries(ctx, x.id, x.next()) {
		if err != nil {
			return err
		}
		e, err := x.bodies.Decode(entry.Event)
		if err != nil {
			return err
		}
		if created, ok := e.Body.(*exercise.Created); ok {
			if err := x.begin(ctx, created); err != nil {
				return err
			}
		}
		if events = append(events, e); len(events) == sheet {
			if err := x.apply(events); err != nil {
				return err
			}
			events = events[:0]
		}
	}
	if len(events) == 0 {
		return nil
	}
	return x.apply(events)
}

func (x *Exercise) begin(ctx context.Context, created *exercise.Created) error {
	var broken error
	play, err := exercise.OpenPlay(created, func(hash string) ([]byte, bool) {
		var h journal.Hash
		if broken = h.UnmarshalText([]byte(hash)); broken != nil {
			return nil, false
		}
		var content journal.Content
		content, broken = x.log.Content(ctx, h)
		return content.Data, broken == nil
	})
	if err := errors.Join(broken, err); err != nil {
		return err
	}
	x.state = exercise.New(play)
	return nil
}
