package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ErrNotFile means that a file cannot take the place of what is there: a folder
// or a device.
var ErrNotFile = errors.New("not a file")

// ErrTaken means that there is a file of that name already.
var ErrTaken = errors.New("the file exists")

// WriteFile writes a file so that under path there is, whatever happens, the
// old file or the whole new one: it goes to a temporary file in the same
// folder, to the disk, and is then renamed. Where write fails, nothing is left.
// Only the owner may read the file: a log holds what players wrote. It returns
// ErrNotFile where path is something else already.
func WriteFile(path string, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "write", Path: path, Err: ErrNotFile}
	}
	return writeFile(path, write, os.Rename)
}

// WriteNewFile is WriteFile that refuses, with ErrTaken, to replace a file,
// also one that somebody else writes meanwhile.
func WriteNewFile(path string, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return &fs.PathError{Op: "write", Path: path, Err: ErrNotFile}
	}
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "write", Path: path, Err: ErrTaken}
	}
	return writeFile(path, write, renameNew)
}

// renameNew goes by way of a link, which never replaces. A file system that
// knows no links leaves a moment in which another may be quicker.
func renameNew(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return os.Remove(from)
	case errors.Is(err, fs.ErrExist):
		return &fs.PathError{Op: "write", Path: to, Err: ErrTaken}
	}
	if _, err := os.Lstat(to); err == nil {
		return &fs.PathError{Op: "write", Path: to, Err: ErrTaken}
	}
	return os.Rename(from, to)
}

func writeFile(path string, write func(io.Writer) error, rename func(from, to string) error) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		if place := (*fs.PathError)(nil); errors.As(err, &place) {
			place.Path = dir // nobody asked for the temporary file
		}
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			// The file may be closed or renamed already; nothing more can be done.
			_ = f.Close()
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// Rename gives a file, which is on the disk, another name in its folder, and
// makes the name durable.
func Rename(from, to string) error {
	if err := renameNew(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// MakeFolder makes a folder and those above it that are missing, and makes
// their names durable: a file that is synced is lost all the same when the
// power goes and the name of its folder was not yet on the disk.
func MakeFolder(path string, perm os.FileMode) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if isFolder(path) {
		return nil
	}
	up := filepath.Dir(path)
	if up != path {
		if err := MakeFolder(up, perm); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, perm); err != nil && !isFolder(path) { // another may have been quicker
		return err
	}
	return syncDir(up)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// syncDir makes a rename in dir durable.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // there folders cannot be synced, and a rename is journalled
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
