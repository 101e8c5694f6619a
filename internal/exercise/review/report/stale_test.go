package report_test

import (
	"bytes"
	"go/format"
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
	for _, folder := range []string{".", "../../../web", "../../scenario/paper", "../../rehearsal/show"} {
		found, err := filepath.Glob(filepath.Join(folder, "*.templ"))
		if err != nil || len(found) == 0 {
			t.Fatal(folder, found, err)
		}
		paths = append(paths, found...)
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
