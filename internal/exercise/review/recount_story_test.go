package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
)

// story is an exercise, played by bots, of a pack whose storyline branches, with
// hints that come by themselves and personas that answer; a controller steps in
// now and then.
func story(tb testing.TB, teams int, seed uint64) *stage {
	tb.Helper()
	files, ds, err := scenario.Read("../bots/testdata/story")
	if err != nil || len(ds) > 0 {
		tb.Fatal(err, ds)
	}
	units, err := teamfile.Demo(teams)
	if err != nil {
		tb.Fatal(err)
	}
	s := botPlayOf(tb, files, units, seed, nil)
	by := func(at exercise.Time, do exercise.Action) {
		s.playTo(at * exercise.Second)
		s.n++
		s.give(&exercise.Command{Key: fmt.Sprint("by hand/", s.n), Actor: exercise.Excon(), At: at * exercise.Second, Wall: s.wall(at * exercise.Second), Do: do})
	}
	by(130, exercise.ClaimPersona{Persona: "it", Unit: units[0].Key})
	by(240, exercise.Send{From: "persona:it", Ends: []string{"unit:" + units[1].Key}, Text: "A moment, please."})
	for i, call := range []exercise.NoteCall{
		{Unit: units[0].Key, With: units[1].Key, Text: "Blocked 203.0.113.11 at the border.", TLP: scenario.TLPGreen},
		{Unit: units[1].Key, With: units[0].Key, Text: "We see it too.", Incoming: true},
		{Unit: units[1].Key, With: "persona:it", Text: "Since when?"},
		{Unit: units[0].Key, With: "excon", Text: "Never answered."},
	} {
		by(250, call)
		if i < 3 {
			by(280, exercise.ConfirmCall{Call: s.state.Seq(), Unit: call.With, Deny: i == 1, Text: "Yes, 203.0.113.12."})
		}
	}
	by(300, exercise.SetStatus{Unit: units[1].Key, Status: exercise.UnitPause})
	for v := range s.state.Replies() {
		by(360, exercise.SendReply{Message: v.Message})
		break
	}
	by(420, exercise.SetStatus{Unit: units[1].Key, Status: exercise.Present})
	if seed%2 == 1 {
		by(600, exercise.SetStatus{Unit: units[1].Key, Status: exercise.Withdrawn})
	}
	s.playTo(exercise.Never - 1)
	return s
}

// decisions are the ways that the lines tell of.
func (l *ledger) decisions() list {
	out := list{}
	for _, d := range l.pack.Decisions {
		ways := list{}
		for _, e := range l.of("branch.taken") {
			if e.Body.Decision != d.Key {
				continue
			}
			f := fields{"at": moment(e.At), "seq": e.Seq}
			f.set("unit", e.Body.Unit)
			f.set("branch", e.Body.Branch)
			ways = append(ways, f)
		}
		out = append(out, obj{"key": d.Key, "all": d.All, "ways": ways})
	}
	return out
}

// personas count what units wrote to each, and when it next wrote to the unit:
// about the question, or about no other.
func (l *ledger) personas() list {
	out := list{}
	for _, p := range l.pack.Personas {
		asked, answered, self := 0, 0, 0
		var took []int64
		var seqs []uint64
		for _, q := range l.of("message.sent", "share.made") {
			if !slices.Contains(q.Body.Ends, "persona:"+p.Key) || l.unit(q.from()) == nil {
				continue
			}
			asked++
			seqs = append(seqs, q.Seq)
			a := l.find(func(e *entry) bool {
				return e.Seq > q.Seq && e.isTalk() && e.confirmed == nil && e.from() == "persona:"+p.Key && slices.Contains(e.Body.Ends, "unit:"+q.from()) &&
					(!strings.HasPrefix(e.Body.Re, "#") || e.Body.Re == fmt.Sprintf("#%d", q.Seq))
			})
			if a == nil {
				continue
			}
			answered, self = answered+1, self+one(a.Actor == "clock")
			took, seqs = append(took, l.took(q.from(), q.At, a.At)), append(seqs, a.Seq)
		}
		if asked == 0 {
			continue
		}
		f := fields{"persona": p.Key, "asked": asked, "answered": answered, "by_itself": self, "evidence": evidence(12, seqs...)}
		f.set("reply_seconds", spread(took))
		out = append(out, f)
	}
	return out
}

func (l *ledger) unit(key string) *recounted {
	for _, u := range l.units {
		if u.Key == key {
			return u
		}
	}
	return nil
}
