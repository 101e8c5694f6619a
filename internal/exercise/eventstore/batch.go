package eventstore

import (
	"crypto/rand"
	"fmt"
	"math"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// validate returns ErrInvalid with what is wrong with b, or nil.
func validate(b *Batch) error {
	if b.First == 0 || b.First > math.MaxInt64-uint64(len(b.Events)) {
		return fmt.Errorf("%w: first seq %d", database.ErrInvalid, b.First)
	}
	for i := range b.Events {
		if e := b.Events[i]; len(e) > journal.MaxEvent || !journal.ValidEvent(e) {
			return fmt.Errorf("%w: event %d is not a JSON object on one line", database.ErrInvalid, b.First+uint64(i))
		}
	}
	for _, k := range b.Keys {
		if k.First > math.MaxInt64 || k.Last > math.MaxInt64 {
			return fmt.Errorf("%w: key %q has seqs %d to %d", database.ErrInvalid, k.Key, k.First, k.Last)
		}
	}
	for i := range b.Contents {
		c := &b.Contents[i]
		if !c.Valid() {
			return fmt.Errorf("%w: content %s has other data, or too much", database.ErrInvalid, c.Hash)
		}
		if c.Seq < b.First || c.Seq >= b.First+uint64(len(b.Events)) {
			return fmt.Errorf("%w: content %s is cited by event %d of another batch", database.ErrInvalid, c.Hash, c.Seq)
		}
	}
	return nil
}

// size returns about how many bytes b brings to the database.
func size(b *Batch) int {
	n := 0
	for i := range b.Events {
		n += len(b.Events[i])
	}
	for i := range b.Contents {
		n += len(b.Contents[i].Data)
	}
	return n
}

// seal returns the events of b as entries with fresh salts. Their seqs and
// chains are set when their place in the log is known; salts and leaves stay,
// so that a batch which is written again after a failure is the same batch.
func seal(b *Batch) []journal.Entry {
	entries := make([]journal.Entry, len(b.Events))
	salts := make([]byte, len(b.Events)*journal.SaltSize)
	_, _ = rand.Read(salts) // never fails
	for i, event := range b.Events {
		salt := salts[:journal.SaltSize:journal.SaltSize]
		salts = salts[journal.SaltSize:]
		entries[i] = journal.Entry{Event: event, Salt: salt, Leaf: journal.LeafOf(salt, event)}
	}
	return entries
}

// add puts b with its sealed entries into r, after h, and returns the head
// then.
func (r *rows) add(b *Batch, entries []journal.Entry, h head) head {
	for _, e := range entries {
		h.Seq, h.Chain = h.Seq+1, journal.Link(h.Chain, e.Leaf)
		e.Seq, e.Chain = h.Seq, h.Chain
		r.events = append(r.events, eventRow{h.number, e})
	}
	for _, k := range b.Keys {
		r.keys = append(r.keys, keyRow{h.number, k})
	}
	for i := range b.Contents {
		c := &b.Contents[i]
		r.contents = append(r.contents, c.Content)
		r.cites = append(r.cites, citeRow{h.number, c.Hash, c.Seq})
	}
	r.with = append(r.with, b.With...)
	if b.Tick != nil {
		r.ticks = append(r.ticks, tickRow{h.number, *b.Tick})
	}
	return h
}
