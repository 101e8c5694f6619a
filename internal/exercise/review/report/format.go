package report

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
	"renkei/internal/pdf"
)

// Format is a form in which what follows from a log is handed out.
type Format struct {
	Name      string
	Ext       string // of a file, without its dot
	MediaType string
	// ExconOnly says that nothing is left out: it is for EXCON alone.
	ExconOnly bool

	write    func(ctx context.Context, w io.Writer, r *review.Report, p *i18n.Printer) error
	writeLog func(w io.Writer, log *review.Log, p *i18n.Printer) error // in place of write
}

// Names of formats.
const (
	HTMLFormat    = "html"
	PDFFormat     = "pdf"
	XLSXFormat    = "xlsx"
	CSVFormat     = "csv"
	JSONFormat    = "json"
	CSVZipFormat  = "csv.zip" // every table
	SummaryFormat = "summary" // Markdown
	ResultsFormat = "results" // the figures, as JSON

	PlanXLSXFormat = "plan.xlsx" // the improvement plan alone
	PlanCSVFormat  = "plan.csv"
)

const (
	mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mediaCSV  = "text/csv; charset=utf-8"
)

// ErrNoFormat means that there is no such format for that reader.
var ErrNoFormat = errors.New("report: no such format")

// Formats are all formats, in the order in which they are offered.
func Formats() []Format {
	return []Format{
		{Name: HTMLFormat, Ext: "html", MediaType: "text/html; charset=utf-8", write: withoutContext(HTML)},
		{Name: PDFFormat, Ext: "pdf", MediaType: "application/pdf", write: printPDF},
		{Name: XLSXFormat, Ext: "xlsx", MediaType: mediaXLSX, write: withoutContext(XLSX)},
		{Name: CSVFormat, Ext: "csv", MediaType: mediaCSV, write: withoutContext(CSV)},
		{Name: JSONFormat, Ext: "json", MediaType: "application/json", write: asJSON},
		{Name: CSVZipFormat, Ext: "csv.zip", MediaType: "application/zip", write: withoutContext(CSVZip)},
		{Name: PlanXLSXFormat, Ext: "xlsx", MediaType: mediaXLSX, ExconOnly: true, write: withoutContext(PlanXLSX)},
		{Name: PlanCSVFormat, Ext: "csv", MediaType: mediaCSV, ExconOnly: true, write: withoutContext(PlanCSV)},
		{Name: SummaryFormat, Ext: "md", MediaType: "text/markdown; charset=utf-8", ExconOnly: true, writeLog: summary},
		{Name: ResultsFormat, Ext: "json", MediaType: "application/json", ExconOnly: true, writeLog: results},
	}
}

// FormatOf finds the format of a name for a reader: review.ForExcon,
// review.ForPublic or the key of a unit.
func FormatOf(name, reader string) (Format, bool) {
	all := Formats()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Name == name })
	if i < 0 || all[i].ExconOnly && reader != review.ForExcon {
		return Format{}, false
	}
	return all[i], true
}

// Write writes what follows from a log for a reader. It returns pdf.ErrNoBrowser
// where a PDF cannot be made on this machine.
func (f *Format) Write(ctx context.Context, w io.Writer, log *review.Log, reader review.Reader, p *i18n.Printer) error {
	if f.writeLog != nil {
		return f.writeLog(w, log, p)
	}
	made, err := review.MakeReport(log, reader, p)
	if err != nil {
		return err
	}
	return f.WriteReport(ctx, w, made, p)
}

// WriteReport writes a report that was made. It returns ErrNoFormat for a
// format that is made of a log.
func (f *Format) WriteReport(ctx context.Context, w io.Writer, r *review.Report, p *i18n.Printer) error {
	if f.write == nil {
		return ErrNoFormat
	}
	return f.write(ctx, w, r, p)
}

func withoutContext(write func(io.Writer, *review.Report, *i18n.Printer) error) func(context.Context, io.Writer, *review.Report, *i18n.Printer) error {
	return func(_ context.Context, w io.Writer, r *review.Report, p *i18n.Printer) error { return write(w, r, p) }
}

func printPDF(ctx context.Context, w io.Writer, r *review.Report, p *i18n.Printer) error {
	var page bytes.Buffer
	if err := HTML(&page, r, p); err != nil {
		return err
	}
	return pdf.Print(ctx, w, page.Bytes())
}

func asJSON(_ context.Context, w io.Writer, r *review.Report, _ *i18n.Printer) error {
	return r.WriteJSON(w)
}

func summary(w io.Writer, log *review.Log, p *i18n.Printer) error {
	res, err := review.Results(log)
	if err != nil {
		return err
	}
	return review.Summary(w, log, res, p)
}

func results(w io.Writer, log *review.Log, _ *i18n.Printer) error {
	res, err := review.Results(log)
	if err != nil {
		return err
	}
	return res.WriteJSON(w)
}
