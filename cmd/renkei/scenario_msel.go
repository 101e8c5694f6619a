package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/msel"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/sheet"
)

// scenarioExport writes the MSEL as a spreadsheet.
func scenarioExport(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario export", "PACK")
	out, bom := "", false
	f.stringVar(&out, "out", "msel.xlsx")
	f.boolVar(&bom, "bom")
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if err := f.ending(out, "xlsx", "csv"); err != nil {
		return err
	}
	n, err := runner.ExportMSEL(pos[0], out, bom, e.p, e.out)
	if err != nil {
		return e.mselError(err, pos[0], pos[0])
	}
	if out != "-" {
		fmt.Fprintln(e.err, e.p.T("cli.scenario.export.done", i18n.Args{"Path": out, "Injects": n}))
	}
	return nil
}

// scenarioImport takes the MSEL from a spreadsheet.
func scenarioImport(_ context.Context, e *env, args []string) error {
	f := e.flags("scenario import", "FILE [PACK]")
	var o runner.MSELOptions
	mapFile, startex := "", time.Time{}
	f.stringVar(&mapFile, "map", "")
	f.boolVar(&o.DryRun, "dry-run")
	f.boolVar(&o.Keep, "keep")
	f.boolVar(&o.Remove, "remove")
	f.value("startex", func(s string) string {
		if readStartex(s, &startex) != "" {
			return "cli.scenario.import.bad_startex"
		}
		return ""
	})
	pos, done, err := f.parse(args, 1, 2)
	if done || err != nil {
		return err
	}
	o.File, o.Language = pos[0], e.p.Lang()
	o.Pack = strings.TrimSuffix(o.File, filepath.Ext(o.File))
	if len(pos) > 1 {
		o.Pack = pos[1]
	}
	mapFile, err = e.mapping(&o, mapFile)
	if err != nil {
		return err
	}
	if !startex.IsZero() {
		o.Mapping.Times.Startex = startex.Format(time.RFC3339)
	}
	if file, ok := e.out.(*os.File); ok && term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(file.Fd())) {
		o.Ask = &terminalAsker{p: e.p, in: os.Stdin, out: e.err}
	}
	got, err := runner.ImportMSEL(o)
	if err != nil {
		return e.mselError(err, o.File, o.Pack)
	}
	if o.Ask != nil {
		if err := e.keepMapping(mapFile, got.Mapping); err != nil {
			return err
		}
	}
	return e.imported(got, o)
}

// mapping reads the mapping file; without a name that beside the file, if it
// is there.
func (e *env) mapping(o *runner.MSELOptions, name string) (string, error) {
	given := name != ""
	if !given {
		name = o.File + ".map.yaml"
	}
	raw, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) && !given {
		return name, nil
	}
	if err != nil {
		return name, err
	}
	if o.Mapping, err = msel.ReadMapping(raw); err != nil {
		return name, &plainError{e.p.T("cli.scenario.import.bad_map", i18n.Args{"Path": name, "Cause": err.Error()})}
	}
	return name, nil
}

// keepMapping writes down what was asked, where that is new.
func (e *env) keepMapping(name string, m msel.Mapping) error {
	raw, err := m.Bytes()
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(name); err == nil && string(old) == string(raw) {
		return nil
	}
	err = journal.WriteFile(name, func(w io.Writer) error {
		_, err := w.Write(raw)
		return err
	})
	if err == nil {
		fmt.Fprintln(e.err, e.p.T("cli.scenario.import.map_kept", i18n.Args{"Path": name}))
	}
	return err
}

// imported tells what an import did.
func (e *env) imported(got runner.MSELChange, o runner.MSELOptions) error {
	errs := e.issues(got.Issues)
	for _, c := range got.Changes {
		fmt.Fprintln(e.out, e.p.T("msel.change."+c.Kind, i18n.Args{
			"Inject": c.Inject, "Field": c.Field, "Old": quoted(c.Old), "New": quoted(c.New),
		}))
	}
	if len(got.Missing) > 0 {
		fmt.Fprintln(e.err, e.p.T("cli.scenario.import.missing", i18n.Args{"Keys": e.p.List(got.Missing)}))
	}
	args := i18n.Args{"Injects": got.Injects, "Changes": len(got.Changes), "Pack": o.Pack, "Count": errs}
	switch {
	case errs > 0:
		return &plainError{e.p.T("cli.scenario.import.failed", args)}
	case scenario.Failed(got.Worse):
		e.diagnostics(e.err, got.Worse)
		return &plainError{e.p.T("cli.scenario.import.worse", args)}
	case len(got.Changes) == 0:
		fmt.Fprintln(e.err, e.p.T("cli.scenario.import.same", args))
	case !got.Written:
		fmt.Fprintln(e.err, e.p.T("cli.scenario.import.dry", args))
	default:
		fmt.Fprintln(e.err, e.p.T("cli.scenario.import.done", args))
	}
	return nil
}

// issues prints what was not understood, each with its cell and its mend, and
// returns the number of errors.
func (e *env) issues(all []msel.Issue) (errs int) {
	for _, i := range all {
		kind := e.p.T("cli.warning_word")
		if !i.Warning {
			kind = e.p.T("cli.error_word")
			errs++
		}
		place := ""
		if i.Ref != "" {
			place = i.Ref + ": "
		}
		fmt.Fprintf(e.err, "%s%s: %s\n    %s\n", place, kind, e.p.T("msel.issue."+i.Code, i.Args), e.p.T("msel.issue."+i.Code+".hint", i.Args))
	}
	return errs
}

// quoted shortens a text to a line.
func quoted(s string) string {
	const most = 70
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// mselError gives the errors that a person can mend their sentence.
func (e *env) mselError(err error, file, pack string) error {
	var folder *runner.FolderError
	var long *msel.LongError
	switch {
	case errors.As(err, &folder):
		return &plainError{e.p.T("cli.scenario.import.no_folder", i18n.Args{"Path": folder.Path})}
	case errors.As(err, &long):
		return &plainError{e.p.T("cli.scenario.export.long_text", i18n.Args{"Inject": long.Inject, "Field": long.Field})}
	case errors.Is(err, msel.ErrPack):
		return &plainError{e.p.T("cli.scenario.import.pack_errors", i18n.Args{"Path": pack})}
	}
	for known, key := range map[error]string{
		sheet.ErrLarge: "large", sheet.ErrWorkbook: "workbook", sheet.ErrOld: "old", sheet.ErrText: "text", msel.ErrEmpty: "empty",
	} {
		if errors.Is(err, known) {
			return &plainError{e.p.T("cli.sheet."+key, i18n.Args{"Path": file})}
		}
	}
	return e.runError(err)
}
