package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario/paper"
	"renkei/internal/i18n"
)

// scenarioPrint writes the MSEL for a day without a server.
func scenarioPrint(ctx context.Context, e *env, args []string) error {
	f := e.flags("scenario print", "PACK")
	o := runner.PrintOptions{Texts: e.texts, Printer: e.p, Stdout: e.out}
	f.stringVar(&o.Out, "out", "")
	f.stringVar(&o.Community, "community", "")
	f.stringVar(&o.For, "for", "")
	f.stringVar(&o.Contact, "contact", "")
	f.boolVar(&o.BOM, "bom")
	briefing, handbook := false, false
	f.boolVar(&briefing, "briefing")
	f.boolVar(&handbook, "handbook")
	f.value("teams", func(s string) string { return readNumber(s, &o.Teams) })
	f.value("startex", func(s string) string { return readStartex(s, &o.Startex) })
	f.value("format", func(s string) string {
		if !slices.Contains(printForms(), s) {
			return "cli.scenario.print.bad_format"
		}
		o.Form = s
		return ""
	})
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	o.Pack, o.Lang = pos[0], f.Lookup("lang").Value.String()
	if o.Form == "" {
		if err := f.ending(o.Out, printForms()...); err != nil {
			return err
		}
	}
	switch {
	case briefing:
		o.Edition = paper.Briefing
	case handbook:
		o.Edition = paper.Handbook
	}
	pack, isTable := tableOf(o.Pack)
	placePrint(&o, isTable)
	switch {
	case isTable:
		return e.printTable(ctx, f, pack, &o)
	case briefing && handbook, handbook && o.For != "", o.Edition != "" && o.Form != report.HTMLFormat:
		return f.wrong(e.p.T("cli.scenario.print.editions"))
	case !slices.Contains(mselForms(), o.Form):
		return f.wrong(e.p.T("cli.scenario.print.not_msel", i18n.Args{"Format": o.Form, "Known": e.p.List(mselForms())}))
	}
	label, err := runner.Print(o)
	if err != nil {
		return e.printError(err)
	}
	if o.Out != "-" {
		fmt.Fprintln(e.err, e.p.T("cli.scenario.print.done", i18n.Args{"Path": o.Out, "Label": "TLP:" + label.String()}))
	}
	return nil
}

// mselForms are the forms of a MSEL, printForms those of a facilitator's script
// too.
func mselForms() []string { return []string{report.HTMLFormat, report.XLSXFormat, report.CSVFormat} }

func printForms() []string { return append(mselForms(), report.PDFFormat, docxFormat) }

// placePrint settles form and file by each other.
func placePrint(o *runner.PrintOptions, isTable bool) {
	if ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(o.Out), ".")); o.Form == "" && slices.Contains(printForms(), ext) {
		o.Form = ext
	}
	if o.Form == "" {
		o.Form = report.HTMLFormat
	}
	if o.Out == "" {
		what := cmp.Or(o.Edition, "msel")
		if isTable {
			what = "script"
		}
		if o.For != "" {
			what = cmp.Or(o.Edition, "handout") + "-" + strings.ReplaceAll(o.For, "/", "-")
		}
		o.Out = what + "." + o.Form
	}
}

func readStartex(s string, to *time.Time) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return "cli.scenario.print.bad_startex"
	}
	*to = t
	return ""
}

// printError gives the errors that a person can mend their sentence.
func (e *env) printError(err error) error {
	var unit *runner.UnitError
	if errors.As(err, &unit) {
		return &plainError{e.p.T("cli.scenario.print.unknown_unit", i18n.Args{"Unit": unit.Unit, "Known": e.p.List(unit.Known)})}
	}
	return e.runError(err)
}
