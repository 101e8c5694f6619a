//go:build unix

package e2e

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestGuardWords lists all keys and texts of the catalogues, wherever below
// internal they stand: a JSON file belongs to a language by its name or by its
// folder.
func TestGuardWords(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		all := map[string]string{}
		for _, path := range catalogues(t, lang) {
			var texts map[string]json.RawMessage
			if err := json.Unmarshal(read(t, path), &texts); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for key, text := range texts {
				if _, twice := all[key]; twice {
					t.Errorf("%s stands twice, also in %s", key, path)
				}
				all[key] = string(text)
			}
		}
		var out strings.Builder
		for _, key := range slices.Sorted(maps.Keys(all)) {
			fmt.Fprintf(&out, "%s = %s\n", key, strings.Join(strings.Fields(all[key]), " "))
		}
		golden(t, "words."+lang+".txt", []byte(out.String()))
	}
}

// catalogues are the files with texts of a language.
func catalogues(t *testing.T, lang string) (paths []string) {
	t.Helper()
	of := regexp.MustCompile(`(/` + lang + `/[^/]+|[/.]` + lang + `)\.json$`)
	err := filepath.WalkDir("../internal", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules"):
			return fs.SkipDir
		case of.MatchString(filepath.ToSlash(path)):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("no texts of %s", lang)
	}
	return paths
}

// TestGuardFormats holds what programs rely on: the description of the API as it
// is served, which stands in docs too, the schemas of packs, and the types and
// fields of events as docs/exercise/log.md has them.
func TestGuardFormats(t *testing.T) {
	t.Parallel()
	s := serveStore(t)
	got := s.as("", "en").fetch(s.at + "/api/v1/openapi.json")
	if got.status != http.StatusOK || string(got.body)+"\n" != string(read(t, "../docs/openapi.json")) {
		t.Errorf("%d: docs/openapi.json is not what is served", got.status)
	}
	golden(t, "openapi.json.gz", append(got.body, '\n'))
	for _, kind := range []string{"pack", "msel"} {
		golden(t, "schema."+kind+".json.gz", []byte(renkei(t, "scenario", "schema", kind).out))
	}
	golden(t, "events.md.gz", events(t))
}

// events is what docs/exercise/log.md says of events, without its other chapters.
func events(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../docs/exercise/log.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "\n## The envelope\n")
	if !ok {
		t.Fatal("docs/exercise/log.md has no envelope")
	}
	return []byte(rest)
}
