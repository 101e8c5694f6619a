package conduct

import (
	"context"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/eventstore"
)

const (
	// usualEvery is how many events there are between two snapshots: to fold
	// them takes a tenth of a second.
	usualEvery = 1 << 14
	// share of the log that is new in a snapshot while play goes on. A snapshot
	// grows with the log, for the keys; so all that is written of them stays
	// within some times the log itself.
	share = 8
	// A rest, when play pauses or ends or a log was opened, makes a snapshot
	// worth its while after so many times fewer events.
	atRest = 64
	// maxKeep is how long writing one may take.
	maxKeep = 30 * time.Second
)

// snapshotter decides when a snapshot is written. Losing one loses nothing, so it
// never holds up an answer, and its failures are warnings.
type snapshotter struct {
	every   uint64
	from    uint64         // seq that the newest snapshot covers
	phase   exercise.Phase // when last looked at
	rest    bool           // play has just come to a rest
	ignored bool           // there is one that is of no use
	waiting *snapshotState // for the commit of its last event
	writing bool
	done    chan error // the fate of what was being written
}

func newSnapshotter(deps Deps) snapshotter {
	k := snapshotter{every: deps.SnapshotEvery, done: make(chan error, 1)}
	if k.every == 0 {
		k.every = usualEvery
	}
	return k
}

// opened notes that the state came from a snapshot at an event, 0 for none, and
// from the log after it.
func (k *snapshotter) opened(s *exercise.State, from uint64) {
	k.from, k.phase, k.rest = from, s.Phase(), true
}

// due reports whether a snapshot at an event is worth its while. A rest that is
// too early for one is forgotten.
func (k *snapshotter) due(seq uint64) bool {
	rest := k.rest
	k.rest = false
	fresh := seq - k.from
	switch {
	case k.ignored:
		return true
	case fresh == 0:
		return false
	case rest:
		return fresh >= max(k.every, seq)/atRest
	}
	return fresh >= max(k.every, seq/share)
}

// look notes that play has come to a rest.
func (k *snapshotter) look(p exercise.Phase) {
	if p != k.phase && (p == exercise.OnHold || p == exercise.Over) {
		k.rest = true
	}
	k.phase = p
}

// keep captures the state when a snapshot is due. It is called when everything
// that was decided has been handed to the store; the capture then waits until
// that is committed.
func (c *Conductor) keep(ctx context.Context) {
	k := &c.snapshotter
	k.look(c.state.Phase())
	if c.deps.BuildID == nil || c.broken != nil || k.waiting != nil || k.writing || !k.due(c.state.Seq()) {
		return
	}
	k.waiting = c.captureState()
	k.from, k.ignored = c.state.Seq(), false
	c.keepCommitted(ctx)
}

// keepCommitted writes a capture once all of it is committed. Nobody waits for
// it.
func (c *Conductor) keepCommitted(ctx context.Context) {
	k := &c.snapshotter
	if k.waiting == nil || k.waiting.head.Seq != c.head.Seq {
		return
	}
	taken := k.waiting
	taken.head = c.head
	k.waiting, k.writing = nil, true
	go func() { k.done <- c.put(ctx, taken) }()
}

func (c *Conductor) put(ctx context.Context, taken *snapshotState) error {
	maker, err := c.deps.BuildID()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxKeep)
	defer cancel()
	return c.deps.Store.PutSnapshot(ctx, c.id, eventstore.Snapshot{
		Seq: taken.head.Seq, Chain: taken.head.Chain, BuildID: maker, Data: taken.bytes(),
	})
}

// kept notes the fate of a snapshot. One that failed is not tried again: the
// next one holds more.
func (c *Conductor) kept(err error) {
	c.snapshotter.writing = false
	if err != nil {
		c.deps.Log.Warn("snapshot_not_written", "exercise", c.id, "reason", err)
	}
}

// Keep writes a snapshot of an exercise that was opened and is not run, where it
// is worth its while.
func (c *Conductor) Keep(ctx context.Context) { c.keepLast(ctx, true) }

// keepLast waits for what is being written and, when all that was decided is
// committed, writes what came since then.
func (c *Conductor) keepLast(ctx context.Context, committed bool) {
	k := &c.snapshotter
	if k.writing {
		c.kept(<-k.done)
	}
	k.rest = true
	if committed {
		c.keep(ctx)
	}
	if k.writing {
		c.kept(<-k.done)
	}
}
