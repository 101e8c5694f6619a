package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// Streams are the crowd's open streams.
type Streams struct {
	p    *People
	open []*wire
	dead bool // nobody reads the first
}

const streamPath = "/x/" + Exercise + "/stream"

// Open opens a stream for everybody, and waits for its first frame.
func (p *People) Open(ctx context.Context, atOnce int) (*Streams, error) {
	s := &Streams{p: p, open: make([]*wire, len(p.Members))}
	err := each(ctx, len(p.Members), atOnce, func(ctx context.Context, i int) (err error) {
		s.open[i], err = p.stream(ctx, i)
		return err
	})
	if err != nil {
		s.Close()
	}
	return s, err
}

func (p *People) stream(ctx context.Context, i int) (*wire, error) {
	from := ""
	if p.From != nil {
		from = p.From(i)
	}
	w, err := dialFrom(ctx, p.addr, from)
	if err != nil {
		return nil, err
	}
	err = w.get(streamPath, p.Members[i].Session, "Accept: text/event-stream\r\n")
	if err == nil {
		var status int
		if status, _, err = w.head(); err == nil && status != 200 {
			err = fmt.Errorf("stream: status %d", status)
		}
	}
	if err == nil {
		_, err = w.frame(time.Now().Add(30 * time.Second))
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// Neglect leaves the first stream unread from now on, as a machine does that has
// gone to sleep.
func (s *Streams) Neglect() { s.dead = true }

// read are the streams that somebody reads.
func (s *Streams) read() []*wire {
	if s.dead {
		return s.open[1:]
	}
	return s.open
}

// Close ends them.
func (s *Streams) Close() {
	for _, w := range s.open {
		if w != nil {
			w.close()
		}
	}
}

// Receive waits until every stream has told of news that fell due at a time,
// and then fetches what is new, as a page does. It tells how long after its
// time everybody was told, and had it before them.
func (s *Streams) Receive(due time.Time, part func(m Member) string) (told, seen Spread, err error) {
	heard, shown := make([]time.Duration, len(s.open)), make([]time.Duration, len(s.open))
	errs := make([]error, len(s.open))
	var wg sync.WaitGroup
	for i, w := range s.open {
		wg.Go(func() {
			at, err := w.frame(due.Add(30 * time.Second))
			for err == nil && at.Before(due) {
				at, err = w.frame(due.Add(30 * time.Second))
			}
			heard[i] = at.Sub(due)
			if err == nil {
				err = s.p.fetch(i, part(s.p.Members[i]))
				shown[i] = time.Since(due)
			}
			errs[i] = err
		})
	}
	wg.Wait()
	return SpreadOf(heard), SpreadOf(shown), errors.Join(errs...)
}

// fetch gets the part of a page that changes.
func (p *People) fetch(i int, path string) (err error) {
	w := <-p.idle
	defer func() { p.idle <- w }()
	if w == nil {
		if w, err = dial(context.Background(), p.addr); err != nil {
			return err
		}
	}
	err = w.get(path, p.Members[i].Session, "HX-Request: true\r\nAccept-Encoding: gzip\r\n")
	if err == nil {
		var status int
		if status, err = w.skip(); err == nil && status != 200 {
			err = fmt.Errorf("%s: status %d", path, status)
		}
	}
	if err != nil {
		w.close()
		w = nil
	}
	return err
}

// Reconnect waits for all streams to break, and opens each again as browsers
// do: half a second later, give or take a third, and then twice as long after
// each failure. It tells how long after a time everybody was back.
func (s *Streams) Reconnect(ctx context.Context, since time.Time) (Spread, error) {
	back := make([]time.Duration, len(s.open))
	err := each(ctx, len(s.open), len(s.open), func(ctx context.Context, i int) error {
		s.open[i].close()
		for wait := 500 * time.Millisecond; ; wait = min(2*wait, time.Minute) {
			jitter := time.Duration((rand.Float64()*2 - 1) * 0.3 * float64(wait))
			select {
			case <-time.After(wait + jitter):
			case <-ctx.Done():
				return fmt.Errorf("reconnect: %w", ctx.Err())
			}
			w, err := s.p.stream(ctx, i)
			if err == nil {
				s.open[i], back[i] = w, time.Since(since)
				return nil
			}
		}
	})
	return SpreadOf(back), err
}

// Drain reads the streams until a time, so that none of them is slow, and
// counts the frames.
func (s *Streams) Drain(until time.Time) (frames int, err error) {
	all := s.read()
	counts, errs := make([]int, len(all)), make([]error, len(all))
	var wg sync.WaitGroup
	for i, w := range all {
		wg.Go(func() {
			for errs[i] == nil {
				if _, errs[i] = w.frame(until); errs[i] == nil {
					counts[i]++
				}
			}
			if isTimeout(errs[i]) {
				errs[i] = nil
			}
		})
	}
	wg.Wait()
	for _, n := range counts {
		frames += n
	}
	return frames, errors.Join(errs...)
}
