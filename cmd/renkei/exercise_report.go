package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"renkei/internal/app"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// exerciseReport writes the after-action report of a log.
func exerciseReport(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise report", "LOG|DIR")
	o := app.ReportOptions{For: review.ForExcon, Printer: e.p, Stdout: e.out}
	f.stringVar(&o.For, "for", review.ForExcon)
	f.stringVar(&o.Out, "out", "")
	f.value("tlp", func(s string) string { return readTLP(s, &o.TLP) })
	f.value("format", func(s string) string {
		if !slices.Contains(app.Forms(), s) {
			return "cli.exercise.report.bad_format"
		}
		o.Form = s
		return ""
	})
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	place(&o, pos[0])
	label, err := app.WriteReport(ctx, o)
	if err != nil {
		return e.reportError(err)
	}
	if o.Out != "-" {
		fmt.Fprintln(e.err, e.p.T("cli.exercise.report.done", i18n.Args{"Path": o.Out, "Label": "TLP:" + label.String()}))
	}
	return nil
}

// place settles which log is read, where the report goes, in which form and for
// which clearance.
func place(o *app.ReportOptions, path string) {
	o.Log = path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		o.Log = filepath.Join(path, app.FileLog)
	}
	if ext := strings.TrimPrefix(filepath.Ext(o.Out), "."); o.Form == "" && slices.Contains(app.Forms(), ext) {
		o.Form = ext
	} else if o.Form == "" && ext == "zip" {
		o.Form = app.FormCSV
	}
	if o.Form == "" {
		o.Form = app.FormHTML
	}
	if o.For == review.ForPublic && o.TLP == scenario.TLPNone {
		o.TLP = scenario.TLPClear // whatever else is said aloud, the director says so
	}
	if o.Out == "" {
		o.Out = filepath.Join(filepath.Dir(o.Log), "report."+o.Form)
	}
}

func readTLP(s string, to *scenario.TLP) string {
	s = strings.TrimPrefix(strings.ToUpper(s), "TLP:")
	t, err := scenario.ParseTLP(s)
	if err != nil || t == scenario.TLPNone {
		return "cli.exercise.report.bad_tlp"
	}
	*to = t
	return ""
}

// reportError gives the errors that a person can mend their sentence.
func (e *env) reportError(err error) error {
	var unit *review.UnknownUnitError
	var browser *report.BrowserError
	switch {
	case errors.As(err, &unit):
		return &plainError{e.p.T("cli.exercise.report.unknown_unit", i18n.Args{"Unit": unit.Unit, "Known": e.someOf(unit.Known)})}
	case errors.Is(err, report.ErrNoBrowser):
		return &plainError{e.p.T("cli.exercise.report.no_browser")}
	case errors.As(err, &browser):
		return &plainError{e.p.T("cli.exercise.report.browser_failed", i18n.Args{"Cause": browser.Cause})}
	}
	return err
}

// someOf lists names, at most forty.
func (e *env) someOf(names []string) string {
	const most = 40
	if more := len(names) - most; more > 1 {
		return e.p.T("review.list.more", i18n.Args{"Names": strings.Join(names[:most], ", "), "N": more})
	}
	return strings.Join(names, ", ")
}
