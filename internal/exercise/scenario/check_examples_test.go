package scenario

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryCodeHasItsExample sees that each code occurs in what a test of this
// package expects: in a golden file, or in a table beside its place.
func TestEveryCodeHasItsExample(t *testing.T) {
	t.Parallel()
	expected := map[string]bool{}
	goldens, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`[a-z_]+\.[a-z_0-9]+`)
	for _, name := range goldens {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(raw), "\n") {
			if words := strings.Fields(line); len(words) > 2 {
				expected[words[2]] = true
			}
		}
	}
	tests, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	names := codeNames(t)
	for _, name := range tests {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for constant, code := range names {
			if strings.Contains(string(raw), constant) {
				expected[code] = true
			}
		}
		for _, w := range word.FindAllString(string(raw), -1) {
			expected[w] = true
		}
	}
	for _, code := range codes(t) {
		if !expected[code] {
			t.Errorf("no test expects %q", code)
		}
	}
}

// codeNames gives the codes by the names of their constants.
func codeNames(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, m := range regexp.MustCompile(`(code\w+)\s*= "([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
		names[m[1]] = m[2]
	}
	if !slices.Contains(codes(t), names["codeHostName"]) {
		t.Fatal("no names read")
	}
	return names
}
