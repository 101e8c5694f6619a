package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"renkei/internal/database"
	"renkei/internal/journal"
	"renkei/internal/server"
	"renkei/internal/storage"
	"renkei/internal/testkit/powercut"
	"renkei/internal/testkit/soak"
)

// TestPowerCut records what a run asks of the disk, and cuts the power at
// many moments: what was synced is there, of the rest the disk keeps some
// sectors or none. Each time the database opens, the log in it holds, and every
// event that had been told is in it, byte for byte.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	cuts := soak.Count(20, 40, 120)
	dir := filepath.Join(root, "made", "by", "the", "run") // the folders' names must last too
	args := append(runArgs(dir, 7, "300"), "--follow")
	args[4] = "24" // teams: enough that the WAL is brought into the database on the way
	ops := powercut.Record(t, root, binary, args...)
	chance := rand.New(rand.NewPCG(20270616, 2))
	at := moments(chance, len(ops), cuts)
	d, told := powercut.New(root), map[uint64][]byte{}
	for i, op := range ops {
		for ; len(at) > 0 && at[0] == i; at = at[1:] {
			for _, keep := range []float64{0, chance.Float64(), 1} {
				into := t.TempDir()
				if err := d.Cut(chance, keep, into); err != nil {
					t.Fatal(err)
				}
				left := filepath.Join(into, "made", "by", "the", "run")
				if err := survived(t, left, told); err != nil {
					t.Fatalf("power cut before operation %d of %d (%v of %s), keeping %.2f: %v", i, len(ops), op.Kind, op.Path, keep, err)
				}
				if err := os.RemoveAll(into); err != nil { // hundreds would fill the disk
					t.Fatal(err)
				}
			}
		}
		d.Do(op)
		if op.Kind == powercut.Told {
			hear(t, op.Data, told)
		}
	}
}

// moments picks n of all, more of the first and the last, where files come and go.
func moments(chance *rand.Rand, all, n int) []int {
	at := make([]bool, all)
	for range n / 6 {
		at[chance.IntN(min(100, all))] = true
		at[all-1-chance.IntN(min(100, all))] = true
	}
	for range n - n/3 {
		at[chance.IntN(all)] = true
	}
	var picked []int
	for i := range at {
		if at[i] {
			picked = append(picked, i)
		}
	}
	return picked
}

// survived returns what is wrong with the exercise in the folder, when told is
// what its run had said.
func survived(tb testing.TB, dir string, told map[uint64][]byte) error {
	tb.Helper()
	if err := wholeOrNone(filepath.Join(dir, "log.jsonl")); err != nil {
		return err
	}
	db, err := storage.Open(tb.Context(), filepath.Join(dir, "exercise.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		return err
	}
	defer db.Close()
	const id = "hospital-ransomware-7"
	head := journal.Head{Chain: journal.Genesis(id)}
	for entry, err := range db.Entries(tb.Context(), id, 1) {
		if errors.Is(err, database.ErrNotFound) {
			break // the power went before there was an exercise
		}
		if err != nil {
			return err
		}
		head = journal.Head{Seq: head.Seq + 1, Chain: journal.Link(head.Chain, journal.LeafOf(entry.Salt, entry.Event))}
		if entry.Seq != head.Seq || entry.Chain != head.Chain {
			return fmt.Errorf("the chain breaks at event %d", head.Seq)
		}
		if line, ok := told[entry.Seq]; ok && !bytes.Equal(line, entry.Event) {
			return fmt.Errorf("event %d was told otherwise: %s", entry.Seq, line)
		}
	}
	if last := lastOf(told); last > head.Seq {
		return fmt.Errorf("event %d was told and is lost: %d are stored", last, head.Seq)
	}
	return nil
}

func lastOf(told map[uint64][]byte) (last uint64) {
	for seq := range told {
		last = max(last, seq)
	}
	return last
}

// hear takes the events out of what a run told.
func hear(tb testing.TB, data []byte, told map[uint64][]byte) {
	tb.Helper()
	for line := range bytes.Lines(data) {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			tb.Fatalf("%v in %s", err, line)
		}
		told[e.Seq] = bytes.TrimSuffix(line, []byte("\n"))
	}
}

// wholeOrNone returns what is wrong with the log file, which is there whole or
// not at all.
func wholeOrNone(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = journal.Verify(f)
	return err
}
