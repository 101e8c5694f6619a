package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"renkei/internal/journal"
	"renkei/internal/review"
	"renkei/internal/review/report"
	"renkei/internal/web"
)

// FormSummary is the short form of the report for EXCON, in Markdown.
const FormSummary = "summary"

// FormCSVZip is the tables of a report as a zip of CSV files.
const FormCSVZip = "csv.zip"

// maxReports bounds the bytes of reports that are kept.
const maxReports = 48 << 20

// keptLog is how many events a log has at most that is kept for the next
// report: one of a million takes hundreds of megabytes.
const keptLog = 100_000

// reports makes after-action reports, one at a time, and keeps them until their
// log has grown.
type reports struct {
	turn chan struct{} // holds a word while a report is made

	// Below belongs to whoever has the turn.
	made map[reportKey]madeReport
	size int
	log  *review.Log // the last that was read
	of   string      // its exercise
	at   uint64      // its last event
}

type reportKey struct{ exercise, reader, tlp, form, lang string }

type madeReport struct {
	seq  uint64 // of the last event that is in it
	data []byte
}

func newReports() reports {
	return reports{turn: make(chan struct{}, 1), made: map[reportKey]madeReport{}}
}

// report writes the after-action report of the exercise.
func (r *room) report(ctx context.Context, w io.Writer, o web.ReportOptions) error {
	if !knownForm(o) {
		return web.ErrNoForm
	}
	d := &r.h.desk
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for the report: %w", ctx.Err())
	}
	data, err := d.get(ctx, r, o)
	<-d.turn
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("send report: %w", err)
	}
	return nil
}

func knownForm(o web.ReportOptions) bool {
	switch o.Form {
	case FormHTML, FormPDF, FormJSON, FormCSV, FormCSVZip, FormXLSX:
		return true
	case FormSummary:
		return o.For == review.ForExcon
	}
	return false
}

// get gives a report that shows the log as it stands.
func (d *reports) get(ctx context.Context, r *room, o web.ReportOptions) ([]byte, error) {
	head, err := r.h.o.DB.Head(ctx, r.id)
	if err != nil {
		return nil, err
	}
	key := reportKey{r.id, o.For, o.TLP.String(), o.Form, o.Printer.Lang()}
	if made, ok := d.made[key]; ok && made.seq == head.Seq {
		return made.data, nil
	}
	log, err := d.read(ctx, r, head.Seq)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = writeForm(ctx, &out, log, o)
	if errors.Is(err, report.ErrNoBrowser) {
		err = fmt.Errorf("%w: %w", web.ErrNoPDF, err)
	}
	if err != nil {
		return nil, err
	}
	d.keep(key, madeReport{head.Seq, out.Bytes()})
	return out.Bytes(), nil
}

// read reads the log without the texts that units got.
func (d *reports) read(ctx context.Context, r *room, seq uint64) (*review.Log, error) {
	if d.log != nil && d.of == r.id && d.at == seq {
		return d.log, nil
	}
	d.log = nil
	from, to := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = to.CloseWithError(r.writeLog(ctx, to, seq)) // it returns nil
	}()
	log, err := review.LoadFigures(from)
	_ = from.Close() // it returns nil
	<-done
	if err != nil {
		return nil, fmt.Errorf("read log of %s: %w", r.id, err)
	}
	if seq <= keptLog {
		d.log, d.of, d.at = log, r.id, seq
	}
	return log, nil
}

// keep keeps a report; when there are too many, the others go.
func (d *reports) keep(key reportKey, made madeReport) {
	d.size += len(made.data) - len(d.made[key].data)
	d.made[key] = made
	for other, m := range d.made {
		if d.size <= maxReports {
			return
		}
		if other != key {
			d.size -= len(m.data)
			delete(d.made, other)
		}
	}
}

func writeForm(ctx context.Context, w io.Writer, log *review.Log, o web.ReportOptions) error {
	if o.Form == FormSummary {
		res, err := review.Results(log)
		if err != nil {
			return err
		}
		return review.Summary(w, log, res, o.Printer)
	}
	made, err := review.MakeReport(log, review.Reader{For: o.For, TLP: o.TLP}, o.Printer)
	if err != nil {
		return err
	}
	if o.Form == FormCSVZip {
		return report.CSVZip(w, made, o.Printer)
	}
	return (&ReportOptions{Form: o.Form, Printer: o.Printer}).render(ctx, w, made)
}

// writeLog writes the log of the exercise as its file form, up to an event (0:
// the last).
func (r *room) writeLog(ctx context.Context, w io.Writer, upTo uint64) error {
	jw, err := journal.NewWriter(w, r.id)
	if err != nil {
		return err
	}
	if err := r.h.o.DB.ExportTo(ctx, r.id, upTo, jw); err != nil {
		return err
	}
	return jw.Close()
}
