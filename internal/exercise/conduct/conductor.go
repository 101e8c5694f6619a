package conduct

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// Store is what a conductor needs of the event log.
type Store interface {
	Create(ctx context.Context, e eventstore.Exercise) error
	Append(ctx context.Context, b eventstore.Batch) (eventstore.Head, error)
	Enqueue(b eventstore.Batch, done func(eventstore.Head, error))
	Tick(ctx context.Context, exercise string) (eventstore.Tick, bool, error)
	Entries(ctx context.Context, exercise string, from uint64) iter.Seq2[journal.Entry, error]
	Keys(ctx context.Context, exercise string, from uint64) iter.Seq2[eventstore.Key, error]
	Content(ctx context.Context, hash journal.Hash) (journal.Content, error)
	ChainAt(ctx context.Context, exercise string, seq uint64) (journal.Hash, bool, error)
	Snapshot(ctx context.Context, exercise string) (eventstore.Snapshot, bool, error)
	PutSnapshot(ctx context.Context, exercise string, s eventstore.Snapshot) error
}

var _ Store = (*eventstore.Store)(nil)

// Bots is the simulated teams of an exercise. Its plans follow from the events
// alone, so that after a restart the log brings them back, or a snapshot and
// the rest of the log.
type Bots interface {
	// React plans what follows from an event that was just folded in.
	React(s *exercise.State, e *exercise.Event)
	// Next returns when the next plan falls due; exercise.Never without one.
	Next() exercise.Time
	// Pop takes the next plan and gives its command, or false when there is
	// nothing left to do about it.
	Pop(s *exercise.State) (exercise.Command, bool)
	// AppendTo appends its plans to b, for Restore of bots of the same play.
	AppendTo(b []byte) []byte
	Restore(data []byte) error
}

// Deps are what a conductor works with. Bots may be nil.
type Deps struct {
	Store Store
	Clock Clock
	Log   *slog.Logger
	// BuildID names the program, as Program does: another one may fold a log
	// differently, so a snapshot is read only by the build that wrote it. It is called
	// when there is a snapshot to read or to write; nil for no snapshots.
	BuildID func() (string, error)
	// SnapshotEvery is how many events there are at least between two snapshots
	// of an exercise that goes on; 0 for 16,384.
	SnapshotEvery uint64
	// Play is what the same log begins with, where somebody has laid it out
	// already; nil: Open reads the pack from the log.
	Play *exercise.Play
	// Bots makes the simulated teams of a play; nil for none.
	Bots func(play *exercise.Play, seed uint64) Bots
	// Keys holds the keys of questions that are not revealed; nil for those of this
	// process alone. Ballots keeps their sealed answers; nil has them end with the
	// process.
	Keys    *ballot.Keyring
	Ballots Ballots
	// OnCommitted is called from the loop with events right after their commit. It
	// must not block.
	OnCommitted func(events []exercise.Event)
}

// maxDown is how long a conductor may have been away before a running exercise
// comes back paused, in microseconds of wall time.
const maxDown = 30_000_000

// Conductor runs one exercise.
type Conductor struct {
	deps   Deps
	id     string
	bodies exercise.Bodies
	inbox  chan *request
	done   chan struct{} // closed when nothing more is decided

	// Below is owned by the goroutine of Run.
	created     *exercise.Created
	play        *exercise.Play
	state       *exercise.State
	bots        Bots
	keys        keyTable
	batch       eventstore.Batch
	events      []exercise.Event // of the batch
	waiting     []*request       // in the order of their seq
	commits     chan commit
	conflicts   int // in a row, that came of nothing
	inflight    int
	committed   atomic.Uint64
	head        journal.Head // the last commit
	snapshotter snapshotter
	broken      error // why nothing more can be decided
	ticked      int64 // wall time of the last tick handed to the store
	sealed      sealedAnswers
	lost        []string // questions whose answers are lost
	// Batches handed to the store, and those of them that have their answer.
	submitted, settled uint64
}

// Setup is what a new exercise is made of.
type Setup struct {
	ID    string
	Title scenario.Text
	Seed  uint64
	Pack  *scenario.Pack
	Teams []scenario.Unit
}

// Create writes the beginning of an exercise's log. The exercise then waits for
// STARTEX; open it with Open. It returns database.ErrConflict where the log has
// begun already; an exercise that is only named, as a process that was killed
// leaves it, is written down.
func Create(ctx context.Context, deps Deps, setup Setup) error {
	cast, err := scenario.NewCast(setup.Pack, setup.Teams)
	if err != nil {
		return fmt.Errorf("create exercise %s: %w", setup.ID, err)
	}
	wall := deps.Clock.Now()
	created := &exercise.Created{
		ID: setup.ID, Title: setup.Title, Kind: setup.Pack.Kind,
		Pack: setup.Pack.Key, Version: setup.Pack.Version, Hash: setup.Pack.Hash(),
		Files: map[string]string{}, Startex: setup.Pack.Startex.UnixMicro(), Seed: setup.Seed, Units: cast.Units,
	}
	batch := eventstore.Batch{Exercise: setup.ID, First: 1}
	for path, data := range setup.Pack.Files {
		c := journal.Content{Hash: journal.HashOf(data), Media: scenario.MediaType(path), Data: data}
		created.Files[path] = c.Hash.String()
		batch.Contents = append(batch.Contents, eventstore.Cited{Seq: 1, Content: c})
	}
	e := exercise.Event{Seq: 1, Wall: wall, Actor: exercise.Clock().ID, To: exercise.Audience{exercise.ToControl}, Cmd: "create", Place: exercise.Last, Body: created}
	raw, err := e.Encode()
	if err != nil {
		return err
	}
	batch.Events = [][]byte{raw}
	title := setup.Title.In(setup.Pack.Languages...)
	if err := deps.Store.Create(ctx, eventstore.Exercise{ID: setup.ID, Created: wall, Title: title}); err != nil && !errors.Is(err, database.ErrExists) {
		return fmt.Errorf("create exercise %s: %w", setup.ID, err)
	}
	if _, err := deps.Store.Append(ctx, batch); err != nil {
		return fmt.Errorf("create exercise %s: %w", setup.ID, err)
	}
	return nil
}

// Open brings an exercise back, from its snapshot and what came after it, or
// else from its whole log. Call Run to conduct it.
func Open(ctx context.Context, deps Deps, id string) (*Conductor, error) {
	c := &Conductor{
		deps: deps, id: id, bodies: exercise.NewBodies(),
		inbox: make(chan *request, 256), done: make(chan struct{}),
		commits: make(chan commit, maxInflight+1), snapshotter: newSnapshotter(deps),
	}
	if c.deps.Keys == nil {
		c.deps.Keys = ballot.NewKeyring("")
	}
	if err := c.begin(ctx); err != nil {
		return nil, fmt.Errorf("open exercise %s: %w", id, err)
	}
	err := c.load(ctx)
	if err == nil {
		c.lost, err = c.loadSealed(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open exercise %s: %w", id, err)
	}
	return c, nil
}

// ErrEmpty is the error of opening an exercise whose log has no beginning.
var ErrEmpty = errors.New("the log is empty")

// ErrRedacted is the error of opening an exercise of whose log events were left
// out: no state follows from it.
var ErrRedacted = errors.New("the log is redacted")

// begin reads how the log begins, and lays out the play.
func (c *Conductor) begin(ctx context.Context) error {
	for entry, err := range c.deps.Store.Entries(ctx, c.id, 1) {
		if err != nil {
			return err
		}
		e, err := verified(&journal.Head{Chain: journal.Genesis(c.id)}, &entry, c.bodies)
		if err != nil {
			return err
		}
		created, ok := e.Body.(*exercise.Created)
		if !ok {
			return fmt.Errorf("the log begins with %s, not with %s", e.Body.Type(), created.Type())
		}
		return c.layOut(ctx, created)
	}
	return ErrEmpty
}

func (c *Conductor) layOut(ctx context.Context, created *exercise.Created) error {
	if c.deps.Play != nil {
		if given := c.deps.Play.Pack.Hash(); given != created.Hash {
			return fmt.Errorf("the log begins with pack %s, not with %s", created.Hash, given)
		}
		c.created, c.play = created, c.deps.Play
		return nil
	}
	var contentErr error
	play, err := exercise.OpenPlay(created, func(hash string) (data []byte, ok bool) {
		data, contentErr = c.content(ctx, hash)
		return data, contentErr == nil
	})
	c.created, c.play = created, play
	return errors.Join(contentErr, err)
}

// load brings the state back from the store, with the simulated teams' plans
// and the keys: what a snapshot holds, and what came after it.
func (c *Conductor) load(ctx context.Context) error {
	known, settled := c.committed.Load(), exercise.Time(0)
	if err := c.recall(ctx); err != nil {
		return err
	}
	from := c.head.Seq + 1
	if known == 0 || from <= known+1 {
		settled = c.state.At()
	}
	err := c.foldRest(ctx, func(e *exercise.Event) {
		if known == 0 || e.Seq <= known {
			settled = e.At
		}
	})
	if err != nil {
		return err
	}
	c.committed.Store(c.head.Seq)
	c.snapshotter.opened(c.state, from-1)
	c.passOver(settled)
	return nil
}

// foldRest folds in the log after the head, and takes its keys in meanwhile.
func (c *Conductor) foldRest(ctx context.Context, then func(e *exercise.Event)) error {
	from := c.head.Seq + 1
	var last uint64
	var keysErr error
	var keys sync.WaitGroup
	keys.Go(func() { last, keysErr = c.keys.load(ctx, c.deps.Store, c.id, from) })
	err := c.eachEvent(ctx, c.head, func(e *exercise.Event, chain journal.Hash) error {
		if err := c.state.Apply(e); err != nil {
			return err
		}
		c.react(e)
		c.head = journal.Head{Seq: e.Seq, Chain: chain}
		then(e)
		return nil
	})
	keys.Wait()
	if err := errors.Join(err, keysErr); err != nil {
		return err
	}
	_, err = c.keys.load(ctx, c.deps.Store, c.id, last) // those of events that came meanwhile
	// Another node may have done something just now that is not folded in: with
	// its key it would seem done here.
	c.keys.trim(c.head.Seq)
	return err
}

// forget makes a new state, before the first event.
func (c *Conductor) forget() {
	c.state, c.bots, c.keys, c.head = exercise.New(c.play), c.newBots(), newKeyTable(0), journal.Head{Chain: journal.Genesis(c.id)}
}

func (c *Conductor) newBots() Bots {
	if c.deps.Bots == nil {
		return nil
	}
	return c.deps.Bots(c.play, c.created.Seed)
}

func (c *Conductor) react(e *exercise.Event) {
	if c.bots != nil {
		c.bots.React(c.state, e)
	}
}

// passOver drops the plans that were dealt with before the last event that this
// conductor stored, or the log's last when it opens: everything is decided in
// the order of its time. Those at the same time are kept; their keys tell what
// was done.
func (c *Conductor) passOver(settled exercise.Time) {
	for c.bots != nil && c.bots.Next() < settled {
		c.bots.Pop(c.state)
	}
}

// Seq is the seq of the last durable event. It may be called at any time.
func (c *Conductor) Seq() uint64 { return c.committed.Load() }

// State gives the state for reading, before Run has been called or after it
// has returned.
func (c *Conductor) State() *exercise.State { return c.state }
