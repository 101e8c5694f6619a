package conduct

import (
	"context"
	"runtime"
	"sync"

	"renkei/internal/exercise"
	"renkei/internal/journal"
)

// sheet is some entries of the log on their way to be events.
type sheet struct {
	entries []journal.Entry
	events  []exercise.Event // of the entries before the first that is broken
	err     error
	done    chan struct{} // closed when they are decoded
}

// linesOfSheet is how many entries are decoded in one go.
const linesOfSheet = 256

// eachEvent gives the log from seq on to do, event by event with its chain.
// It reads and decodes ahead of do, for that is most of the time that it takes
// to open a log.
func (c *Conductor) eachEvent(ctx context.Context, from uint64, do func(e *exercise.Event, chain journal.Hash) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	n := runtime.GOMAXPROCS(0)
	ordered, undone := make(chan *sheet, 2*n), make(chan *sheet, 2*n)
	workers.Go(func() { c.readSheets(ctx, from, ordered, undone) })
	for range n {
		workers.Go(func() {
			for s := range undone {
				c.decode(s)
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
func (c *Conductor) readSheets(ctx context.Context, from uint64, ordered, undone chan<- *sheet) {
	defer close(ordered)
	defer close(undone)
	fresh := func() *sheet {
		return &sheet{entries: make([]journal.Entry, 0, linesOfSheet), done: make(chan struct{})}
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
	for entry, err := range c.deps.Store.Entries(ctx, c.id, from) {
		if s.err = err; err != nil {
			break
		}
		if s.entries = append(s.entries, entry); len(s.entries) == linesOfSheet && !hand() {
			return
		}
	}
	hand()
}

func (c *Conductor) decode(s *sheet) {
	defer close(s.done)
	s.events = make([]exercise.Event, 0, len(s.entries))
	for i := range s.entries {
		e, err := c.bodies.Decode(s.entries[i].Event)
		if err != nil {
			s.err = err
			return
		}
		s.events = append(s.events, e)
	}
}
