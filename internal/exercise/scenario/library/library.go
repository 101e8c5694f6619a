package library

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// Options say where a library finds its packs.
type Options struct {
	// Folder holds packs that the operator put there; "" for none. Added is the
	// folder of those that people add.
	Folder, Added string
	// Demo goes before the others; nil for none.
	Demo *scenario.Pack
	// Kinds are those of which packs may be beside exercises.
	Kinds []scenario.Kind
	Log   *slog.Logger
}

// Library holds the packs that can be played: those that come with the program,
// those of a folder, and those that people added. They are read when they are
// first asked for, and again when they have changed. It may be used from any
// goroutine.
type Library struct {
	o Options

	mu    sync.Mutex // not held while a pack is read
	packs map[string]*cached
}

// cached is what was found under a name: a pack, or nil where it cannot be
// played.
type cached struct {
	once        sync.Once // reads it
	fingerprint string    // changes with the files
	pack        *scenario.Pack
}

// Entry is a scenario pack that can be played.
type Entry struct {
	Key     string // names it among all packs
	Pack    *scenario.Pack
	Shipped bool
}

// TakenError means that another pack has that key and version.
type TakenError struct{ Key, Version string }

// Error names both.
func (e *TakenError) Error() string { return "another pack is " + e.Key + "@" + e.Version }

// New returns a library.
func New(o Options) *Library { return &Library{o: o, packs: map[string]*cached{}} }

// KeyOf returns the key of a pack's entry.
func KeyOf(p *scenario.Pack) string { return p.Key + "@" + p.Version }

// Find returns the pack of a key, nil where there is none.
func (s *Library) Find(key string) *scenario.Pack {
	if s.o.Demo != nil && KeyOf(s.o.Demo) == key {
		return s.o.Demo
	}
	for _, p := range s.List() {
		if p.Key == key {
			return p.Pack
		}
	}
	return nil
}

// List returns the packs by title. Of several with the same key and version the
// first counts, in the order: shipped, folder, added.
func (s *Library) List() []Entry {
	var list []Entry
	seen := map[string]bool{}
	put := func(p *scenario.Pack, shipped bool) {
		if p != nil && !seen[KeyOf(p)] {
			seen[KeyOf(p)] = true
			list = append(list, Entry{Key: KeyOf(p), Pack: p, Shipped: shipped})
		}
	}
	put(s.o.Demo, false)
	for _, name := range s.shippedNames() {
		put(s.read(name, "shipped", loadShipped), true)
	}
	for _, dir := range []string{s.o.Folder, s.o.Added} {
		for _, path := range s.paths(dir) {
			put(s.read(path, fingerprintOf(path), scenario.Load), false)
		}
	}
	title := func(p Entry) string { return p.Pack.Title.In(p.Pack.Languages...) }
	slices.SortStableFunc(list, func(a, b Entry) int { return strings.Compare(title(a), title(b)) })
	return list
}

func (s *Library) shippedNames() []string {
	names, err := Shipped()
	if err != nil {
		s.o.Log.Error("packs_not_listed", "error", err)
	}
	return names
}

// paths are the folders and zips of a folder.
func (s *Library) paths(dir string) []string {
	if dir == "" {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.o.Log.Warn("packs_not_listed", "folder", dir, "error", err)
	}
	var paths []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, ".") && (e.IsDir() || strings.EqualFold(filepath.Ext(name), ".zip")) {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths
}

// fingerprintOf changes when a file does, or a file in the top of a folder.
func fingerprintOf(path string) string {
	var fingerprint strings.Builder
	note := func(info fs.FileInfo, err error) {
		if err == nil {
			fmt.Fprint(&fingerprint, info.Name(), info.Size(), info.ModTime().UnixNano(), " ")
		}
	}
	note(os.Stat(path))
	entries, _ := os.ReadDir(path) // of a zip there are none
	for _, e := range entries {
		note(e.Info())
	}
	return fingerprint.String()
}

// loader reads and checks a pack.
type loader func(name string, kinds ...scenario.Kind) (*scenario.Pack, []scenario.Diagnostic, error)

// read returns the pack of a name, nil where it cannot be played. Who asks for
// a pack that another reads waits for that one, and for no other.
func (s *Library) read(name, fingerprint string, load loader) *scenario.Pack {
	s.mu.Lock()
	c := s.packs[name]
	if c == nil || c.fingerprint != fingerprint {
		c = &cached{fingerprint: fingerprint}
		s.packs[name] = c
	}
	s.mu.Unlock()
	c.once.Do(func() {
		pack, ds, err := load(name, s.o.Kinds...)
		if err != nil || pack == nil || scenario.Failed(ds) {
			s.o.Log.Warn("pack_passed_over", "pack", name, "findings", len(ds), "error", err)
			return
		}
		c.pack = pack
	})
	return c.pack
}

// Add keeps a zip under the name of its key and version. Where the diagnostics
// hold an error it was not kept. It returns a *TakenError where another pack has
// its key and version.
func (s *Library) Add(zip []byte) (Entry, []scenario.Diagnostic, error) {
	if err := journal.MakeFolder(s.o.Added, 0o700); err != nil {
		return Entry{}, nil, fmt.Errorf("keep pack: %w", err)
	}
	pack, ds, err := s.try(zip)
	if err != nil || pack == nil || scenario.Failed(ds) {
		return Entry{}, ds, err
	}
	for _, known := range s.List() {
		if known.Key == KeyOf(pack) && known.Pack.Hash() == pack.Hash() {
			return known, ds, nil
		}
	}
	name := fileName(pack.Key) + "-" + fileName(pack.Version) + ".zip"
	if s.Find(KeyOf(pack)) == nil {
		err = journal.WriteNewFile(filepath.Join(s.o.Added, name), func(w io.Writer) error {
			_, err := w.Write(zip)
			return err
		})
	}
	if errors.Is(err, journal.ErrTaken) || err == nil && !s.has(pack) {
		return Entry{}, ds, &TakenError{pack.Key, pack.Version}
	}
	if err != nil {
		return Entry{}, ds, fmt.Errorf("keep pack: %w", err)
	}
	return Entry{Key: KeyOf(pack), Pack: pack}, ds, nil
}

// has reports whether the pack of that key and version in the library is this one.
func (s *Library) has(p *scenario.Pack) bool {
	found := s.Find(KeyOf(p))
	return found != nil && found.Hash() == p.Hash()
}

// try reads and checks a zip from a file that is gone afterwards.
func (s *Library) try(zip []byte) (*scenario.Pack, []scenario.Diagnostic, error) {
	dir, err := os.MkdirTemp(s.o.Added, ".pack-*")
	if err != nil {
		return nil, nil, fmt.Errorf("check pack: %w", err)
	}
	defer os.RemoveAll(dir)                //nolint:errcheck // one that is left is passed over
	path := filepath.Join(dir, "pack.zip") // findings name it
	if err := os.WriteFile(path, zip, 0o600); err != nil {
		return nil, nil, fmt.Errorf("check pack: %w", err)
	}
	return scenario.Load(path, s.o.Kinds...)
}

// fileName leaves of a text what can be part of a file's name everywhere.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '_'
	}, s)
}
