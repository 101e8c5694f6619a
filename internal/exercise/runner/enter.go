package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise"
	"renkei/internal/exercise/conduct"
	"renkei/internal/exercise/onpaper"
	"renkei/internal/exercise/scenario/msel"
	"renkei/internal/exercise/transfer"
	"renkei/internal/group"
	"renkei/internal/i18n"
	"renkei/internal/sheet"
	"renkei/internal/storage"
)

// EnterOptions say which sheet of things done on paper is entered where.
type EnterOptions struct {
	Dir     string // of the exercise
	File    string
	By      string    // who wrote it down, where a row does not say
	Startex time.Time // real STARTEX, for times of day; zero: times count from STARTEX
	AsNotes bool      // what the log has passed is entered as notes
	DryRun  bool
	Printer *i18n.Printer
	Log     *slog.Logger
	Areas   []database.Area // what is stored; nil for storage.Areas
	Own     []Reporter      // of kinds with a report of their own
}

// Entry is a row with what became of it.
type Entry struct {
	onpaper.Row
	Known   bool              // entered before
	Note    *exercise.AddNote // what is entered in its place, where the log has passed its time
	Refused *exercise.Refusal // why not
}

// Entered is what became of a sheet.
type Entered struct {
	Rows   []Entry
	Issues []msel.Issue // of rows that cannot be read
	Over   bool         // the exercise was over; otherwise it is paused now
}

// EnterPaper enters what was done on paper. Nothing is entered when a row
// cannot be read or would be refused; every such row is told. What was entered
// before is passed over.
func EnterPaper(ctx context.Context, o EnterOptions) (r Entered, err error) {
	raw, err := os.ReadFile(o.File)
	if err != nil {
		return r, fmt.Errorf("open spreadsheet: %w", err)
	}
	grids, err := sheet.Open(raw)
	if err != nil {
		return r, err
	}
	if _, err := os.Stat(filepath.Join(o.Dir, transfer.FileDB)); err != nil {
		return r, &transfer.NoExerciseError{Dir: o.Dir}
	}
	db, err := storage.Open(ctx, filepath.Join(o.Dir, transfer.FileDB), storage.Options{Logger: o.Log, Areas: o.Areas})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	known, err := db.Exercises(ctx)
	if err != nil {
		return r, err
	}
	if len(known) != 1 {
		return r, &transfer.NoExerciseError{Dir: o.Dir}
	}
	e := &entering{o: o, db: db, id: known[0].ID}
	r.Rows, r.Issues, err = e.plan(ctx, grids[0])
	r.Over = err == nil && e.c.State().Phase() == exercise.Over
	if err != nil || o.DryRun || msel.Failed(r.Issues) || refused(r.Rows) {
		return r, err
	}
	return r, e.enter(ctx, r.Rows)
}

func refused(rows []Entry) bool {
	for i := range rows {
		if rows[i].Refused != nil {
			return true
		}
	}
	return false
}

type entering struct {
	o  EnterOptions
	db *storage.DB
	id string
	c  *conduct.Conductor
}

// plan reads the rows and tries them on a copy of the state.
func (e *entering) plan(ctx context.Context, grid *sheet.Grid) ([]Entry, []msel.Issue, error) {
	c, err := conduct.Open(ctx, conduct.Deps{
		Store: e.db, Clock: conduct.SystemClock(), Log: e.o.Log, BuildID: conduct.Program(), OnCommitted: func([]exercise.Event) {},
	}, e.id)
	if err != nil {
		return nil, nil, err
	}
	e.c = c
	clock := sheet.Clock{Startex: e.o.Startex, Elapsed: e.o.Startex.IsZero()}
	root, err := os.OpenRoot(filepath.Dir(e.o.File)) // a sheet names files beside it and no others
	if err != nil {
		return nil, nil, fmt.Errorf("open folder of the sheet: %w", err)
	}
	defer root.Close() //nolint:errcheck // only read
	rows, issues := onpaper.Read(grid, c.State().Play(), onpaper.Options{Clock: clock, By: e.o.By, Files: root.FS()})
	before := map[string]bool{}
	for k, err := range e.db.Keys(ctx, e.id, 1) {
		if err != nil {
			return nil, nil, err
		}
		before[k.Key] = true
	}
	out := make([]Entry, 0, len(rows))
	state := c.State().Clone()
	if err := e.hold(ctx, state); err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		entry := Entry{Row: row, Known: before[row.Key]}
		if !entry.Known {
			if err := e.try(state, &entry); err != nil {
				return nil, nil, err
			}
			before[row.Key] = true // the same row twice is one
		}
		out = append(out, entry)
	}
	return out, issues, nil
}

// try tries a row; where the log has passed its time, as a note if that is
// wanted.
func (e *entering) try(state *exercise.State, row *Entry) error {
	err := try(state, row.command())
	if err == nil || !errors.As(err, &row.Refused) {
		return err
	}
	passed := row.Refused.Code == exercise.PaperTime && row.Do.At < state.At() ||
		row.Refused.Code == exercise.WrongClock && state.Phase() == exercise.Over
	if !passed || !e.o.AsNotes {
		return nil
	}
	row.Refused = nil
	row.Note = &exercise.AddNote{Text: e.o.Printer.T("cli.exercise.enter.note", i18n.Args{
		"Time": row.Do.At.String(), "By": row.Do.By, "What": row.Text,
	})}
	if err := try(state, row.command()); err != nil && !errors.As(err, &row.Refused) {
		return err
	}
	return nil
}

func (row *Entry) command() exercise.Command {
	c := exercise.Command{Key: row.Key, Actor: exercise.Excon(), Do: row.Do}
	if row.Note != nil {
		c.Do = *row.Note
	}
	return c
}

// hold pauses a copy of the state where the exercise was left running, at its
// last durable tick.
func (e *entering) hold(ctx context.Context, state *exercise.State) error {
	if state.Phase() != exercise.Running {
		return nil
	}
	at := state.At()
	if tick, ok, err := e.db.Tick(ctx, e.id); err != nil {
		return err
	} else if ok {
		at = max(at, exercise.Time(tick.At))
	}
	return try(state, exercise.Command{Key: "pause", Actor: exercise.Excon(), At: at, Do: exercise.Pause{}})
}

func try(state *exercise.State, c exercise.Command) error {
	events, err := state.Decide(&c, nil)
	if err != nil {
		return err
	}
	for i := range events {
		if err := state.Apply(&events[i]); err != nil {
			return err
		}
	}
	return nil
}

// enter gives the commands and writes the files anew. The exercise stays
// paused.
func (e *entering) enter(ctx context.Context, rows []Entry) error {
	loop, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	done := make(chan error, 1)
	go func() { done <- e.c.Run(loop) }()
	err := e.give(ctx, rows)
	stop()
	if runErr := group.IgnoreCanceled(<-done); err == nil {
		err = runErr
	}
	r := &run{o: RunOptions{Out: e.o.Dir, Printer: e.o.Printer, Reporters: e.o.Own}, db: e.db, setup: conduct.Setup{ID: e.id}}
	return errors.Join(err, r.write(context.WithoutCancel(ctx)))
}

func (e *entering) give(ctx context.Context, rows []Entry) error {
	pause := exercise.Command{
		Key: fmt.Sprintf("pause/paper/%d", e.c.Seq()), Actor: exercise.Excon(), Do: exercise.Pause{Reason: "paper"},
	}
	var refusal *exercise.Refusal
	if _, err := e.c.Do(ctx, pause); err != nil && (!errors.As(err, &refusal) || refusal.Code != exercise.WrongClock) {
		return err
	}
	for i := range rows {
		if rows[i].Known {
			continue
		}
		if _, err := e.c.Do(ctx, rows[i].command()); err != nil {
			return fmt.Errorf("%s: %w", rows[i].Ref, err)
		}
	}
	return nil
}
