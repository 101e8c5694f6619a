package hosting_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/teamfile"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/storage"
)

// TestOnlyWhatHasPages: packs of a kind that has no pages are neither listed nor
// made into an exercise, though they are known.
func TestOnlyWhatHasPages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	teams, err := teamfile.Demo(teamfile.DemoSize)
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), filepath.Join(dir, "renkei.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	passes := conduct.Kind{Kind: scenario.Kind{Name: scenario.KindTTX, Check: func(*scenario.Pack) []scenario.Diagnostic { return nil }}}
	h := hosting.Open(t.Context(), hosting.Options{
		DB: db, Texts: texts, Log: slog.New(slog.DiscardHandler), Teams: teams, Added: filepath.Join(dir, "packs"),
		Kinds: conduct.Kinds{passes},
	})
	t.Cleanup(func() {
		h.Close(context.Background()) // that of the test has ended
		_ = db.Close()
	})
	for _, e := range h.Packs() {
		if !strings.Contains(e.Key, "@") || e.Pack.Kind != scenario.KindRCX {
			t.Errorf("%s is listed", e.Key)
		}
	}
	var refused *hosting.CreateError
	_, err = h.Create(t.Context(), hosting.CreateOptions{Key: "k", Pack: "payment@1.0", Teams: []string{teams[0].Key, teams[1].Key}})
	if !errors.As(err, &refused) || refused.Code != hosting.CreatePack {
		t.Errorf("an exercise of a tabletop: %v", err)
	}
}
