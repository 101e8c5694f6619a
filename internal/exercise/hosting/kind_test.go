package hosting_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/hosting"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/exercise/scenario/teamfile"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/storage"
)

// TestKinds: packs of a kind that the program knows are listed and made into an
// exercise; of a kind that nobody brought they are not.
func TestKinds(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	teams, err := teamfile.Demo(teamfile.DemoSize)
	if err != nil {
		t.Fatal(err)
	}
	passes := conduct.Kind{Kind: scenario.Kind{Name: scenario.KindTTX, Check: func(*scenario.Pack) []scenario.Diagnostic { return nil }}}
	for name, kinds := range map[string]conduct.Kinds{"known": {passes}, "unknown": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			db, err := storage.Open(t.Context(), filepath.Join(dir, "renkei.db"), storage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			h := hosting.Open(t.Context(), hosting.Options{
				DB: db, Texts: texts, Log: slog.New(slog.DiscardHandler), Teams: teams, Added: filepath.Join(dir, "packs"), Kinds: kinds,
			})
			t.Cleanup(func() {
				h.Close(context.Background()) // that of the test has ended
				_ = db.Close()
			})
			listed := slices.ContainsFunc(h.Packs(), func(e library.Entry) bool { return e.Pack.Kind == scenario.KindTTX })
			if listed != (kinds != nil) {
				t.Errorf("a tabletop is listed: %v", listed)
			}
			var refused *hosting.CreateError
			_, err = h.Create(t.Context(), hosting.CreateOptions{Key: "k", Pack: "payment@1.0", Teams: []string{teams[0].Key, teams[1].Key}})
			if got := errors.As(err, &refused) && refused.Code == hosting.CreatePack; got == (kinds != nil) {
				t.Errorf("an exercise of a tabletop: %v", err)
			}
		})
	}
}
