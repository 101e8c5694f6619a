package journal_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"renkei/internal/journal"
)

func TestWriteFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.jsonl")
	put := func(text string, fail error) error {
		return journal.WriteFile(path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, fail)
		})
	}
	steps := []struct {
		text string
		fail error
		want string
	}{
		{"first", nil, "first"},
		{"second, cut o", errFull, "first"},
		{"third", nil, "third"},
	}
	for _, s := range steps {
		if err := put(s.text, s.fail); !errors.Is(err, s.fail) {
			t.Fatalf("%q: error %v, want %v", s.text, err, s.fail)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != s.want {
			t.Errorf("after %q: %q, %v; want %q", s.text, got, err, s.want)
		}
	}
	names, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(names) != 1 {
		t.Errorf("left in the folder: %v, %v", names, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; only the owner may read it", info.Mode(), err)
	}
}

func TestWriteFileWithoutFolder(t *testing.T) {
	t.Parallel()
	err := journal.WriteFile(filepath.Join(t.TempDir(), "none", "log.jsonl"), func(io.Writer) error { return nil })
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want that the folder does not exist", err)
	}
}
