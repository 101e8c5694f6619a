package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/transfer"
	"renkei/internal/group"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

// RunOptions say which exercise is run and how.
type RunOptions struct {
	Pack      string // "" to go on with what is there
	Exercise  string // without Pack: which one, "" for the only one
	Community string // file; "" for the fictional one
	Teams     int    // 0: all of the community
	Bots      bool   // simulated teams play every unit
	Seed      uint64
	Speed     float64         // exercise time per wall time; 0 is as fast as it goes
	Out       string          // folder
	Kinds     conduct.Kinds   // of packs beside exercises
	Reporters []Reporter      // of kinds with a report of their own
	Areas     []database.Area // what is stored; nil for storage.Areas
	DB        string          // file or PostgreSQL URL; "" for FileDB in the folder
	Patience  time.Duration   // how long to wait for a PostgreSQL server that went away; 0 for 2 minutes
	Texts     *i18n.Catalogue
	Printer   *i18n.Printer
	Log       *slog.Logger
	Progress  Progress
}

// Progress watches a run. Its methods are called from one goroutine at a time
// and must not block.
type Progress interface {
	// Begin is called before the first event, with what is played.
	Begin(play *exercise.Play, from *exercise.State)
	// OnCommitted is called with events right after they became durable.
	OnCommitted(events []exercise.Event)
	// Stop is called once nothing more comes.
	Stop()
}

// Outcome is how a run ended.
type Outcome struct {
	Ended  bool // ENDEX was reached; else the same command goes on
	At     exercise.Time
	Events uint64
	Dir    string
}

// database is where the exercise is kept.
func (o *RunOptions) database() string {
	if o.DB == "" {
		return filepath.Join(o.Out, transfer.FileDB)
	}
	return o.DB
}

// RunExercise plays an exercise from its pack, or goes on with it, until ENDEX
// or until ctx ends; then it writes log, results, summary and report. Everything
// that happened until then is in the database, whatever the error.
func RunExercise(ctx context.Context, o RunOptions) (Outcome, error) {
	setup, err := find(ctx, o)
	if err != nil {
		return Outcome{}, err
	}
	if err := journal.MakeFolder(o.Out, 0o755); err != nil {
		return Outcome{}, fmt.Errorf("make folder: %w", err)
	}
	if err := transfer.Foreign(o.Out, o.DB, setup.ID); err != nil {
		return Outcome{}, err
	}
	db, err := storage.Open(ctx, o.database(), storage.Options{Logger: o.Log, Patience: o.Patience, Areas: o.Areas})
	if err != nil {
		return Outcome{}, err
	}
	r := &run{o: o, db: db, setup: setup, ended: make(chan struct{})}
	out, err := r.play(ctx)
	if writeErr := r.write(context.WithoutCancel(ctx)); writeErr != nil && err == nil {
		err = writeErr
	}
	return out, errors.Join(err, db.Close())
}

type run struct {
	o     RunOptions
	db    *storage.DB
	setup conduct.Setup

	once  sync.Once
	ended chan struct{} // closed when ENDEX is durable
}

func (r *run) deps() conduct.Deps {
	return conduct.Deps{
		Store: r.db, Clock: conduct.SystemClock(), Log: r.o.Log, OnCommitted: r.seen, BuildID: conduct.Program(),
		Bots: func(play *exercise.Play, seed uint64) conduct.Bots {
			if own, ok := r.o.Kinds.Bots(play, seed, r.o.Bots); ok {
				return own
			}
			return bots.New(play, seed, bots.Catalogue{Texts: r.o.Texts})
		},
		Ballots: ballotstore.New(r.db.Database.Reader),
	}
}

// seen passes committed events on and notices ENDEX.
func (r *run) seen(events []exercise.Event) {
	r.o.Progress.OnCommitted(events)
	for i := range events {
		if _, ok := events[i].Body.(*exercise.Ended); ok {
			r.once.Do(func() { close(r.ended) })
		}
	}
}

// play creates the exercise where it does not exist yet, and conducts it.
func (r *run) play(ctx context.Context) (Outcome, error) {
	deps := r.deps()
	c, err := r.open(ctx, deps)
	if err != nil {
		return Outcome{}, err
	}
	r.o.Progress.Begin(c.State().Play(), c.State().Clone())
	defer r.o.Progress.Stop()
	if c.State().Phase() == exercise.Over {
		c.Keep(ctx)
		return r.outcome(c), nil
	}
	return r.conduct(ctx, c)
}

func (r *run) conduct(ctx context.Context, c *conduct.Conductor) (Outcome, error) {
	phase, speed := c.State().Phase(), c.State().Speed()
	units := c.State().Play().Cast.Units
	loop, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	failed := make(chan error, 1)
	go func() { failed <- c.Run(loop) }()

	err := r.begin(ctx, c, phase, speed, units)
	if err == nil {
		select {
		case <-r.ended:
		case <-ctx.Done():
			err = r.hold(ctx, c)
		case err = <-failed:
			return r.outcome(c), err
		}
	}
	stop()
	return r.outcome(c), errors.Join(group.IgnoreCanceled(err), <-failed)
}

func (r *run) outcome(c *conduct.Conductor) Outcome {
	s := c.State()
	return Outcome{Ended: s.Phase() == exercise.Over, At: s.At(), Events: s.Seq(), Dir: r.o.Out}
}

// open finds the exercise in the database, or creates it. A folder keeps one
// exercise only; a database that was named may keep many.
func (r *run) open(ctx context.Context, deps conduct.Deps) (*conduct.Conductor, error) {
	all, err := r.db.Exercises(ctx)
	if err != nil {
		return nil, err
	}
	known := false
	for _, e := range all {
		if known = known || e.ID == r.setup.ID; e.ID != r.setup.ID && r.o.DB == "" {
			return nil, &transfer.OtherError{Dir: r.o.Out, Has: e.ID, Want: r.setup.ID}
		}
	}
	c, err := r.openKnown(ctx, deps, known)
	if err != nil {
		return nil, err
	}
	if r.setup.Pack == nil {
		return c, nil
	}
	return c, r.sameSetup(c.State())
}

// openKnown opens the exercise; one that was killed between being named and
// being written down is written now.
func (r *run) openKnown(ctx context.Context, deps conduct.Deps, known bool) (*conduct.Conductor, error) {
	if known {
		c, err := conduct.Open(ctx, deps, r.setup.ID)
		if !errors.Is(err, conduct.ErrEmpty) || r.setup.Pack == nil {
			return c, err
		}
	}
	if err := conduct.Create(ctx, deps, r.setup); err != nil && !errors.Is(err, database.ErrConflict) { // another node was quicker
		return nil, err
	}
	return conduct.Open(ctx, deps, r.setup.ID)
}
