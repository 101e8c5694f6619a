package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/runner"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/pdf"
)

// exerciseReport writes the after-action report of a log.
func exerciseReport(ctx context.Context, e *env, args []string) error {
	f := e.flags("exercise report", "LOG|DIR")
	o := runner.ReportOptions{For: review.ForExcon, Printer: e.p, Stdout: e.out, Own: reporters()}
	f.stringVar(&o.For, "for", review.ForExcon)
	f.stringVar(&o.Out, "out", "")
	f.value("tlp", func(s string) string { return readTLP(s, &o.TLP) })
	f.value("format", func(s string) string {
		if !slices.Contains(reportFormats(), s) {
			return "cli.exercise.report.bad_format"
		}
		o.Ext = s
		return ""
	})
	pos, done, err := f.parse(args, 1, 1)
	if done || err != nil {
		return err
	}
	if o.Ext == "" {
		if err := f.ending(o.Out, append(reportFormats(), "zip")...); err != nil {
			return err
		}
	}
	place(&o, pos[0])
	label, err := runner.WriteReport(ctx, o)
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
func place(o *runner.ReportOptions, path string) {
	o.Log = path
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		o.Log = filepath.Join(path, transfer.FileLog)
	}
	zipped := strings.EqualFold(filepath.Ext(o.Out), ".zip")
	name := o.Ext
	if ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(o.Out), ".")); name == "" && slices.Contains(reportFormats(), ext) {
		name = ext
	}
	if zipped && (name == "" || name == report.CSVFormat) {
		name = report.CSVZipFormat
	}
	o.Ext = cmp.Or(name, report.HTMLFormat)
	if format, ok := report.FormatOf(o.Ext, review.ForExcon); ok {
		o.Format, o.Ext = format, format.Ext
	}
	if o.Out == "" {
		o.Out = filepath.Join(filepath.Dir(o.Log), "report."+o.Ext)
	}
}

// docxFormat is the draft of a report for people to work on, which only some
// kinds of packs have.
const docxFormat = "docx"

// reportFormats are the names of what --format takes.
func reportFormats() []string {
	return []string{report.HTMLFormat, report.PDFFormat, report.JSONFormat, report.CSVFormat, report.XLSXFormat, docxFormat}
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
	var browser *pdf.BrowserError
	var format *runner.FormatError
	switch {
	case errors.As(err, &unit):
		return &plainError{e.p.T("cli.exercise.report.unknown_unit", i18n.Args{"Unit": unit.Unit, "Known": e.p.List(unit.Known)})}
	case errors.As(err, &format):
		return &plainError{e.p.T("cli.exercise.report.not_as", i18n.Args{"Format": format.Format, "Known": e.p.List(format.Known)})}
	case errors.Is(err, runner.ErrNotByTLP):
		return &plainError{e.p.T("cli.exercise.report.not_by_tlp")}
	case errors.Is(err, pdf.ErrNoBrowser):
		return &plainError{e.p.T("cli.exercise.report.no_browser")}
	case errors.As(err, &browser):
		return e.notPrinted(browser)
	}
	return err
}

// notPrinted says in a sentence that Chromium did not print; what it said
// itself helps nobody who wants a PDF.
func (e *env) notPrinted(err *pdf.BrowserError) error {
	if err.Late {
		return &plainError{e.p.T("cli.exercise.report.browser_late")}
	}
	return &plainError{e.p.T("cli.exercise.report.browser_failed")}
}
