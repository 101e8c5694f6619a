package eventstoretest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// held keeps the writer busy until release, so that what is enqueued
// meanwhile is one group.
func (b *bench) held(exercise string, first uint64) (release func()) {
	busy, free := make(chan struct{}), make(chan struct{})
	b.Enqueue(batch(exercise, first, 0), func(eventstore.Head, error) {
		close(busy)
		<-free
	})
	<-busy
	return func() { close(free) }
}

// answers collects what the writer says.
type answers struct {
	wg   sync.WaitGroup
	mu   sync.Mutex
	list []answer // in the order of the calls; guarded by mu
}

type answer struct {
	name string
	head eventstore.Head
	err  error
}

func (a *answers) done(name string) func(eventstore.Head, error) {
	a.wg.Add(1)
	return func(h eventstore.Head, err error) {
		a.mu.Lock()
		a.list = append(a.list, answer{name, h, err})
		a.mu.Unlock()
		a.wg.Done()
	}
}

// testOrder enqueues without waiting, across several groups.
func testOrder(b *bench) {
	t := b.t
	b.create("x", "y")
	var got answers
	var want []string
	for i := range uint64(2000) {
		exercise := []string{"x", "y"}[i%2]
		name := fmt.Sprint(exercise, i/2+1)
		want = append(want, name)
		b.Enqueue(batch(exercise, i/2+1, 1), got.done(name))
	}
	got.wg.Wait()
	for i, a := range got.list {
		if a.name != want[i] || a.err != nil || a.head.Seq != uint64(i/2+1) {
			t.Fatalf("answer %d is %+v, want %s", i, a, want[i])
		}
	}
	if got.list[1998].head != b.head("x") {
		t.Errorf("the last answer is %v, the head %v", got.list[1998].head, b.head("x"))
	}
	chained := make(chan error, 1)
	b.Enqueue(batch("x", 1001, 1), func(eventstore.Head, error) {
		b.Enqueue(batch("x", 1002, 1), func(_ eventstore.Head, err error) { chained <- err })
	})
	b.must(<-chained)
}

// testFailedBatch fails one batch in the middle of a group: what builds on it
// fails, and nothing else.
func testFailedBatch(b *bench) {
	t := b.t
	for name, keys := range map[string][]eventstore.Key{
		"refused before anything is written": {{Actor: "p", Key: "used"}},
		"undone":                             {{Actor: "p", Key: "fresh"}, {Actor: "p", Key: "used"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{t: t, opener: b.opener, dir: t.TempDir()}
			b.open()
			b.create("x", "y")
			start := batch("x", 1, 1)
			start.Keys = []eventstore.Key{{Actor: "p", Key: "used"}}
			b.append(start)
			bad := batch("x", 3, 1)
			bad.Keys = keys
			release := b.held("x", 2)
			var got answers
			b.Enqueue(batch("x", 2, 1), got.done("x2"))
			b.Enqueue(batch("y", 1, 1), got.done("y1"))
			b.Enqueue(bad, got.done("x3"))
			b.Enqueue(batch("x", 4, 1), got.done("x4"))
			b.Enqueue(batch("y", 2, 1), got.done("y2"))
			b.Enqueue(batch("x", 5, 0), got.done("x5"))
			b.Enqueue(batch("x", 3, 2), got.done("x3 again"))
			release()
			got.wg.Wait()
			want := []error{nil, nil, eventstore.ErrKeyReused, database.ErrConflict, nil, database.ErrConflict, nil}
			for i, a := range got.list {
				if !errors.Is(a.err, want[i]) {
					t.Errorf("%s: error %v, want %v", a.name, a.err, want[i])
				}
			}
			if x, y := b.head("x").Seq, b.head("y").Seq; x != 4 || y != 2 {
				t.Errorf("heads %d and %d, want 4 and 2", x, y)
			}
			b.export("x")
			b.export("y")
		})
	}
}

// testFailedGroup mixes every refusal in one group.
func testFailedGroup(b *bench) {
	t := b.t
	b.create("x", "y")
	release := b.held("x", 1)
	var got answers
	twice := batch("y", 1, 1)
	twice.Keys = []eventstore.Key{{Key: "k"}, {Key: "k"}}
	b.Enqueue(batch("none", 1, 1), got.done("no exercise"))
	b.Enqueue(batch("x", 0, 1), got.done("invalid"))
	b.Enqueue(twice, got.done("key twice"))
	b.Enqueue(batch("x", 7, 1), got.done("gap"))
	b.Enqueue(batch("x", 1, 1), got.done("good"))
	release()
	got.wg.Wait()
	want := []error{database.ErrNotFound, database.ErrInvalid, eventstore.ErrKeyReused, database.ErrConflict, nil}
	for i, a := range got.list {
		if !errors.Is(a.err, want[i]) || (a.err == nil) != (a.head.Seq == 1) {
			t.Errorf("%s: %+v, want error %v", a.name, a, want[i])
		}
	}
}

// testConcurrently has many write and read at once.
func testConcurrently(b *bench) {
	t := b.t
	const exercises, batches = 8, 50
	var wg sync.WaitGroup
	for i := range exercises {
		id := fmt.Sprint("x", i)
		b.create(id)
		wg.Go(func() {
			for n := range uint64(batches) {
				with := batch(id, 2*n+1, 2)
				with.Keys = []eventstore.Key{{Actor: "p", Key: fmt.Sprint(n)}}
				if h, err := b.Append(b.ctx(), with); err != nil || h.Seq != 2*n+2 {
					t.Errorf("%s at %d: %v, %v", id, 2*n+1, h, err)
					return
				}
			}
		})
		wg.Go(func() {
			for range batches {
				n := uint64(0)
				for e, err := range b.Entries(b.ctx(), id, 1) {
					if n++; err != nil || e.Seq != n {
						t.Errorf("%s: entry %d is %d, %v", id, n, e.Seq, err)
						return
					}
				}
				if h, err := b.Head(b.ctx(), id); err != nil || h.Seq < n || h.Seq%2 != 0 {
					t.Errorf("%s: head %v after %d entries, %v", id, h, n, err)
				}
			}
		})
	}
	wg.Wait()
	for i := range exercises {
		if _, res := b.export(fmt.Sprint("x", i)); res.Events != 2*batches {
			t.Errorf("exercise %d has %d events", i, res.Events)
		}
	}
}

func testReopen(b *bench) {
	t := b.t
	b.create("x")
	with := batch("x", 1, 3)
	with.Keys = []eventstore.Key{{Actor: "p", Key: "k", First: 1, Last: 3}}
	with.Tick = &eventstore.Tick{At: 1, Wall: 2}
	with.Contents = []eventstore.Cited{cited(2, "text/plain", "c")}
	b.append(with)
	head, keys := b.head("x"), b.keys("x")
	file, _ := b.export("x")
	b.reopen()
	if got := b.head("x"); got != head || !slices.Equal(b.keys("x"), keys) {
		t.Errorf("head %v and keys %v, want %v and %v", got, b.keys("x"), head, keys)
	}
	if again, _ := b.export("x"); !bytes.Equal(again, file) {
		t.Errorf("the log became\n%s\nit was\n%s", again, file)
	}
	if tick, ok, err := b.Tick(b.ctx(), "x"); tick != *with.Tick || !ok || err != nil {
		t.Errorf("Tick = %v, %v, %v", tick, ok, err)
	}
	reused := batch("x", 4, 1)
	reused.Keys = keys
	if _, err := b.Append(b.ctx(), reused); !errors.Is(err, eventstore.ErrKeyReused) {
		t.Errorf("key of before: %v", err)
	}
	b.append(batch("x", 4, 1))
	b.reopen()
	if _, res := b.export("x"); res.Events != 4 {
		t.Errorf("%d events, want 4", res.Events)
	}
}

// testClose closes with batches queued: they are committed and answered.
func testClose(b *bench) {
	t := b.t
	b.create("x")
	var got answers
	release := b.held("x", 1)
	for i := range uint64(100) {
		b.Enqueue(batch("x", i+1, 1), got.done("queued"))
	}
	release()
	b.must(b.Close())
	got.wg.Wait()
	for i, a := range got.list {
		if a.err != nil || a.head.Seq != uint64(i+1) {
			t.Fatalf("answer %d: %+v", i, a)
		}
	}
	b.must(b.Close())
	b.Enqueue(batch("x", 101, 1), got.done("late"))
	got.wg.Wait()
	_, appended := b.Append(b.ctx(), batch("x", 101, 1))
	_, head := b.Head(b.ctx(), "x")
	_, _, tick := b.Tick(b.ctx(), "x")
	_, exercises := b.Exercises(b.ctx())
	_, content := b.Content(b.ctx(), journal.Hash{})
	_, _, chain := b.ChainAt(b.ctx(), "x", 1)
	_, _, snapshot := b.Snapshot(b.ctx(), "x")
	w, err := journal.NewWriter(io.Discard, "x")
	b.must(err)
	for name, err := range map[string]error{
		"ChainAt": chain, "Snapshot": snapshot,
		"PutSnapshot":  b.PutSnapshot(b.ctx(), "x", eventstore.Snapshot{}),
		"DropSnapshot": b.DropSnapshot(b.ctx(), "x"),
		"Import":       b.Import(b.ctx(), eventstore.Exercise{ID: "z"}, nil),
		"Enqueue":      got.list[100].err, "Append": appended,
		"Head": head, "Tick": tick, "Exercises": exercises, "Content": content,
		"Create":  b.Create(b.ctx(), eventstore.Exercise{ID: "y"}),
		"Entries": last(b.Entries(b.ctx(), "x", 1)),
		"Keys":    last(b.Keys(b.ctx(), "x", 0)),
		"Export":  b.Export(b.ctx(), "x", w),
	} {
		if !errors.Is(err, database.ErrClosed) {
			t.Errorf("%s: error %v, want ErrClosed", name, err)
		}
	}
	b.open()
	if got := b.head("x").Seq; got != 100 {
		t.Errorf("head %d after Close, want 100", got)
	}
}
