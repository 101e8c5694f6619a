package eventstoretest

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// bench is the place of one case: a store, and what is often done with it.
// What fails ends the case.
type bench struct {
	Store
	t      *testing.T
	opener Opener
	dir    string
}

// open opens the store; it is closed at the end.
func (b *bench) open() {
	s := b.opener(b.t, b.dir)
	b.t.Cleanup(func() { _ = s.Close() }) // again, in some cases
	b.Store = s
}

func (b *bench) reopen() {
	b.t.Helper()
	b.must(b.Close())
	b.open()
}

func (b *bench) ctx() context.Context { return b.t.Context() }

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) create(ids ...string) {
	b.t.Helper()
	for i, id := range ids {
		b.must(b.Create(b.ctx(), eventstore.Exercise{ID: id, Created: int64(i), Title: "演習 " + id}))
	}
}

// event returns the nth event of an exercise. Its spelling is one that would
// not survive being encoded anew.
func event(n uint64) []byte {
	return fmt.Appendf(nil, `{"n":%d.0, "t":"\u00e9侵入"}`, n)
}

// batch returns count events from seq first on.
func batch(exercise string, first uint64, count int) eventstore.Batch {
	b := eventstore.Batch{Exercise: exercise, First: first}
	for i := range count {
		b.Events = append(b.Events, event(first+uint64(i)))
	}
	return b
}

func (b *bench) append(batch eventstore.Batch) eventstore.Head {
	b.t.Helper()
	h, err := b.Append(b.ctx(), batch)
	b.must(err)
	return h
}

func (b *bench) head(exercise string) eventstore.Head {
	b.t.Helper()
	h, err := b.Head(b.ctx(), exercise)
	b.must(err)
	return h
}

func (b *bench) entries(exercise string, from uint64) []journal.Entry {
	b.t.Helper()
	var list []journal.Entry
	for e, err := range b.Entries(b.ctx(), exercise, from) {
		b.must(err)
		list = append(list, e)
	}
	return list
}

func (b *bench) keys(exercise string) []eventstore.Key {
	b.t.Helper()
	var list []eventstore.Key
	for k, err := range b.Keys(b.ctx(), exercise, 0) {
		b.must(err)
		list = append(list, k)
	}
	return list
}

// export returns the log file of an exercise, which is verified.
func (b *bench) export(exercise string) ([]byte, journal.Result) {
	b.t.Helper()
	var file bytes.Buffer
	w, err := journal.NewWriter(&file, exercise)
	b.must(err)
	b.must(b.Export(b.ctx(), exercise, w))
	b.must(w.Close())
	res, err := journal.Verify(bytes.NewReader(file.Bytes()))
	b.must(err)
	return file.Bytes(), res
}

// cited returns a content that event seq cites.
func cited(seq uint64, media, data string) eventstore.Cited {
	return eventstore.Cited{Seq: seq, Content: journal.Content{
		Hash: journal.HashOf([]byte(data)), Media: media, Data: []byte(data),
	}}
}
