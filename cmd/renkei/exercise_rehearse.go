package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"renkei/internal/exercise/rehearsal/show"
	"renkei/internal/exercise/runner"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

const defaultRuns = 1000

// exerciseRehearse plays a pack many times with simulated teams and says where
// it will hurt.
func exerciseRehearse(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise rehearse", "PACK")
	o := runner.RehearseOptions{Runs: defaultRuns, Texts: e.texts, Printer: e.p}
	var asJSON bool
	var html string
	f.value("runs", func(s string) string { return readNumber(s, &o.Runs) })
	f.value("teams", func(s string) string { return readNumber(s, &o.Teams) })
	f.value("seed", func(s string) string { return readSeed(s, &o.Seed) })
	f.stringVar(&o.Community, "community", "")
	f.boolVar(&asJSON, "json")
	f.stringVar(&html, "html", "")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	o.Pack = pos[0]
	if _, ok := tableOf(o.Pack); ok {
		return e.rehearseTable(ctx, &o, asJSON, html)
	}
	progress := e.rehearsing()
	o.Progress = progress.tell
	sheet, err := runner.Rehearse(ctx, o)
	progress.clear()
	if errors.Is(err, runner.ErrNothing) {
		return &plainError{e.p.T("rehearse.nothing")}
	}
	if err != nil {
		return e.runError(err)
	}
	if html != "" {
		if err := journal.WriteFile(html, sheet.HTML); err != nil {
			return err
		}
		fmt.Fprintln(e.err, e.p.T("cli.exercise.rehearse.wrote", i18n.Args{"Path": html}))
	}
	if asJSON {
		return e.sheetJSON(sheet)
	}
	e.sheet(sheet)
	return nil
}

func (e *env) sheetJSON(sheet *show.Sheet) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(sheet.F); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// rehearsing shows how far a rehearsal is, on a terminal only.
type rehearsing struct {
	e     *env
	shows bool
	last  time.Time
}

func (e *env) rehearsing() *rehearsing {
	file, ok := e.screen.(*os.File)
	return &rehearsing{e: e, shows: ok && term.IsTerminal(int(file.Fd()))}
}

// tell overwrites the line ten times a second.
func (r *rehearsing) tell(done, all int) {
	if !r.shows || time.Since(r.last) < 100*time.Millisecond {
		return
	}
	r.last = time.Now()
	text := r.e.p.T("cli.exercise.rehearse.progress", i18n.Args{"Done": show.Num(int64(done)), "All": show.Num(int64(all))})
	fmt.Fprintf(r.e.screen, "\r\x1b[2K%s", text)
}

func (r *rehearsing) clear() {
	if r.shows {
		fmt.Fprint(r.e.screen, "\r\x1b[2K")
	}
}
