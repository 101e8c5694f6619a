package database

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// How long to wait before another try: the pauses double from the first to
// the longest.
const (
	FirstPause   = 20 * time.Millisecond
	LongestPause = time.Second
)

// outage is what all who use a database know of its being away.
type outage struct {
	log      *slog.Logger
	patience time.Duration
	quit     chan struct{} // closed when the database closes

	mu    sync.Mutex
	since time.Time // guarded by mu; zero while the database answers
}

// wait waits before another try at what failed with err. It reports false
// where there shall be none: the outage has lasted too long, or nobody wants
// the answer any more.
func (o *outage) wait(ctx context.Context, pause time.Duration, err error) bool {
	if o.begin(err) > o.patience {
		return false
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-o.quit:
		return false
	}
}

// begin returns how long the outage has lasted.
func (o *outage) begin(err error) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = time.Now()
		o.log.Warn("database_away", "patience", o.patience, "error", err)
	}
	return time.Since(o.since)
}

// end says that the database has answered.
func (o *outage) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.since.IsZero() {
		o.log.Info("database_back", "after", time.Since(o.since))
		o.since = time.Time{}
	}
}

// Retry runs do, and runs it again while the database is away, but for a
// Reader that has lost its moment. do must be able to run again.
func (r *Reader) Retry(ctx context.Context, do func(context.Context) error) error {
	for pause := FirstPause; ; pause = min(2*pause, LongestPause) {
		err := r.Try(ctx, do)
		switch {
		case r.outage == nil:
			return err
		case err == nil || !r.eng.transient(err):
			r.outage.end()
			return err
		case ctx.Err() != nil || !r.outage.wait(ctx, pause, err):
			return err
		}
	}
}

// Try runs do once, with a deadline where a network may fall silent.
func (r *Reader) Try(ctx context.Context, do func(context.Context) error) error {
	if !r.eng.remote {
		return do(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, r.eng.limit)
	defer cancel()
	return do(ctx)
}
