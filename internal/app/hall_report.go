package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
	"renkei/internal/storage"
	"renkei/internal/web"
)

// Further forms of a report that is asked for in the browser.
const (
	FormCSVZip  = "csv.zip" // every table
	FormSummary = "summary" // Markdown, for EXCON
	FormResults = "results" // JSON, for EXCON
)

// maxKeptReports bounds in bytes what is kept of reports that were made.
const maxKeptReports = 48 << 20

// Reports makes after-action reports of stored exercises, one at a time,
// because the largest takes half a gigabyte while it is made. What it made it
// keeps until the log has grown.
type Reports struct {
	db   *storage.DB
	turn chan struct{} // held by who makes a report

	mu    sync.Mutex
	kept  map[reportKey]keptReport
	order []reportKey // of kept, the oldest first
	bytes int         // of kept
}

type reportKey struct {
	exercise, reader, form, lang string
	tlp                          scenario.TLP
}

type keptReport struct {
	head journal.Head // of the log of which it was made
	data []byte
}

// NewReports returns the reports of what is stored in db.
func NewReports(db *storage.DB) *Reports {
	return &Reports{db: db, turn: make(chan struct{}, 1), kept: map[reportKey]keptReport{}}
}

// Furnish lets an exercise that is served give its log and its reports.
func (r *Reports) Furnish(h *web.Hall) {
	id := h.ID
	h.Head = func(ctx context.Context) (journal.Head, error) { return r.db.Head(ctx, id) }
	h.WriteLog = func(ctx context.Context, w io.Writer, upTo uint64) error { return r.writeLog(ctx, w, id, upTo) }
	h.Report = func(ctx context.Context, w io.Writer, o web.ReportOptions) error { return r.write(ctx, w, id, o) }
}

// writeLog writes a log as its file form, with its head as the last line.
func (r *Reports) writeLog(ctx context.Context, w io.Writer, id string, upTo uint64) error {
	lines, err := journal.NewWriter(w, id)
	if err != nil {
		return err
	}
	if err := r.db.ExportTo(ctx, id, lines, upTo); err != nil {
		return err
	}
	return lines.Close()
}

// write gives a report as it follows from the log by now.
func (r *Reports) write(ctx context.Context, w io.Writer, id string, o web.ReportOptions) error {
	if !knownForm(o) {
		return web.ErrNoForm
	}
	data, err := r.get(ctx, id, o)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (r *Reports) get(ctx context.Context, id string, o web.ReportOptions) ([]byte, error) {
	key := reportKey{id, o.For, o.Form, o.Printer.Lang(), o.TLP}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a report: %w", ctx.Err())
	}
	head, err := r.db.Head(ctx, id)
	if err != nil {
		return nil, err
	}
	if data, ok := r.find(key, head); ok {
		return data, nil
	}
	data, err := r.make(ctx, id, o)
	if err == nil {
		r.keep(key, keptReport{head, data})
	}
	return data, err
}

func (r *Reports) find(key reportKey, head journal.Head) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	got, ok := r.kept[key]
	return got.data, ok && got.head == head
}

// keep keeps a report; the oldest go when there is no room.
func (r *Reports) keep(key reportKey, made keptReport) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(key)
	for len(r.order) > 0 && r.bytes+len(made.data) > maxKeptReports {
		r.drop(r.order[0])
	}
	if len(made.data) > maxKeptReports {
		return
	}
	r.kept[key] = made
	r.order = append(r.order, key)
	r.bytes += len(made.data)
}

// drop forgets a report, if it is kept. The caller holds mu.
func (r *Reports) drop(key reportKey) {
	old, ok := r.kept[key]
	if !ok {
		return
	}
	delete(r.kept, key)
	r.bytes -= len(old.data)
	for i := range r.order {
		if r.order[i] == key {
			r.order = append(r.order[:i], r.order[i+1:]...)
			return
		}
	}
}

func (r *Reports) make(ctx context.Context, id string, o web.ReportOptions) ([]byte, error) {
	log, err := r.load(ctx, id)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := writeForm(ctx, &b, log, o); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// load reads a stored log, verified, as it would be read from its file.
func (r *Reports) load(ctx context.Context, id string) (*review.Log, error) {
	from, to := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = to.CloseWithError(r.writeLog(ctx, to, id, 0)) // it returns nil
	}()
	log, err := review.LoadFigures(from)
	_ = from.Close() // it returns nil
	<-done
	if err != nil {
		return nil, fmt.Errorf("read log of %s: %w", id, err)
	}
	return log, nil
}

// knownForm reports whether a report has a form. Summary and figures leave
// nothing out, so they are for EXCON.
func knownForm(o web.ReportOptions) bool {
	switch o.Form {
	case FormHTML, FormPDF, FormJSON, FormCSV, FormCSVZip, FormXLSX:
		return true
	case FormSummary, FormResults:
		return o.For == review.ForExcon
	}
	return false
}

// writeForm writes what follows from a log in the form that is wanted.
func writeForm(ctx context.Context, w io.Writer, log *review.Log, o web.ReportOptions) error {
	if o.Form == FormSummary || o.Form == FormResults {
		return writeResults(w, log, o)
	}
	made, err := review.MakeReport(log, review.Reader{For: o.For, TLP: o.TLP}, o.Printer)
	if err != nil {
		return err
	}
	if o.Form == FormCSVZip {
		return report.CSVZip(w, made, o.Printer)
	}
	err = (&ReportOptions{Form: o.Form, Printer: o.Printer}).render(ctx, w, made)
	if errors.Is(err, report.ErrNoBrowser) {
		return web.ErrNoPDF
	}
	return err
}

func writeResults(w io.Writer, log *review.Log, o web.ReportOptions) error {
	res, err := review.Results(log)
	if err != nil {
		return err
	}
	if o.Form == FormResults {
		return res.WriteJSON(w)
	}
	return review.Summary(w, log, res, o.Printer)
}
