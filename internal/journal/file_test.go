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

func TestMakeFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b", "c")
	for range 2 { // the second time it is there
		if err := journal.MakeFolder(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		t.Errorf("%v, %v", info, err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "d")} {
		if err := journal.MakeFolder(path, 0o700); err == nil {
			t.Errorf("%s became a folder", path)
		}
	}
}

// TestWriteNewFile never replaces what is there, also what came while it wrote.
func TestWriteNewFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.zip")
	put := func(text string, meanwhile func()) error {
		return journal.WriteNewFile(path, func(w io.Writer) error {
			meanwhile()
			_, err := io.WriteString(w, text)
			return err
		})
	}
	var other error
	err := put("slow", func() { other = put("quick", func() {}) })
	if !errors.Is(err, journal.ErrTaken) || other != nil {
		t.Errorf("the slower of two: %v, the quicker: %v", err, other)
	}
	if err := put("later", func() { t.Error("was asked to write") }); !errors.Is(err, journal.ErrTaken) {
		t.Errorf("over a file: %v", err)
	}
	got, err := os.ReadFile(path)
	names, dirErr := os.ReadDir(filepath.Dir(path))
	if err != nil || dirErr != nil || string(got) != "quick" || len(names) != 1 {
		t.Errorf("%q, %v; in the folder: %v, %v", got, err, names, dirErr)
	}
}
