//go:build unix

package database

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDB(t, filepath.Join(dir, "renkei.db"))
	_, err := Open(t.Context(), filepath.Join(dir, "renkei.db"), Options{})
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
		t.Errorf("a second time: %v; want ErrLocked with the process that holds it", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "renkei.db.lock")
	if left, err := os.ReadFile(path); err != nil || len(left) > 0 {
		t.Errorf("the lock file still says %q, %v", left, err)
	}
	// What a killed process left there keeps nobody out.
	if err := os.WriteFile(path, []byte("1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	openDB(t, filepath.Join(dir, "renkei.db"))
}

// TestTryLock has a lock be held once, within a process and beside others.
func TestTryLock(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "renkei.db"))
	tryLocks(t, db, db)
}

// tryLocks has two who may be different processes want the same locks.
func tryLocks(t *testing.T, one, two *DB) {
	t.Helper()
	release, ok, err := one.TryLock(t.Context(), 1, 7)
	if err != nil || !ok {
		t.Fatalf("a lock that nobody holds: %v, %v", ok, err)
	}
	if _, ok, err := two.TryLock(t.Context(), 1, 7); err != nil || ok {
		t.Errorf("the same: %v, %v", ok, err)
	}
	for _, name := range []lockName{{1, 8}, {2, 7}} {
		free, ok, err := two.TryLock(t.Context(), name.space, name.number)
		if err != nil || !ok {
			t.Fatalf("another, %v: %v, %v", name, ok, err)
		}
		free()
	}
	release()
}
