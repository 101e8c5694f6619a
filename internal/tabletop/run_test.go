package tabletop_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/runner"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
)

// unwatched watches nothing of a run.
type unwatched struct{}

func (unwatched) Begin(*exercise.Play, *exercise.State) {}
func (unwatched) OnCommitted([]exercise.Event)          {}
func (unwatched) Stop()                                 {}

// TestRun: the command plays a tabletop to its end and writes what it writes of
// every exercise; without the kind it says why it does not.
func TestRun(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	o := runner.RunOptions{
		Pack: "payment", Teams: 11, Bots: true, Seed: 7, Out: filepath.Join(t.TempDir(), "run"), Texts: texts, Printer: texts.For("en"),
		Log: slog.New(slog.DiscardHandler), Progress: unwatched{},
	}
	var bad *runner.PackError
	if _, err := runner.RunExercise(t.Context(), o); !errors.As(err, &bad) || bad.Diagnostics[0].Code != "kind.unknown" {
		t.Errorf("without the kind: %v", err)
	}
	o.Kinds = conduct.Kinds{tabletop.Kind()}
	out, err := runner.RunExercise(t.Context(), o)
	if err != nil || !out.Ended {
		t.Fatalf("%+v, %v", out, err)
	}
	log, err := runner.ReadLog(filepath.Join(o.Out, "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if log == nil {
		t.Error("no log")
	}
	if info, err := os.Stat(filepath.Join(o.Out, "report.html")); err != nil || info.Size() == 0 {
		t.Errorf("no report: %v", err)
	}
}
