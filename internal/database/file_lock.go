package database

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// HeldError means that another process has a database open. It is ErrLocked.
type HeldError struct {
	Path    string // of the lock file
	Process string // its number
}

// Error says which process it is.
func (e *HeldError) Error() string {
	return fmt.Sprintf("%v: %s is held by process %s", ErrLocked, e.Path, e.Process)
}

// Unwrap returns ErrLocked.
func (e *HeldError) Unwrap() error { return ErrLocked }

// lockFile takes the lock file beside the database until it is
// closed. The file stays: to remove it would let two processes each lock
// a file of that name. Where another holds it, lockFile returns a *HeldError.
func lockFile(path string) (io.Closer, error) {
	path += ".lock"
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock database: %w", err)
	}
	ok, err := tryLock(f)
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !ok {
		holder, _ := io.ReadAll(io.LimitReader(f, 20)) // only for the message
		_ = f.Close()
		return nil, &HeldError{path, strings.TrimSpace(string(holder))}
	}
	if err := writeHolder(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return heldFile{f}, nil
}

// heldFile is a lock file that we hold.
type heldFile struct{ file *os.File }

// Close gives the lock up. Who held it is of no interest then; of a process that
// was killed it stays to be read, and keeps nobody out. To close the file would
// not be enough: a child that is being started at this moment has it open too.
func (h heldFile) Close() error {
	return errors.Join(h.file.Truncate(0), unlock(h.file), h.file.Close())
}

// writeHolder writes our process id into the lock file.
func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt(fmt.Appendln(nil, os.Getpid()), 0)
	return err
}
