//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/server"
	"renkei/internal/storage"
)

// TestHeld: a command that writes says which process has the database open, in
// both languages.
func TestHeld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := storage.Open(t.Context(), filepath.Join(dir, "renkei.db"), storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	rows := filepath.Join(dir, "kh.csv")
	if err := os.WriteFile(rows, []byte("id,text:en\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"community comcheck start --data " + dir + " --url https://renkei.example",
		"handbook import " + rows + " --data " + dir + " --member KH",
		"programme import " + rows + " --data " + dir + " --event WG1",
	} {
		for lang, want := range map[string]string{"en": fmt.Sprint("Process ", os.Getpid(), " has "), "ja": fmt.Sprint("プロセス", os.Getpid(), "が使用中")} {
			var out bytes.Buffer
			if code := run(t.Context(), strings.Fields(line+" --lang "+lang), &out, &out, nil); code != exitFailed || !strings.Contains(out.String(), want) {
				t.Errorf("%s in %s: exit %d: %s", line, lang, code, out.String())
			}
		}
	}
}
