package conduct

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"renkei/internal/binenc"
	"renkei/internal/exercise"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// capture is the state of an exercise right after an event, as a snapshot will
// hold it.
type capture struct {
	head  journal.Head // without the chain until the event is committed
	state *exercise.State
	crew  []byte
	keys  keyRows
}

// capture takes in everything that has been decided. The loop waits for it, so
// it copies only what will change.
func (c *Conductor) capture() *capture {
	k := &capture{head: journal.Head{Seq: c.state.Seq()}, state: c.state.Clone(), keys: c.keys.rows.now()}
	if c.crew != nil {
		k.crew = c.crew.AppendTo([]byte{})
	}
	return k
}

// bytes is what is stored of a capture, with its checksum at the end.
func (k *capture) bytes() []byte {
	state := k.state.AppendTo(nil)
	w := binenc.Writer(make([]byte, 0, len(state)+len(k.crew)+k.keys.n*(leastKey+1)+1<<10))
	hasCrew := k.crew != nil
	w.Bool(&hasCrew)
	w.Section(&k.crew)
	w.Section(&state)
	k.keys.code(w, func(keyRow) {})
	sum := sha256.Sum256(w.Bytes())
	return append(w.Bytes(), sum[:]...)
}

var (
	errOtherMaker = errors.New("another program wrote it")
	errAhead      = errors.New("the log does not go that far")
	errOtherLog   = errors.New("the log is another one there")
	errChecksum   = errors.New("it is not as it was written")
	errOtherCrew  = errors.New("it was written with other simulated teams")
	errOtherSeq   = errors.New("it holds the state at another event")
)

// recall brings back what the snapshot holds, and otherwise the state before
// the first event. That a snapshot is of no use is no error: the log says it
// all.
func (c *Conductor) recall(ctx context.Context) error {
	c.forget()
	if c.deps.Maker == nil {
		return nil
	}
	snap, ok, err := c.deps.Store.Snapshot(ctx, c.id)
	if err == nil && !ok {
		return nil
	}
	if err == nil {
		err = c.recallFrom(ctx, snap)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		c.forget()
		c.keeper.ignored = true
		c.deps.Log.Warn("snapshot_ignored", "exercise", c.id, "seq", snap.Seq, "reason", err)
	}
	return nil
}

func (c *Conductor) recallFrom(ctx context.Context, snap eventstore.Snapshot) error {
	maker, err := c.deps.Maker()
	switch {
	case err != nil:
		return err
	case maker != snap.Maker:
		return errOtherMaker
	}
	chain, ok, err := c.deps.Store.ChainAt(ctx, c.id, snap.Seq)
	switch {
	case err != nil:
		return err
	case !ok:
		return errAhead
	case chain != snap.Chain:
		return errOtherLog
	}
	c.head = journal.Head{Seq: snap.Seq, Chain: snap.Chain}
	return c.restore(snap)
}

func (c *Conductor) restore(snap eventstore.Snapshot) error {
	end := len(snap.Data) - sha256.Size
	if end < 0 {
		return errChecksum
	}
	if sum := sha256.Sum256(snap.Data[:end]); !bytes.Equal(sum[:], snap.Data[end:]) {
		return errChecksum
	}
	var hasCrew bool
	var crew, state []byte
	r := binenc.Reader(snap.Data[:end])
	r.Bool(&hasCrew)
	r.Section(&crew)
	r.Section(&state)
	c.keys = newKeyTable(r.Left() / leastKey)
	var rows keyRows
	rows.code(r, func(row keyRow) { c.keys.put(row.id, row.keyed) })
	if err := r.Done(); err != nil {
		return err
	}
	if hasCrew != (c.crew != nil) {
		return errOtherCrew
	}
	var err error
	if c.state, err = exercise.Restore(c.play, c.created, state); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	if c.state.Seq() != snap.Seq {
		return errOtherSeq
	}
	if hasCrew {
		err = c.crew.Restore(crew)
	}
	return err
}
