package conduct_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/eventstore"
)

// warnings keeps what a log says, message and reason.
type warnings struct {
	mu   sync.Mutex
	said []string
}

func (w *warnings) Enabled(context.Context, slog.Level) bool { return true }
func (w *warnings) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *warnings) WithGroup(string) slog.Handler            { return w }

func (w *warnings) Handle(_ context.Context, r slog.Record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "reason" {
			line += ": " + a.Value.String()
		}
		return true
	})
	w.said = append(w.said, line)
	return nil
}

// about takes out what was said about something.
func (w *warnings) about(what string) (found []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = slices.DeleteFunc(w.said, func(line string) bool {
		is := strings.Contains(line, what)
		if is {
			found = append(found, line)
		}
		return is
	})
	return found
}

// snapshots keeps every snapshot that is written.
func (m *memStore) snapshots(all *[]eventstore.Snapshot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put = func(s eventstore.Snapshot) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		*all = append(*all, s)
		return nil
	}
}

// peek opens the exercise and gives its state, how many entries that took, and
// what was said of a snapshot.
func (r *fixture) peek(snap *eventstore.Snapshot) (s *exercise.State, read int, said []string) {
	r.t.Helper()
	r.mem.mu.Lock()
	r.mem.snapshot, r.mem.read = snap, 0
	r.mem.mu.Unlock()
	c, err := conduct.Open(r.t.Context(), r.deps, "x")
	if err != nil {
		r.t.Fatal(err)
	}
	r.mem.mu.Lock()
	defer r.mem.mu.Unlock()
	return c.State(), r.mem.read, r.warned.about("snapshot_ignored")
}

// played is an exercise to its end, put by every other minute.
func played(t *testing.T, teams int) (*fixture, []eventstore.Snapshot) {
	t.Helper()
	r := newFixture(t, loadShipped(t), teams, &handClock{wall: 1_800_000_000_000_000})
	var all []eventstore.Snapshot
	r.mem.snapshots(&all)
	s := r.open()
	for _, u := range s.c.State().Play().Cast.Units {
		s.must("standin/"+u.Key, exercise.SetStandIn{Unit: u.Key, Bot: true})
	}
	s.must("startex", exercise.Start{Speed: 1})
	for i := range 16 {
		s.after(2*time.Minute, "n"+strconv.Itoa(i))
		s.stop()
		s = r.open()
		s.must("back"+strconv.Itoa(i), exercise.AddNote{Text: "back"}) // before the clock moves on
	}
	s.stop()
	if s.c.State().Phase() != exercise.Over || len(all) < 10 {
		t.Fatalf("%s with %d snapshots", s.c.State().Phase(), len(all))
	}
	return r, all
}

// TestOpensFromAnySnapshot that was written on the way, with every log that
// begins with it, as from that log alone: so a crash is harmless whenever it
// comes.
func TestOpensFromAnySnapshot(t *testing.T) {
	if testing.Short() {
		t.Skip("has no goroutines that could race; the run without -short has it")
	}
	t.Parallel()
	r, all := played(t, 2)
	events, chains, keys := r.mem.events, r.mem.chains, r.mem.keys
	for i := 0; i < len(all); i += 2 {
		snap := all[i]
		for _, n := range []int{int(snap.Seq), (int(snap.Seq) + len(events)) / 2, len(events)} {
			r.mem.events, r.mem.chains = events[:n], chains[:n]
			r.mem.keys = slices.DeleteFunc(slices.Clone(keys), func(k eventstore.Key) bool { return k.Last > uint64(n) })
			folded, _, _ := r.peek(nil)
			recalled, read, said := r.peek(&snap)
			if len(said) > 0 {
				t.Fatalf("snapshot at %d of %d: %v", snap.Seq, n, said)
			}
			if rest := n - int(snap.Seq); read > rest+1 {
				t.Fatalf("snapshot at %d of %d: %d entries read", snap.Seq, n, read)
			}
			if string(folded.AppendTo(nil)) != string(recalled.AppendTo(nil)) {
				t.Fatalf("snapshot at %d of %d gives another state", snap.Seq, n)
			}
		}
	}
}

// TestSnapshotIsIgnored where it does not match, with a word why; the exercise
// opens from the log, and a new one is written.
func TestSnapshotIsIgnored(t *testing.T) {
	if testing.Short() {
		t.Skip("has no goroutines that could race; the run without -short has it")
	}
	t.Parallel()
	r, all := played(t, 2)
	good := all[len(all)/2]
	_, others := played(t, 3)
	flipped := slices.Clone(good.Data)
	flipped[len(flipped)/2] ^= 4
	for name, tc := range map[string]struct {
		spoil func(s *eventstore.Snapshot, deps *conduct.Deps)
		why   string
	}{
		"a flipped byte":   {func(s *eventstore.Snapshot, _ *conduct.Deps) { s.Data = flipped }, "not as it was written"},
		"cut":              {func(s *eventstore.Snapshot, _ *conduct.Deps) { s.Data = s.Data[:100] }, "not as it was written"},
		"empty":            {func(s *eventstore.Snapshot, _ *conduct.Deps) { s.Data = nil }, "not as it was written"},
		"another maker":    {func(s *eventstore.Snapshot, _ *conduct.Deps) { s.BuildID = "older" }, "another program"},
		"of another log":   {func(s *eventstore.Snapshot, _ *conduct.Deps) { *s = others[0] }, "another one"},
		"ahead of the log": {func(s *eventstore.Snapshot, _ *conduct.Deps) { s.Seq = 1 << 40 }, "not go that far"},
		"of another event": {func(s *eventstore.Snapshot, _ *conduct.Deps) {
			s.Seq--
			s.Chain = r.mem.chains[s.Seq-1]
		}, "another event"},
		"without simulated teams": {func(_ *eventstore.Snapshot, d *conduct.Deps) { d.Bots = nil }, "other simulated teams"},
		"with a nameless program": {func(_ *eventstore.Snapshot, d *conduct.Deps) {
			d.BuildID = func() (string, error) { return "", errDisk }
		}, errDisk.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			snap, deps := good, r.deps
			tc.spoil(&snap, &r.deps)
			defer func() { r.deps = deps }()
			want, _, _ := r.peek(nil)
			got, read, said := r.peek(&snap)
			if len(said) != 1 || !strings.HasPrefix(said[0], "WARN snapshot_ignored: ") || !strings.Contains(said[0], tc.why) {
				t.Errorf("said %q, want why: %s", said, tc.why)
			}
			if read < len(r.mem.events) {
				t.Errorf("read only %d of %d entries", read, len(r.mem.events))
			}
			if string(want.AppendTo(nil)) != string(got.AppendTo(nil)) {
				t.Error("another state")
			}
			r.deps = deps
			r.open().stop()
			r.warned.about("snapshot_ignored")
			if _, read, said = r.peek(r.mem.snapshot); read > 1 || len(said) > 0 {
				t.Errorf("then %d entries were read, and said %q", read, said)
			}
		})
	}
}

// TestKeysAreRecalled: what was done is known again, from before the snapshot
// and from after it.
func TestKeysAreRecalled(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	results := map[string]conduct.Result{}
	note := func(keys ...string) {
		s := r.open()
		for _, key := range keys {
			results[key] = s.must(key, exercise.AddNote{Text: key})
		}
		s.stop()
	}
	note("a", "b", "c")
	early := r.mem.snapshot
	note("d", "e")
	if early.Seq >= r.mem.snapshot.Seq {
		t.Fatalf("snapshots at %d and then at %d", early.Seq, r.mem.snapshot.Seq)
	}
	r.mem.snapshot = early
	s := r.open()
	for key, want := range results {
		if got := s.must(key, exercise.AddNote{Text: key}); got != want {
			t.Errorf("%s gave %v again, %v first", key, got, want)
		}
		_, err := s.c.Do(t.Context(), exercise.Command{Key: key, Actor: exercise.Excon(), Do: exercise.AddNote{Text: "other"}})
		var refusal *exercise.Refusal
		if !errors.As(err, &refusal) || refusal.Code != exercise.KeyReused {
			t.Errorf("%s with another text: %v", key, err)
		}
	}
	s.stop()
}

// TestSnapshotHoldsUpNobody: while one is being written, and when it cannot be,
// commands are answered.
func TestSnapshotHoldsUpNobody(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	r.deps.SnapshotEvery = 1
	begun, free := make(chan struct{}), make(chan struct{})
	var once sync.Once
	r.mem.put = func(eventstore.Snapshot) error {
		once.Do(func() { close(begun) })
		<-free
		return errDisk
	}
	s := r.open()
	s.must("first", exercise.AddNote{Text: "x"})
	<-begun
	s.must("meanwhile", exercise.AddNote{Text: "x"})
	s.cancel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := s.c.Do(ctx, exercise.Command{Key: "late", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "x"}})
	if err != nil && !errors.Is(err, conduct.ErrStopped) {
		t.Errorf("while stopping: %v", err)
	}
	close(free)
	if err := <-s.ended; err != nil {
		t.Errorf("run: %v", err)
	}
	if said := r.warned.about("snapshot_"); len(said) == 0 || !strings.HasPrefix(said[0], "WARN snapshot_not_written: ") {
		t.Errorf("said %q", said)
	}
}

// TestRestMakesASnapshot: play that pauses or ends is put by at once.
func TestRestMakesASnapshot(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]exercise.Action{"pause": exercise.Pause{}, "end": exercise.End{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := smallRig(t)
			r.deps.SnapshotEvery = 64
			kept := make(chan uint64, 16)
			r.mem.put = func(s eventstore.Snapshot) error {
				kept <- s.Seq
				return nil
			}
			s := r.open()
			s.must("startex", exercise.Start{Speed: 1})
			want := s.must("rest", do).Last
			select {
			case got := <-kept:
				for got < want {
					got = <-kept
				}
			case <-time.After(time.Minute):
				t.Error("no snapshot within a minute")
			}
			s.stop()
		})
	}
}
