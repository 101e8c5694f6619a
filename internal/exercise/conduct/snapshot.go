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

// snapshotState is the state of an exercise right after an event, as a snapshot will
// hold it.
type snapshotState struct {
	head  journal.Head // without the chain until the event is committed
	state *exercise.State
	bots  []byte
	keys  keyRows
}

// captureState takes in everything that has been decided. The loop waits for it, so
// it copies only what will change.
func (c *Conductor) captureState() *snapshotState {
	k := &snapshotState{head: journal.Head{Seq: c.state.Seq()}, state: c.state.Clone(), keys: c.keys.rows.now()}
	if c.bots != nil {
		k.bots = c.bots.AppendTo([]byte{})
	}
	return k
}

// bytes is what is stored of a capture, with its checksum at the end.
func (k *snapshotState) bytes() []byte {
	state := k.state.AppendTo(nil)
	w := binenc.Writer(make([]byte, 0, len(state)+len(k.bots)+k.keys.n*(leastKey+1)+1<<10))
	hasBots := k.bots != nil
	w.Bool(&hasBots)
	w.Section(&k.bots)
	w.Section(&state)
	k.keys.code(w, func(keyRow) {})
	sum := sha256.Sum256(w.Bytes())
	return append(w.Bytes(), sum[:]...)
}

var (
	errOtherBuild = errors.New("another program wrote it")
	errAhead      = errors.New("the log does not go that far")
	errOtherLog   = errors.New("the log is another one there")
	errChecksum   = errors.New("it is not as it was written")
	errOtherBots  = errors.New("it was written with other simulated teams")
	errOtherSeq   = errors.New("it holds the state at another event")
)

// recall brings back what the snapshot holds, and otherwise the state before
// the first event. That a snapshot is of no use is no error: the log says it
// all.
func (c *Conductor) recall(ctx context.Context) error {
	c.forget()
	if c.deps.BuildID == nil {
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
		c.snapshotter.ignored = true
		c.deps.Log.Warn("snapshot_ignored", "exercise", c.id, "seq", snap.Seq, "reason", err)
	}
	return nil
}

func (c *Conductor) recallFrom(ctx context.Context, snap eventstore.Snapshot) error {
	maker, err := c.deps.BuildID()
	switch {
	case err != nil:
		return err
	case maker != snap.BuildID:
		return errOtherBuild
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
	var hasBots bool
	var bots, state []byte
	r := binenc.Reader(snap.Data[:end])
	r.Bool(&hasBots)
	r.Section(&bots)
	r.Section(&state)
	c.keys = newKeyTable(r.Left() / leastKey)
	var rows keyRows
	rows.code(r, func(row keyRow) { c.keys.put(row.id, row.keyed) })
	if err := r.Done(); err != nil {
		return err
	}
	if hasBots != (c.bots != nil) {
		return errOtherBots
	}
	var err error
	if c.state, err = exercise.Restore(c.play, c.created, state); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	if c.state.Seq() != snap.Seq {
		return errOtherSeq
	}
	if hasBots {
		err = c.bots.Restore(bots)
	}
	return err
}
