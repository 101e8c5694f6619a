package hosting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"renkei/internal/auth"
	"renkei/internal/exercise"
	"renkei/internal/exercise/ballot"
	"renkei/internal/exercise/ballot/ballotstore"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/i18n"
	"renkei/internal/storage"
)

// Options say what a host keeps and with what.
type Options struct {
	DB    *storage.DB
	Auth  *auth.Service // gives makers of exercises their role; nil for none
	Texts *i18n.Catalogue
	Log   *slog.Logger
	// Teams are the members of the community.
	Teams []scenario.Unit
	// Packs is a folder of packs; "" for none. Added is the folder of those that
	// people add.
	Packs, Added string
	// Pack is one more pack, as of a demonstration; nil for none.
	Pack *scenario.Pack
	// Kinds are those of packs beside exercises. Keys holds the keys of questions
	// that are not revealed; nil for those of this process alone.
	Kinds conduct.Kinds
	Keys  *ballot.Keyring
	// Beside is what is kept of exercises outside their logs.
	Beside []Beside
	// IdleTimeout is how long an exercise that is over stays open with nobody looking;
	// 0 for ten minutes.
	IdleTimeout time.Duration
}

// Host keeps every exercise of a database: each has a conductor, somebody who
// follows it for the pages, and an owner that opens it again when it fails.
type Host struct {
	o       Options
	deps    conduct.Deps
	library *library.Library
	reports *Reports

	ctx      context.Context //nolint:containedctx // that of all exercises: it ends with Close
	end      context.CancelFunc
	work     sync.WaitGroup // every goroutine of the host
	creating sync.Mutex     // held while an exercise is created
	listed   chan struct{}  // closed when it is known which exercises there are

	mu        sync.Mutex
	exercises map[string]*hosted
	queue     int // exercises that are still to be opened, and one while they are looked for
}

// Open takes a database over. It returns at once: the exercises that are
// not over are opened one after another, and any that somebody asks for. Close
// it before the database.
func Open(ctx context.Context, o Options) *Host {
	packs := library.New(library.Options{Folder: o.Packs, Added: o.Added, Demo: o.Pack, Kinds: o.Kinds.Packs(), Log: o.Log})
	h := &Host{o: o, library: packs, reports: NewReports(o.DB), listed: make(chan struct{}), exercises: map[string]*hosted{}, queue: 1}
	if h.o.IdleTimeout == 0 {
		h.o.IdleTimeout = 10 * time.Minute
	}
	h.deps = conduct.Deps{
		Store: o.DB, Clock: conduct.SystemClock(), Log: o.Log, BuildID: conduct.Program(),
		// Simulated teams are always at hand, so that one can step in at any moment.
		Bots: func(play *exercise.Play, seed uint64) conduct.Bots {
			if own, ok := o.Kinds.Bots(play, seed, false); ok {
				return own
			}
			return bots.New(play, seed, bots.Catalogue{Texts: o.Texts})
		},
		Keys: o.Keys, Ballots: ballotstore.New(o.DB.Database.Reader),
	}
	if h.deps.Keys == nil {
		h.deps.Keys = ballot.NewKeyring("")
	}
	h.ctx, h.end = context.WithCancel(context.WithoutCancel(ctx))
	h.work.Go(h.openAll)
	h.work.Go(h.closeIdle)
	return h
}

// Close stops conducting: what was decided is committed first. It returns
// whether that was so when ctx ended.
func (h *Host) Close(ctx context.Context) bool {
	h.end()
	done := make(chan struct{})
	go func() {
		h.work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// openAll finds out which exercises there are, and opens those that are not
// over: first those that were played last. What fails is logged where it does.
func (h *Host) openAll() {
	if !h.listAll() {
		return
	}
	close(h.listed)
	next := h.unfinished()
	h.count(len(next) - 1)
	for _, r := range next {
		_, _ = r.open(h.ctx)
		h.count(-1)
	}
}

// unfinished are the exercises that are not over, as far as is known.
func (h *Host) unfinished() []*hosted {
	var next []*hosted
	played := map[*hosted]int64{}
	for _, r := range h.all() {
		tick, err := r.loadSummary(h.ctx)
		if errors.Is(err, conduct.ErrEmpty) || err == nil && r.summary().Over {
			continue
		}
		if err != nil {
			h.o.Log.Warn("exercise_not_looked_at", "exercise", r.id, "error", err)
		}
		played[r] = tick
		next = append(next, r)
	}
	slices.SortStableFunc(next, func(a, b *hosted) int { return cmp.Compare(played[b], played[a]) })
	return next
}

// listAll lists the exercises until the database answers.
func (h *Host) listAll() bool {
	for backoff := newBackoff(); ; {
		err := h.refresh(h.ctx)
		if err == nil {
			return true
		}
		if h.ctx.Err() == nil {
			h.o.Log.Error("exercises_not_listed", "error", err)
		}
		if !backoff.wait(h.ctx) {
			return false
		}
	}
}

// refresh takes in exercises that are not known yet.
func (h *Host) refresh(ctx context.Context) error {
	all, err := h.o.DB.Exercises(ctx)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range all {
		if h.exercises[e.ID] == nil {
			h.exercises[e.ID] = newHosted(h, e)
		}
	}
	return nil
}

// all are the exercises, the latest first.
func (h *Host) all() []*hosted {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*hosted, 0, len(h.exercises))
	for _, r := range h.exercises {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *hosted) int {
		return cmp.Or(cmp.Compare(b.created, a.created), strings.Compare(a.id, b.id))
	})
	return all
}

func (h *Host) count(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queue += n
}

// waitListed returns when it is known which exercises there are.
func (h *Host) waitListed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, openPatience)
	defer cancel()
	select {
	case <-h.listed:
		return nil
	case <-h.ctx.Done():
		return &ClosedError{Code: ClosedAway, Err: conduct.ErrStopped}
	case <-ctx.Done():
		return &ClosedError{Code: ClosedOpening, Err: ctx.Err()}
	}
}

// find finds an exercise, also one that was made since by another.
func (h *Host) find(ctx context.Context, id string) (*hosted, error) {
	if err := h.waitListed(ctx); err != nil {
		return nil, err
	}
	if r := h.known(id); r != nil {
		return r, nil
	}
	if err := h.refresh(ctx); err != nil {
		return nil, err
	}
	if r := h.known(id); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
}

func (h *Host) known(id string) *hosted {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.exercises[id]
}

// Exercise finds an exercise, and opens it where it is not open.
func (h *Host) Exercise(ctx context.Context, id string) (*Exercise, error) {
	r, err := h.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := r.loadSummary(ctx); errors.Is(err, conduct.ErrEmpty) {
		return nil, fmt.Errorf("%w: %s: %w", ErrNotFound, id, err)
	}
	return r.open(ctx)
}

// List lists the exercises whose id is wanted, the latest first.
func (h *Host) List(ctx context.Context, wanted func(id string) bool) ([]Summary, error) {
	if err := h.waitListed(ctx); err != nil {
		return nil, err
	}
	if err := h.refresh(ctx); err != nil {
		return nil, err
	}
	var list []Summary
	for _, r := range h.all() {
		if !wanted(r.id) {
			continue
		}
		if _, err := r.loadSummary(ctx); errors.Is(err, conduct.ErrEmpty) {
			continue // it was named, and never made
		}
		list = append(list, r.summary()) // what could not be looked at has its first title
	}
	return list, nil
}

// Ready reports whether every exercise that is not over has been opened.
func (h *Host) Ready() (ok bool, waiting int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.queue == 0, h.queue
}

// Teams are the members of the community.
func (h *Host) Teams() []scenario.Unit { return slices.Clone(h.o.Teams) }

// Packs lists what can be played, by title.
func (h *Host) Packs() []library.Entry { return h.library.List() }

// AddPack keeps a pack, a zip. Where the diagnostics hold an error it was not
// kept. It returns a *CreateError where another pack has its key and version.
func (h *Host) AddPack(_ context.Context, zip []byte) (library.Entry, []scenario.Diagnostic, error) {
	entry, ds, err := h.library.Add(zip)
	if taken := (*library.TakenError)(nil); errors.As(err, &taken) {
		err = &CreateError{Code: CreatePackTaken, Args: map[string]any{"Pack": taken.Key, "Version": taken.Version}}
	}
	return entry, ds, err
}

// closeIdle closes, once in a while, exercises that are over and that nobody looks
// at.
func (h *Host) closeIdle() {
	tick := time.NewTicker(max(h.o.IdleTimeout/10, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
			for _, r := range h.all() {
				r.closeIfIdle(h.o.IdleTimeout)
			}
		}
	}
}
