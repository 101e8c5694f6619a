package report

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// FromLog makes a report from a log: for ForRoom, which review.ForExcon gets
// too, ForPublic or the key of a delegation. Any other reader is a
// *review.UnknownUnitError. The same log makes the same report: it is of the
// time of its last event.
func FromLog(log *review.Log, reader string, p *i18n.Printer) (*Report, error) {
	state, _, err := log.StateAt(exercise.Never)
	if err != nil {
		return nil, err
	}
	src := Source{State: state, Quotes: map[string][]string{}}
	for i := range log.Events {
		e := &log.Events[i]
		src.Made = time.UnixMicro(e.Wall)
		if b, ok := e.Body.(*exercise.PollQuoted); ok {
			src.Quotes[b.Poll] = append(src.Quotes[b.Poll], b.Texts...)
		}
	}
	if reader == review.ForExcon {
		reader = ForRoom
	}
	if err := src.known(reader); err != nil {
		return nil, err
	}
	return Make(src, reader, p), nil
}

// known sees that there is a version for a reader.
func (s *Source) known(reader string) error {
	e := &review.UnknownUnitError{Unit: reader, Known: []string{ForRoom}}
	for _, u := range s.State.Play().Cast.Units {
		if u.IsTeam() {
			e.Known = append(e.Known, u.Key)
		}
	}
	if reader == ForPublic || slices.Contains(e.Known, reader) {
		return nil
	}
	return e
}

// TLP is the label of the report: CLEAR of the public version, else that of the
// pack.
func (r *Report) TLP() scenario.TLP { return r.Label }

// WriteAs writes the report in a format, named by its ending.
func (r *Report) WriteAs(ctx context.Context, w io.Writer, ext string) error {
	f, ok := FormatOf(ext)
	if !ok {
		return fmt.Errorf("write report: no format %q", ext)
	}
	return f.Write(ctx, w, r, r.printer)
}
