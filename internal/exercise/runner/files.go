package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"renkei/internal/database"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/transfer"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// write exports the log and what follows from it.
func (r *run) write(ctx context.Context) error {
	head, err := r.db.Head(ctx, r.setup.ID)
	if errors.Is(err, database.ErrNotFound) || err == nil && head.Seq == 0 {
		return nil // nothing was played
	}
	if err != nil {
		return err
	}
	logPath := filepath.Join(r.o.Out, transfer.FileLog)
	err = journal.WriteFile(logPath, func(w io.Writer) error {
		jw, err := journal.NewWriter(w, r.setup.ID)
		if err != nil {
			return err
		}
		return errors.Join(r.db.Export(ctx, r.setup.ID, jw), jw.Close())
	})
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	return WriteResults(ctx, r.o.Out, r.o.Printer, r.o.Reporters)
}

// WriteResults reads DIR/log.jsonl and writes results, summary and the report
// for EXCON beside it; the report of a kind that has its own its Reporter writes.
func WriteResults(ctx context.Context, dir string, p *i18n.Printer, all []Reporter) error {
	log, err := ReadLog(filepath.Join(dir, transfer.FileLog))
	if err != nil {
		return err
	}
	res, err := review.Results(log)
	if err != nil {
		return err
	}
	err = journal.WriteFile(filepath.Join(dir, transfer.FileResults), func(w io.Writer) error { return res.WriteJSON(w) })
	if err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	err = journal.WriteFile(filepath.Join(dir, transfer.FileSummary), func(w io.Writer) error {
		return writeSummary(w, log, res, p, all)
	})
	if err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return writePage(ctx, dir, log, p, all)
}

// writeSummary writes the summary; of a kind that has its own report, in its words.
func writeSummary(w io.Writer, log *review.Log, res *review.Result, p *i18n.Printer, all []Reporter) error {
	reporter, ok := own(all, log.Play.Pack.Kind)
	if !ok {
		return review.Summary(w, log, res, p)
	}
	d, err := reporter.Make(log, review.ForExcon, p)
	if err != nil {
		return err
	}
	return review.SummaryWith(w, log, res, p, d.WriteSummary)
}

// ReadLog reads a log.jsonl whole, verifying it on the way.
func ReadLog(path string) (*review.Log, error) { return readLog(path, review.Load) }

// readFigures reads a log without the texts that units got, which no figure
// needs.
func readFigures(path string) (*review.Log, error) { return readLog(path, review.LoadFigures) }

func readLog(path string, load func(io.Reader) (*review.Log, error)) (*review.Log, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	log, err := load(f)
	if err != nil {
		return nil, fmt.Errorf("read log %s: %w", path, err)
	}
	return log, nil
}
