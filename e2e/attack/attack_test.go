//go:build linux

package attack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// attack is something that somebody tries.
type attack struct {
	name string
	try  func(ctx context.Context, s *site) outcome
}

// outcome is how often it was tried and held, and how it broke.
type outcome struct {
	tried, held int
	broke       []string
}

// expect counts a try whose answer must be one of some statuses.
func (o *outcome) expect(status int, err error, what string, want ...int) {
	o.tried++
	for _, w := range want {
		if err == nil && status == w {
			o.held++
			return
		}
	}
	o.broke = append(o.broke, fmt.Sprintf("%s: %d %v", what, status, err))
}

// holds counts a try of which is known whether it held.
func (o *outcome) holds(ok bool, what string) {
	o.tried++
	if ok {
		o.held++
		return
	}
	o.broke = append(o.broke, what)
}

// attacks are all of them, in their order.
func attacks() []attack {
	return slices.Concat(crowdAttacks(), memoryAttacks(), writeAttacks(), signInAttacks())
}

// TestAttack runs every attack on one program, and prints a table.
func TestAttack(t *testing.T) {
	if os.Getenv("RENKEI_ATTACK") == "" {
		t.Skip("runs with RENKEI_ATTACK=1: make attack")
	}
	s := newSite(t)
	director := s.as("director")
	if status, err := director.post(t.Context(), "/x/"+id+"/clock", form("do", "start", "sure", "yes")); err != nil || status != http.StatusSeeOther {
		t.Fatalf("start: %d %v", status, err)
	}
	watch := s.watch(s.as("watcher"))
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "attack\ttried\theld\tbroke\tmemory\tslowest page")
	for _, a := range attacks() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		o := a.try(ctx, s)
		cancel()
		slowest, err := watch.lap()
		_, high := s.memory()
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d MiB\t%v\n", a.name, o.tried, o.held, len(o.broke), high>>20, slowest.Round(time.Millisecond))
		if o.tried == 0 || o.held < o.tried || err != nil {
			t.Errorf("%s: %d of %d held; %.500v %v", a.name, o.held, o.tried, o.broke[:min(3, len(o.broke))], err)
		}
	}
	if err := errors.Join(watch.stop(), w.Flush()); err != nil {
		t.Error(err)
	}
	t.Log("\n" + table.String())
}

// watcher asks for a director's page over and over, and looks at the memory.
type watcher struct {
	cancel context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	slowest time.Duration // guarded by mu
	err     error         // guarded by mu
}

const slowPage = 2 * time.Second

func (s *site) watch(director *visitor) *watcher {
	ctx, cancel := context.WithCancel(s.t.Context())
	w := &watcher{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				w.look(ctx, s, director)
			}
		}
	}()
	return w
}

func (w *watcher) look(ctx context.Context, s *site, director *visitor) {
	begun := time.Now()
	status, err := director.send(ctx, "/x/"+id+"/board", "", nil)
	took := time.Since(begun)
	if ctx.Err() != nil {
		return
	}
	now, _ := s.memory()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slowest = max(w.slowest, took)
	switch {
	case err != nil || status != http.StatusOK:
		w.err = errors.Join(w.err, fmt.Errorf("the director's page: %d %w", status, err))
	case took > slowPage:
		w.err = errors.Join(w.err, fmt.Errorf("the director's page took %v", took))
	case now > memoryMax:
		w.err = errors.Join(w.err, fmt.Errorf("%d MiB of memory", now>>20))
		_ = s.server.Process.Kill() // as the system would
	}
}

// lap gives what was seen since the last one.
func (w *watcher) lap() (slowest time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	slowest, err = w.slowest, w.err
	w.slowest, w.err = 0, nil
	return slowest, err
}

func (w *watcher) stop() error {
	w.cancel()
	<-w.done
	_, err := w.lap()
	return err
}
