package server_test

import (
	"path/filepath"
	"testing"
	"time"

	"renkei/internal/exercise/transfer"
	"renkei/internal/outbox"
	"renkei/internal/outbox/store"
	"renkei/internal/server"
	"renkei/internal/storage"
)

// outboxAt opens the outbox of a database, as the server does when it starts.
func outboxAt(t *testing.T, at string) *store.Store {
	t.Helper()
	db, err := storage.Open(t.Context(), at, storage.Options{Areas: server.Stored()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := store.New(db.Database)
	if err := s.Begin(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRestoredOutbox brings a backup back: what waits in it is there and held,
// for it may have been sent since; where it came from nothing is.
func TestRestoredOutbox(t *testing.T) {
	t.Parallel()
	dir, to := t.TempDir(), filepath.Join(t.TempDir(), "renkei.db")
	s := outboxAt(t, filepath.Join(dir, "renkei.db"))
	m := outbox.Message{Key: "k", Scope: "community", Subject: "s", Text: "t", To: []outbox.Recipient{{ID: "a", Channel: "mail", Address: "a@b.internal"}}}
	m.Files = []outbox.File{{Name: "large.bin", Media: "application/octet-stream", Data: make([]byte, 3<<20)}}
	if err := s.Put(t.Context(), time.Now(), []outbox.Message{m}); err != nil {
		t.Fatal(err)
	}
	backup := transfer.BackupOptions{From: dir, Areas: server.Stored(), Sessions: true}
	backup.Out, backup.By, backup.Now = filepath.Join(t.TempDir(), "all.zip"), "test", time.Unix(0, 0)
	if _, err := transfer.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for range 2 { // broken off, the same command goes on
		if _, err := transfer.Restore(t.Context(), transfer.RestoreOptions{Archive: backup.Out, DB: to, Areas: server.Stored()}); err != nil {
			t.Fatal(err)
		}
	}
	restored := outboxAt(t, to)
	holds, err := restored.Holds(t.Context())
	if err != nil || len(holds) != 1 || holds[0].Reason != outbox.Restored {
		t.Errorf("%+v, %v", holds, err)
	}
	all, err := restored.Of(t.Context(), "community")
	if err != nil || len(all) != 1 || all[0].State != outbox.Queued {
		t.Errorf("%+v, %v", all, err)
	}
	if holds, err = s.Holds(t.Context()); err != nil || len(holds) != 0 {
		t.Errorf("where it came from: %+v, %v", holds, err)
	}
}
