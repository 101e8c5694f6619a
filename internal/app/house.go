package app

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
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/storage"
	"renkei/internal/web"
)

// HouseOptions say what a house keeps and with what.
type HouseOptions struct {
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
	// Rest is how long an exercise that is over stays open with nobody looking;
	// 0 for ten minutes.
	Rest time.Duration
}

// House keeps every exercise of a database: each has a conductor, somebody who
// follows it for the pages, and an owner that opens it again when it fails.
type House struct {
	o     HouseOptions
	deps  conduct.Deps
	shelf *shelf
	desk  *Reports

	life   context.Context //nolint:containedctx // that of all exercises: it ends with Close
	end    context.CancelFunc
	work   sync.WaitGroup // every goroutine of the house
	making sync.Mutex     // held while an exercise is created
	named  chan struct{}  // closed when it is known which exercises there are

	mu    sync.Mutex
	rooms map[string]*room
	queue int // exercises that are still to be opened, and one while they are looked for
}

var _ web.House = (*House)(nil)

// OpenHouse takes a database over. It returns at once: the exercises that are
// not over are opened one after another, and any that somebody asks for. Close
// it before the database.
func OpenHouse(ctx context.Context, o HouseOptions) *House {
	h := &House{o: o, shelf: newShelf(o), desk: NewReports(o.DB), named: make(chan struct{}), rooms: map[string]*room{}, queue: 1}
	if h.o.Rest == 0 {
		h.o.Rest = 10 * time.Minute
	}
	h.deps = conduct.Deps{
		Store: o.DB, Clock: conduct.SystemClock(), Log: o.Log, Maker: conduct.Program(),
		// Simulated teams are always at hand, so that one can step in at any moment.
		Crew: func(play *exercise.Play, seed uint64) conduct.Crew { return bots.New(play, seed, phrases{o.Texts}) },
	}
	h.life, h.end = context.WithCancel(context.WithoutCancel(ctx))
	h.work.Go(h.openAll)
	h.work.Go(h.letGo)
	return h
}

// Close stops conducting: what was decided is committed first. It returns
// whether that was so when ctx ended.
func (h *House) Close(ctx context.Context) bool {
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
func (h *House) openAll() {
	if !h.nameAll() {
		return
	}
	close(h.named)
	next := h.unfinished()
	h.count(len(next) - 1)
	for _, r := range next {
		_, _ = r.enter(h.life)
		h.count(-1)
	}
}

// unfinished are the exercises that are not over, as far as is known.
func (h *House) unfinished() []*room {
	var next []*room
	played := map[*room]int64{}
	for _, r := range h.all() {
		tick, err := r.glance(h.life)
		if errors.Is(err, conduct.ErrEmpty) || err == nil && r.seen().Over {
			continue
		}
		if err != nil {
			h.o.Log.Warn("exercise_not_looked_at", "exercise", r.id, "error", err)
		}
		played[r] = tick
		next = append(next, r)
	}
	slices.SortStableFunc(next, func(a, b *room) int { return cmp.Compare(played[b], played[a]) })
	return next
}

// nameAll lists the exercises until the database answers.
func (h *House) nameAll() bool {
	for pause := newPause(); ; {
		err := h.refresh(h.life)
		if err == nil {
			return true
		}
		if h.life.Err() == nil {
			h.o.Log.Error("exercises_not_listed", "error", err)
		}
		if !pause.wait(h.life) {
			return false
		}
	}
}

// refresh takes in exercises that are not known yet.
func (h *House) refresh(ctx context.Context) error {
	all, err := h.o.DB.Exercises(ctx)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range all {
		if h.rooms[e.ID] == nil {
			h.rooms[e.ID] = newRoom(h, e)
		}
	}
	return nil
}

// all are the rooms, the latest first.
func (h *House) all() []*room {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*room, 0, len(h.rooms))
	for _, r := range h.rooms {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *room) int {
		return cmp.Or(cmp.Compare(b.created, a.created), strings.Compare(a.id, b.id))
	})
	return all
}

func (h *House) count(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queue += n
}

// waitNamed returns when it is known which exercises there are.
func (h *House) waitNamed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, opening)
	defer cancel()
	select {
	case <-h.named:
		return nil
	case <-h.life.Done():
		return &web.ClosedError{Code: web.ClosedAway, Err: conduct.ErrStopped}
	case <-ctx.Done():
		return &web.ClosedError{Code: web.ClosedOpening, Err: ctx.Err()}
	}
}

// room finds an exercise, also one that was made since by another.
func (h *House) room(ctx context.Context, id string) (*room, error) {
	if err := h.waitNamed(ctx); err != nil {
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
	return nil, fmt.Errorf("%w: %s", web.ErrNoHall, id)
}

func (h *House) known(id string) *room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[id]
}

// Hall finds an exercise, and opens it where it is not open.
func (h *House) Hall(ctx context.Context, id string) (*web.Hall, error) {
	r, err := h.room(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := r.glance(ctx); errors.Is(err, conduct.ErrEmpty) {
		return nil, fmt.Errorf("%w: %s: %w", web.ErrNoHall, id, err)
	}
	return r.enter(ctx)
}

// List lists the exercises whose id is wanted, the latest first.
func (h *House) List(ctx context.Context, wanted func(id string) bool) ([]web.Listed, error) {
	if err := h.waitNamed(ctx); err != nil {
		return nil, err
	}
	if err := h.refresh(ctx); err != nil {
		return nil, err
	}
	var list []web.Listed
	for _, r := range h.all() {
		if !wanted(r.id) {
			continue
		}
		if _, err := r.glance(ctx); errors.Is(err, conduct.ErrEmpty) {
			continue // it was named, and never made
		}
		list = append(list, r.seen()) // what could not be looked at has its first title
	}
	return list, nil
}

// Ready reports whether every exercise that is not over has been opened.
func (h *House) Ready() (ok bool, waiting int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.queue == 0, h.queue
}

// Teams are the members of the community.
func (h *House) Teams() []scenario.Unit { return slices.Clone(h.o.Teams) }

// Packs lists what can be played, by title.
func (h *House) Packs() []web.Pack { return h.shelf.list() }

// AddPack keeps a pack, a zip.
func (h *House) AddPack(_ context.Context, zip []byte) (web.Pack, []scenario.Diagnostic, error) {
	return h.shelf.add(zip)
}

// letGo closes, once in a while, exercises that are over and that nobody looks
// at.
func (h *House) letGo() {
	tick := time.NewTicker(max(h.o.Rest/10, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-h.life.Done():
			return
		case <-tick.C:
			for _, r := range h.all() {
				r.leaveUnused(h.o.Rest)
			}
		}
	}
}
