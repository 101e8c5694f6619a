package eventstoretest

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

func testExercises(b *bench) {
	t := b.t
	if list, err := b.Exercises(b.ctx()); err != nil || len(list) != 0 {
		t.Fatalf("in a new store: %v, %v", list, err)
	}
	want := []eventstore.Exercise{
		{ID: "z", Created: 1_700_000_000_000_000, Title: "RCX 2026"},
		{ID: "a", Created: 1_700_000_000_000_001, Title: "机上演習"},
		{ID: "b", Created: 1_700_000_000_000_001},
	}
	for _, i := range []int{1, 2, 0} {
		b.must(b.Create(b.ctx(), want[i]))
	}
	for _, tt := range []struct {
		name string
		e    eventstore.Exercise
		want error
	}{
		{"same id", eventstore.Exercise{ID: "a", Title: "another"}, database.ErrExists},
		{"no id", eventstore.Exercise{}, database.ErrInvalid},
	} {
		if err := b.Create(b.ctx(), tt.e); !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
		}
	}
	if list, err := b.Exercises(b.ctx()); err != nil || !slices.Equal(list, want) {
		t.Errorf("Exercises = %v, %v; want %v", list, err, want)
	}
}

func testHead(b *bench) {
	t := b.t
	if _, err := b.Head(b.ctx(), "x"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of none: %v", err)
	}
	b.create("x", "y")
	if got, want := b.head("x"), (eventstore.Head{Chain: journal.Genesis("x")}); got != want {
		t.Errorf("at first: %v, want %v", got, want)
	}
	if got, want := b.append(batch("x", 1, 3)), b.head("x"); got != want || got.Seq != 3 {
		t.Errorf("Append says %v, Head %v", got, want)
	}
	if got := b.head("y").Seq; got != 0 {
		t.Errorf("the other exercise is at %d", got)
	}
}

// testAppend computes the chain anew from what is stored.
func testAppend(b *bench) {
	t := b.t
	b.create("x")
	b.append(batch("x", 1, 2))
	last := b.append(batch("x", 3, 1))
	chain := journal.Genesis("x")
	salts := map[string]bool{}
	list := b.entries("x", 0)
	for i, e := range list {
		seq := uint64(i + 1)
		if e.Seq != seq || !bytes.Equal(e.Event, event(seq)) {
			t.Errorf("entry %d is %d, %s", seq, e.Seq, e.Event)
		}
		chain = journal.Link(chain, e.Leaf)
		if e.Leaf != journal.LeafOf(e.Salt, e.Event) || e.Chain != chain || len(e.Salt) != journal.SaltSize {
			t.Errorf("entry %d: leaf %s, chain %s, salt %x", seq, e.Leaf, e.Chain, e.Salt)
		}
		salts[string(e.Salt)] = true
	}
	if len(list) != 3 || last != (eventstore.Head{Seq: 3, Chain: chain}) || len(salts) != 3 {
		t.Errorf("%d entries, %d salts, head %v", len(list), len(salts), last)
	}
	if _, err := b.Append(b.ctx(), batch("none", 1, 1)); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("to no exercise: %v", err)
	}
	b.create("none")
	b.append(batch("none", 1, 1)) // that there was none is not remembered
}

func testConflict(b *bench) {
	t := b.t
	b.create("x")
	b.append(batch("x", 1, 2))
	for _, first := range []uint64{1, 2, 4, math.MaxInt64 - 1} {
		for _, count := range []int{0, 1} {
			bad := batch("x", first, count)
			bad.Tick = &eventstore.Tick{At: 1}
			if h, err := b.Append(b.ctx(), bad); !errors.Is(err, database.ErrConflict) || h != (eventstore.Head{}) {
				t.Errorf("first %d, %d events: %v, %v", first, count, h, err)
			}
		}
	}
	if _, ok, err := b.Tick(b.ctx(), "x"); ok || err != nil {
		t.Errorf("a refused batch left a tick (%v)", err)
	}
	before := b.head("x")
	if got := b.append(batch("x", 3, 0)); got != before {
		t.Errorf("a batch without events moved the head from %v to %v", before, got)
	}
	b.append(batch("x", 3, 1))
}

func testInvalid(b *bench) {
	t := b.t
	b.create("x")
	one := func(edit func(*eventstore.Batch)) eventstore.Batch {
		bad := batch("x", 1, 1)
		edit(&bad)
		return bad
	}
	wrong := cited(1, "text/plain", "a")
	wrong.Data = []byte("b")
	for name, bad := range map[string]eventstore.Batch{
		"no first":        one(func(b *eventstore.Batch) { b.First = 0 }),
		"first too large": one(func(b *eventstore.Batch) { b.First = math.MaxInt64 }),
		"newline":         one(func(b *eventstore.Batch) { b.Events[0] = []byte("{\"a\":\n1}") }),
		"no object":       one(func(b *eventstore.Batch) { b.Events[0] = []byte("[]") }),
		"no JSON":         one(func(b *eventstore.Batch) { b.Events[0] = nil }),
		"key's seq":       one(func(b *eventstore.Batch) { b.Keys = []eventstore.Key{{Last: math.MaxUint64}} }),
		"content's hash":  one(func(b *eventstore.Batch) { b.Contents = []eventstore.Cited{wrong} }),
		"cited before":    one(func(b *eventstore.Batch) { b.Contents = []eventstore.Cited{cited(0, "", "")} }),
		"cited later":     one(func(b *eventstore.Batch) { b.Contents = []eventstore.Cited{cited(2, "", "")} }),
	} {
		if _, err := b.Append(b.ctx(), bad); !errors.Is(err, database.ErrInvalid) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if got := b.head("x").Seq; got != 0 {
		t.Errorf("something was written: head %d", got)
	}
}

func testTick(b *bench) {
	t := b.t
	if _, _, err := b.Tick(b.ctx(), "x"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of no exercise: %v", err)
	}
	b.create("x", "y")
	if _, ok, err := b.Tick(b.ctx(), "x"); ok || err != nil {
		t.Errorf("at first: %v, %v", ok, err)
	}
	for i, want := range []eventstore.Tick{{At: 5e6, Wall: 1_700_000_000_000_000}, {At: 9e6, Wall: 1_700_000_000_500_000}} {
		with := batch("x", uint64(i+1), 1)
		with.Tick = &want
		b.append(with)
		b.append(batch("y", uint64(i+1), 1))
		if got, ok, err := b.Tick(b.ctx(), "x"); got != want || !ok || err != nil {
			t.Errorf("Tick = %v, %v, %v; want %v", got, ok, err, want)
		}
	}
	if _, ok, err := b.Tick(b.ctx(), "y"); ok || err != nil {
		t.Errorf("of the other: %v, %v", ok, err)
	}
}

func testKeys(b *bench) {
	t := b.t
	b.create("x", "y")
	want := []eventstore.Key{
		{Actor: "p1", Key: "k1", Hash: journal.HashOf([]byte("1")), First: 1, Last: 2},
		{Actor: "p2", Key: "k1", Hash: journal.HashOf([]byte("2")), First: 3, Last: 2},
		{Actor: "", Key: "k2", First: 3, Last: 3},
	}
	first := batch("x", 1, 2)
	first.Keys = []eventstore.Key{want[1], want[0]}
	b.append(first)
	second := batch("x", 3, 1)
	second.Keys = want[2:]
	b.append(second)
	other := batch("y", 1, 0)
	other.Keys = []eventstore.Key{{Actor: "p1", Key: "k1", First: 1, Last: 0}}
	b.append(other)
	if got := b.keys("x"); !reflect.DeepEqual(got, want) {
		t.Errorf("Keys = %v, want %v", got, want)
	}
	if got := b.keys("y"); !reflect.DeepEqual(got, other.Keys) {
		t.Errorf("of the other: %v, want %v", got, other.Keys)
	}
}

// testKeyReused tells that of a refused batch nothing is left.
func testKeyReused(b *bench) {
	t := b.t
	b.create("x")
	used := eventstore.Key{Actor: "p", Key: "used", First: 1, Last: 1}
	with := batch("x", 1, 1)
	with.Keys = []eventstore.Key{used}
	b.append(with)
	before := b.head("x")
	fresh := eventstore.Key{Actor: "p", Key: "fresh", First: 2, Last: 2}
	for name, keys := range map[string][]eventstore.Key{
		"alone":       {used},
		"after fresh": {fresh, used},
		"twice":       {fresh, fresh},
	} {
		bad := batch("x", 2, 1)
		bad.Keys, bad.Tick = keys, &eventstore.Tick{At: 1}
		bad.Contents = []eventstore.Cited{cited(2, "text/plain", "left over")}
		if _, err := b.Append(b.ctx(), bad); !errors.Is(err, eventstore.ErrKeyReused) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if got := b.head("x"); got != before || len(b.entries("x", 1)) != 1 || len(b.keys("x")) != 1 {
		t.Errorf("head %v, entries %v, keys %v", got, b.entries("x", 1), b.keys("x"))
	}
	if _, ok, _ := b.Tick(b.ctx(), "x"); ok {
		t.Error("a tick was left")
	}
	if _, err := b.Content(b.ctx(), journal.HashOf([]byte("left over"))); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("a content was left: %v", err)
	}
	with = batch("x", 2, 1)
	with.Keys = []eventstore.Key{fresh}
	b.append(with)
}
