package runner_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/runner"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
)

// stopper interrupts a run at its first event.
type stopper struct{ stop func() }

func (stopper) Begin(*exercise.Play, *exercise.State) {}
func (s stopper) OnCommitted([]exercise.Event)        { s.stop() }
func (stopper) Stop()                                 {}

// play runs an exercise to its end, or until it is interrupted at its first
// event.
func play(t *testing.T, texts *i18n.Catalogue, dir string, speed float64, stop bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	progress := stopper{func() {}}
	if stop {
		progress.stop = cancel
	}
	_, err := runner.RunExercise(ctx, runner.RunOptions{
		Pack: "hospital-ransomware", Teams: 2, Speed: speed, Out: dir, Texts: texts, Printer: texts.For("en"),
		Log: slog.New(slog.DiscardHandler), Progress: progress,
	})
	if err != nil && !stop {
		t.Fatal(err)
	}
}

// TestEnterPaper: an exercise stops, goes on on paper, is entered, and ends;
// the same sheet again enters nothing, and a bad row lets nothing in.
func TestEnterPaper(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	play(t, texts, dir, 1, true)
	sheet := filepath.Join(t.TempDir(), "paper.csv")
	enter := func(text string, dry bool) (entered, known, bad int) {
		t.Helper()
		if err := os.WriteFile(sheet, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		done, err := runner.EnterPaper(t.Context(), runner.EnterOptions{
			Dir: dir, File: sheet, By: "M. Sato", DryRun: dry, Printer: texts.For("en"), Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range done.Rows {
			switch {
			case r.Refused != nil:
				bad++
			case r.Known:
				known++
			default:
				entered++
			}
		}
		return entered, known, bad + len(done.Issues)
	}
	const good = "Done at;Unit;What;Item;To;Text\n" +
		"T+0:03;AST;answer;T01;;192.0.2.6\n" + // after the release below: rows are put in order
		"T+0:02;all?;note;;;x\n" +
		"T+0:02;;released;I02;;\n" +
		"0:05;asteria;told;;liaison, EXCON;203.0.113.11\n"
	if e, _, bad := enter(good, false); bad != 1 || e != 3 {
		t.Errorf("with a bad row: %d to enter, %d bad", e, bad)
	}
	mended := strings.Replace(good, "all?", "", 1)
	for i, want := range [][3]int{{4, 0, 0}, {4, 0, 0}, {0, 4, 0}} {
		if e, k, bad := enter(mended, i == 0); [3]int{e, k, bad} != want {
			t.Errorf("time %d: %d entered, %d known, %d bad, want %v", i+1, e, k, bad, want)
		}
	}
	play(t, texts, dir, 0, false) // to its end
	log, err := runner.ReadLog(filepath.Join(dir, transfer.FileLog))
	if err != nil {
		t.Fatal(err)
	}
	entries, answered := 0, false
	for _, e := range log.Events {
		switch b := e.Body.(type) {
		case *exercise.Entered:
			entries++
		case *exercise.Submitted:
			answered = answered || b.Task == "T01" && b.Unit == "asteria" && e.At.String() == "00:03:00"
		}
	}
	if entries != 4 || !answered {
		t.Errorf("%d entries, T01 answered at its time: %v", entries, answered)
	}
}
