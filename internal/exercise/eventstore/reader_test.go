//go:build unix

package eventstore_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"renkei/internal/database"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// moment is a reader of one moment.
type moment struct {
	*eventstore.Reader
	db *database.Reader
}

func openMoment(ctx context.Context, at string) (moment, error) {
	db, err := database.OpenReader(ctx, at, eventstore.Area())
	if err != nil {
		return moment{}, err
	}
	r, err := eventstore.NewReader(ctx, db)
	return moment{r, db}, err
}

func (m moment) Close() error { return m.db.Close() }

func reader(t *testing.T, path string) moment {
	t.Helper()
	r, err := openMoment(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func appendOne(t *testing.T, db store, first uint64) eventstore.Head {
	t.Helper()
	h, err := db.Append(t.Context(), eventstore.Batch{Exercise: "x", First: first, Events: [][]byte{[]byte(`{"a":1}`)}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// exported returns the head of the verified log of exercise x.
func exported(t *testing.T, r moment) journal.Head {
	t.Helper()
	var file bytes.Buffer
	w, err := journal.NewWriter(&file, "x")
	if err := errors.Join(err, r.Export(t.Context(), "x", w), w.Close()); err != nil {
		t.Fatal(err)
	}
	res, err := journal.Verify(&file)
	if err != nil {
		t.Fatal(err)
	}
	return res.Head
}

// TestReader reads beside a writer that goes on: what was there at first.
func TestReader(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "renkei.db")
	if _, err := openMoment(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of no file: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a reader made the file")
	}
	db := openDir(t, dir)
	if err := db.Create(t.Context(), eventstore.Exercise{ID: "x"}); err != nil {
		t.Fatal(err)
	}
	head := appendOne(t, db, 1)
	r := reader(t, path)
	later := appendOne(t, db, 2)
	if got := exported(t, r); got != head {
		t.Errorf("it reads up to %v, want %v", got, head)
	}
	second := reader(t, path)
	if got := exported(t, second); got != later {
		t.Errorf("a later one reads up to %v, want %v", got, later)
	}
	if err := errors.Join(r.Close(), r.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Head(t.Context(), "x"); !errors.Is(err, database.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if got := exported(t, second); got != later {
		t.Errorf("after the writer has closed: up to %v, want %v", got, later)
	}
	openDir(t, dir) // the reader holds no lock
}

// TestReaderOfOther refuses what another version or another program wrote.
func TestReaderOfOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "renkei.db")
	if err := openDir(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), `DELETE FROM migrations WHERE version = (SELECT MAX(version) FROM migrations)`); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openMoment(t.Context(), path); !errors.Is(err, database.ErrSchema) {
		t.Errorf("an older schema: %v", err)
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openMoment(t.Context(), path); err == nil {
		t.Error("a file of another kind was read")
	}
}

// readOnlyPath is how TestReadOnlyFolder tells a copy of this program to be
// the child that reads.
const readOnlyPath = "RENKEI_EVENTSTORE_TEST_READ"

// TestReadOnlyFolder reads as a user who may write nothing.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	if path := os.Getenv(readOnlyPath); path != "" {
		r, err := openMoment(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintln(os.Stdout, "read up to", exported(t, r).Seq)
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "renkei.db")
	db := openDir(t, dir)
	if err := db.Create(t.Context(), eventstore.Exercise{ID: "x"}); err != nil {
		t.Fatal(err)
	}
	appendOne(t, db, 1)
	readable(t, dir)
	if out, err := readAsOther(t, path); err != nil || !strings.Contains(out, "read up to 1\n") {
		t.Errorf("beside a writer: %v, %s", err, out)
	}
	killed := copyOf(t, dir, "", "-wal")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	readable(t, killed)
	out, err := readAsOther(t, filepath.Join(killed, "renkei.db"))
	if err == nil || !strings.Contains(out, "the folder must be writable") {
		t.Errorf("after a writer was killed: %v, %s", err, out)
	}
	readable(t, dir)
	if out, err := readAsOther(t, path); err != nil || !strings.Contains(out, "read up to 1\n") {
		t.Errorf("after the writer has closed: %v, %s", err, out)
	}
}

// readable lets everybody read in dir, and nobody but us write.
func readable(t *testing.T, dir string) {
	t.Helper()
	err := errors.Join(os.Chmod(dir, 0o755), os.Chmod(filepath.Dir(dir), 0o755))
	files, globErr := filepath.Glob(filepath.Join(dir, "*"))
	err = errors.Join(err, globErr)
	for _, f := range files {
		err = errors.Join(err, os.Chmod(f, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// copyOf copies some files of the database in dir to another folder.
func copyOf(t *testing.T, dir string, suffixes ...string) string {
	t.Helper()
	to := t.TempDir()
	for _, suffix := range suffixes {
		b, err := os.ReadFile(filepath.Join(dir, "renkei.db"+suffix))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, "renkei.db"+suffix), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// readAsOther runs this test in a process that may not write to what is ours.
func readAsOther(t *testing.T, path string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestReadOnlyFolder$")
	cmd.Env = append(os.Environ(), readOnlyPath+"="+path)
	if os.Getuid() == 0 { // whom no mode keeps from writing
		program := filepath.Join(t.TempDir(), "test")
		b, err := os.ReadFile(os.Args[0])
		if err == nil {
			// A process that starts meanwhile would hold the program open for
			// writing, and nobody can run it then: https://go.dev/issue/22315.
			syscall.ForkLock.RLock()
			err = os.WriteFile(program, b, 0o755)
			syscall.ForkLock.RUnlock()
		}
		if err != nil {
			t.Fatal(err)
		}
		cmd.Path, cmd.Dir = program, filepath.Dir(program)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	} else if err := os.Chmod(filepath.Dir(path), 0o500); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestImportKilled opens a database whose writer ended amid an import.
func TestImportKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDir(t, dir)
	var left string
	err := db.Import(t.Context(), eventstore.Exercise{ID: "x"}, func(im *eventstore.Importer) error {
		head := journal.Head{Chain: journal.Genesis("x")}
		for range 5000 {
			e := journal.Entry{Seq: head.Seq + 1, Event: []byte("{}"), Salt: make([]byte, journal.SaltSize)}
			e.Leaf = journal.LeafOf(e.Salt, e.Event)
			e.Chain = journal.Link(head.Chain, e.Leaf)
			if err := errors.Join(head.Take(&e), im.Entry(e)); err != nil {
				return err
			}
		}
		left = copyOf(t, dir, "", "-wal") // what a process that ends now would leave
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, left, "events"); n == 0 {
		t.Error("nothing was written yet")
	}
	again := openDir(t, left)
	if list, err := again.Exercises(context.Background()); err != nil || len(list) != 0 {
		t.Errorf("Exercises = %v, %v", list, err)
	}
	if err := errors.Join(again.Create(t.Context(), eventstore.Exercise{ID: "x"}), again.Close()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, left, "events"); n != 0 {
		t.Errorf("%d events are left", n)
	}
}

// count returns how many rows a table has.
func count(t *testing.T, dir, table string) (n int) {
	t.Helper()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "renkei.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	if err := raw.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
