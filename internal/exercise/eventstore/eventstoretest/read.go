package eventstoretest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

func testContent(b *bench) {
	t := b.t
	b.create("x", "y")
	with := batch("x", 1, 2)
	with.Contents = []eventstore.Cited{
		cited(1, "text/markdown", "# 侵入"), cited(2, "application/octet-stream", "\x00\xff"), cited(2, "text/plain", ""),
	}
	with.Contents[2].Data = nil
	b.append(with)
	again := batch("y", 1, 1)
	again.Contents = []eventstore.Cited{cited(1, "text/plain", "# 侵入")}
	b.append(again)
	for _, want := range with.Contents {
		got, err := b.Content(b.ctx(), want.Hash)
		if err != nil || got.Hash != want.Hash || got.Media != want.Media || !bytes.Equal(got.Data, want.Data) {
			t.Errorf("Content = %v, %v; want %v", got, err, want.Content)
		}
	}
	if _, err := b.Content(b.ctx(), journal.HashOf([]byte("none"))); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of none: %v", err)
	}
}

// testExport looks where contents come: right before the event that cites them
// first, in each exercise of its own.
func testExport(b *bench) {
	t := b.t
	b.create("x", "y", "empty")
	first := batch("x", 1, 3)
	first.Contents = []eventstore.Cited{cited(3, "text/plain", "late"), cited(2, "text/plain", "soon")}
	b.append(first)
	second := batch("x", 4, 1)
	second.Contents = []eventstore.Cited{cited(4, "text/plain", "soon")}
	b.append(second)
	third := batch("y", 1, 2)
	third.Contents = []eventstore.Cited{cited(2, "text/plain", "late")}
	b.append(third)
	for exercise, want := range map[string]string{
		"x": "1 soon 2 late 3 4 head", "y": "1 late 2 head", "empty": "head",
	} {
		file, res := b.export(exercise)
		if got := outline(t, file); got != want || res.Head != b.head(exercise) || !res.Complete {
			t.Errorf("%s: %q with head %v, want %q", exercise, got, res.Head, want)
		}
	}
	w, err := journal.NewWriter(io.Discard, "none")
	b.must(err)
	if err := b.Export(b.ctx(), "none", w); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of no exercise: %v", err)
	}
	if err := b.Export(b.ctx(), "x", w); err == nil {
		t.Error("a log was written under the name of another exercise")
	}
}

// outline names the lines of a log file.
func outline(t *testing.T, file []byte) string {
	t.Helper()
	r, err := journal.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var out string
	for {
		switch l, err := r.Next(); {
		case err != nil:
			return out[1:]
		case l.Entry != nil:
			out += fmt.Sprint(" ", l.Entry.Seq)
		case l.Content != nil:
			out += " " + string(l.Content.Data)
		default:
			out += " head"
		}
	}
}

// testPages has more rows than are read at a time.
func testPages(b *bench) {
	t := b.t
	const n = 700
	b.create("w", "x", "y")
	for _, exercise := range []string{"w", "x", "y"} {
		all := batch(exercise, 1, n)
		for i := range uint64(n) {
			all.Keys = append(all.Keys, eventstore.Key{Actor: fmt.Sprint(i % 3), Key: fmt.Sprint(i / 3), First: i + 1, Last: i + 1})
			all.Contents = append(all.Contents, cited(i+1, "text/plain", fmt.Sprint(i)))
		}
		b.append(all)
	}
	for _, from := range []uint64{0, 1, 2, 256, 257, 513, n, n + 1} {
		want := uint64(n) - max(from, 1) + 1
		list := b.entries("x", from)
		if uint64(len(list)) != want || want > 0 && (list[0].Seq != max(from, 1) || list[want-1].Seq != n) {
			t.Errorf("from %d: %d entries, want %d", from, len(list), want)
		}
	}
	seen := map[uint64]bool{}
	for _, k := range b.keys("x") {
		seen[k.First] = true
	}
	if _, res := b.export("x"); len(seen) != n || res.Contents != n || res.Events != n {
		t.Errorf("%d keys, export %+v; want %d of each", len(seen), res, n)
	}
}

// testIterators stops early and uses the store within a loop.
func testIterators(b *bench) {
	t := b.t
	for name, err := range map[string]error{
		"Entries": last(b.Entries(b.ctx(), "none", 1)), "Keys": last(b.Keys(b.ctx(), "none", 0)),
	} {
		if !errors.Is(err, database.ErrNotFound) {
			t.Errorf("%s of no exercise: %v", name, err)
		}
	}
	b.create("x")
	all := batch("x", 1, 300)
	all.Keys = []eventstore.Key{{Actor: "p", Key: "1"}, {Actor: "p", Key: "2"}}
	b.append(all)
	for range 20 { // more often than there may be connections
		for _, err := range b.Entries(b.ctx(), "x", 1) {
			b.must(err)
			break
		}
		for _, err := range b.Keys(b.ctx(), "x", 0) {
			b.must(err)
			break
		}
	}
	next := uint64(301)
	for e, err := range b.Entries(b.ctx(), "x", 1) {
		b.must(err)
		if e.Seq%100 == 0 {
			for _, err := range b.Entries(b.ctx(), "x", e.Seq) {
				b.must(err)
				b.head("x")
				break
			}
		}
		if next <= 310 {
			b.append(batch("x", next, 1))
			next++
		}
	}
	entries := b.Entries(b.ctx(), "x", 300)
	if first, second := b.seqs(entries), b.seqs(entries); !slices.Equal(first, second) || len(first) != 11 {
		t.Errorf("an iterator gives %v, then %v", first, second)
	}
}

// seqs returns the seqs of entries.
func (b *bench) seqs(entries iter.Seq2[journal.Entry, error]) (seqs []uint64) {
	b.t.Helper()
	for e, err := range entries {
		b.must(err)
		seqs = append(seqs, e.Seq)
	}
	return seqs
}

// last returns the error that an iterator ends with.
func last[T any](seq iter.Seq2[T, error]) (err error) {
	for _, err = range seq {
	}
	return err
}

func testCancelled(b *bench) {
	t := b.t
	b.create("x")
	b.append(batch("x", 1, 1))
	ctx, cancel := context.WithCancel(b.ctx())
	cancel()
	_, appended := b.Append(ctx, batch("x", 2, 1))
	_, head := b.Head(ctx, "x")
	_, _, tick := b.Tick(ctx, "x")
	_, exercises := b.Exercises(ctx)
	_, content := b.Content(ctx, journal.Hash{})
	_, _, chain := b.ChainAt(ctx, "x", 1)
	_, _, snapshot := b.Snapshot(ctx, "x")
	w, err := journal.NewWriter(io.Discard, "x")
	b.must(err)
	for name, err := range map[string]error{
		"ChainAt": chain, "Snapshot": snapshot,
		"PutSnapshot":  b.PutSnapshot(ctx, "x", eventstore.Snapshot{}),
		"DropSnapshot": b.DropSnapshot(ctx, "x"),
		"Import":       b.Import(ctx, eventstore.Exercise{ID: "z"}, nil),
		"Append":       appended, "Head": head, "Tick": tick, "Exercises": exercises, "Content": content,
		"Create":  b.Create(ctx, eventstore.Exercise{ID: "y"}),
		"Entries": last(b.Entries(ctx, "x", 1)),
		"Keys":    last(b.Keys(ctx, "x", 0)),
		"Export":  b.Export(ctx, "x", w),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v, want that the context is cancelled", name, err)
		}
	}
	b.append(batch("x", 2, 1))
}
