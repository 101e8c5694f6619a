package conduct

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/journal"
)

// sheet is some entries of the log on their way to be events.
type sheet struct {
	after   journal.Head // the entry before them, as it was read
	entries []journal.Entry
	events  []exercise.Event // of the entries before the first that is broken
	err     error
	done    chan struct{} // closed when they are decoded
}

// linesOfSheet is how many entries are decoded in one go.
const linesOfSheet = 256

// eachEvent gives the log after a head to do, event by event with its chain. It
// reads, verifies and decodes ahead of do, for that is most of the time that it
// takes to open a log. What does not verify is database.ErrDamaged with a
// journal.CorruptError, and everything before it has been done.
func (c *Conductor) eachEvent(ctx context.Context, after journal.Head, do func(e *exercise.Event, chain journal.Hash) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	n := runtime.GOMAXPROCS(0)
	ordered, undone := make(chan *sheet, 2*n), make(chan *sheet, 2*n)
	workers.Go(func() { c.readSheets(ctx, after, ordered, undone) })
	for range n {
		workers.Go(func() {
			for s := range undone {
				s.decode(c.bodies)
			}
		})
	}
	for s := range ordered {
		<-s.done
		for i := range s.events {
			if err := do(&s.events[i], s.entries[i].Chain); err != nil {
				return err
			}
		}
		if s.err != nil {
			return s.err
		}
	}
	return ctx.Err()
}

// readSheets reads the log, until ctx ends, into both channels, which it closes.
func (c *Conductor) readSheets(ctx context.Context, after journal.Head, ordered, undone chan<- *sheet) {
	defer close(ordered)
	defer close(undone)
	fresh := func() *sheet {
		return &sheet{after: after, entries: make([]journal.Entry, 0, linesOfSheet), done: make(chan struct{})}
	}
	s := fresh()
	hand := func() bool {
		for _, to := range []chan<- *sheet{undone, ordered} { // whoever waits for it may count on its being decoded
			select {
			case to <- s:
			case <-ctx.Done():
				return false
			}
		}
		s = fresh()
		return true
	}
	for entry, err := range c.deps.Store.Entries(ctx, c.id, after.Seq+1) {
		if s.err = err; err != nil {
			break
		}
		after = journal.Head{Seq: entry.Seq, Chain: entry.Chain}
		if s.entries = append(s.entries, entry); len(s.entries) == linesOfSheet && !hand() {
			return
		}
	}
	hand()
}

// decode verifies and decodes the entries. Each sheet is verified from what was
// read right before it, so that many can be at a time: all of them hold when
// each does.
func (s *sheet) decode(bodies exercise.Bodies) {
	defer close(s.done)
	s.events = make([]exercise.Event, 0, len(s.entries))
	for i := range s.entries {
		e, err := verified(&s.after, &s.entries[i], bodies)
		if err != nil {
			s.err = err
			return
		}
		s.events = append(s.events, e)
	}
}

// verified decodes an entry that follows head, and moves that on. It returns
// ErrRedacted where the event was left out.
func verified(head *journal.Head, entry *journal.Entry, bodies exercise.Bodies) (exercise.Event, error) {
	if err := head.Take(entry); err != nil {
		return exercise.Event{}, fmt.Errorf("%w: %w", database.ErrDamaged, err)
	}
	if entry.Redacted() {
		return exercise.Event{}, ErrRedacted
	}
	return bodies.Decode(entry.Event)
}

// content returns the bytes of a content that the first event cites.
func (c *Conductor) content(ctx context.Context, hash string) ([]byte, error) {
	var h journal.Hash
	if err := h.UnmarshalText([]byte(hash)); err != nil {
		return nil, err
	}
	content, err := c.deps.Store.Content(ctx, h)
	if errors.Is(err, database.ErrNotFound) || err == nil && journal.HashOf(content.Data) != h {
		return nil, fmt.Errorf("%w: %w", database.ErrDamaged, &journal.CorruptError{Code: journal.CodeBadContent, Seq: 1})
	}
	return content.Data, err
}
