package conduct_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/soak"
)

// fullPack uses everything that the format has.
const fullPack = "../scenario/testdata/full"

func loadShipped(t *testing.T) *scenario.Pack {
	t.Helper()
	return loadPack(t, shippedPack)
}

func loadPack(t *testing.T, path string) *scenario.Pack {
	t.Helper()
	pack, ds, err := scenario.Load(path)
	if err != nil || scenario.Failed(ds) {
		t.Fatalf("load pack: %v %v", err, ds)
	}
	return pack
}

// playOut plays with simulated teams to the end; the conductor is stopped when
// so many events are durable as cuts say, and opened again.
func playOut(r *fixture, cuts []int) []exercise.Event {
	t := r.t
	t.Helper()
	s := r.open()
	for _, u := range s.c.State().Play().Cast.Units {
		s.must("standin/"+u.Key, exercise.SetStandIn{Unit: u.Key, Bot: true})
	}
	s.stop()
	for started := false; ; {
		ctx, cancel := context.WithCancel(context.Background())
		r.mu.Lock()
		r.tell = func(events []exercise.Event) {
			last := events[len(events)-1]
			if len(cuts) > 0 && int(last.Seq) >= cuts[0] || last.Body.Type() == "clock.ended" {
				cancel()
			}
		}
		r.mu.Unlock()
		c, err := conduct.Open(t.Context(), r.deps, "x")
		if err != nil {
			t.Fatal(err)
		}
		if c.State().Phase() == exercise.Over {
			cancel()
			return r.mem.decoded(t)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		if !started {
			started = true
			if _, err := c.Do(t.Context(), exercise.Command{Key: "startex", Actor: exercise.Excon(), Do: exercise.Start{}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if len(cuts) > 0 {
			cuts = cuts[1:]
		}
		r.clock.move(time.Minute)
	}
}

// story is a log without what an interruption adds: seqs are counted without
// it, wherever they stand.
func story(t *testing.T, log []exercise.Event) []string {
	t.Helper()
	var out []string
	seqs := map[uint64]int{}
	for i := range log {
		e := log[i]
		if k := e.Body.Type(); k == "clock.recovered" || k == "clock.paused" || k == "clock.resumed" {
			continue
		}
		seqs[e.Seq] = len(out) + 1
		raw, err := json.Marshal(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []string{"submission", "via", "of"} {
			if n, ok := body[ref].(float64); ok {
				body[ref] = seqs[uint64(n)]
			}
		}
		out = append(out, fmt.Sprint(e.At, " ", e.Actor, " ", e.To, " ", e.Cmd, " ", e.Body.Type(), " ", body))
	}
	return out
}

// TestInterruptedExerciseGoesOn: an exercise that bots play and that is stopped and
// opened again at any event tells the same story as one that is not.
func TestInterruptedExerciseGoesOn(t *testing.T) {
	t.Parallel()
	for _, path := range []string{shippedPack, fullPack} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			interrupted(t, loadPack(t, path))
		})
	}
}

func interrupted(t *testing.T, pack *scenario.Pack) {
	t.Helper()
	fresh := func() *fixture { return newFixture(t, pack, 4, &handClock{wall: 1_800_000_000_000_000}) }
	whole := story(t, playOut(fresh(), nil))
	rnd := rand.New(rand.NewPCG(1, 2))
	rounds := soak.Count(3, 12, 60)
	for round := range rounds {
		var cuts []int
		for at := 10; at < len(whole); {
			at += 1 + rnd.IntN(len(whole)/3)
			cuts = append(cuts, at)
		}
		r := fresh()
		if round%3 == 0 { // from the log alone; otherwise from snapshots too
			r.deps.BuildID = nil
		}
		parts := story(t, playOut(r, cuts))
		for i := range min(len(whole), len(parts)) {
			if whole[i] != parts[i] {
				t.Fatalf("cut at %v, event %d differs:\nwhole %s\nparts %s", cuts, i+1, whole[i], parts[i])
			}
		}
		if len(whole) != len(parts) {
			t.Fatalf("cut at %v: %d events, whole %d", cuts, len(parts), len(whole))
		}
	}
}

// TestBotStandsInAndPeopleTakeOver in the middle of an exercise.
func TestBotStandsInAndPeopleTakeOver(t *testing.T) {
	t.Parallel()
	r := newFixture(t, loadShipped(t), 2, &handClock{wall: 1_800_000_000_000_000})
	s := r.open()
	s.must("startex", exercise.Start{Speed: 1})
	byBot := func(from int) (n int) {
		for _, e := range r.mem.decoded(t)[from:] {
			if strings.HasPrefix(e.Actor, "bot/") {
				n++
			}
			if e.Actor == "bot/borealis" {
				t.Errorf("a simulated team acts for borealis, where nobody put it: %s", e.Body.Type())
			}
		}
		return n
	}
	s.after(8*time.Minute, "n1")
	if n := byBot(0); n != 0 {
		t.Fatalf("%d acts by simulated teams before one was put in", n)
	}
	s.must("in", exercise.SetStandIn{Unit: "asteria", Bot: true})
	s.after(7*time.Minute, "n2")
	n := byBot(0)
	if n < 3 {
		t.Fatalf("%d acts by the simulated team, want some about what stood open", n)
	}
	s.must("out", exercise.SetStandIn{Unit: "asteria", Bot: false})
	from := len(r.mem.decoded(t))
	s.after(10*time.Minute, "n3")
	if n := byBot(from); n != 0 {
		t.Errorf("%d acts by the simulated team after people took over", n)
	}
	_, err := s.c.Do(t.Context(), exercise.Command{Key: "h", Actor: player("asteria"), Do: exercise.Acknowledge{Inject: "I15", Unit: "asteria"}})
	if err != nil {
		t.Errorf("people cannot go on: %v", err)
	}
	s.stop()
}
