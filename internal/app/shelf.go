package app

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
	"renkei/internal/web"
)

// shelf holds the packs that can be played: those that come with the program,
// those of a folder, and those that people added. They are read when they are
// first asked for, and again when they have changed.
type shelf struct {
	folder, added string
	own           *scenario.Pack // goes before the others; nil for none
	log           *slog.Logger

	mu    sync.Mutex // held while packs are read
	books map[string]*book
}

// book is a pack on the shelf, or why it is none.
type book struct {
	stamp string // changes with the files
	pack  *scenario.Pack
}

func newShelf(o HouseOptions) *shelf {
	return &shelf{folder: o.Packs, added: o.Added, own: o.Pack, log: o.Log, books: map[string]*book{}}
}

// keyOf names a pack for NewExercise.
func keyOf(p *scenario.Pack) string { return p.Key + "@" + p.Version }

// find returns the pack of a key, nil where there is none.
func (s *shelf) find(key string) *scenario.Pack {
	if s.own != nil && keyOf(s.own) == key {
		return s.own
	}
	for _, p := range s.list() {
		if p.Key == key {
			return p.Pack
		}
	}
	return nil
}

// list gives the packs by title. Of several with the same key and version the
// first counts, in the order: shipped, folder, added.
func (s *shelf) list() []web.Pack {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []web.Pack
	seen := map[string]bool{}
	put := func(p *scenario.Pack, shipped bool) {
		if p != nil && !seen[keyOf(p)] {
			seen[keyOf(p)] = true
			list = append(list, web.Pack{Key: keyOf(p), Pack: p, Shipped: shipped})
		}
	}
	put(s.own, false)
	for _, name := range s.shippedNames() {
		put(s.read(name, "shipped", loadShipped), true)
	}
	for _, dir := range []string{s.folder, s.added} {
		for _, path := range s.paths(dir) {
			put(s.read(path, stampOf(path), scenario.Load), false)
		}
	}
	title := func(p web.Pack) string { return p.Pack.Title.In(p.Pack.Languages...) }
	slices.SortStableFunc(list, func(a, b web.Pack) int { return strings.Compare(title(a), title(b)) })
	return list
}

func (s *shelf) shippedNames() []string {
	names, err := Shipped()
	if err != nil {
		s.log.Error("packs_not_listed", "error", err)
	}
	return names
}

// paths are the folders and zips of a folder.
func (s *shelf) paths(dir string) []string {
	if dir == "" {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("packs_not_listed", "folder", dir, "error", err)
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

// stampOf changes when a file does, or a file in the top of a folder.
func stampOf(path string) string {
	var stamp strings.Builder
	note := func(info fs.FileInfo, err error) {
		if err == nil {
			fmt.Fprint(&stamp, info.Name(), info.Size(), info.ModTime().UnixNano(), " ")
		}
	}
	note(os.Stat(path))
	entries, _ := os.ReadDir(path) // of a zip there are none
	for _, e := range entries {
		note(e.Info())
	}
	return stamp.String()
}

// loader reads and checks a pack.
type loader func(name string) (*scenario.Pack, []scenario.Diagnostic, error)

// read returns the pack of a name, nil where it cannot be played. The caller
// holds mu.
func (s *shelf) read(name, stamp string, load loader) *scenario.Pack {
	if b := s.books[name]; b != nil && b.stamp == stamp {
		return b.pack
	}
	b := &book{stamp: stamp}
	s.books[name] = b
	pack, ds, err := load(name)
	if err != nil || pack == nil || scenario.Failed(ds) {
		s.log.Warn("pack_passed_over", "pack", name, "findings", len(ds), "error", err)
		return nil
	}
	b.pack = pack
	return pack
}

// add keeps a zip under the name of its key and version.
func (s *shelf) add(zip []byte) (web.Pack, []scenario.Diagnostic, error) {
	if err := journal.MakeFolder(s.added, 0o700); err != nil {
		return web.Pack{}, nil, fmt.Errorf("keep pack: %w", err)
	}
	pack, ds, err := s.try(zip)
	if err != nil || pack == nil || scenario.Failed(ds) {
		return web.Pack{}, ds, err
	}
	for _, known := range s.list() {
		if known.Key == keyOf(pack) && known.Pack.Hash() == pack.Hash() {
			return known, ds, nil
		}
	}
	name := fileName(pack.Key) + "-" + fileName(pack.Version) + ".zip"
	if s.find(keyOf(pack)) == nil {
		err = journal.WriteNewFile(filepath.Join(s.added, name), func(w io.Writer) error {
			_, err := w.Write(zip)
			return err
		})
	}
	if errors.Is(err, journal.ErrTaken) || err == nil && !s.has(pack) {
		return web.Pack{}, ds, &web.CreateError{
			Code: web.CreatePackTaken, Args: map[string]any{"Pack": pack.Key, "Version": pack.Version},
		}
	}
	if err != nil {
		return web.Pack{}, ds, fmt.Errorf("keep pack: %w", err)
	}
	return web.Pack{Key: keyOf(pack), Pack: pack}, ds, nil
}

// has reports whether the pack of that key and version on the shelf is this one.
func (s *shelf) has(p *scenario.Pack) bool {
	found := s.find(keyOf(p))
	return found != nil && found.Hash() == p.Hash()
}

// try reads and checks a zip from a file that is gone afterwards.
func (s *shelf) try(zip []byte) (*scenario.Pack, []scenario.Diagnostic, error) {
	dir, err := os.MkdirTemp(s.added, ".pack-*")
	if err != nil {
		return nil, nil, fmt.Errorf("check pack: %w", err)
	}
	defer os.RemoveAll(dir)                //nolint:errcheck // one that is left is passed over
	path := filepath.Join(dir, "pack.zip") // findings name it
	if err := os.WriteFile(path, zip, 0o600); err != nil {
		return nil, nil, fmt.Errorf("check pack: %w", err)
	}
	return scenario.Load(path)
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
