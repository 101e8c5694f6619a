package exercise_test

import (
	"bytes"
	"reflect"
	"testing"

	"renkei/internal/exercise"
)

// TestBecome: a state in the memory of a played one is as good as a new one,
// and what is done to it does not touch the one that it was copied from.
func TestBecome(t *testing.T) {
	t.Parallel()
	play := shippedPlay(t, 3)
	first, other := newBotPlay(t, play, 1), playedThrough(t, play, 2)
	begin, began := first.s.Clone(), len(first.cmds)
	first.until(exercise.Never - 1)
	want, start := first.s.AppendTo(nil), begin.AppendTo(nil)

	again := other.s // has marks, amendments and an inject made up
	again.Become(begin)
	if !bytes.Equal(again.AppendTo(nil), start) {
		t.Fatal("the copy differs from what it was copied from")
	}
	for _, cmd := range first.cmds[began:] {
		events, err := again.Decide(&cmd, nil)
		if err != nil {
			t.Fatal(err)
		}
		for j := range events {
			if err := again.Apply(&events[j]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(again.AppendTo(nil), want) {
		t.Error("what is played in used memory comes out otherwise")
	}
	if !bytes.Equal(begin.AppendTo(nil), start) {
		t.Error("playing the copy changed what it was copied from")
	}
}

// TestCopySharesNothing: what a state holds in maps and lists that change, and
// how much people have written, is its copy's own. A snapshot is coded while
// play goes on.
func TestCopySharesNothing(t *testing.T) {
	t.Parallel()
	d := started(t, quietMSEL, 2)
	send := exercise.Send{From: "asteria", Ends: []string{"excon"}, Text: "x"}
	d.must(player("asteria"), send)
	again := newBotPlay(t, shippedPlay(t, 3), 1)
	again.until(exercise.Never - 1)
	for _, s := range []*exercise.State{d.s, again.s} {
		ours, theirs := reflect.ValueOf(s).Elem(), reflect.ValueOf(s.Clone()).Elem()
		for i := range ours.NumField() {
			name, a, b := ours.Type().Field(i).Name, ours.Field(i), theirs.Field(i)
			if name == "injects" || name == "tasks" || name == "renamed" { // the play's own, or an event's, which never change
				continue
			}
			if k := a.Kind(); (k == reflect.Map || k == reflect.Slice) && a.Len() > 0 && a.Pointer() == b.Pointer() {
				t.Errorf("the copy shares %s", name)
			}
		}
	}
	copied := d.s.Clone()
	before := copied.AppendTo(nil)
	d.must(player("asteria"), send)
	if !bytes.Equal(copied.AppendTo(nil), before) {
		t.Error("what is written later changes the copy")
	}
}
