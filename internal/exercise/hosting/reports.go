package hosting

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
	"renkei/internal/journal"
	"renkei/internal/lru"
	"renkei/internal/storage"
)

// maxKeptReports bounds in bytes what is kept of reports that were made.
const maxKeptReports = 48 << 20

// ReportOptions say which after-action report is written. Whoever asks has
// found out what its reader may see: nothing is checked here.
type ReportOptions struct {
	For     string // review.ForExcon, review.ForPublic, or the key of a unit
	TLP     scenario.TLP
	Format  string // name of a report.Format
	Printer *i18n.Printer
}

// Reports makes after-action reports of stored exercises, one at a time,
// because the largest takes half a gigabyte while it is made. What it made it
// keeps until the log has grown; a report that is kept waits for no other.
type Reports struct {
	db   *storage.DB
	turn chan struct{} // held by who makes a report

	mu   sync.Mutex
	kept *lru.Cache[reportKey, keptReport]
}

type reportKey struct {
	exercise, reader, format, lang string
	tlp                            scenario.TLP
}

type keptReport struct {
	head journal.Head // of the log of which it was made
	data []byte
}

// NewReports returns the reports of what is stored in db.
func NewReports(db *storage.DB) *Reports {
	size := func(r keptReport) int { return len(r.data) }
	return &Reports{db: db, turn: make(chan struct{}, 1), kept: lru.New[reportKey](maxKeptReports, size)}
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

// write writes a report as it follows from the log by now. It returns
// report.ErrNoFormat for a format that the reader does not get, and
// pdf.ErrNoBrowser where a PDF cannot be made.
func (r *Reports) write(ctx context.Context, w io.Writer, id string, o ReportOptions) error {
	format, ok := report.FormatOf(o.Format, o.For)
	if !ok {
		return report.ErrNoFormat
	}
	data, err := r.get(ctx, id, format, o)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (r *Reports) get(ctx context.Context, id string, format report.Format, o ReportOptions) ([]byte, error) {
	key := reportKey{id, o.For, format.Name, o.Printer.Lang(), o.TLP}
	if data, err := r.find(ctx, key); data != nil || err != nil {
		return data, err
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a report: %w", ctx.Err())
	}
	if data, err := r.find(ctx, key); data != nil || err != nil {
		return data, err // another has made it meanwhile
	}
	return r.make(ctx, key, format, o)
}

// plan returns what goes on of an improvement plan.
func (r *Reports) plan(ctx context.Context, id string, printers []*i18n.Printer) (b exercise.PlanCarried, ok bool, err error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return b, false, fmt.Errorf("wait for a report: %w", ctx.Err())
	}
	log, err := review.LoadStored(ctx, r.db, id)
	if err != nil {
		return b, false, fmt.Errorf("read log of %s: %w", id, err)
	}
	return review.CarriedPlan(log, printers)
}

// find returns the report that was made of the log as it stands; nil for none.
func (r *Reports) find(ctx context.Context, key reportKey) ([]byte, error) {
	head, err := r.db.Head(ctx, key.exercise)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if got, ok := r.kept.Get(key); ok && got.head == head {
		return got.data, nil
	}
	return nil, nil
}

// make makes a report and keeps it.
func (r *Reports) make(ctx context.Context, key reportKey, format report.Format, o ReportOptions) ([]byte, error) {
	head, err := r.db.Head(ctx, key.exercise)
	if err != nil {
		return nil, err
	}
	log, err := review.LoadStored(ctx, r.db, key.exercise)
	if err != nil {
		return nil, fmt.Errorf("read log of %s: %w", key.exercise, err)
	}
	var b bytes.Buffer
	if err := format.Write(ctx, &b, log, review.Reader{For: o.For, TLP: o.TLP}, o.Printer); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept.Put(key, keptReport{head, b.Bytes()})
	return b.Bytes(), nil
}
