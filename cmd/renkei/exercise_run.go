package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"renkei/internal/exercise"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// exerciseRun plays an exercise from a pack, or goes on with it.
func exerciseRun(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise run", "[PACK] --out DIR")
	o := runner.RunOptions{Speed: 1, Texts: e.texts, Kinds: server.Kinds(), Areas: server.Stored(), Reporters: reporters(), Log: slog.New(slog.NewTextHandler(e.err, nil))}
	var follow bool
	f.stringVar(&o.Out, "out", "")
	f.value("db", func(s string) string { return readDB(s, &o.DB) })
	f.stringVar(&o.Exercise, "exercise", "")
	f.value("patience", func(s string) string { return readPatience(s, &o.Patience) })
	f.stringVar(&o.Community, "community", "")
	f.boolVar(&o.Bots, "bots")
	f.boolVar(&follow, "follow")
	f.value("teams", func(s string) string { return readNumber(s, &o.Teams) })
	f.value("seed", func(s string) string { return readSeed(s, &o.Seed) })
	f.value("speed", func(s string) string { return readSpeed(s, &o.Speed) })
	pos, done, err := f.parse(args, 0, 1)
	if done || err != nil {
		return err
	}
	if o.Out == "" {
		return f.wrong(e.p.T("cli.exercise.run.no_out"))
	}
	o.Printer = e.p
	if len(pos) > 0 {
		o.Pack = pos[0]
	}
	if o.Pack != "" && o.Exercise != "" {
		return f.wrong(e.p.T("cli.exercise.run.pack_or_exercise"))
	}
	o.Progress = e.progress(follow)
	out, err := runner.RunExercise(ctx, o)
	if err != nil {
		return e.runError(err)
	}
	return e.ran(out)
}

func readNumber(s string, to *int) string {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return "cli.bad_number"
	}
	*to = n
	return ""
}

func readSeed(s string, to *uint64) string {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return "cli.bad_seed"
	}
	*to = n
	return ""
}

// readDB takes a file or the URL of a PostgreSQL database. What is neither is
// not repeated: it may hold a password.
func readDB(s string, to *string) string {
	scheme, _, isURL := strings.Cut(s, "://")
	if s == "" || isURL && scheme != "postgres" && scheme != "postgresql" {
		return "cli.bad_db"
	}
	*to = s
	return ""
}

// readPatience takes a duration such as 30s or 5m.
func readPatience(s string, to *time.Duration) string {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return "cli.bad_patience"
	}
	*to = d
	return ""
}

func readSpeed(s string, to *float64) string {
	if s == "max" {
		*to = 0
		return ""
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0 && v <= exercise.MaxSpeed) {
		return "cli.bad_speed"
	}
	*to = v
	return ""
}

// ran tells how it ended and what to read.
func (e *env) ran(out runner.Outcome) error {
	args := i18n.Args{
		"Time": out.At.String(), "Events": out.Events, "Log": filepath.Join(out.Dir, transfer.FileLog),
		"Report":  filepath.Join(out.Dir, transfer.FileReport),
		"Summary": filepath.Join(out.Dir, transfer.FileSummary), "Results": filepath.Join(out.Dir, transfer.FileResults),
	}
	if !out.Ended {
		return &plainError{text: e.p.T("cli.exercise.run.stopped", args)}
	}
	fmt.Fprintln(e.err, e.p.T("cli.exercise.run.done", args))
	return nil
}

// runError gives the errors of a run that a person can mend their sentence.
func (e *env) runError(err error) error {
	var pack *runner.PackError
	var teams *runner.TeamsError
	switch {
	case errors.As(err, &pack):
		e.diagnostics(e.err, pack.Diagnostics)
		return &plainError{e.p.T("cli.scenario.check.failed", i18n.Args{"Count": len(pack.Diagnostics)})}
	case errors.As(err, &teams):
		return &plainError{e.p.T("cli.exercise.run.teams", i18n.Args{"Want": teams.Want, "Min": teams.Min, "Max": teams.Max})}
	}
	return err
}

// progress picks how a run is shown: the events themselves, a table that fills
// on a terminal, plain lines elsewhere.
func (e *env) progress(follow bool) runner.Progress {
	if follow {
		return &followProgress{w: e.out}
	}
	if file, ok := e.screen.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		width, height, err := term.GetSize(int(file.Fd()))
		if err == nil && width >= 40 && height >= 10 && os.Getenv("TERM") != "dumb" {
			return newTableProgress(e.err, e.p, width, height)
		}
	}
	return &lineProgress{w: e.err, p: e.p}
}
