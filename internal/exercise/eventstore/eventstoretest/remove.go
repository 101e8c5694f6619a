package eventstoretest

import (
	"errors"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// testRemove removes an exercise: nothing of it is left, and nothing of another is
// gone. Where what belongs to it cannot be removed, it stays.
func testRemove(b *bench) {
	t := b.t
	b.create("x", "y")
	own, shared := cited(1, "text/plain", "of x alone"), cited(1, "text/plain", "of both")
	for _, id := range []string{"x", "y"} {
		all := batch(id, 1, 5000)
		all.Contents = []eventstore.Cited{shared}
		if id == "x" {
			all.Contents = append(all.Contents, own)
		}
		all.Tick = &eventstore.Tick{At: 1, Wall: 2}
		all.Keys = []eventstore.Key{{Actor: "a", Key: "k", First: 1, Last: 1}}
		b.append(all)
		b.must(b.PutSnapshot(b.ctx(), id, eventstore.Snapshot{Seq: 5000, BuildID: "m", Data: make([]byte, 3<<20)}))
	}
	refused := errors.New("not now")
	if err := b.Remove(b.ctx(), "x", func(*database.Tx) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("what belongs to it cannot be removed: %v", err)
	}
	if h, err := b.Head(b.ctx(), "x"); err != nil || h.Seq != 5000 {
		t.Errorf("after that it is at %d, %v", h.Seq, err)
	}
	b.must(b.Remove(b.ctx(), "x", func(*database.Tx) error { return nil }))
	if _, err := b.Head(b.ctx(), "x"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("the head of what was removed: %v", err)
	}
	if err := b.Remove(b.ctx(), "x", func(*database.Tx) error { return nil }); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("removed again: %v", err)
	}
	if _, err := b.Content(b.ctx(), own.Hash); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("a content that nothing cites: %v", err)
	}
	checkLeft(t, b, shared.Content)
	b.create("x") // its name is free again
	if h, err := b.Head(b.ctx(), "x"); err != nil || h.Seq != 0 {
		t.Errorf("a new one of that name is at %d, %v", h.Seq, err)
	}
}

// checkLeft finds that the other exercise is whole.
func checkLeft(t *testing.T, b *bench, shared journal.Content) {
	t.Helper()
	if h, err := b.Head(b.ctx(), "y"); err != nil || h.Seq != 5000 {
		t.Errorf("the other is at %d, %v", h.Seq, err)
	}
	if _, err := b.Content(b.ctx(), shared.Hash); err != nil {
		t.Errorf("what the other cites: %v", err)
	}
	if _, ok, err := b.Snapshot(b.ctx(), "y"); !ok || err != nil {
		t.Errorf("the snapshot of the other: %v, %v", ok, err)
	}
	if list, err := b.Exercises(b.ctx()); err != nil || len(list) != 1 {
		t.Errorf("listed are %v, %v", list, err)
	}
}
