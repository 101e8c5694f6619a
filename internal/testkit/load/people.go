package load

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// People are the crowd at their browsers, in front of a server.
type People struct {
	*Crowd
	// From is from which address of this machine somebody opens their stream; nil
	// for one and the same for all.
	From func(member int) string

	addr string
	idle chan *wire // connections that wait for the next request; nil: to be dialled
}

// proxied is how many connections fetch pages: as many as a reverse proxy
// holds to a server, whoever is behind it.
const proxied = 128

// Connect brings the crowd to a server at host:port.
func Connect(c *Crowd, addr string) *People {
	p := &People{Crowd: c, addr: addr, idle: make(chan *wire, proxied)}
	for range proxied {
		p.idle <- nil
	}
	return p
}

// Spread is how long something took: so many of them, and how long at most for
// half, for 99 of 100, and for all.
type Spread struct {
	N             int
	P50, P99, Max time.Duration
}

// SpreadOf measures durations.
func SpreadOf(all []time.Duration) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	slices.Sort(all)
	at := func(part int) time.Duration { return all[min(len(all)-1, len(all)*part/100)] }
	return Spread{N: len(all), P50: at(50), P99: at(99), Max: all[len(all)-1]}
}

// String gives it in milliseconds.
func (s Spread) String() string {
	ms := func(d time.Duration) string { return strconv.FormatFloat(d.Seconds()*1000, 'f', 1, 64) }
	return fmt.Sprintf("n %d, p50 %s ms, p99 %s ms, max %s ms", s.N, ms(s.P50), ms(s.P99), ms(s.Max))
}

// each calls do for every number below n, so many at a time, and joins what
// fails; it gives up after the first few failures.
func each(ctx context.Context, n, atOnce int, do func(ctx context.Context, i int) error) error {
	var next, failed atomic.Int64
	var mu sync.Mutex
	var errs []error
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n) && ctx.Err() == nil && failed.Load() < 5; i = next.Add(1) - 1 {
				if err := do(ctx, int(i)); err != nil {
					failed.Add(1)
					mu.Lock()
					errs = append(errs, fmt.Errorf("number %d: %w", i, err))
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// SignIn signs everybody in with login and password, so many at a time, and
// tells how long each waited.
func (p *People) SignIn(ctx context.Context, atOnce int) (Spread, error) {
	took := make([]time.Duration, len(p.Members))
	err := each(ctx, len(p.Members), atOnce, func(ctx context.Context, i int) error {
		w, err := dial(ctx, p.addr)
		if err != nil {
			return err
		}
		defer w.close()
		start := time.Now()
		if err := w.post("/sign-in", "", url.Values{"login": {p.Members[i].Login}, "password": {Password}}.Encode()); err != nil {
			return err
		}
		status, err := w.skip()
		took[i] = time.Since(start)
		if err == nil && status != 303 && status != 200 {
			err = fmt.Errorf("sign in: status %d", status)
		}
		return err
	})
	return SpreadOf(took), err
}

// Direct gives a command of the director by a form.
func (p *People) Direct(ctx context.Context, path string, form url.Values) error {
	w, err := dial(ctx, p.addr)
	if err != nil {
		return err
	}
	defer w.close()
	form.Set("key", strconv.FormatInt(time.Now().UnixNano(), 36))
	if err := w.post("/x/"+Exercise+path, p.Director.Session, form.Encode()); err != nil {
		return err
	}
	status, err := w.skip()
	if err == nil && status >= 400 {
		err = fmt.Errorf("%s: status %d", path, status)
	}
	return err
}

// WaitReady waits until the server says that it is ready.
func (p *People) WaitReady(ctx context.Context) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if p.ready(ctx) {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for the server: %w", ctx.Err())
		}
	}
}

func (p *People) ready(ctx context.Context) bool {
	w, err := dial(ctx, p.addr)
	if err != nil {
		return false
	}
	defer w.close()
	if err := w.get("/readyz", "", ""); err != nil {
		return false
	}
	status, err := w.skip()
	return err == nil && status == 200
}
