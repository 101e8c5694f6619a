package transfer

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
)

// importer reads an archive into databases.
type importer struct {
	*archive.Reader
	meter Meter
	done  uint64 // of the step
}

// check reads all of the archive.
func (in *importer) check() error {
	through := in.through(StepCheck)
	for i := range in.Manifest().Exercises {
		if _, err := in.Verify(i, through, nil); err != nil {
			return err
		}
	}
	if err := in.VerifyPeople(); err != nil {
		return err
	}
	return in.checkWhole()
}

// through follows how much of all logs was read.
func (in *importer) through(step Step) func(io.Reader) io.Reader {
	in.done = 0
	count := func(b []byte) int {
		if in.done += uint64(len(b)); in.meter != nil {
			in.meter(step, min(in.done, in.Size()), in.Size())
		}
		return 0
	}
	return func(r io.Reader) io.Reader {
		return &metered{Reader: r, meter: func(Step, uint64, uint64) {}, count: count}
	}
}

// onlyOne refuses a folder's database with another exercise.
func onlyOne(ctx context.Context, db *eventstore.Store, name, id string) error {
	all, err := db.Exercises(ctx)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.ID != id {
			return &OtherError{Dir: filepath.Dir(name), Has: e.ID, Want: id}
		}
	}
	return nil
}

// known reports whether exercise i is in the database just as in the archive.
// It returns an ExistsError where there is another of that id.
func (in *importer) known(ctx context.Context, db *eventstore.Store, name string, i int) (bool, error) {
	e := in.Manifest().Exercises[i]
	there, err := db.Head(ctx, e.ID)
	switch {
	case errors.Is(err, database.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	exists := &ExistsError{Exercise: e.ID, Place: name, Here: e.Head, There: there}
	if there != e.Head {
		chain, ok, err := db.ChainAt(ctx, e.ID, e.Head.Seq)
		exists.Older = ok && chain == e.Head.Chain
		return false, errors.Join(exists, err)
	}
	if e.Redacted > 0 {
		return true, nil
	}
	exists.Redacted, err = redacted(ctx, db, e.ID)
	if err == nil && exists.Redacted {
		err = exists
	}
	return true, err
}

// redacted reports whether a stored exercise lacks events.
func redacted(ctx context.Context, db *eventstore.Store, id string) (bool, error) {
	for e, err := range db.Entries(ctx, id, 1) {
		if err != nil || e.Redacted() {
			return true, err
		}
	}
	return false, nil
}

// exercise imports exercise i.
func (in *importer) exercise(ctx context.Context, db *eventstore.Store, i int, through func(io.Reader) io.Reader) error {
	e := in.Manifest().Exercises[i]
	return db.Import(ctx, eventstore.Exercise{ID: e.ID, Created: e.Created, Title: e.Title}, func(im *eventstore.Importer) error {
		if err := in.log(im, i, through); err != nil {
			return archive.InLog(archive.LogFile(i), err)
		}
		for k, err := range in.Keys(i) {
			if err != nil {
				return err
			}
			if err := im.Key(eventstore.Key{Actor: k.Actor, Key: k.Key, Hash: k.Hash, First: k.First, Last: k.Last}); err != nil {
				return err
			}
		}
		if e.Tick == nil {
			return nil
		}
		return im.Tick(eventstore.Tick{At: e.Tick.At, Wall: e.Tick.Wall})
	})
}

// log hands on the log of exercise i, and sees that it is what was checked.
func (in *importer) log(im *eventstore.Importer, i int, through func(io.Reader) io.Reader) error {
	file, err := in.Log(i)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	lines, err := journal.NewReader(through(file))
	if err != nil {
		return err
	}
	for {
		line, err := lines.Next()
		switch {
		case errors.Is(err, io.EOF):
			return &archive.Error{Code: archive.CodeOther, File: archive.LogFile(i)}
		case err != nil:
			return err
		case line.Content != nil:
			err = im.Content(*line.Content)
		case line.Entry != nil:
			err = im.Entry(*line.Entry)
		case *line.Head == in.Manifest().Exercises[i].Head:
			return nil
		}
		if err != nil {
			return err
		}
	}
}
