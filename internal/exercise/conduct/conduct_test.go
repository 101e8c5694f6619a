package conduct_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
)

const shippedPack = "../../../scenarios/hospital-ransomware"

// bench is a store with one exercise in it, and how to conduct it.
type bench struct {
	t    *testing.T
	db   *storage.DB
	deps conduct.Deps
	pack *scenario.Pack
	id   string
	seen chan []exercise.Event
}

func newBench(t *testing.T, teams int, seed uint64) *bench {
	t.Helper()
	return benchOf(t, shippedPack, teams, seed)
}

func benchOf(t *testing.T, path string, teams int, seed uint64) *bench {
	t.Helper()
	pack := loadPack(t, path)
	db := exercisetest.Store(t)
	b := &bench{t: t, db: db, pack: pack, id: "x", seen: make(chan []exercise.Event, 1<<16)}
	b.deps = conduct.Deps{
		Store: db, Clock: conduct.SystemClock(), Log: slog.New(slog.DiscardHandler),
		Bots: func(play *exercise.Play, seed uint64) conduct.Bots {
			return bots.New(play, seed, exercisetest.NewPhrases(t))
		},
		OnCommitted: func(events []exercise.Event) { b.seen <- events },
	}
	setup := conduct.Setup{ID: b.id, Title: pack.Title, Seed: seed, Pack: pack, Teams: exercisetest.Teams(t, teams)}
	if err := conduct.Create(t.Context(), b.deps, setup); err != nil {
		t.Fatal(err)
	}
	return b
}

// run opens the exercise and conducts it in the background until stop.
func (b *bench) run() (c *conduct.Conductor, stop func()) {
	b.t.Helper()
	c, err := conduct.Open(b.t.Context(), b.deps, b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := c.Run(ctx); err != nil {
			b.t.Errorf("run: %v", err)
			b.seen <- nil
			close(b.seen)
		}
	}()
	return c, func() {
		cancel()
		<-done
	}
}

// must gives a command that may not be refused.
func (b *bench) must(c *conduct.Conductor, actor exercise.Actor, key string, do exercise.Action) conduct.Result {
	b.t.Helper()
	r, err := c.Do(b.t.Context(), exercise.Command{Key: key, Actor: actor, Do: do})
	if err != nil {
		b.t.Fatalf("%s: %v", key, err)
	}
	return r
}

// fill puts simulated teams everywhere.
func (b *bench) fill(c *conduct.Conductor) {
	b.t.Helper()
	for _, u := range c.State().Play().Cast.Units {
		b.must(c, exercise.Excon(), "standin/"+u.Key, exercise.SetStandIn{Unit: u.Key, Bot: true})
	}
}

// await takes committed events until one is of a type.
func (b *bench) await(kind exercise.Type) {
	b.t.Helper()
	timeout := time.After(time.Minute)
	for {
		select {
		case events, open := <-b.seen:
			if !open {
				b.t.FailNow()
			}
			for i := range events {
				if events[i].Body.Type() == kind {
					return
				}
			}
		case <-timeout:
			b.t.Fatalf("no %s within a minute", kind)
		}
	}
}

// log gives the stored events as they stand.
func (b *bench) log() [][]byte {
	b.t.Helper()
	var out [][]byte
	for e, err := range b.db.Entries(b.t.Context(), b.id, 1) {
		if err != nil {
			b.t.Fatal(err)
		}
		out = append(out, e.Event)
	}
	return out
}

// plain strips what may differ between two runs of a seed: wall times, and the
// hashes of contents that carry them.
func plain(t *testing.T, raw []byte) []byte {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	delete(m, "wall")
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameSeedSameLog(t *testing.T) {
	t.Parallel()
	var logs [2][][]byte
	for i := range logs {
		b := newBench(t, 11, 7)
		c, stop := b.run()
		b.fill(c)
		b.must(c, exercise.Excon(), "startex", exercise.Start{Speed: 0})
		b.await("clock.ended")
		stop()
		logs[i] = b.log()
	}
	if len(logs[0]) != len(logs[1]) {
		t.Fatalf("%d and %d events", len(logs[0]), len(logs[1]))
	}
	for i := range logs[0] {
		if a, b := plain(t, logs[0][i]), plain(t, logs[1][i]); !bytes.Equal(a, b) {
			t.Fatalf("event %d differs:\n%s\n%s", i+1, a, b)
		}
	}
}
