package main

import (
	"context"
	"fmt"
	"log/slog"

	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/server"
)

// exerciseImport brings an exercise from an archive into a folder.
func exerciseImport(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise import", "ARCHIVE --out DIR")
	o := transfer.ImportOptions{Log: slog.New(slog.NewTextHandler(e.err, nil)), Meter: e.meter(), Areas: server.Stored()}
	f.stringVar(&o.Out, "out", "")
	f.stringVar(&o.Exercise, "exercise", "")
	f.value("db", func(s string) string { return readDB(s, &o.DB) })
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if o.Out == "" {
		return f.wrong(e.p.T("cli.exercise.import.no_out"))
	}
	o.Archive = pos[0]
	out, err := transfer.Import(ctx, o)
	e.endMeter()
	if err != nil {
		return err
	}
	key := "cli.exercise.import.done"
	if out.Already {
		key = "cli.exercise.import.already"
	}
	texts := i18n.Args{
		"Exercise": out.ID, "Events": out.Head.Seq, "Head": head(out.Head), "Dir": o.Out, "Log": out.Log,
		"Redacted": out.Redacted, "Label": "TLP:" + out.Clearance.String(),
	}
	fmt.Fprintln(e.err, e.p.T(key, texts))
	switch {
	case !out.Whole():
		fmt.Fprintln(e.err, e.p.T("cli.exercise.import.redacted", texts))
	case o.DB != "":
		fmt.Fprintln(e.err, e.p.T("cli.exercise.import.next_db", texts))
	default:
		fmt.Fprintln(e.err, e.p.T("cli.exercise.import.next", texts))
	}
	return nil
}
