package transfer_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"renkei/internal/auth/authstore"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/transfer"
	"renkei/internal/storage"
)

// TestRestoreChanged refuses a backup in which somebody changed a table, a file
// or where a file goes, before anything is written.
func TestRestoreChanged(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	db, err := storage.Open(t.Context(), filepath.Join(data, "renkei.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(db.PutPeople(t.Context(), []authstore.Person{{ID: "p", Name: "Ada"}}), db.Close(),
		os.WriteFile(filepath.Join(data, "pack.zip"), []byte("a pack"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	o := transfer.BackupOptions{From: data}
	o.Out, o.Now = filepath.Join(t.TempDir(), "all.zip"), time.Unix(0, 0)
	if _, err := transfer.Backup(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, file, old, now, code string }{
		{"a row", "tables/auth/people.jsonl", "Ada", "Eve", archive.CodeOther},
		{"no columns", "tables/auth/people.jsonl", `"columns"`, `"colons"`, archive.CodeRow},
		{"a file", "files/pack.zip", "a pack", "another", archive.CodeOther},
		{"a file elsewhere", "manifest.json", `"pack.zip"`, `"../pack.zip"`, archive.CodeManifest},
		{"a table elsewhere", "manifest.json", `"people",`, `"people; --",`, archive.CodeManifest},
		{"another form", "manifest.json", "archive/2", "archive/1", archive.CodeManifest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			top := t.TempDir()
			to := filepath.Join(top, "data")
			_, err := transfer.Restore(t.Context(), transfer.RestoreOptions{Archive: edited(t, o.Out, tt.file, tt.old, tt.now), Data: to})
			var bad *archive.Error
			if !errors.As(err, &bad) || bad.Code != tt.code {
				t.Errorf("%v, want %s", err, tt.code)
			}
			if left, err := os.ReadDir(top); err != nil || len(left) > 0 {
				t.Errorf("there is %v, %v", left, err)
			}
		})
	}
}

// edited is a copy of an archive in which a file is changed.
func edited(t *testing.T, path, file, old, now string) string {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == file {
			changed := strings.Replace(string(text), old, now, 1)
			if changed == string(text) {
				t.Fatalf("%s has no %s", file, old)
			}
			text = []byte(changed)
		}
		out, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	to := filepath.Join(t.TempDir(), "edited.zip")
	if err := errors.Join(w.Close(), os.WriteFile(to, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return to
}
