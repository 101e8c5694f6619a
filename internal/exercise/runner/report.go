package runner

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

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
	Format  report.Format
	Out     string // file; "-" is Stdout
	Printer *i18n.Printer
	Stdout  io.Writer
}

// WriteReport reads a log and writes its after-action report. It returns the
// report's label.
func WriteReport(ctx context.Context, o ReportOptions) (scenario.TLP, error) {
	log, err := readFigures(o.Log)
	if err != nil {
		return scenario.TLPNone, err
	}
	r, err := review.MakeReport(log, review.Reader{For: o.For, TLP: o.TLP}, o.Printer)
	if err != nil {
		return scenario.TLPNone, err
	}
	log = nil //nolint:ineffassign,wastedassign // a large log makes room for what is written
	write := func(w io.Writer) error { return o.Format.WriteReport(ctx, w, r, o.Printer) }
	if o.Out == "-" {
		return r.Label, write(o.Stdout)
	}
	if err := journal.WriteFile(o.Out, write); err != nil {
		return r.Label, fmt.Errorf("write report: %w", err)
	}
	return r.Label, nil
}

// writePage writes the report for EXCON into the folder of a run.
func writePage(dir string, log *review.Log, p *i18n.Printer) error {
	r, err := review.MakeReport(log, review.Reader{For: review.ForExcon}, p)
	if err != nil {
		return err
	}
	err = journal.WriteFile(filepath.Join(dir, transfer.FileReport), func(w io.Writer) error { return report.HTML(w, r, p) })
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
