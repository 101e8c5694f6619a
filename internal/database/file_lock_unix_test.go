//go:build unix

package database

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestLockInherited gives a lock up while a child process still has its file
// open, as every child has for a moment.
func TestLockInherited(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "renkei.db")
	first, err := lockFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, ok := first.(heldFile)
	if !ok {
		t.Fatalf("lock gave a %T", first)
	}
	inherited, err := syscall.Dup(int(h.file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(inherited) })
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := lockFile(path)
	if err != nil {
		t.Fatalf("after it was given up: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
}
