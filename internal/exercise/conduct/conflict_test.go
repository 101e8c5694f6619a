package conduct_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/eventstore"
)

// otherNode appends an event as another node would.
func (r *fixture) otherNode(at exercise.Time, actor string, to exercise.Audience, body exercise.Body, keys ...eventstore.Key) {
	r.t.Helper()
	seq := uint64(len(r.mem.decoded(r.t))) + 1
	e := exercise.Event{Seq: seq, At: at, Wall: r.clock.Now(), Actor: actor, To: to, Cmd: "other", Body: body}
	raw, err := e.Encode()
	if err != nil {
		r.t.Fatal(err)
	}
	b := eventstore.Batch{Exercise: "x", First: seq, Keys: keys, Events: [][]byte{raw}}
	if _, err := r.mem.Append(context.Background(), b); err != nil {
		r.t.Fatal(err)
	}
}

func player(unit string) exercise.Actor {
	return exercise.Actor{ID: "p/" + unit, Role: exercise.RolePlayer, Unit: unit}
}

// TestConflictDecidesAgain: the loser catches up and decides what waited anew,
// on what the other node did; whoever watches sees every event once.
func TestConflictDecidesAgain(t *testing.T) {
	t.Parallel()
	ack := exercise.Acknowledge{Inject: "I01", Unit: "asteria"}
	for _, tc := range []struct {
		name  string
		other func(*fixture)
		want  string // code of the refusal
	}{
		{"unrelated", func(r *fixture) {
			r.otherNode(seconds(70), "excon", exercise.Audience{exercise.ToControl}, &exercise.Note{Text: "theirs"})
		}, ""},
		{"the same was done there", func(r *fixture) {
			r.otherNode(seconds(70), "p/asteria", exercise.Audience{"unit:asteria"}, &exercise.InjectAcknowledged{Inject: "I01", Unit: "asteria"})
		}, exercise.AlreadyAcked},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := smallRig(t)
			s := r.open()
			s.must("startex", exercise.Start{Speed: 1})
			s.after(70*time.Second, "n1")
			r.mem.once(t, "inject.acknowledged", func() error { tc.other(r); return nil })
			res, err := s.c.Do(t.Context(), exercise.Command{Key: "ack", Actor: player("asteria"), Do: ack})
			var refusal *exercise.Refusal
			if tc.want == "" && err != nil || tc.want != "" && (!errors.As(err, &refusal) || refusal.Code != tc.want) {
				t.Fatalf("%v, want %q", err, tc.want)
			}
			last := s.must("n2", exercise.AddNote{Text: "after"})
			s.stop()
			log := r.mem.decoded(t)
			if tc.want == "" {
				if e := log[res.First-1]; e.Cmd != "ack" || e.Body.Type() != "inject.acknowledged" {
					t.Errorf("the result points at event %d, which is %s", e.Seq, e.Body.Type())
				}
			}
			if int(last.Last) != len(log) {
				t.Errorf("the last event is %d of %d", last.Last, len(log))
			}
			want := []uint64{}
			for i := 1; i < len(log); i++ { // all but the creation
				want = append(want, uint64(i)+1)
			}
			if got := r.seqs(); !slices.Equal(got, want) {
				t.Errorf("seen were %v, want %v", got, want)
			}
		})
	}
}

// TestConflictWithNobody: a store that says again and again that an event is there,
// and has none, as a damaged index does, ends the conduct and is said to be damaged.
func TestConflictWithNobody(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	s := r.open()
	s.must("startex", exercise.Start{Speed: 1})
	r.mem.mu.Lock()
	r.mem.before = func(*eventstore.Batch) error { return database.ErrConflict }
	r.mem.mu.Unlock()
	_, err := s.c.Do(t.Context(), exercise.Command{Key: "n1", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "x"}})
	if !errors.Is(err, database.ErrDamaged) {
		t.Errorf("%v, want that the database is damaged", err)
	}
	if err := <-s.ended; !errors.Is(err, database.ErrDamaged) {
		t.Errorf("run: %v", err)
	}
}

// TestConflictLosesNoRelease: what the clock had decided ahead of a batch that
// was lost comes all the same, once.
func TestConflictLosesNoRelease(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	s := r.open()
	s.must("startex", exercise.Start{Speed: 1})
	s.after(50*time.Second, "n1")
	r.mem.once(t, "inject.released", func() error {
		r.otherNode(seconds(55), "excon", exercise.Audience{exercise.ToControl}, &exercise.Note{Text: "theirs"})
		return nil
	})
	s.after(20*time.Second, "n2")
	s.stop()
	for _, inject := range []string{"I01", "I02"} {
		if got := releases(t, r.mem.decoded(t), inject); len(got) != 2 {
			t.Errorf("%s came to %v, want both teams", inject, got)
		}
	}
}

// TestConflictWhileStopping: a request that is decided again on the way out is
// still answered. Whether the conflict is heard of before the stop is chance,
// so it takes some rounds.
func TestConflictWhileStopping(t *testing.T) {
	t.Parallel()
	for range 20 {
		r := smallRig(t)
		s := r.open()
		s.must("startex", exercise.Start{Speed: 1})
		r.mem.once(t, "note.added", func() error {
			s.cancel()
			r.otherNode(0, "excon", exercise.Audience{exercise.ToControl}, &exercise.RealRaised{Text: "theirs"})
			return nil
		})
		_, err := s.c.Do(t.Context(), exercise.Command{Key: "n", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "ours"}})
		if err != nil {
			t.Fatalf("the note: %v", err)
		}
		if err := <-s.ended; err != nil {
			t.Fatal(err)
		}
		if log := r.mem.decoded(t); log[len(log)-1].Cmd != "n" {
			t.Fatalf("the log ends with %s", log[len(log)-1].Body.Type())
		}
	}
}

var errDisk = errors.New("the disk is gone")

// TestStoreFailure: any other failure of the store ends the conduct. Who waits
// hears of it, and nothing that was acknowledged is lost.
func TestStoreFailure(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	s := r.open()
	s.must("startex", exercise.Start{Speed: 1})
	kept := s.must("n1", exercise.AddNote{Text: "kept"})
	r.mem.once(t, "note.added", func() error { return errDisk })
	if _, err := s.c.Do(t.Context(), exercise.Command{Key: "n2", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "lost"}}); !errors.Is(err, errDisk) {
		t.Errorf("who waited got %v, want %v", err, errDisk)
	}
	if err := <-s.ended; !errors.Is(err, errDisk) {
		t.Errorf("Run returned %v, want %v", err, errDisk)
	}
	if _, err := s.c.Do(t.Context(), exercise.Command{Key: "n3", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "x"}}); !errors.Is(err, conduct.ErrStopped) {
		t.Errorf("afterwards %v, want %v", err, conduct.ErrStopped)
	}
	s = r.open()
	if got := s.must("n1", exercise.AddNote{Text: "kept"}); got != kept {
		t.Errorf("after reopening the note is %v, was %v", got, kept)
	}
	if got := s.must("n2", exercise.AddNote{Text: "lost"}); got.First <= kept.Last {
		t.Errorf("what was lost can be sent again: %v", got)
	}
	s.stop()
}

func TestDoAfterStop(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	s := r.open()
	s.stop()
	note := exercise.Command{Key: "n", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "x"}}
	for range 600 { // more than the inbox holds
		if _, err := s.c.Do(t.Context(), note); !errors.Is(err, conduct.ErrStopped) {
			t.Fatalf("%v, want %v", err, conduct.ErrStopped)
		}
	}
	if n := len(r.mem.decoded(t)); n != 1 {
		t.Errorf("%d events, want the creation alone", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	idle, err := conduct.Open(t.Context(), r.deps, "x") // never run
	if err != nil {
		t.Fatal(err)
	}
	if _, err := idle.Do(ctx, note); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context %v", err)
	}
}

// TestConflictLosesNoPlan: what simulated teams had done in a batch that was
// lost they do again, though the other node's event is later than that.
func TestConflictLosesNoPlan(t *testing.T) {
	t.Parallel()
	var acks [2][]string
	for i := range acks {
		r := smallRig(t)
		s := r.open()
		for _, unit := range []string{"asteria", "borealis"} {
			s.must("in/"+unit, exercise.SetStandIn{Unit: unit, Bot: true})
		}
		s.must("startex", exercise.Start{Speed: 1})
		s.after(66*time.Second, "n1")
		if i == 1 {
			r.mem.once(t, "inject.acknowledged", func() error {
				r.otherNode(seconds(240), "excon", exercise.Audience{exercise.ToControl}, &exercise.Note{Text: "theirs"})
				return nil
			})
		}
		s.after(200*time.Second, "n2")
		s.stop()
		for _, e := range r.mem.decoded(t) {
			if e.Body.Type() == "inject.acknowledged" {
				acks[i] = append(acks[i], e.Actor+" "+e.Cmd)
			}
		}
		slices.Sort(acks[i])
	}
	if len(acks[0]) == 0 || !slices.Equal(acks[0], acks[1]) {
		t.Errorf("undisturbed %v, with a conflict %v", acks[0], acks[1])
	}
}

// TestKeyAheadOfLog: while one catches up, the other node does something more,
// whose key is read and whose event is not. Who asks under that key is answered
// all the same.
func TestKeyAheadOfLog(t *testing.T) {
	t.Parallel()
	r := smallRig(t)
	s := r.open()
	s.must("startex", exercise.Start{Speed: 1})
	note := func(text string, keys ...eventstore.Key) {
		r.otherNode(0, "excon", exercise.Audience{exercise.ToControl}, &exercise.Note{Text: text}, keys...)
	}
	r.mem.once(t, "note.added", func() error {
		r.mem.mu.Lock()
		r.mem.ended = func() {
			seq := uint64(len(r.mem.events)) + 1
			note("ahead", eventstore.Key{Actor: "excon", Key: "ahead", First: seq, Last: seq})
		}
		r.mem.mu.Unlock()
		note("first")
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := s.c.Do(ctx, exercise.Command{Key: "ahead", Actor: exercise.Excon(), Do: exercise.AddNote{Text: "other"}})
	var refusal *exercise.Refusal
	if !errors.As(err, &refusal) || refusal.Code != exercise.KeyReused {
		t.Errorf("%v, want a refusal", err)
	}
	s.stop()
}
