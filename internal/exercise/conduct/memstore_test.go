package conduct_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
	"renkei/internal/testkit/exercisetest"
)

// memStore keeps the log of one exercise in memory. It answers at once, from
// within Enqueue, so that nothing in it ever waits.
type memStore struct {
	mu       sync.Mutex
	named    bool // the exercise is created
	events   [][]byte
	leaves   []journal.Hash // of each event
	chains   []journal.Hash // after each event
	keys     []eventstore.Key
	contents map[journal.Hash]journal.Content
	tick     *eventstore.Tick
	snapshot *eventstore.Snapshot
	put      func(eventstore.Snapshot) error // before one is kept; may be nil
	read     int                             // entries read
	// ended is called once when somebody has read to the end; may be nil.
	ended func()
	// before may change the log or fail a batch just before it is taken.
	before func(b *eventstore.Batch) error
}

var _ conduct.Store = (*memStore)(nil)

func newMemStore() *memStore { return &memStore{contents: map[journal.Hash]journal.Content{}} }

func (m *memStore) Create(context.Context, eventstore.Exercise) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.named {
		return database.ErrExists
	}
	m.named = true
	return nil
}

func (m *memStore) Append(_ context.Context, b eventstore.Batch) (eventstore.Head, error) {
	m.mu.Lock()
	hook := m.before
	m.mu.Unlock()
	if hook != nil {
		if err := hook(&b); err != nil {
			return eventstore.Head{}, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if b.First != uint64(len(m.events))+1 {
		return eventstore.Head{}, fmt.Errorf("append at %d: %w", b.First, database.ErrConflict)
	}
	for _, e := range b.Events {
		leaf := journal.LeafOf(salt(), e)
		m.chains = append(m.chains, journal.Link(m.chain(len(m.chains)), leaf))
		m.events, m.leaves = append(m.events, e), append(m.leaves, leaf)
	}
	for _, c := range b.Contents {
		m.contents[c.Hash] = c.Content
	}
	m.keys = append(m.keys, b.Keys...)
	if b.Tick != nil {
		m.tick = b.Tick
	}
	return eventstore.Head{Seq: uint64(len(m.events)), Chain: m.chain(len(m.events))}, nil
}

// salt is that of every event in memory.
func salt() []byte { return make([]byte, journal.SaltSize) }

// chain is that after so many events.
func (m *memStore) chain(n int) journal.Hash {
	if n == 0 {
		return journal.Genesis("x")
	}
	return m.chains[n-1]
}

func (m *memStore) ChainAt(_ context.Context, _ string, seq uint64) (journal.Hash, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if seq > uint64(len(m.chains)) {
		return journal.Hash{}, false, nil
	}
	return m.chain(int(seq)), true, nil
}

func (m *memStore) Snapshot(context.Context, string) (eventstore.Snapshot, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.snapshot == nil {
		return eventstore.Snapshot{}, false, nil
	}
	s := *m.snapshot
	s.Data = slices.Clone(s.Data)
	return s, true, nil
}

func (m *memStore) PutSnapshot(_ context.Context, _ string, s eventstore.Snapshot) error {
	m.mu.Lock()
	hook := m.put
	m.mu.Unlock()
	if hook != nil {
		if err := hook(s); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.Seq > uint64(len(m.events)) {
		return fmt.Errorf("a snapshot at %d of %d events", s.Seq, len(m.events))
	}
	m.snapshot = &s
	return nil
}

func (m *memStore) Enqueue(b eventstore.Batch, done func(eventstore.Head, error)) {
	done(m.Append(context.Background(), b))
}

func (m *memStore) Tick(context.Context, string) (eventstore.Tick, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tick == nil {
		return eventstore.Tick{}, false, nil
	}
	return *m.tick, true, nil
}

func (m *memStore) Entries(_ context.Context, _ string, from uint64) iter.Seq2[journal.Entry, error] {
	m.mu.Lock()
	events, leaves, chains := slices.Clone(m.events), slices.Clone(m.leaves), slices.Clone(m.chains)
	m.mu.Unlock()
	return func(yield func(journal.Entry, error) bool) {
		for i := from - 1; i < uint64(len(events)); i++ {
			if !yield(journal.Entry{Seq: i + 1, Event: events[i], Salt: salt(), Leaf: leaves[i], Chain: chains[i]}, nil) {
				return
			}
			m.mu.Lock()
			m.read++
			m.mu.Unlock()
		}
		m.mu.Lock()
		ended := m.ended
		m.ended = nil
		m.mu.Unlock()
		if ended != nil {
			ended()
		}
	}
}

func (m *memStore) Keys(_ context.Context, _ string, from uint64) iter.Seq2[eventstore.Key, error] {
	m.mu.Lock()
	keys := slices.Clone(m.keys)
	m.mu.Unlock()
	return func(yield func(eventstore.Key, error) bool) {
		for _, k := range keys {
			if k.First >= from && !yield(k, nil) {
				return
			}
		}
	}
}

func (m *memStore) Content(_ context.Context, h journal.Hash) (journal.Content, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c, ok := m.contents[h]; ok {
		return c, nil
	}
	return journal.Content{}, database.ErrNotFound
}

// once sets what happens before the next batch that holds an event of a type.
func (m *memStore) once(t *testing.T, kind string, do func() error) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.before = func(b *eventstore.Batch) error {
		if !slices.ContainsFunc(b.Events, func(e []byte) bool { return bytes.Contains(e, []byte(`"type":"`+kind+`"`)) }) {
			return nil
		}
		m.mu.Lock()
		m.before = nil
		m.mu.Unlock()
		return do()
	}
}

// decoded is the log as events.
func (m *memStore) decoded(t *testing.T) []exercise.Event {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	bodies := exercise.NewBodies()
	var out []exercise.Event
	for i, raw := range m.events {
		e, err := bodies.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		if e.Seq != uint64(i)+1 {
			t.Fatalf("event %d stands at place %d", e.Seq, i+1)
		}
		out = append(out, e)
	}
	return out
}

// handClock is wall time that moves only by hand.
type handClock struct {
	mu   sync.Mutex
	wall int64
}

func (c *handClock) Now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wall
}

func (c *handClock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall += by.Microseconds()
}

const smallPack = `
format: renkei/1
key: small
version: 1.0.0
kind: rcx
title: {en: Small, ja: 小}
languages: [en, ja]
tlp: GREEN
duration: 30m
startex: 2027-06-16T01:00:00Z
personas:
- {key: desk, name: {en: Desk, ja: 窓口}, address: desk@test.example}
units:
  cells:
  - {key: hospital, name: {en: Hospital, ja: 病院}}
`

const smallMSEL = `
injects:
- {key: I01, title: {en: A, ja: A}, phase: recognise, from: desk, to: teams, at: 1m}
- {key: I02, title: {en: B, ja: B}, phase: recognise, from: desk, to: teams, at: 65s}
- {key: I03, title: {en: C, ja: C}, phase: recognise, from: desk, to: teams, at: 10m}
`

func loadSmall(t *testing.T) *scenario.Pack {
	t.Helper()
	files := map[string][]byte{"pack.yaml": []byte(smallPack), "msel.yaml": []byte(smallMSEL)}
	for _, key := range []string{"I01", "I02", "I03"} {
		for _, lang := range []string{"en", "ja"} {
			files["texts/"+lang+"/"+key+".md"] = []byte("# " + key + "\n\n{{team.name}}\n")
		}
	}
	pack, ds := scenario.Parse(files)
	if scenario.Failed(ds) {
		t.Fatal(ds)
	}
	return pack
}

// fixture is an exercise on a store in memory.
type fixture struct {
	t     *testing.T
	mem   *memStore
	clock *handClock // nil: the system's
	deps  conduct.Deps
	setup conduct.Setup

	warned *warnings

	mu   sync.Mutex
	seen []exercise.Event
	tell func([]exercise.Event) // with what was just seen, may be nil
}

func newFixture(t *testing.T, pack *scenario.Pack, teams int, clock conduct.Clock) *fixture {
	t.Helper()
	r := &fixture{t: t, mem: newMemStore(), warned: &warnings{}}
	t.Cleanup(func() {
		if said := r.warned.about("snapshot_"); len(said) > 0 {
			t.Errorf("warned of %v", said)
		}
	})
	r.clock, _ = clock.(*handClock)
	r.deps = conduct.Deps{
		Store: r.mem, Clock: clock, Log: slog.New(r.warned), OnCommitted: r.see,
		BuildID: func() (string, error) { return "test", nil }, SnapshotEvery: 40,
		Bots: func(play *exercise.Play, seed uint64) conduct.Bots {
			return bots.New(play, seed, exercisetest.NewPhrases(t))
		},
	}
	r.setup = conduct.Setup{ID: "x", Title: pack.Title, Seed: 7, Pack: pack, Teams: exercisetest.Teams(t, teams)}
	if err := conduct.Create(t.Context(), r.deps, r.setup); err != nil {
		t.Fatal(err)
	}
	return r
}

func smallRig(t *testing.T) *fixture {
	t.Helper()
	return newFixture(t, loadSmall(t), 2, &handClock{wall: 1_800_000_000_000_000})
}

func (r *fixture) see(events []exercise.Event) {
	r.mu.Lock()
	r.seen = append(r.seen, events...)
	tell := r.tell
	r.mu.Unlock()
	if tell != nil {
		tell(events)
	}
}

// seqs of the events that were seen, in the order in which they were.
func (r *fixture) seqs() []uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []uint64
	for _, e := range r.seen {
		out = append(out, e.Seq)
	}
	return out
}

// session is a conductor at work.
type session struct {
	*fixture
	c      *conduct.Conductor
	cancel context.CancelFunc
	ended  chan error
}

// open conducts the exercise in the background until stop.
func (r *fixture) open() *session {
	r.t.Helper()
	c, err := conduct.Open(r.t.Context(), r.deps, "x")
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{fixture: r, c: c, cancel: cancel, ended: make(chan error, 1)}
	go func() { s.ended <- c.Run(ctx) }()
	return s
}

func (s *session) stop() {
	s.t.Helper()
	s.cancel()
	if err := <-s.ended; err != nil {
		s.t.Errorf("run: %v", err)
	}
}

func (s *session) must(key string, do exercise.Action) conduct.Result {
	s.t.Helper()
	res, err := s.c.Do(s.t.Context(), exercise.Command{Key: key, Actor: exercise.Excon(), Do: do})
	if err != nil {
		s.t.Fatalf("%s: %v", key, err)
	}
	return res
}

// after moves the clock and wakes the loop with a note.
func (s *session) after(by time.Duration, key string) {
	s.t.Helper()
	s.clock.move(by)
	s.must(key, exercise.AddNote{Text: key})
}

func seconds(n float64) exercise.Time { return exercise.Time(n * float64(exercise.Second)) }

// releases are the times at which an inject came, per unit.
func releases(t *testing.T, log []exercise.Event, inject string) map[string]exercise.Time {
	t.Helper()
	out := map[string]exercise.Time{}
	for i := range log {
		if b, ok := log[i].Body.(*exercise.InjectReleased); ok && b.Inject == inject {
			if _, twice := out[b.Unit]; twice {
				t.Errorf("%s came to %s twice", inject, b.Unit)
			}
			if b.Due != log[i].At {
				t.Errorf("%s came to %s at %s, due at %s", inject, b.Unit, log[i].At, b.Due)
			}
			out[b.Unit] = log[i].At
		}
	}
	return out
}
