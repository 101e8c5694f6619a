package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/exercise/review"
	"renkei/internal/exercise/scenario"
	"renkei/internal/journal"
)

// NotWholeError is a log file of which a whole archive was asked: it lacks what
// an exercise needs to go on.
type NotWholeError struct{ Path string }

// Error names the file.
func (e *NotWholeError) Error() string { return "only a log, no database: " + e.Path }

// ExportOptions say what goes into an archive.
type ExportOptions struct {
	From     string // folder, database file or URL; with TLP also a log file
	Exercise string // "" where there is only one
	TLP      scenario.TLP
	People   bool            // whether the archive says who the person ids are
	Areas    []database.Area // what is stored; nil for storage.Areas
	ArchiveOptions
}

// ArchiveOptions say how an archive is written.
type ArchiveOptions struct {
	Out   string // file
	Force bool   // whether a file at Out is replaced
	By    string // the program and its version
	Now   time.Time
	Meter Meter // may be nil
}

// Exported is what an archive holds.
type Exported struct {
	archive.Exercise
	LeftOut int  // contents above the clearance
	GoesOn  bool // it can be played from the archive
	People  int
}

// Export writes an exercise as it is at this moment into an archive; whoever
// conducts it goes on meanwhile. The file appears when it is whole and on the
// disk. With a clearance, what is above it is left out.
func Export(ctx context.Context, o ExportOptions) (out Exported, err error) {
	at, err := FindLocation(o.From)
	switch {
	case err != nil:
		return out, err
	case at.Kind == inArchive:
		return out, &UnknownFileError{Path: at.At}
	case at.Kind == inLog && o.TLP == scenario.TLPNone:
		return out, &NotWholeError{Path: at.At}
	}
	src, err := OpenSource(ctx, at, o.Meter, o.Areas...)
	if err != nil {
		return out, err
	}
	defer src.Close() //nolint:errcheck // only read
	e, err := src.One(ctx, o.Exercise)
	if err != nil {
		return out, err
	}
	x := &exporter{source: src}
	if o.TLP != scenario.TLPNone {
		if err := x.clear(ctx, e.ID, o.TLP); err != nil {
			return out, err
		}
	}
	return out, o.write(func(w *archive.Writer) error {
		if out, err = x.exercise(ctx, w, e); err == nil && o.People {
			out.People, err = x.writeNamed(ctx, w, e.ID)
		}
		return err
	})
}

// write makes the file of an archive.
func (o *ArchiveOptions) write(fill func(*archive.Writer) error) error {
	write := journal.WriteNewFile
	if o.Force {
		write = journal.WriteFile
	}
	return write(o.Out, func(file io.Writer) error {
		w := archive.NewWriter(file, o.Now, o.By)
		if err := fill(w); err != nil {
			return err
		}
		return w.Close()
	})
}

// exporter writes exercises from a source into an archive.
type exporter struct {
	*source
	tlp      scenario.TLP
	clearing *review.Clearing // nil: everything is handed on
	whole    bool             // nothing is above the clearance
}

// clear finds what of a log is within a clearance. It takes the memory of a
// report.
func (x *exporter) clear(ctx context.Context, id string, tlp scenario.TLP) error {
	in, err := x.log(ctx, id, StepRead)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	log, err := review.LoadFigures(in)
	switch {
	case err != nil:
		return err
	case log.Head == nil:
		return fmt.Errorf("read log of %s: %w", id, errCutOff)
	}
	x.tlp = tlp
	if x.clearing, err = log.Clear(tlp); err != nil {
		return err
	}
	x.whole = true
	for seq := range x.clearing.Events() {
		x.whole = x.whole && x.clearing.Event(seq+1)
	}
	return nil
}

var errCutOff = errors.New("the log is cut off at its end")

// exercise writes one exercise. Keys and tick, which only going on needs, are
// left out with the first event that is.
func (x *exporter) exercise(ctx context.Context, w *archive.Writer, e eventstore.Exercise) (out Exported, err error) {
	ax := archive.Exercise{ID: e.ID, Title: e.Title, Created: e.Created, Clearance: x.tlp}
	goesOn := x.db != nil && (x.clearing == nil || x.whole)
	if goesOn {
		if ax.Tick, err = x.tick(ctx, e.ID); err != nil {
			return out, err
		}
	}
	in, err := x.cleared(ctx, e.ID)
	if err != nil {
		return out, err
	}
	out.Exercise, err = w.Exercise(ax, in)
	if err = errors.Join(err, in.Close()); err != nil {
		return out, err
	}
	out.LeftOut = in.leftOut
	if out.GoesOn = goesOn && out.Redacted == 0; !out.GoesOn { // it may have been redacted before it came here
		return out, nil
	}
	return out, w.Keys(x.keys(ctx, e.ID))
}

// cleared is a log without what is above the clearance.
type cleared struct {
	io.Reader
	stop    func() error
	leftOut int // contents; to be read after Close
}

func (c *cleared) Close() error { return c.stop() }

// cleared opens the log of an exercise as it is handed on.
func (x *exporter) cleared(ctx context.Context, id string) (*cleared, error) {
	log, err := x.log(ctx, id, StepWrite)
	if err != nil {
		return nil, err
	}
	if x.clearing == nil {
		return &cleared{Reader: log, stop: log.Close}, nil
	}
	from, to := io.Pipe()
	done := make(chan struct{})
	c := &cleared{Reader: from, stop: func() error {
		err := from.Close()
		<-done
		return errors.Join(err, log.Close())
	}}
	go func() {
		defer close(done)
		n, err := archive.Redact(to, log, x.clearing)
		c.leftOut = n
		_ = to.CloseWithError(err) // it returns nil
	}()
	return c, nil
}
