package main

import (
	"context"
	"fmt"
	"log/slog"

	"renkei/internal/exercise/runner"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// exerciseEnter enters what was done on paper.
func exerciseEnter(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise enter", "DIR FILE")
	o := runner.EnterOptions{Printer: e.p, Areas: server.Stored(), Own: reporters(), Log: slog.New(slog.NewTextHandler(e.err, nil))}
	f.stringVar(&o.By, "by", "")
	f.boolVar(&o.AsNotes, "as-notes")
	f.boolVar(&o.DryRun, "dry-run")
	f.value("startex", func(s string) string {
		if readStartex(s, &o.Startex) != "" {
			return "cli.scenario.import.bad_startex"
		}
		return ""
	})
	pos, done, err := f.parse(args, 2, 2)
	if done || err != nil {
		return err
	}
	o.Dir, o.File = pos[0], pos[1]
	entered, err := runner.EnterPaper(ctx, o)
	if err != nil {
		return e.mselError(err, o.File, o.Dir)
	}
	errs := e.issues(entered.Issues)
	played, known, notes := 0, 0, 0
	for _, row := range entered.Rows {
		switch {
		case row.Refused != nil:
			errs++
			fmt.Fprintf(e.err, "%s: %s: %s\n", row.Cell(row.Refused), e.p.T("cli.error_word"), e.explain(row.Refused))
		case row.Known:
			known++
		case row.Note != nil:
			notes++
			fmt.Fprintln(e.out, e.p.T("cli.exercise.enter.as_note", i18n.Args{"Ref": row.Ref, "Time": row.Do.At.String(), "What": quoted(row.Text)}))
		default:
			played++
			fmt.Fprintln(e.out, e.p.T("cli.exercise.enter.row", i18n.Args{"Ref": row.Ref, "Time": row.Do.At.String(), "What": quoted(row.Text)}))
		}
	}
	texts := i18n.Args{"Entered": played, "Over": entered.Over, "Notes": notes, "Known": known, "Count": errs, "Dir": o.Dir}
	switch {
	case errs > 0:
		return &plainError{e.p.T("cli.exercise.enter.failed", texts)}
	case o.DryRun:
		fmt.Fprintln(e.err, e.p.T("cli.exercise.enter.dry", texts))
	default:
		fmt.Fprintln(e.err, e.p.T("cli.exercise.enter.done", texts))
	}
	return nil
}
