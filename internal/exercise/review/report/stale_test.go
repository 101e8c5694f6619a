package report_test

import (
	"bytes"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/a-h/templ/generator"
	parser "github.com/a-h/templ/parser/v2"
)

// TestGeneratedFilesAreFresh: every .templ file of the program gives the
// committed Go file.
func TestGeneratedFilesAreFresh(t *testing.T) {
	t.Parallel()
	var paths []string
	err := filepath.WalkDir("../../..", func(path string, _ fs.DirEntry, err error) error { // all of internal
		if err == nil && filepath.Ext(path) == ".templ" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil || len(paths) < 30 {
		t.Fatalf("%d templates, %v", len(paths), err)
	}
	for _, path := range paths {
		file, err := parser.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		_, err = generator.Generate(file, &b, generator.WithVersion(templ.Version()), generator.WithFileName(filepath.Base(path)))
		if err != nil {
			t.Fatal(err)
		}
		want, err := format.Source(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(strings.TrimSuffix(path, ".templ") + "_templ.go")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is newer than its Go file: run go generate ./...", path)
		}
	}
}
