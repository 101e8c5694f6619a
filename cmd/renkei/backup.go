package main

import (
	"context"
	"fmt"
	"log/slog"

	"renkei/internal/app"
	"renkei/internal/exercise/archive"
	"renkei/internal/i18n"
)

// backup writes all exercises of a database into one archive.
func backup(ctx context.Context, e *env, args []string) error {
	f := e.flags("backup", "DIR|FILE.db|URL --out FILE")
	var o app.ArchiveOptions
	e.archiveFlags(f, &o)
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	from := ""
	switch {
	case o.Out == "":
		return f.wrong(e.p.T("cli.archive.no_out"))
	case readDB(pos[0], &from) != "":
		return f.wrong(e.p.T("cli.place.bad_url"))
	}
	m, err := app.Backup(ctx, from, o)
	e.endMeter()
	if err != nil {
		return err
	}
	fmt.Fprintln(e.err, e.p.T("cli.backup.done", i18n.Args{"Path": o.Out, "Exercises": len(m.Exercises), "People": *m.People}))
	e.exercises(m)
	fmt.Fprintln(e.err, e.p.T("cli.backup.holds"))
	return nil
}

// exercises lists those of a backup with their heads.
func (e *env) exercises(m archive.Manifest) {
	for _, ex := range m.Exercises {
		fmt.Fprintln(e.err, "  "+e.p.T("cli.backup.exercise", i18n.Args{"Exercise": ex.ID, "Title": ex.Title, "Head": head(ex.Head)}))
	}
}

// restore brings a backup back.
func restore(ctx context.Context, e *env, args []string) error {
	f := e.flags("restore", "FILE --out DIR | --db FILE.db|URL")
	o := app.RestoreOptions{Log: slog.New(slog.NewTextHandler(e.err, nil)), Meter: e.meter()}
	f.stringVar(&o.Out, "out", "")
	f.value("db", func(s string) string { return readDB(s, &o.DB) })
	f.boolVar(&o.Merge, "merge")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if (o.Out == "") == (o.DB == "") {
		return f.wrong(e.p.T("cli.restore.no_out"))
	}
	o.Archive = pos[0]
	out, err := app.Restore(ctx, o)
	e.endMeter()
	if err != nil {
		return err
	}
	fmt.Fprintln(e.err, e.p.T("cli.restore.done", i18n.Args{
		"Path": o.Archive, "Place": out.Stored, "Exercises": len(out.Exercises), "Already": out.Already,
	}))
	e.exercises(out.Manifest)
	fmt.Fprintln(e.err, e.p.T("cli.restore.next", i18n.Args{"Place": out.Stored}))
	return nil
}
