package scenario

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

//go:embed starter
var starter embed.FS

// ErrNotEmpty is returned by New for a folder that holds something.
var ErrNotEmpty = errors.New("folder is not empty")

// New writes a small pack that passes the check into a folder, which it makes
// if need be, with the schemas by which editors complete it (see Schema), and
// returns the paths of the files it wrote, in order. A folder that holds
// something is refused with ErrNotEmpty.
func New(dir string, say func(key string) string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder for the pack: %w", err)
	}
	held, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look into folder for the pack: %w", err)
	}
	if len(held) > 0 {
		return nil, fmt.Errorf("new scenario pack in %q: %w", dir, ErrNotEmpty)
	}
	files, err := fs.Sub(starter, "starter")
	if err != nil {
		return nil, fmt.Errorf("open embedded pack: %w", err)
	}
	var written []string
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		written = append(written, target)
		return os.WriteFile(target, data, 0o644)
	})
	if err == nil {
		written, err = writeSchemas(dir, written, say)
	}
	if err != nil {
		return nil, fmt.Errorf("write scenario pack: %w", err)
	}
	return written, nil
}

// writeSchemas puts the schemas where the first lines of the files name them.
func writeSchemas(dir string, written []string, say func(key string) string) ([]string, error) {
	folder := filepath.Join(dir, ".schema")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, err
	}
	for _, file := range SchemaFiles() {
		schema, err := Schema(file, say)
		if err != nil {
			return nil, err
		}
		target := filepath.Join(folder, file+".json")
		if err := os.WriteFile(target, schema, 0o644); err != nil {
			return nil, err
		}
		written = append(written, target)
	}
	return written, nil
}
