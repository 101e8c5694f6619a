package library

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"renkei/internal/exercise/scenario"
	"renkei/scenarios"
)

// Shipped names the packs that are part of the program.
func Shipped() ([]string, error) {
	entries, err := fs.ReadDir(scenarios.Packs, ".")
	if err != nil {
		return nil, fmt.Errorf("list shipped packs: %w", err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

// Load reads and checks a pack: a folder, a zip, or the name of a shipped
// one. The pack is nil when the diagnostics leave nothing to work with; an error
// means that there is nothing at that path.
// Kinds are those of which packs may be beside exercises.
func Load(name string, kinds ...scenario.Kind) (*scenario.Pack, []scenario.Diagnostic, error) {
	pack, ds, err := scenario.Load(name, kinds...)
	if !errors.Is(err, fs.ErrNotExist) {
		return pack, ds, err
	}
	// "scenarios/x" works wherever the program is, not only in its source tree.
	pack, ds, shippedErr := loadShipped(strings.TrimPrefix(path.Clean(name), "scenarios/"), kinds...)
	if shippedErr != nil {
		return nil, nil, &NotFoundError{Name: name, Err: err}
	}
	return pack, ds, nil
}

// NotFoundError means that there is no pack of a name: neither a path nor one
// that is part of the program.
type NotFoundError struct {
	Name string
	Err  error
}

func (e *NotFoundError) Error() string { return e.Err.Error() }

// Unwrap returns what the search for the path met.
func (e *NotFoundError) Unwrap() error { return e.Err }

// loadShipped reads and checks a pack that is part of the program.
func loadShipped(name string, kinds ...scenario.Kind) (*scenario.Pack, []scenario.Diagnostic, error) {
	files, err := shipped(name)
	if err != nil {
		return nil, nil, err
	}
	pack, ds := scenario.Parse(files)
	if pack != nil {
		ds = append(ds, scenario.CheckAs(pack, kinds)...)
	}
	return pack, ds, nil
}

func shipped(name string) (map[string][]byte, error) {
	sub, err := fs.Sub(scenarios.Packs, name)
	if err != nil {
		return nil, fmt.Errorf("shipped pack %q: %w", name, err)
	}
	files := map[string][]byte{}
	err = fs.WalkDir(sub, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[p], err = fs.ReadFile(sub, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("shipped pack %q: %w", name, err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("shipped pack %q: %w", name, os.ErrNotExist)
	}
	return files, nil
}
