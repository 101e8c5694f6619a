package main

import (
	"context"
	"fmt"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/server"
)

// exerciseExport writes an exercise into one archive.
func exerciseExport(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise export", "DIR|FILE.db|URL --out FILE")
	o := transfer.ExportOptions{Areas: server.Stored()}
	people := ""
	e.archiveFlags(f, &o.ArchiveOptions)
	f.stringVar(&o.Exercise, "exercise", "")
	f.value("tlp", func(s string) string { return readTLP(s, &o.TLP) })
	f.value("people", func(s string) string {
		if people = s; s != "none" && s != "named" {
			return "cli.exercise.export.bad_people"
		}
		return ""
	})
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if o.Out == "" {
		return f.wrong(e.p.T("cli.archive.no_out"))
	}
	if readDB(pos[0], &o.From) != "" {
		return f.wrong(e.p.T("cli.place.bad_url"))
	}
	// Who may see what of the logs need not know who the people are.
	o.People = people == "named" || people == "" && o.TLP == scenario.TLPNone
	out, err := transfer.Export(ctx, o)
	e.endMeter()
	if err != nil {
		return err
	}
	e.exported(o, out)
	return nil
}

// archiveFlags are those of every command that writes an archive.
func (e *env) archiveFlags(f *flags, o *transfer.ArchiveOptions) {
	o.By, o.Now, o.Meter = "renkei "+build(), time.Now(), e.meter()
	f.stringVar(&o.Out, "out", "")
	f.boolVar(&o.Force, "force")
}

func (e *env) exported(o transfer.ExportOptions, out transfer.Exported) {
	args := i18n.Args{
		"Path": o.Out, "Exercise": out.ID, "Events": out.Head.Seq, "Contents": out.Contents, "People": out.People,
		"Head": head(out.Head), "Label": "TLP:" + o.TLP.String(), "Redacted": out.Redacted, "LeftOut": out.LeftOut,
	}
	fmt.Fprintln(e.err, e.p.T("cli.exercise.export.done", args))
	if o.TLP != scenario.TLPNone {
		fmt.Fprintln(e.err, e.p.T("cli.exercise.export.left_out", args))
	}
	if !out.GoesOn {
		fmt.Fprintln(e.err, e.p.T("cli.exercise.export.read_only", args))
	}
	fmt.Fprintln(e.err, e.p.T("cli.exercise.export.next", args))
}

// head is how a head is written: SEQ:CHAIN.
func head(h journal.Head) string { return fmt.Sprintf("%d:%s", h.Seq, h.Chain) }
