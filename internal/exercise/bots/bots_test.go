package bots_test

import (
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/bots"
	"renkei/internal/exercise/scenario"
	"renkei/internal/testkit/exercisetest"
)

type keys struct{}

func (keys) Say(_, key string, args map[string]any) string {
	what, _ := args["What"].(string)
	return key + " " + what
}

// play lets simulated teams play the shipped pack and gives the log; a refused
// command fails the test. each is called after every event.
func play(t *testing.T, seed uint64, each func(s *exercise.State, e *exercise.Event) exercise.Action) []exercise.Event {
	t.Helper()
	return playPack(t, "../../../scenarios/hospital-ransomware", seed, each)
}

func playPack(t *testing.T, path string, seed uint64, each func(s *exercise.State, e *exercise.Event) exercise.Action) []exercise.Event {
	t.Helper()
	pack, ds, err := scenario.Load(path)
	if err != nil || scenario.Failed(ds) {
		t.Fatalf("load pack: %v %v", err, ds)
	}
	p := exercisetest.Play(t, pack, 3)
	s, c := exercise.New(p), bots.New(p, seed, keys{})
	var log []exercise.Event
	var asked []exercise.Action
	give := func(cmd exercise.Command) {
		t.Helper()
		events, err := s.Decide(&cmd, nil)
		if err != nil {
			t.Fatalf("%s by %s at %s: %v", cmd.Key, cmd.Actor.ID, cmd.At, err)
		}
		for i := range events {
			if err := s.Apply(&events[i]); err != nil {
				t.Fatal(err)
			}
			c.React(s, &events[i])
			if do := each(s, &events[i]); do != nil {
				asked = append(asked, do)
			}
		}
		log = append(log, events...)
	}
	for _, u := range p.Cast.Units {
		give(exercise.Command{Actor: exercise.Excon(), Do: exercise.SetStandIn{Unit: u.Key, Bot: true}})
		for _, cmd := range bots.Ready(u.Key) {
			give(cmd)
		}
	}
	give(exercise.Command{Actor: exercise.Excon(), Do: exercise.Start{}})
	for s.Phase() == exercise.Running {
		for ; len(asked) > 0; asked = asked[1:] {
			give(exercise.Command{Actor: exercise.Excon(), At: s.At(), Do: asked[0]})
		}
		cmd, owed := s.Due(min(s.Next(), c.Next()))
		if !owed || c.Next() < cmd.At {
			if cmd, owed = c.Pop(s); !owed {
				continue
			}
		}
		give(cmd)
	}
	return log
}

func nothing(*exercise.State, *exercise.Event) exercise.Action { return nil }

// TestNothingIsRefused: simulated teams ask for nothing that is not possible,
// and they do all kinds of things.
func TestNothingIsRefused(t *testing.T) {
	t.Parallel()
	did := map[exercise.Type]int{}
	for seed := range uint64(20) {
		for _, e := range play(t, seed, nothing) {
			if strings.HasPrefix(e.Actor, "bot/") {
				did[e.Body.Type()]++
			}
		}
	}
	for _, kind := range []exercise.Type{
		"inject.acknowledged", "inject.relayed", "task.submitted", "task.scored", "hint.taken", "message.sent", "share.made", "flow.made",
	} {
		if did[kind] == 0 {
			t.Errorf("no simulated team ever did %s: %v", kind, did)
		}
	}
}

// TestStoryline: simulated teams take every way of the storyline, ask its
// personas, and try again with the hints that come.
func TestStoryline(t *testing.T) {
	t.Parallel()
	branches, questions, again := map[string]bool{}, 0, 0
	for seed := range uint64(12) {
		helped := map[string]bool{}
		for _, e := range playPack(t, "testdata/story", seed, nothing) {
			switch b := e.Body.(type) {
			case *exercise.BranchTaken:
				branches[b.Branch] = true
			case *exercise.ReplyReady:
				questions++
			case *exercise.HintGiven:
				helped[b.Task+b.Unit] = true
			case *exercise.Submitted:
				if helped[b.Task+b.Unit] {
					again++
				}
			}
		}
	}
	if questions < 10 || again < 3 {
		t.Errorf("%d questions that fit a reply, %d answers after a hint", questions, again)
	}
	for _, key := range []string{"warned", "unwarned", "most", "few"} {
		if !branches[key] {
			t.Errorf("nobody took %s: %v", key, branches)
		}
	}
}

// TestOutIsOut: a simulated team does nothing while its unit stands still, is
// away or has people, and goes on when it is back.
func TestOutIsOut(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]exercise.Action{
		"paused":    exercise.SetStatus{Unit: "asteria", Status: exercise.UnitPause},
		"absent":    exercise.SetStatus{Unit: "asteria", Status: exercise.Absent},
		"by people": exercise.SetStandIn{Unit: "asteria", Bot: false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var left, back bool
			leave, ret := exercise.At(6*time.Minute), exercise.At(12*time.Minute)
			acts := [3]int{}
			play(t, 4, func(_ *exercise.State, e *exercise.Event) exercise.Action {
				if e.Actor == "bot/asteria" && e.At > 0 {
					switch {
					case !left:
						acts[0]++
					case !back:
						acts[1]++
					default:
						acts[2]++
					}
				}
				switch {
				case !left && e.At >= leave:
					left = true
					return away
				case left && !back && e.At >= ret:
					back = true
					if name == "by people" {
						return exercise.SetStandIn{Unit: "asteria", Bot: true}
					}
					return exercise.SetStatus{Unit: "asteria", Status: exercise.Present}
				}
				return nil
			})
			// What belongs to the very command that was being decided still counts.
			if acts[0] == 0 || acts[1] > 3 || acts[2] == 0 {
				t.Errorf("acts before, meanwhile and after: %v", acts)
			}
		})
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	same := bots.NewProfile(1, "asteria")
	if bots.NewProfile(1, "asteria") != same {
		t.Error("the character of a unit changes")
	}
	if bots.NewProfile(2, "asteria") == same || bots.NewProfile(1, "borealis") == same {
		t.Error("another seed or unit has the same character")
	}
	for seed := range uint64(500) {
		p := bots.NewProfile(seed, "x")
		for name, share := range map[string]float64{
			"skill": p.Skill, "acks": p.Acks, "shares": p.Shares, "asks": p.Asks, "helps": p.Helps,
			"relays": p.Relays, "hints": p.Hints, "revises": p.Revises, "careful": p.Careful,
		} {
			if !(share >= 0 && share <= 1) {
				t.Errorf("seed %d: %s is %g", seed, name, share)
			}
		}
		if p.Pace <= 0 {
			t.Errorf("seed %d: pace %g", seed, p.Pace)
		}
	}
}
