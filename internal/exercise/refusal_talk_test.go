package exercise_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// TestRefusedTalk: calls, questions, holds and hand-overs that are refused.
func TestRefusedTalk(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	excon, ast, bor := exercise.Excon(), player("asteria"), player("borealis")
	long := strings.Repeat("x", exercise.MaxText+1)
	note := func(with, text string) exercise.NoteCall {
		return exercise.NoteCall{Unit: "asteria", With: with, Text: text}
	}
	none := func(*drill) uint64 { return 0 }
	noted := func(with string) func(d *drill) uint64 {
		return func(d *drill) uint64 { return d.call(note(with, "x")) }
	}
	answered := func(deny bool) func(d *drill) uint64 {
		return func(d *drill) uint64 {
			seq := d.call(note("borealis", "x"))
			d.must(bor, exercise.ConfirmCall{Call: seq, Unit: "borealis", Deny: deny})
			return seq
		}
	}
	held := func(d *drill) uint64 { d.hold("I02"); return 0 }
	answer := func(unit string, deny bool) func(uint64) exercise.Action {
		return func(seq uint64) exercise.Action { return exercise.ConfirmCall{Call: seq, Unit: unit, Deny: deny} }
	}
	plain := func(do exercise.Action) func(uint64) exercise.Action {
		return func(uint64) exercise.Action { return do }
	}
	stopped := func(d *drill) uint64 {
		seq := d.call(note("borealis", "x"))
		d.must(excon, exercise.StopReal{Text: "fire"})
		return seq
	}
	for _, tc := range []struct {
		name   string
		before func(*drill) uint64
		actor  exercise.Actor
		do     func(uint64) exercise.Action
		want   string
	}{
		{"a call of another unit", none, bor, plain(note("borealis", "x")), exercise.NotAllowed},
		{"a call with oneself", none, ast, plain(note("asteria", "x")), exercise.UnknownParty},
		{"a call with the room", none, ast, plain(note("liaison", "x")), exercise.UnknownParty},
		{"a call with nobody", none, ast, plain(note("persona:nobody", "x")), exercise.UnknownParty},
		{"an empty call", none, ast, plain(note("borealis", " ")), exercise.EmptyText},
		{"a call during a REAL stop", stopped, ast, plain(note("borealis", "x")), exercise.PlayStopped},
		{"confirmed during a REAL stop", stopped, bor, answer("borealis", false), exercise.PlayStopped},
		{"confirmed by who noted it", noted("borealis"), ast, answer("asteria", false), exercise.OwnCall},
		{"confirmed by a stranger", noted("borealis"), player("borealis/hospital"), answer("borealis/hospital", false), exercise.UnknownCall},
		{"confirmed for another", noted("borealis"), ast, answer("borealis", false), exercise.NotAllowed},
		{"what is no call", none, bor, answer("borealis", false), exercise.UnknownCall},
		{"a persona's by a player", noted("persona:it"), bor, answer("persona:it", false), exercise.NotAllowed},
		{"EXCON's for a persona", noted("excon"), excon, answer("persona:it", false), exercise.UnknownCall},
		{"confirmed twice", answered(false), bor, answer("borealis", false), exercise.CallSettled},
		{"denied after it was confirmed", answered(false), bor, answer("borealis", true), exercise.CallSettled},
		{"denied twice", answered(true), bor, answer("borealis", true), exercise.CallRejected},
		{"confirmed at length", noted("borealis"), bor, func(seq uint64) exercise.Action {
			return exercise.ConfirmCall{Call: seq, Unit: "borealis", Text: long}
		}, exercise.TooLong},
		{"no question", noted("persona:it"), excon, func(seq uint64) exercise.Action { return exercise.DismissQuestion{Message: seq} }, exercise.NoQuestion},
		{"a question by a player", none, ast, plain(exercise.DismissQuestion{Message: 2}), exercise.NotAllowed},
		{"set aside at length", func(d *drill) uint64 { return d.ask("asteria", "later") }, excon, func(seq uint64) exercise.Action {
			return exercise.DismissQuestion{Message: seq, Reason: long}
		}, exercise.TooLong},
		{"held by a player", none, ast, plain(exercise.HoldInject{Inject: "I02"}), exercise.NotAllowed},
		{"held twice", held, excon, plain(exercise.HoldInject{Inject: "I02"}), exercise.AlreadyHeld},
		{"held twice for a unit", held, excon, plain(exercise.HoldInject{Inject: "I02", Units: []string{"asteria"}}), exercise.AlreadyHeld},
		{"let go what is not held", none, excon, plain(exercise.HoldInject{Inject: "I02", LetGo: true}), exercise.NotHeld},
		{"held when it is out", none, excon, plain(exercise.HoldInject{Inject: "I01", Units: []string{"asteria"}}), exercise.NotWaiting},
		{"held for whom it is not meant", none, excon, plain(exercise.HoldInject{Inject: "I06", Units: []string{"asteria"}}), exercise.NotWaiting},
		{"nobody waits to be held", none, excon, plain(exercise.HoldInject{Inject: "I01"}), exercise.NotWaiting},
		{"held what does not exist", none, excon, plain(exercise.HoldInject{Inject: "I99"}), exercise.UnknownInject},
		{"held for whom does not exist", none, excon, plain(exercise.HoldInject{Inject: "I02", Units: []string{"x"}}), exercise.UnknownUnit},
		{"held at length", none, excon, plain(exercise.HoldInject{Inject: "I02", Reason: long}), exercise.TooLong},
		{"handed over by a player", none, ast, plain(exercise.HandOver{To: "x"}), exercise.NotAllowed},
		{"handed over to nobody", none, excon, plain(exercise.HandOver{}), exercise.NoPerson},
		{"handed over to a novel", none, excon, plain(exercise.HandOver{To: long}), exercise.TooLong},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			d := every(t)
			d.pass(90 * time.Second)
			seq := tc.before(d)
			d.settle()
			before := look(t, d.s, d.wall)
			_, err := d.do(tc.actor, tc.do(seq))
			var r *exercise.Refusal
			if !errors.As(err, &r) || r.Code != tc.want {
				t.Fatalf("%v, want the refusal %q", err, tc.want)
			}
			if after := look(t, d.s, d.wall); !reflect.DeepEqual(before, after) {
				t.Error("the refused command changed the state")
			}
			for _, lang := range i18n.Languages() {
				if said := texts.For(lang).T("refusal."+r.Code, r.ArgsIn(lang)); strings.Contains(said, "<no value>") || strings.HasPrefix(said, "refusal.") {
					t.Errorf("%s: %q", lang, said)
				}
			}
		})
	}
}
