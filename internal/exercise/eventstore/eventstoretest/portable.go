package eventstoretest

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

func testKeysFrom(b *bench) {
	t := b.t
	b.create("x")
	const n = 600 // more than are read at a time
	all := batch("x", 1, n)
	for i := range uint64(n) {
		all.Keys = append(all.Keys, eventstore.Key{Actor: fmt.Sprint(i % 7), Key: fmt.Sprint(n - i/3), First: i/4 + 1, Last: i})
	}
	b.append(all)
	for _, from := range []uint64{0, 1, 2, 100, n / 4, n/4 + 1} {
		var want, got []eventstore.Key
		for _, k := range all.Keys {
			if k.First >= from {
				want = append(want, k)
			}
		}
		for k, err := range b.Keys(b.ctx(), "x", from) {
			b.must(err)
			got = append(got, k)
		}
		inOrder := slices.IsSortedFunc(got, func(a, b eventstore.Key) int { return int(a.First) - int(b.First) })
		if !inOrder || !reflect.DeepEqual(sorted(got), sorted(want)) {
			t.Errorf("from %d: %d keys, in order %v; want %d", from, len(got), inOrder, len(want))
		}
	}
}

func sorted(keys []eventstore.Key) []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = fmt.Sprint(k)
	}
	slices.Sort(list)
	return list
}

func testChainAt(b *bench) {
	t := b.t
	if _, _, err := b.ChainAt(b.ctx(), "none", 0); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of no exercise: %v", err)
	}
	b.create("x")
	b.append(batch("x", 1, 3))
	want := []journal.Hash{journal.Genesis("x")}
	for _, e := range b.entries("x", 1) {
		want = append(want, e.Chain)
	}
	for seq, hash := range want {
		if got, ok, err := b.ChainAt(b.ctx(), "x", uint64(seq)); got != hash || !ok || err != nil {
			t.Errorf("at %d: %v, %v, %v; want %v", seq, got, ok, err, hash)
		}
	}
	if _, ok, err := b.ChainAt(b.ctx(), "x", 4); ok || err != nil {
		t.Errorf("beyond the head: %v, %v", ok, err)
	}
}

// testExportEnd appends while a log is exported.
func testExportEnd(b *bench) {
	t := b.t
	const n = 700
	b.create("x")
	head := b.append(batch("x", 1, n))
	next := uint64(n + 1)
	var file bytes.Buffer
	w, err := journal.NewWriter(writerFunc(func(p []byte) (int, error) {
		b.append(batch("x", next, 1))
		next++
		return file.Write(p)
	}), "x")
	b.must(err)
	b.must(b.Export(b.ctx(), "x", w))
	b.must(w.Close())
	res, err := journal.Verify(&file)
	if err != nil || res.Head != head || next == n+1 {
		t.Errorf("head %v, %v; it was %v and %d events came", res.Head, err, head, next-n-1)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func testSnapshot(b *bench) {
	t := b.t
	if _, _, err := b.Snapshot(b.ctx(), "x"); !errors.Is(err, database.ErrNotFound) {
		t.Errorf("of no exercise: %v", err)
	}
	for name, err := range map[string]error{
		"PutSnapshot": b.PutSnapshot(b.ctx(), "x", eventstore.Snapshot{}), "DropSnapshot": b.DropSnapshot(b.ctx(), "x"),
	} {
		if !errors.Is(err, database.ErrNotFound) {
			t.Errorf("%s of no exercise: %v", name, err)
		}
	}
	b.create("x", "y")
	b.must(b.DropSnapshot(b.ctx(), "x"))
	other := eventstore.Snapshot{Seq: 9, BuildID: "other", Data: []byte("y")}
	b.must(b.PutSnapshot(b.ctx(), "y", other))
	for _, want := range []eventstore.Snapshot{
		{Seq: 1, Chain: journal.HashOf([]byte("1")), BuildID: "renkei/state/1", Data: []byte("\x00\xffone")},
		{Seq: 2, Chain: journal.HashOf([]byte("2")), Data: []byte{}},
		{Seq: 1, Chain: journal.HashOf([]byte("3")), BuildID: "older", Data: []byte("again")},
	} {
		b.must(b.PutSnapshot(b.ctx(), "x", want))
		b.wantSnapshot("x", want)
	}
	b.wantSnapshot("y", other)
	b.must(b.DropSnapshot(b.ctx(), "x"))
	if got, ok, err := b.Snapshot(b.ctx(), "x"); ok || err != nil {
		t.Errorf("after it was dropped: %v, %v, %v", got, ok, err)
	}
	b.wantSnapshot("y", other)
}

// testSnapshotSize has several parts, and replaces the larger by a smaller
// while both are read.
func testSnapshotSize(b *bench) {
	t := b.t
	b.create("x")
	large := eventstore.Snapshot{Seq: 1, BuildID: "m", Data: bytes.Repeat([]byte("0123456789abcdef"), 5<<16)}
	small := eventstore.Snapshot{Seq: 2, BuildID: "m", Data: bytes.Repeat([]byte("x"), 3<<20)}
	b.must(b.PutSnapshot(b.ctx(), "x", large))
	b.wantSnapshot("x", large)
	replaced := make(chan error)
	go func() { replaced <- b.PutSnapshot(b.ctx(), "x", small) }()
	for done := false; !done; {
		select {
		case err := <-replaced:
			b.must(err)
			done = true
		default:
		}
		got, ok, err := b.Snapshot(b.ctx(), "x")
		whole := reflect.DeepEqual(got, large) || reflect.DeepEqual(got, small)
		if !ok || err != nil || !whole {
			t.Errorf("meanwhile: seq %d, %d bytes, %v, %v", got.Seq, len(got.Data), ok, err)
		}
	}
	b.reopen()
	b.wantSnapshot("x", small)
}

func (b *bench) wantSnapshot(exercise string, want eventstore.Snapshot) {
	b.t.Helper()
	got, ok, err := b.Snapshot(b.ctx(), exercise)
	if !reflect.DeepEqual(got, want) || !ok || err != nil {
		b.t.Errorf("snapshot at %d by %q of %d bytes, %v, %v; want %d by %q of %d bytes",
			got.Seq, got.BuildID, len(got.Data), ok, err, want.Seq, want.BuildID, len(want.Data))
	}
}

// writeInto hands a log file to an importer, line by line.
func writeInto(file []byte) func(*eventstore.Importer) error {
	return func(im *eventstore.Importer) error {
		r, err := journal.NewReader(bytes.NewReader(file))
		if err != nil {
			return err
		}
		for {
			switch l, err := r.Next(); {
			case err != nil:
				return err
			case l.Head != nil:
				return nil
			case l.Content != nil:
				err = im.Content(*l.Content)
				if err != nil {
					return err
				}
			default:
				if err := im.Entry(*l.Entry); err != nil {
					return err
				}
			}
		}
	}
}

// logOf makes the log file of an exercise that is in no store: n events, the
// third redacted, with contents.
func (b *bench) logOf(exercise string, n uint64) []byte {
	b.t.Helper()
	var file bytes.Buffer
	w, err := journal.NewWriter(&file, exercise)
	b.must(err)
	chain := journal.Genesis(exercise)
	for seq := uint64(1); seq <= n; seq++ {
		if seq%100 == 2 {
			b.must(w.Content(cited(seq, "text/plain", fmt.Sprint(exercise, seq)).Content))
		}
		e := journal.Entry{Seq: seq, Salt: bytes.Repeat([]byte{byte(seq)}, journal.SaltSize), Event: event(seq)}
		e.Leaf = journal.LeafOf(e.Salt, e.Event)
		chain = journal.Link(chain, e.Leaf)
		e.Chain = chain
		if seq == 3 {
			e.Salt, e.Event = nil, nil
		}
		b.must(w.Entry(e))
	}
	b.must(w.Close())
	return file.Bytes()
}

// testImport takes a log in and gives the same bytes out; then the exercise
// goes on.
func testImport(b *bench) {
	t := b.t
	const n = 5000 // several transactions
	b.create("other")
	file := b.logOf("x", n)
	keys := []eventstore.Key{{Actor: "p", Key: "1", Hash: journal.HashOf(nil), First: 1, Last: n}, {Actor: "q", Key: "1", First: 2, Last: 1}}
	tick := eventstore.Tick{At: 5, Wall: 6}
	e := eventstore.Exercise{ID: "x", Created: 7, Title: "机上演習"}
	b.must(b.Import(b.ctx(), e, func(im *eventstore.Importer) error {
		err := writeInto(file)(im)
		for _, k := range keys {
			err = errors.Join(err, im.Key(k))
		}
		return errors.Join(err, im.Tick(tick))
	}))
	if got, _ := b.export("x"); !bytes.Equal(got, file) {
		t.Errorf("%d bytes went in, %d others came out", len(file), len(got))
	}
	if got := b.keys("x"); !reflect.DeepEqual(got, keys) {
		t.Errorf("keys %v, want %v", got, keys)
	}
	if got, ok, err := b.Tick(b.ctx(), "x"); got != tick || !ok || err != nil {
		t.Errorf("tick %v, %v, %v; want %v", got, ok, err, tick)
	}
	if list, err := b.Exercises(b.ctx()); err != nil || len(list) != 2 || list[1] != e {
		t.Errorf("Exercises = %v, %v", list, err)
	}
	if err := b.Import(b.ctx(), e, writeInto(file)); !errors.Is(err, database.ErrExists) {
		t.Errorf("again: %v", err)
	}
	b.append(batch("x", n+1, 1))
	b.must(b.Import(b.ctx(), eventstore.Exercise{ID: "empty"}, func(*eventstore.Importer) error { return nil }))
	b.append(batch("empty", 1, 1))
	b.reopen()
	b.export("empty")
	if _, res := b.export("x"); res.Events != n+1 || res.Redacted != 1 || res.Contents != n/100 {
		t.Errorf("in the end: %+v", res)
	}
}

// testImportBad hands in what must not be taken.
func testImportBad(b *bench) {
	t := b.t
	good := b.logOf("x", 10)
	with := func(edit func(*journal.Entry)) func(*eventstore.Importer) error {
		return func(im *eventstore.Importer) error {
			r, err := journal.NewReader(bytes.NewReader(good))
			b.must(err)
			for {
				switch l, err := r.Next(); {
				case err != nil:
					return err
				case l.Head != nil:
					return nil
				case l.Entry != nil:
					edit(l.Entry)
					if err := im.Entry(*l.Entry); err != nil {
						return err
					}
				}
			}
		}
	}
	corrupt := func(code string) func(error) bool {
		return func(err error) bool {
			var bad *journal.CorruptError
			return errors.As(err, &bad) && bad.Code == code
		}
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	wrong := cited(1, "", "a").Content
	wrong.Data = []byte("b")
	for name, tt := range map[string]struct {
		fill func(*eventstore.Importer) error
		want func(error) bool
	}{
		"seq left out":   {with(func(e *journal.Entry) { e.Seq += e.Seq / 5 }), corrupt(journal.CodeBadSeq)},
		"event changed":  {with(func(e *journal.Entry) { e.Event = event(77) }), corrupt(journal.CodeBadLeaf)},
		"chain changed":  {with(func(e *journal.Entry) { e.Chain[0]++ }), corrupt(journal.CodeBadChain)},
		"other exercise": {writeInto(b.logOf("y", 2)), corrupt(journal.CodeBadChain)},
		"content":        {func(im *eventstore.Importer) error { return im.Content(wrong) }, is(database.ErrInvalid)},
		"content at end": {func(im *eventstore.Importer) error { return im.Content(cited(1, "", "a").Content) }, is(database.ErrInvalid)},
		"key twice": {func(im *eventstore.Importer) error {
			return errors.Join(im.Key(eventstore.Key{Key: "k"}), im.Key(eventstore.Key{Key: "k"}))
		}, is(eventstore.ErrKeyReused)},
		"key's seq": {func(im *eventstore.Importer) error { return im.Key(eventstore.Key{First: 1 << 63}) }, is(database.ErrInvalid)},
	} {
		if err := b.Import(b.ctx(), eventstore.Exercise{ID: "x"}, tt.fill); !tt.want(err) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if err := b.Import(b.ctx(), eventstore.Exercise{}, nil); !errors.Is(err, database.ErrInvalid) {
		t.Errorf("without an id: %v", err)
	}
	b.must(b.Import(b.ctx(), eventstore.Exercise{ID: "x"}, writeInto(good)))
}

// testImportFails leaves nothing of an import behind, and what others have.
func testImportFails(b *bench) {
	t := b.t
	b.create("y")
	file := b.logOf("x", 5000)
	shared := batch("y", 1, 1)
	shared.Contents = []eventstore.Cited{cited(1, "text/plain", "x2")}
	b.append(shared)
	broken := errors.New("the archive ends here")
	err := b.Import(b.ctx(), eventstore.Exercise{ID: "x"}, func(im *eventstore.Importer) error {
		return errors.Join(writeInto(file)(im), im.Key(eventstore.Key{Key: "k"}), im.Tick(eventstore.Tick{At: 1}), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	for data, want := range map[string]error{"x2": nil, "x102": database.ErrNotFound} {
		if _, err := b.Content(b.ctx(), journal.HashOf([]byte(data))); !errors.Is(err, want) {
			t.Errorf("content %s: %v, want %v", data, err, want)
		}
	}
	b.must(b.Create(b.ctx(), eventstore.Exercise{ID: "x"}))
	if got := b.head("x").Seq; got != 0 || len(b.keys("x")) != 0 {
		t.Errorf("a new exercise of that name begins at %d with keys %v", got, b.keys("x"))
	}
}

// testImportUnseen looks from outside while an import goes on.
func testImportUnseen(b *bench) {
	t := b.t
	file := b.logOf("x", 5000)
	b.create("y")
	b.must(b.Import(b.ctx(), eventstore.Exercise{ID: "x"}, func(im *eventstore.Importer) error {
		err := writeInto(file)(im)
		b.append(batch("y", 1, 1)) // others go on
		if list, err := b.Exercises(b.ctx()); err != nil || len(list) != 1 {
			t.Errorf("Exercises = %v, %v", list, err)
		}
		_, head := b.Head(b.ctx(), "x")
		_, appended := b.Append(b.ctx(), batch("x", 5001, 1))
		for name, err := range map[string]error{"Head": head, "Append": appended, "Entries": last(b.Entries(b.ctx(), "x", 1))} {
			if !errors.Is(err, database.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, err := range map[string]error{
			"Create": b.Create(b.ctx(), eventstore.Exercise{ID: "x"}),
			"Import": b.Import(b.ctx(), eventstore.Exercise{ID: "x"}, nil),
		} {
			if !errors.Is(err, database.ErrExists) {
				t.Errorf("%s: %v", name, err)
			}
		}
		return err
	}))
	if got := b.head("x").Seq; got != 5000 {
		t.Errorf("head %d", got)
	}
}
