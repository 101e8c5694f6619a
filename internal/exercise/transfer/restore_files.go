package transfer

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"renkei/internal/exercise/archive"
	"renkei/internal/journal"
)

func isURL(at string) bool { return strings.Contains(at, "://") }

// same reports whether a file is the one of the archive.
func same(path string, f archive.File) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != f.Size {
		return false
	}
	in, err := os.Open(path)
	if err != nil {
		return false
	}
	defer in.Close() //nolint:errcheck // only read
	hash := sha256.New()
	_, err = io.Copy(hash, in)
	return err == nil && string(hash.Sum(nil)) == string(f.Hash[:])
}

// restoreFiles brings the files back that are not there yet.
func (in *importer) restoreFiles(data string, own *owned) error {
	for _, f := range in.Manifest().Files {
		path := filepath.Join(data, filepath.FromSlash(f.Name))
		if same(path, f) {
			continue
		}
		if err := own.folder(path, true); err != nil {
			return err
		}
		if err := journal.WriteNewFile(path, func(w io.Writer) error { return in.CopyFile(f, w) }); err != nil {
			return err
		}
		if err := own.take(path); err != nil {
			return err
		}
	}
	return nil
}

// owned gives what root restores to whoever owns the folder in which it goes:
// the server runs as somebody else.
type owned struct {
	known    bool
	uid, gid int
}

// folder makes a folder, or that of a file, for its owner only.
func (o *owned) folder(path string, file bool) error {
	if path == "" || isURL(path) {
		return nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if file {
		path = filepath.Dir(path)
	}
	var made []string
	for !exists(path) {
		made = append(made, path)
		path = filepath.Dir(path)
	}
	if !o.known {
		if o.uid, o.gid, err = ownerOf(path); err != nil {
			return err
		}
		o.known = true
	}
	if len(made) == 0 {
		return nil
	}
	if err := journal.MakeFolder(made[0], 0o700); err != nil {
		return err
	}
	return o.take(made...)
}

// take gives files to the owner, those that are there.
func (o *owned) take(paths ...string) error {
	if os.Geteuid() != 0 || o.uid == 0 && o.gid == 0 {
		return nil
	}
	for _, path := range paths {
		if err := os.Lchown(path, o.uid, o.gid); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
