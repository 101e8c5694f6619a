package load

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Answers hands in so many answers a second for a while, over so many
// connections, whether those before have been acknowledged or not, as people
// do. It tells how long after its time each was acknowledged, but for those of
// the first seconds, in which the load begins.
func (p *People) Answers(ctx context.Context, perSecond, seconds, connections int) (Spread, error) {
	n := perSecond * seconds
	took, errs := make([]time.Duration, n), make([]error, connections)
	start := time.Now().Add(100 * time.Millisecond)
	var wg sync.WaitGroup
	for c := range connections {
		wg.Go(func() { errs[c] = p.answerFrom(ctx, c, connections, n, start, perSecond, took) })
	}
	wg.Wait()
	return SpreadOf(took[perSecond*warmUp:]), errors.Join(errs...)
}

// warmUp is for how many seconds answers are not measured.
const warmUp = 3

// answerFrom sends every connections-th answer, each at its time.
func (p *People) answerFrom(ctx context.Context, c, connections, n int, start time.Time, perSecond int, took []time.Duration) error {
	w, err := dial(ctx, p.addr)
	if err != nil {
		return err
	}
	defer w.close()
	for i := c; i < n; i += connections {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return fmt.Errorf("answer: %w", ctx.Err())
		}
		m := p.Members[i%len(p.Members)]
		form := url.Values{
			"key": {strconv.Itoa(i)}, "task": {Task}, "text": {"We see connections to 203.0.113.11 and have blocked them. Report number " + strconv.Itoa(i)},
		}
		if err := w.post("/x/"+Exercise+"/answer/"+m.Unit, m.Session, form.Encode()); err != nil {
			return err
		}
		status, err := w.skip()
		if err != nil {
			return err
		}
		if status >= 400 {
			return fmt.Errorf("answer: status %d", status)
		}
		took[i] = time.Since(due)
	}
	return nil
}
