package eventstore_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// change runs a statement on the connection that writes.
func change(t *testing.T, db store, query string) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(query)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// behind runs a statement behind the back of whoever has the database open.
func behind(t *testing.T, dir, query string) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "renkei.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = raw.ExecContext(t.Context(), query)
	if err := errors.Join(err, raw.Close()); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// TestFull fills the database with a batch of one exercise: the batches of
// another in the same group pass, and so does a smaller one afterwards.
func TestFull(t *testing.T) {
	t.Parallel()
	db := openDir(t, t.TempDir())
	for _, id := range []string{"x", "y"} {
		if err := db.Create(t.Context(), eventstore.Exercise{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	change(t, db, "PRAGMA max_page_count = 100")
	event := func(size int) [][]byte {
		return [][]byte{fmt.Appendf(nil, `{"a":%q}`, strings.Repeat("x", size))}
	}
	busy, free := make(chan struct{}), make(chan struct{})
	db.Enqueue(eventstore.Batch{Exercise: "x", First: 1}, func(eventstore.Head, error) {
		close(busy)
		<-free
	})
	<-busy
	errs := make(chan error, 4)
	for _, b := range []eventstore.Batch{
		{Exercise: "y", First: 1, Events: event(10)},
		{Exercise: "x", First: 1, Events: event(1 << 20)},
		{Exercise: "x", First: 2, Events: event(10)},
		{Exercise: "y", First: 2, Events: event(10)},
	} {
		db.Enqueue(b, func(_ eventstore.Head, err error) { errs <- err })
	}
	close(free)
	for i, want := range []error{nil, database.ErrFull, database.ErrConflict, nil} {
		if err := <-errs; !errors.Is(err, want) {
			t.Errorf("batch %d: error %v, want %v", i, err, want)
		}
	}
	if h, err := db.Append(t.Context(), eventstore.Batch{Exercise: "x", First: 1, Events: event(10)}); err != nil || h.Seq != 1 {
		t.Errorf("afterwards: %v, %v", h, err)
	}
}

// TestTwoWriters has another writer take a seq, as a second node would: the
// loser hears database.ErrConflict, finds the head again, and the others in the group
// pass.
func TestTwoWriters(t *testing.T) {
	t.Parallel()
	db := openDir(t, t.TempDir())
	if err := db.Create(t.Context(), eventstore.Exercise{ID: "x"}); err != nil {
		t.Fatal(err)
	}
	next := func(first uint64) error {
		_, err := db.Append(t.Context(), eventstore.Batch{Exercise: "x", First: first, Events: [][]byte{[]byte("{}")}})
		return err
	}
	if err := next(1); err != nil {
		t.Fatal(err)
	}
	change(t, db, `INSERT INTO events SELECT exercise, 2, salt, bytes, leaf, chain FROM events`)
	if err := next(2); !errors.Is(err, database.ErrConflict) {
		t.Errorf("the same seq: %v", err)
	}
	if err := next(3); err != nil {
		t.Errorf("the seq after it: %v", err)
	}
}

// TestExportNoticesChanges changes the database behind the store's back.
func TestExportNoticesChanges(t *testing.T) {
	t.Parallel()
	for damage, want := range map[string]string{
		`UPDATE events SET bytes = CAST('{"a":2}' AS BLOB) WHERE seq = 2`:                             journal.CodeBadLeaf,
		`UPDATE events SET chain = leaf WHERE seq = 2`:                                                journal.CodeBadChain,
		`DELETE FROM events WHERE seq = 2`:                                                            journal.CodeBadSeq,
		`UPDATE contents SET data = CAST('other' AS BLOB)`:                                            journal.CodeBadContent,
		`DELETE FROM contents`:                                                                        journal.CodeBadContent,
		`UPDATE events SET salt = NULL, bytes = NULL WHERE seq = 2`:                                   "",
		`UPDATE events SET salt = NULL, bytes = NULL, leaf = (SELECT leaf FROM events) WHERE seq = 2`: journal.CodeBadChain,
	} {
		t.Run(damage, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			db := openDir(t, dir)
			data := []byte("text")
			err := db.Create(t.Context(), eventstore.Exercise{ID: "x"})
			_, appended := db.Append(t.Context(), eventstore.Batch{
				Exercise: "x", First: 1,
				Events:   [][]byte{[]byte(`{"a":1}`), []byte(`{"a":1}`), []byte(`{"a":1}`)},
				Contents: []eventstore.Cited{{Seq: 1, Content: journal.Content{Hash: journal.HashOf(data), Data: data}}},
			})
			if err := errors.Join(err, appended); err != nil {
				t.Fatal(err)
			}
			behind(t, dir, damage)
			var file bytes.Buffer
			w, err := journal.NewWriter(&file, "x")
			if err != nil {
				t.Fatal(err)
			}
			err = db.Export(t.Context(), "x", w)
			var bad *journal.CorruptError
			if want == "" && err != nil || want != "" && (!errors.As(err, &bad) || bad.Code != want || !errors.Is(err, database.ErrDamaged)) {
				t.Errorf("error %v, want %q", err, want)
			}
		})
	}
}
