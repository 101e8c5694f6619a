package exercise_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/exercise"
	"renkei/internal/testkit/exercisetest"
)

// roomsMSEL is a pack whose flows go from any unit to any end that a pack may
// name.
func roomsMSEL(r *rapid.T) string {
	var b strings.Builder
	b.WriteString("injects:\n- key: I01\n  title: {en: A, ja: B}\n  phase: inform\n  from: it\n  to: all\n  at: 1m\nflows:\n")
	n := rapid.IntRange(0, 3).Draw(r, "flows")
	for i := range n {
		from := rapid.SampledFrom([]string{"team", "cell:ministry", "cell:hospital"}).Draw(r, "from")
		to := rapid.SampledFrom([]string{"liaison", "next", "prev", "excon", "cell:hospital", "persona:it"}).Draw(r, "to")
		fmt.Fprintf(&b, "- {key: F%d, title: {en: A, ja: B}, from: %s, to: %s, after: I01, within: 5m}\n", i, from, to)
	}
	if n == 0 {
		return strings.TrimSuffix(b.String(), "flows:\n")
	}
	return b.String()
}

// TestRooms: whom the one function names is whom Decide lets a unit write to,
// by message, share and paper, in whosever name; and nobody else is.
func TestRooms(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		play := testPlay(t, roomsMSEL(r), exercisetest.Teams(t, rapid.IntRange(1, 4).Draw(r, "teams")))
		d := newDrill(r, play)
		d.must(exercise.Excon(), exercise.Start{Speed: 1})
		u := rapid.IntRange(0, len(play.Cast.Units)-1).Draw(r, "unit")
		unit := play.Cast.Units[u].Key
		ends := everyEnd(play)
		offered := play.Ends(u)
		for _, end := range offered {
			if !slices.Contains(ends, end) {
				r.Fatalf("%s is offered %q, which nobody is", unit, end)
			}
		}
		for _, end := range ends {
			may := play.MayWrite(u, end)
			if slices.Contains(offered, end) != may {
				r.Fatalf("%s: %q is offered and not allowed, or allowed and not offered", unit, end)
			}
			send := exercise.Send{From: unit, Ends: []string{end}, Text: "x"}
			both := exercise.Send{From: unit, Ends: []string{exercise.EndExcon, end}, Text: "x"}
			for _, do := range []exercise.Action{send, both, exercise.Share{Send: send, Indicators: []string{"a"}}} {
				for _, actor := range []exercise.Actor{player(unit), exercise.Excon()} {
					if _, err := d.s.Decide(&exercise.Command{Key: "k", Actor: actor, Do: do}, nil); (err == nil) != may {
						r.Fatalf("%s writes to %q as %s: allowed %v, decided %v", unit, end, actor.ID, may, err)
					}
				}
			}
		}
	})
}

// everyEnd lists whoever could be written to, and some who could not.
func everyEnd(play *exercise.Play) []string {
	all := []string{"", "nobody", "unit:", "unit:nobody", "persona:", "persona:nobody", "room:liaison", "all", "control", exercise.EndLiaison, exercise.EndExcon}
	for _, u := range play.Cast.Units {
		all = append(all, exercise.ToUnit(u.Key), u.Key)
	}
	for _, p := range play.Pack.Personas {
		all = append(all, exercise.EndPersona+p.Key)
	}
	return all
}

// TestRoomsSeen: what a unit writes is seen by nobody to whom it may not write,
// but for those above.
func TestRoomsSeen(t *testing.T) {
	t.Parallel()
	d := started(t, "injects:\n- {key: I01, title: {en: A, ja: B}, phase: inform, from: it, to: all, at: 1m}\n", 3)
	for _, tc := range []struct {
		from, end string
		may       bool
	}{
		{"asteria", "liaison", true},
		{"asteria", "unit:borealis", true},
		{"asteria", "unit:asteria/hospital", true},
		{"asteria", "unit:borealis/hospital", false},
		{"asteria/hospital", "unit:asteria", true},
		{"asteria/hospital", "persona:it", true},
		{"asteria/hospital", "liaison", false},
		{"asteria/hospital", "unit:borealis", false},
		{"asteria/hospital", "unit:borealis/hospital", false},
		{"asteria/hospital", "unit:asteria/ministry", false},
	} {
		code := d.code(player(tc.from), exercise.Send{From: tc.from, Ends: []string{tc.end}, Text: "x"})
		if tc.may != (code == "") || !tc.may && code != exercise.UnknownEnd {
			t.Errorf("%s to %s: %q", tc.from, tc.end, code)
		}
		with, isUnit := strings.CutPrefix(tc.end, exercise.EndUnit)
		if !isUnit {
			continue
		}
		code = d.code(player(tc.from), exercise.NoteCall{Unit: tc.from, With: with, Text: "x"})
		if tc.may != (code == "") || !tc.may && code != exercise.UnknownParty {
			t.Errorf("%s calls %s: %q", tc.from, with, code)
		}
	}
}
