package hosting_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"renkei/internal/exercise"
)

// TestTakeover lets people come to units, two at a time, and a controller give
// the units back, while simulated teams play as fast as they can. In the log no
// simulated team ever acts where people are.
func TestTakeover(t *testing.T) {
	t.Parallel()
	l := newFixture(t, 0)
	id := l.create("takeover", true)
	x, units := l.exercise(id), l.someTeams()
	l.do(id, "startex", exercise.Start{Speed: 60})
	var all sync.WaitGroup
	for _, unit := range units {
		all.Go(func() {
			for n := range 5 {
				cameTogether(t, l, id, unit)
				back := exercise.Command{Key: fmt.Sprint("back/", unit, n), Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: unit, Bot: true}}
				if _, err := x.Do(t.Context(), back); err != nil && !isRefusal(err) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for _, unit := range units {
		cameTogether(t, l, id, unit)
	}
	last := x.Live.Seq()
	l.do(id, "slow", exercise.SetSpeed{Speed: 1}) // or the clock ends it first
	l.do(id, "jump", exercise.Jump{To: exercise.At(29 * time.Minute), Mode: exercise.JumpRelease})
	l.do(id, "end", exercise.End{})
	if replaced, err := x.ReplaceBot(t.Context(), units[0]); replaced || err != nil {
		t.Errorf("after play somebody was replaced: %v %v", replaced, err)
	}
	if acts := actsOfBots(t, l, id, last); acts == 0 {
		t.Error("no simulated team did anything before people came: this tests nothing")
	}
}

// cameTogether: of two who come at once one replaces the simulated team, or
// neither does where there is none.
func cameTogether(t *testing.T, l *fixture, id, unit string) {
	t.Helper()
	x := l.exercise(id)
	var both sync.WaitGroup
	var replaced [2]bool
	for i := range replaced {
		both.Go(func() {
			var err error
			if replaced[i], err = x.ReplaceBot(t.Context(), unit); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if replaced[0] && replaced[1] {
		t.Errorf("%s was taken over twice", unit)
	}
}

func isRefusal(err error) bool {
	var refused *exercise.Refusal
	return errors.As(err, &refused)
}

// actsOfBots counts what simulated teams did, and fails for what
// one did where people were, or after all of them had gone.
func actsOfBots(t *testing.T, l *fixture, id string, last uint64) (acts int) {
	t.Helper()
	bots, bodies := map[string]bool{}, exercise.NewBodies()
	for entry, err := range l.db.Entries(t.Context(), id, 1) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bodies.Decode(entry.Event)
		if err != nil {
			t.Fatal(err)
		}
		if b, ok := e.Body.(*exercise.StandIn); ok {
			bots[b.Unit] = b.Bot
		}
		unit, isBot := strings.CutPrefix(e.Actor, "bot/")
		if !isBot || strings.Contains(unit, "/") {
			continue
		}
		acts++
		if !bots[unit] || e.Seq > last {
			t.Errorf("event %d: the simulated team of %s did %s after people had come", e.Seq, unit, e.Body.Type())
		}
	}
	return acts
}
