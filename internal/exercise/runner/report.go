package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// ReportOptions say which report is written, for whom and in which format.
type ReportOptions struct {
	Log     string // file
	For     string // review.ForExcon, review.ForPublic, or the key of a unit
	TLP     scenario.TLP
	Format  report.Format // zero where only a Reporter may know it
	Ext     string        // of the format, for a Reporter
	Out     string        // file; "-" is Stdout
	Own     []Reporter    // of kinds with a report of their own
	Printer *i18n.Printer
	Stdout  io.Writer
}

// Reporter writes the reports of packs of a kind that has its own in place of the
// after-action report. Whoever puts the program together hands it in.
type Reporter struct {
	Kind    string   // of the pack
	Formats []string // endings of the files that it writes
	// Make makes the report for a reader, as in ReportOptions. An unknown one is a
	// *review.UnknownUnitError.
	Make func(log *review.Log, reader string, p *i18n.Printer) (Document, error)
}

// Document is a report that was made.
type Document interface {
	// TLP is its label.
	TLP() scenario.TLP
	// WriteAs writes it in a format, named by its ending.
	WriteAs(ctx context.Context, w io.Writer, ext string) error
	// WriteSummary writes its short form in Markdown, from headings of the second
	// level on.
	WriteSummary(w io.Writer) error
}

// FormatError is a format in which there is no report on this pack.
type FormatError struct {
	Format string
	Known  []string
}

// Error names the format.
func (e *FormatError) Error() string { return "no report as " + e.Format }

// ErrNotByTLP means that a report has versions for its readers and is not cut by
// label.
var ErrNotByTLP = errors.New("this report is not cut by TLP")

// own finds what writes the reports of a kind.
func own(all []Reporter, kind string) (Reporter, bool) {
	i := slices.IndexFunc(all, func(r Reporter) bool { return r.Kind == kind })
	if i < 0 {
		return Reporter{}, false
	}
	return all[i], true
}

// WriteReport reads a log and writes its after-action report. It returns the
// report's label.
func WriteReport(ctx context.Context, o ReportOptions) (scenario.TLP, error) {
	log, err := readFigures(o.Log)
	if err != nil {
		return scenario.TLPNone, err
	}
	if reporter, ok := own(o.Own, log.Play.Pack.Kind); ok {
		return o.writeOwn(ctx, log, &reporter)
	}
	if o.Format.Name == "" {
		return scenario.TLPNone, &FormatError{o.Ext, []string{report.HTMLFormat, report.PDFFormat, report.JSONFormat, report.CSVFormat, report.XLSXFormat}}
	}
	if o.For == review.ForPublic && o.TLP == scenario.TLPNone {
		o.TLP = scenario.TLPClear // whatever else is said aloud, the director says so
	}
	r, err := review.MakeReport(log, review.Reader{For: o.For, TLP: o.TLP}, o.Printer)
	if err != nil {
		return scenario.TLPNone, err
	}
	log = nil //nolint:wastedassign // a large log makes room for what is written
	return r.Label, o.put(func(w io.Writer) error { return o.Format.WriteReport(ctx, w, r, o.Printer) })
}

// writeOwn writes the report of a kind that has its own.
func (o *ReportOptions) writeOwn(ctx context.Context, log *review.Log, reporter *Reporter) (scenario.TLP, error) {
	if o.TLP != scenario.TLPNone {
		return scenario.TLPNone, ErrNotByTLP
	}
	if !slices.Contains(reporter.Formats, o.Ext) {
		return scenario.TLPNone, &FormatError{o.Ext, reporter.Formats}
	}
	d, err := reporter.Make(log, o.For, o.Printer)
	if err != nil {
		return scenario.TLPNone, err
	}
	return d.TLP(), o.put(func(w io.Writer) error { return d.WriteAs(ctx, w, o.Ext) })
}

// put writes to where the report goes.
func (o *ReportOptions) put(write func(io.Writer) error) error {
	if o.Out == "-" {
		return write(o.Stdout)
	}
	if err := journal.WriteFile(o.Out, write); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// writePage writes the report for EXCON into the folder of a run.
func writePage(ctx context.Context, dir string, log *review.Log, p *i18n.Printer, all []Reporter) error {
	write, err := page(ctx, log, p, all)
	if err != nil {
		return err
	}
	if err := journal.WriteFile(filepath.Join(dir, transfer.FileReport), write); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// page makes the page for EXCON, by the kind of the pack.
func page(ctx context.Context, log *review.Log, p *i18n.Printer, all []Reporter) (func(io.Writer) error, error) {
	if reporter, ok := own(all, log.Play.Pack.Kind); ok {
		d, err := reporter.Make(log, review.ForExcon, p)
		if err != nil {
			return nil, err
		}
		return func(w io.Writer) error { return d.WriteAs(ctx, w, report.HTMLFormat) }, nil
	}
	r, err := review.MakeReport(log, review.Reader{For: review.ForExcon}, p)
	if err != nil {
		return nil, err
	}
	return func(w io.Writer) error { return report.HTML(w, r, p) }, nil
}
