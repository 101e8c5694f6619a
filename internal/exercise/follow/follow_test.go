package follow_test

import (
	"slices"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/follow"
	"renkei/internal/storage"
	"renkei/internal/testkit/exercisetest"
)

type silent struct{}

func (silent) Say(_, key string, _ map[string]any) string { return key }

// stage is the shipped exercise between four simulated teams, with somebody
// who looks on.
type stage struct {
	db   *storage.DB
	deps conduct.Deps
	live *follow.Exercise
}

const id = exercisetest.ID

func newStage(tb testing.TB) *stage {
	tb.Helper()
	return stageOf(tb, 4)
}

func stageOf(tb testing.TB, n int) *stage {
	tb.Helper()
	db := exercisetest.Store(tb)
	s := &stage{db: db, deps: exercisetest.Deps(db)}
	s.deps.Bots = func(play *exercise.Play, seed uint64) conduct.Bots { return bots.New(play, seed, silent{}) }
	exercisetest.Create(tb, s.deps, exercisetest.Pack(tb, exercisetest.Hospital), n)
	s.live = s.open(tb)
	s.deps.OnCommitted = s.live.OnCommitted
	return s
}

func (s *stage) open(tb testing.TB) *follow.Exercise {
	tb.Helper()
	x, err := follow.Open(tb.Context(), s.db, id)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// run conducts and follows the exercise until the end of the test.
func (s *stage) run(tb testing.TB) *conduct.Conductor {
	tb.Helper()
	c, err := conduct.Open(tb.Context(), s.deps, id)
	if err != nil {
		tb.Fatal(err)
	}
	exercisetest.Background(tb, c.Run, s.live.Run)
	return c
}

func do(tb testing.TB, c *conduct.Conductor, key string, action exercise.Action) uint64 {
	tb.Helper()
	res, err := c.Do(tb.Context(), exercise.Command{Key: key, Actor: exercise.Excon(), Do: action})
	if err != nil {
		tb.Fatal(err)
	}
	return res.Last
}

// play runs the exercise from STARTEX to ENDEX as fast as it goes.
func (s *stage) play(tb testing.TB) {
	tb.Helper()
	c := s.run(tb)
	var units []string
	s.live.Now(func(m *follow.Moment) {
		st := m.State
		for _, u := range st.Play().Cast.Units {
			units = append(units, u.Key)
		}
	})
	for _, u := range units {
		do(tb, c, "standin/"+u, exercise.SetStandIn{Unit: u, Bot: true})
	}
	seq := do(tb, c, "startex", exercise.Start{})
	for {
		if err := s.live.Wait(tb.Context(), seq); err != nil {
			tb.Fatal(err)
		}
		over := false
		s.live.Now(func(m *follow.Moment) { st := m.State; seq, over = st.Seq()+1, st.Phase() == exercise.Over })
		if over {
			return
		}
	}
}

// viewers are one of each kind.
func viewers() map[string]exercise.Viewer {
	member := exercise.ViewerOf("borealis")
	member.Person = "p"
	return map[string]exercise.Viewer{
		"public": {}, "excon": {Control: true}, "team": member, "cell": exercise.ViewerOf("borealis/hospital"), "person": {Person: "p"},
	}
}

// TestFollow plays an exercise, and asks what each viewer was told.
func TestFollow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	before := map[string]uint64{}
	for name, v := range viewers() {
		before[name] = s.live.Position(v)
	}
	s.play(t)
	again := s.open(t) // as after a restart
	for name, v := range viewers() {
		visible := s.visible(t, v)
		if name != "public" && name != "person" && len(visible) < 20 {
			t.Errorf("%s: only %d events are visible", name, len(visible))
		}
		if got := walk(s.live, v, 7); !slices.Equal(got, visible) {
			t.Errorf("%s: told of %d events, may see %d", name, len(got), len(visible))
		}
		if at := s.live.Position(v); at != again.Position(v) {
			t.Errorf("%s: position %d, after a restart %d", name, at, again.Position(v))
		} else if grew := at > before[name]; grew != (len(visible) > 1) {
			t.Errorf("%s: position went from %d to %d, with %d visible events", name, before[name], at, len(visible))
		}
	}
}

// visible are the seqs of what a viewer may see, by the log.
func (s *stage) visible(t *testing.T, v exercise.Viewer) (seqs []uint64) {
	t.Helper()
	bodies := exercise.NewBodies()
	for entry, err := range s.db.Entries(t.Context(), id, 1) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bodies.Decode(entry.Event)
		if err != nil {
			t.Fatal(err)
		}
		if v.Sees(e.To) {
			seqs = append(seqs, e.Seq)
		}
	}
	return seqs
}

// walk pages back through what a viewer may see.
func walk(x *follow.Exercise, v exercise.Viewer, page int) (seqs []uint64) {
	before := uint64(0)
	for {
		var latest []exercise.Event
		x.Now(func(m *follow.Moment) {
			latest = m.Events(v, before, page, func(*exercise.Event) bool { return true })
		})
		if len(latest) == 0 {
			slices.Reverse(seqs)
			return seqs
		}
		for _, e := range latest {
			seqs = append(seqs, e.Seq)
		}
		before = latest[len(latest)-1].Seq
	}
}

// TestStream tells each viewer of what is meant for them, and of nothing else;
// one that never listens keeps nobody waiting.
func TestStream(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	c := s.run(t)
	team, other, cell, dead := s.live.Watch(exercise.ViewerOf("asteria")), s.live.Watch(exercise.ViewerOf("borealis")),
		s.live.Watch(exercise.ViewerOf("asteria/hospital")), s.live.Watch(exercise.Viewer{Control: true})
	defer dead.Close()
	send := func(key, to string) {
		t.Helper()
		seq := do(t, c, key, exercise.Send{From: "excon", Ends: []string{to}, Text: "Hello"})
		if err := s.live.Wait(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
	}
	for name, step := range map[string]struct {
		to   string
		told []*follow.Stream
		not  []*follow.Stream
	}{
		"the team alone":     {"unit:asteria", []*follow.Stream{team}, []*follow.Stream{other, cell}},
		"a cell and above":   {"unit:asteria/hospital", []*follow.Stream{team, cell}, []*follow.Stream{other}},
		"the room, no cells": {"liaison", []*follow.Stream{team, other}, []*follow.Stream{cell}},
	} {
		send(name, step.to)
		send(name+" again", step.to)
		for _, s := range step.told {
			if !told(s) || told(s) {
				t.Errorf("%s: not told exactly once until asked", name)
			}
		}
		for _, s := range step.not {
			if told(s) {
				t.Errorf("%s: told of what is meant for others", name)
			}
		}
	}
	before, others := s.live.Position(exercise.ViewerOf("asteria")), s.live.Position(exercise.ViewerOf("borealis"))
	for told(dead) { // those before
	}
	s.live.TellUnit("asteria")
	if !told(team) || told(other) || told(cell) || told(dead) || s.live.Position(exercise.ViewerOf("asteria")) != before+1 || s.live.Position(exercise.ViewerOf("borealis")) != others {
		t.Error("what a unit is told is not told to its people alone")
	}
	team.Close()
	send("closed", "unit:asteria")
	if told(team) {
		t.Error("told after it was closed")
	}
}

func told(s *follow.Stream) bool {
	select {
	case <-s.News():
		return true
	default:
		return false
	}
}

// TestEventThatCannotBeFolded: what came before it in its batch counts, and
// state, events and topics agree.
func TestEventThatCannotBeFolded(t *testing.T) {
	t.Parallel()
	everything := func(*exercise.Event) bool { return true }
	control := exercise.Viewer{Control: true}
	played := newStage(t)
	played.play(t)
	var all []exercise.Event
	played.live.Now(func(m *follow.Moment) { all = m.Events(control, 0, 1_000_000, everything) })
	slices.Reverse(all)

	s := newStage(t)
	first := s.live.Seq()
	batch := slices.Clone(all[first : first+3])
	batch[2].Seq += 7
	s.live.OnCommitted(batch)
	if err := s.live.Run(t.Context()); err == nil {
		t.Fatal("the event was folded")
	}
	s.live.Now(func(m *follow.Moment) {
		got := m.Events(control, 0, 1_000_000, everything)
		if m.State.Seq() != first+2 || uint64(len(got)) != first+2 || got[0].Seq != first+2 {
			t.Errorf("state at %d, %d events", m.State.Seq(), len(got))
		}
	})
	if s.live.Position(control) != first+2 {
		t.Errorf("EXCON was told of %d", s.live.Position(control))
	}
}
