package ballot

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Keyring holds the keys of the questions that are not revealed: in a folder
// that is memory, where there is one, and else in this process alone. It is safe
// for use by many goroutines.
type Keyring struct {
	dir string // "": in this process alone

	mu      sync.Mutex
	secrets map[ID][]byte
}

// NewKeyring returns the keyring of an installation, whose folder in memory dir
// is; "" keeps keys in this process alone.
func NewKeyring(dir string) *Keyring { return &Keyring{dir: dir, secrets: map[ID][]byte{}} }

// FolderFor is the folder of an installation below one that is memory; "" where
// there is none. Of two installations on one machine each has its own.
func FolderFor(runtime, installation string) string {
	if runtime == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(installation))
	return filepath.Join(runtime, "renkei-"+hex.EncodeToString(sum[:8]))
}

// RuntimeFolder finds a folder that is gone with the power: RUNTIME_DIRECTORY,
// which systemd makes, else XDG_RUNTIME_DIR; "" where neither is in memory.
func RuntimeFolder(getenv func(string) string) string {
	for _, name := range []string{"RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"} {
		for _, dir := range filepath.SplitList(getenv(name)) {
			if filepath.IsAbs(dir) && inMemory(dir) {
				return dir
			}
		}
	}
	return ""
}

// Lasting reports whether keys outlive this process: where they do not, a
// restart voids what is open.
func (r *Keyring) Lasting() bool { return r.dir != "" }

// folder is that of an exercise.
func (r *Keyring) folder(exercise string) string {
	sum := sha256.Sum256([]byte(exercise))
	return filepath.Join(r.dir, hex.EncodeToString(sum[:16]))
}

func (r *Keyring) file(id ID) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %d", id.Poll, id.Round))
	return filepath.Join(r.folder(id.Exercise), hex.EncodeToString(sum[:16])+".key")
}

// Create makes the key of a round, or returns the one there is.
func (r *Keyring) Create(id ID) (Key, error) {
	if key, ok := r.Find(id); ok {
		return key, nil
	}
	secret := make([]byte, KeySize)
	_, _ = rand.Read(secret) // never fails
	if r.dir != "" {
		if err := os.MkdirAll(r.folder(id.Exercise), 0o700); err != nil {
			return Key{}, fmt.Errorf("keep key: %w", err)
		}
		if err := os.WriteFile(r.file(id), secret, 0o600); err != nil {
			return Key{}, fmt.Errorf("keep key: %w", err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets[id] = secret
	return newKey(id, secret), nil
}

// Find returns the key of a round; false where there is none any more.
func (r *Keyring) Find(id ID) (Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	secret := r.secrets[id]
	if secret == nil && r.dir != "" {
		read, err := os.ReadFile(r.file(id))
		if err != nil || len(read) != KeySize {
			return Key{}, false
		}
		secret = read
		r.secrets[id] = secret
	}
	if secret == nil {
		return Key{}, false
	}
	return newKey(id, secret), true
}

// Destroy destroys the key of a round, and with it every answer that was sealed
// with it. That there is none is no error.
func (r *Keyring) Destroy(id ID) error {
	r.mu.Lock()
	clear(r.secrets[id])
	delete(r.secrets, id)
	r.mu.Unlock()
	if r.dir == "" {
		return nil
	}
	return destroyFile(r.file(id))
}

func destroyFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = f.WriteAt(make([]byte, KeySize), 0) // the page itself, before its name goes
		err = errors.Join(err, f.Close())
	}
	if err = errors.Join(err, os.Remove(path)); err != nil {
		return fmt.Errorf("destroy key: %w", err)
	}
	return nil
}

// Sweep destroys all keys of an exercise but those of the rounds that are not
// revealed: what a process that died after a reveal has left.
func (r *Keyring) Sweep(exercise string, keep []ID) error {
	r.mu.Lock()
	var all []ID
	for id := range r.secrets {
		if id.Exercise == exercise && !slices.Contains(keep, id) {
			all = append(all, id)
		}
	}
	r.mu.Unlock()
	var errs []error
	for _, id := range all {
		errs = append(errs, r.Destroy(id))
	}
	if r.dir == "" {
		return errors.Join(errs...)
	}
	kept := map[string]bool{}
	for _, id := range keep {
		kept[r.file(id)] = true
	}
	left, err := filepath.Glob(filepath.Join(r.folder(exercise), "*"))
	errs = append(errs, err)
	for _, path := range left {
		if !kept[path] {
			errs = append(errs, destroyFile(path))
		}
	}
	return errors.Join(errs...)
}
