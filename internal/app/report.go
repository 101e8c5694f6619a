package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// FileReport is the after-action report in a run's folder.
const FileReport = "report.html"

// Forms of a report.
const (
	FormHTML = "html"
	FormPDF  = "pdf"
	FormJSON = "json"
	FormCSV  = "csv"
	FormXLSX = "xlsx"
)

// Forms are all forms of a report; the first is the default.
func Forms() []string { return []string{FormHTML, FormPDF, FormJSON, FormCSV, FormXLSX} }

// ReportOptions say which report is written, for whom and in which form.
type ReportOptions struct {
	Log     string // file
	For     string // review.ForExcon, review.ForPublic, or the key of a unit
	TLP     scenario.TLP
	Form    string
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
	write := func(w io.Writer) error { return o.render(ctx, w, r) }
	if o.Out == "-" {
		return r.Label, write(o.Stdout)
	}
	if err := journal.WriteFile(o.Out, write); err != nil {
		return r.Label, fmt.Errorf("write report: %w", err)
	}
	return r.Label, nil
}

func (o *ReportOptions) render(ctx context.Context, w io.Writer, r *review.Report) error {
	switch o.Form {
	case FormPDF:
		var page bytes.Buffer
		if err := report.HTML(&page, r, o.Printer); err != nil {
			return err
		}
		return report.PDF(ctx, w, page.Bytes())
	case FormJSON:
		return r.WriteJSON(w)
	case FormCSV:
		if strings.EqualFold(filepath.Ext(o.Out), ".zip") {
			return report.CSVZip(w, r, o.Printer)
		}
		return report.CSV(w, r, o.Printer)
	case FormXLSX:
		return report.XLSX(w, r, o.Printer)
	}
	return report.HTML(w, r, o.Printer)
}

// writePage writes the report for EXCON into the folder of a run.
func writePage(dir string, log *review.Log, p *i18n.Printer) error {
	r, err := review.MakeReport(log, review.Reader{For: review.ForExcon}, p)
	if err != nil {
		return err
	}
	err = journal.WriteFile(filepath.Join(dir, FileReport), func(w io.Writer) error { return report.HTML(w, r, p) })
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
