package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackCannotSteerTheTerminal: what a pack says is printed, and nothing in it
// moves a cursor, sets a title or turns text around.
func TestPackCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	evil := "title: {en: \"\\e]0;owned\\a\\e[2J\\x9b31m\\u202Eevil\\r!\", ja: \"\\e[2J\"}\nlanguages: [en, ja]\nfor\u202egot: 1\n"
	if err := os.WriteFile(filepath.Join(dir, "pack.yaml"), []byte(evil), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"scenario", "check", dir}, {"scenario", "show", dir}, {"scenario", "check", dir + "/\x1b[2J"}, {"scenario", "\x1b[31mcheck"},
	} {
		var out, errOut bytes.Buffer
		run(t.Context(), args, &out, &errOut, nil)
		said := out.String() + errOut.String()
		if i := strings.IndexFunc(said, steers); i >= 0 || said == "" {
			t.Errorf("%q says %.300q, at %d", args, said, i)
		}
	}
	if got := printable("a\x1b[2J\tb\r\n\u202e\u009b長"); got != "a\uFFFD[2J\tb\uFFFD\n\uFFFD\uFFFD長" {
		t.Errorf("%q", got)
	}
}
