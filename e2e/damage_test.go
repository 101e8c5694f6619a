package e2e

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/soak"
)

// damageSpeed and damageSeed are of the exercise that is damaged.
const (
	damageSpeed = "400"
	damageSeed  = 19
)

// TestFlippedByte flips one bit in the database of an exercise that was killed.
// The next run says at which event the log is damaged, or that the database is,
// and leaves every byte as it was.
func TestFlippedByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	said := killAfter(t, dir, damageSeed, 400)
	settle(t, dir)
	raw := readDB(t, dir)
	row := rowOf(t, dir, 200)
	page := bytes.Index(raw, row.event[:40]) &^ 4095
	for name, tc := range map[string]struct {
		at  int // of the byte
		say string
	}{
		"in an event":                 {bytes.Index(raw, said[200][:40]) + 30, "event 200"},
		"in the salt of an event":     {bytes.Index(raw, row.salt) + 7, "event 200"},
		"in the leaf of an event":     {bytes.Index(raw, row.leaf) + 9, "event 200"},
		"in the chain of an event":    {bytes.Index(raw, row.chain) + 31, "event 200"},
		"in the text of the pack":     {bytes.Index(raw, []byte("format: renkei/1")) + 40, "event 1"},
		"in the first event":          {bytes.Index(raw, []byte(`{"seq":1,`)) + 60, "event 1"},
		"in the kind of a page":       {page, "The database is damaged"},
		"in the cells of a page":      {page + 9, "damaged"},
		"in the head of the database": {3, "The database is damaged"},
		"in the schema":               {bytes.Index(raw, []byte("CREATE TABLE events")) + 2, "The database is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spoilt := flip(raw, tc.at, 4)
			hurt := folderOf(t, spoilt)
			r := renkei(t, runArgs(hurt, damageSeed, damageSpeed)...)
			r.plain(t, tc.say)
			if !bytes.Equal(readDB(t, hurt), spoilt) {
				t.Error("the database was changed")
			}
			if _, err := os.Stat(filepath.Join(hurt, "log.jsonl")); err == nil {
				t.Error("a log was written of what is damaged")
			}
		})
	}
}

// TestRandomFlips flips bits anywhere. Where a run can go on all the same,
// nothing of what had been told is lost or otherwise.
func TestRandomFlips(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	said := killAfter(t, dir, damageSeed, 400)
	settle(t, dir)
	raw := readDB(t, dir)
	chance := rand.New(rand.NewPCG(20270616, 3))
	tries := soak.Count(10, 20, 100)
	for range tries {
		at, bit := chance.IntN(len(raw)), chance.IntN(8)
		hurt := folderOf(t, flip(raw, at, bit))
		r := renkei(t, runArgs(hurt, damageSeed, "max")...)
		if r.code != 0 {
			r.plain(t, "")
			continue
		}
		stored, _ := readLog(t, hurt)
		for seq, line := range said {
			if !bytes.Equal(stored[seq-1], line) {
				t.Errorf("bit %d of byte %d: event %d was told otherwise", bit, at, seq)
			}
		}
	}
}

// TestFlippedSnapshot: one that is damaged is said to be, and made again.
func TestFlippedSnapshot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if r := renkei(t, runArgs(dir, damageSeed, "max")...); r.code != 0 {
		t.Fatal(r.errOut)
	}
	want := story(t, dir)
	snap := snapshotOf(t, dir)
	raw := readDB(t, dir)
	at := bytes.Index(raw, snap.Data[:64])
	if at < 0 {
		t.Fatal("the snapshot is not in the file")
	}
	hurt := folderOf(t, flip(raw, at+17, 5))
	r := renkei(t, runArgs(hurt, damageSeed, "max")...)
	if r.code != 0 || !strings.Contains(r.errOut, "snapshot_ignored") || !strings.Contains(r.errOut, "not as it was written") {
		t.Fatalf("exit %d: %s", r.code, r.errOut)
	}
	sameStory(t, want, story(t, hurt))
	if r := renkei(t, runArgs(hurt, damageSeed, "max")...); r.code != 0 || strings.Contains(r.errOut, "snapshot") {
		t.Errorf("it was not made again: exit %d: %s", r.code, r.errOut)
	}
	if again := snapshotOf(t, hurt); again.Seq != snap.Seq || again.Chain != snap.Chain || len(again.Data) != len(snap.Data) {
		t.Errorf("at %d with %d bytes, it was at %d with %d", again.Seq, len(again.Data), snap.Seq, len(snap.Data))
	}
}

// TestFlippedByteUnderSnapshot: what a snapshot spares from being read is
// verified when the log is written, in the words of the reader.
func TestFlippedByteUnderSnapshot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if r := renkei(t, runArgs(dir, damageSeed, "max")...); r.code != 0 {
		t.Fatal(r.errOut)
	}
	raw := readDB(t, dir)
	spoilt := flip(raw, bytes.Index(raw, []byte(`{"seq":300,`))+40, 2)
	hurt := folderOf(t, spoilt)
	renkei(t, runArgs(hurt, damageSeed, "max")...).plain(t, "event 300")
	renkei(t, append(runArgs(hurt, damageSeed, "max"), "--lang", "ja")...).plain(t, "事象300")
	if !bytes.Equal(readDB(t, hurt), spoilt) {
		t.Error("the database was changed")
	}
}

// plain sees that a command failed with a sentence and nothing of the program's
// inside.
func (r result) plain(tb testing.TB, say string) {
	tb.Helper()
	if r.code != 1 || !strings.Contains(r.errOut, say) {
		tb.Errorf("exit %d, want 1 and %q: %s", r.code, say, r.errOut)
	}
	for _, never := range []string{"panic", "goroutine", ".go:", "<nil>"} {
		if strings.Contains(r.errOut, never) {
			tb.Errorf("it says %q: %s", never, r.errOut)
		}
	}
}

// settle brings all that a killed run wrote into one file.
func settle(tb testing.TB, dir string) {
	tb.Helper()
	db, err := storage.Open(tb.Context(), filepath.Join(dir, "exercise.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
}

func readDB(tb testing.TB, dir string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "exercise.db"))
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// folderOf makes a folder with nothing but a database.
func folderOf(tb testing.TB, db []byte) string {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "exercise.db"), db, 0o600); err != nil {
		tb.Fatal(err)
	}
	return dir
}

func flip(raw []byte, at, bit int) []byte {
	raw = slices.Clone(raw)
	raw[at] ^= 1 << bit
	return raw
}

// storedRow is an event as it is in the database.
type storedRow struct{ event, salt, leaf, chain []byte }

func rowOf(tb testing.TB, dir string, seq int) (row storedRow) {
	tb.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "exercise.db"))
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRow("SELECT bytes, salt, leaf, chain FROM events WHERE seq = ?", seq).
		Scan(&row.event, &row.salt, &row.leaf, &row.chain)
	if err != nil {
		tb.Fatal(err)
	}
	return row
}

func snapshotOf(tb testing.TB, dir string) eventstore.Snapshot {
	tb.Helper()
	db, err := storage.OpenReader(tb.Context(), filepath.Join(dir, "exercise.db"), server.Stored()...)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	snap, ok, err := db.Snapshot(tb.Context(), fmt.Sprint("hospital-ransomware-", damageSeed))
	if err != nil || !ok {
		tb.Fatalf("snapshot: %v %v", ok, err)
	}
	if snap.Chain == (journal.Hash{}) {
		tb.Fatal("a snapshot without a chain")
	}
	return snap
}
