package eventstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"renkei/internal/database"
	"renkei/internal/journal"
)

// Export writes the log of an exercise to w: every entry, and each content
// right before the first event that cites it. It ends at the head that the log
// has as it begins, whatever is appended meanwhile. It does not close w, so that
// the caller decides on the head. As w checks all it is given, an export that
// succeeds says that the stored log is consistent; otherwise it returns
// ErrDamaged, with a journal.CorruptError that names the event. It returns
// ErrNotFound where there is no exercise.
func (r *Reader) Export(ctx context.Context, exercise string, w *journal.Writer) error {
	return r.ExportTo(ctx, exercise, w, 0)
}

// ExportTo is Export up to the event upTo (0: the last).
func (r *Reader) ExportTo(ctx context.Context, exercise string, w *journal.Writer, upTo uint64) error {
	head, err := r.head(ctx, exercise)
	if err != nil {
		return r.fail("export exercise", exercise, err)
	}
	last := head.Seq
	if upTo > 0 {
		last = min(last, upTo)
	}
	for entries, err := range r.entryPages(ctx, exercise, 1, last) {
		if err == nil {
			err = r.exportPage(ctx, head.number, entries, w)
		}
		if err != nil {
			return r.fail("export exercise", exercise, err)
		}
	}
	return nil
}

// exportPage loads contents one by one: they may be large.
func (r *Reader) exportPage(ctx context.Context, exercise int64, entries []journal.Entry, w *journal.Writer) error {
	cites, err := database.List(ctx, r.db, r.q.cites, scanCite, exercise, entries[0].Seq, entries[len(entries)-1].Seq)
	if err != nil {
		return err
	}
	for _, e := range entries {
		for ; len(cites) > 0 && cites[0].seq == e.Seq; cites = cites[1:] {
			c, err := r.Content(ctx, cites[0].hash)
			if errors.Is(err, database.ErrNotFound) {
				err = &journal.CorruptError{Code: journal.CodeBadContent}
			}
			if err == nil {
				err = w.Content(c)
			}
			if err != nil {
				return damaged(err, e.Seq)
			}
		}
		if err := w.Entry(e); err != nil {
			return damaged(err, e.Seq)
		}
	}
	return nil
}

// damaged turns what a writer refused into damage at an event: there is no line
// of a file yet.
func damaged(err error, seq uint64) error {
	var bad *journal.CorruptError
	if !errors.As(err, &bad) {
		return err
	}
	return fmt.Errorf("%w: %w", database.ErrDamaged, &journal.CorruptError{Code: bad.Code, Seq: seq})
}

type cite struct {
	seq  uint64
	hash journal.Hash
}

func scanCite(rows *sql.Rows) (c cite, err error) {
	var hash []byte
	if err := rows.Scan(&c.seq, &hash); err != nil {
		return c, err
	}
	return c, scanHash(&c.hash, hash)
}
