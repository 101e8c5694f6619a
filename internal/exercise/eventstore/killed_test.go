//go:build unix

package eventstore_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// childDir is how TestKilled tells a copy of this program to be the child.
const childDir = "RENKEI_EVENTSTORE_TEST_DIR"

// TestKilled kills a process in the midst of appending: its lock is gone, all
// that it was told is committed is there, and the log holds.
func TestKilled(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(childDir); dir != "" {
		appendForever(t, dir)
	}
	dir := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), childDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	committed := uint64(0)
	lines := bufio.NewScanner(out)
	for committed < 200 && lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "committed %d", &committed); err != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
	}
	path := filepath.Join(dir, "renkei.db")
	if _, err := open(t.Context(), path, database.Options{}); !errors.Is(err, database.ErrLocked) {
		t.Errorf("while the child runs: %v, want ErrLocked", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before it died
		_, _ = fmt.Sscanf(lines.Text(), "committed %d", &committed) // the last line may be cut off
	}
	if err := child.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	db := openDir(t, dir)
	var file bytes.Buffer
	w, err := journal.NewWriter(&file, "x")
	if err != nil {
		t.Fatal(err)
	}
	head, headErr := db.Head(t.Context(), "x")
	if err := errors.Join(headErr, db.Export(t.Context(), "x", w)); err != nil || head.Seq < committed {
		t.Errorf("head %d, but %d was committed; %v", head.Seq, committed, err)
	}
}

// appendForever appends batches of three until it is killed.
func appendForever(t *testing.T, dir string) {
	t.Helper()
	db := openDir(t, dir)
	if err := db.Create(t.Context(), eventstore.Exercise{ID: "x"}); err != nil {
		t.Fatal(err)
	}
	for first := uint64(1); ; first += 3 {
		b := eventstore.Batch{Exercise: "x", First: first}
		for range 3 {
			b.Events = append(b.Events, []byte(`{"a":1}`))
		}
		h, err := db.Append(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintln(os.Stdout, "committed", h.Seq) // nobody reads on once it is killed
	}
}
