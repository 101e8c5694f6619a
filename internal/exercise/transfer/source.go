package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"renkei/internal/database"
	"renkei/internal/exercise/archive"
	"renkei/internal/exercise/eventstore"
	"renkei/internal/journal"
	"renkei/internal/storage"
)

// Meter follows something long: how much of a step is done, in units of its
// own. It is called often, and from one goroutine at a time.
type Meter func(step Step, done, total uint64)

// Step is a part of something long.
type Step string

// Steps.
const (
	StepRead   Step = "read"   // to find what is within a clearance
	StepWrite  Step = "write"  // an archive
	StepCheck  Step = "check"  // that everything holds
	StepImport Step = "import" // into a database
)

// ManyError is a place with several exercises, of which one must be named, or
// without the one that was.
type ManyError struct {
	Want  string // "" where none was named
	Known []string
}

// Error lists the exercises.
func (e *ManyError) Error() string {
	return fmt.Sprintf("exercise %q is none of %q", e.Want, e.Known)
}

// StoredError is a log in a database that does not hold.
type StoredError struct {
	Exercise string
	Err      *journal.CorruptError
}

// Error names the exercise and what is wrong.
func (e *StoredError) Error() string { return fmt.Sprintf("exercise %s: %s", e.Exercise, e.Err) }

// source gives logs as bytes, from a database or from a log file.
type source struct {
	db    *storage.Reader // nil: a log file
	file  string
	meter Meter
}

// OpenSource opens a place for reading. What it reads of a database is of one
// moment, also while others write to it.
func OpenSource(ctx context.Context, at Location, meter Meter, areas ...database.Area) (*source, error) {
	if meter == nil {
		meter = func(Step, uint64, uint64) {}
	}
	s := &source{file: at.At, meter: meter}
	var err error
	if at.Kind == InDatabase {
		s.db, err = storage.OpenReader(ctx, at.At, areas...)
	}
	return s, err
}

func (s *source) Close() error {
	if s.db == nil {
		return nil
	}
	return s.db.Close()
}

// list names the exercises.
func (s *source) list(ctx context.Context) ([]eventstore.Exercise, error) {
	if s.db != nil {
		return s.db.Exercises(ctx)
	}
	id := LogOf(s.file)
	if id == "" {
		return nil, &journal.CorruptError{Line: 1, Code: journal.CodeNoHeader}
	}
	return []eventstore.Exercise{{ID: id}}, nil
}

// One returns the exercise that was named, or the only one.
func (s *source) One(ctx context.Context, id string) (eventstore.Exercise, error) {
	all, err := s.list(ctx)
	if err != nil {
		return eventstore.Exercise{}, err
	}
	ids := make([]string, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	i, err := pick(ids, id)
	if err != nil {
		return eventstore.Exercise{}, err
	}
	return all[i], nil
}

// pick returns the place of the one that was named, or of the only one.
func pick(ids []string, want string) (int, error) {
	i := slices.Index(ids, want)
	switch {
	case want == "" && len(ids) == 1:
		return 0, nil
	case i < 0 || want == "":
		return 0, &ManyError{Want: want, Known: ids}
	}
	return i, nil
}

// log opens the log of an exercise. The caller closes it before anything else
// is read from the source.
func (s *source) log(ctx context.Context, id string, step Step) (io.ReadCloser, error) {
	if s.db == nil {
		return s.logFile(step)
	}
	head, err := s.db.Head(ctx, id)
	if err != nil {
		return nil, err
	}
	from, to := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = to.CloseWithError(s.export(ctx, id, to)) // it returns nil
	}()
	lines := func(b []byte) int { return bytes.Count(b, []byte{'\n'}) }
	return &stream{
		Reader: &metered{Reader: from, meter: s.meter, step: step, total: head.Seq, count: lines},
		stop:   func() error { err := from.Close(); <-done; return err },
	}, nil
}

// export writes a stored log. What does not hold is a StoredError.
func (s *source) export(ctx context.Context, id string, to io.Writer) error {
	w, err := journal.NewWriter(to, id)
	if err != nil {
		return err
	}
	err = s.db.Export(ctx, id, w)
	var broken *journal.CorruptError
	switch {
	case errors.As(err, &broken):
		return &StoredError{Exercise: id, Err: broken}
	case err != nil:
		return err
	}
	return w.Close()
}

func (s *source) logFile(step Step) (io.ReadCloser, error) {
	f, err := os.Open(s.file)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &stream{Reader: &metered{Reader: f, meter: s.meter, step: step, total: uint64(info.Size()), count: size}, stop: f.Close}, nil
}

// keys yields the idempotency keys of an exercise.
func (s *source) keys(ctx context.Context, id string) iter.Seq2[archive.Key, error] {
	return func(yield func(archive.Key, error) bool) {
		for k, err := range s.db.Keys(ctx, id, 0) {
			if !yield(archive.Key{Actor: k.Actor, Key: k.Key, Hash: k.Hash, First: k.First, Last: k.Last}, err) {
				return
			}
		}
	}
}

// tick is how far the clock of an exercise had durably come, nil where nothing
// is known.
func (s *source) tick(ctx context.Context, id string) (*archive.Tick, error) {
	t, ok, err := s.db.Tick(ctx, id)
	if err != nil || !ok {
		return nil, err
	}
	return &archive.Tick{At: t.At, Wall: t.Wall}, nil
}

// stream is a reader that stops what gives to it.
type stream struct {
	io.Reader
	stop func() error
}

func (s *stream) Close() error { return s.stop() }

// metered tells a meter how much went through.
type metered struct {
	io.Reader
	meter       Meter
	step        Step
	count       func([]byte) int
	done, total uint64
}

func size(b []byte) int { return len(b) }

func (m *metered) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	m.done += uint64(m.count(b[:n]))
	m.meter(m.step, min(m.done, m.total), m.total)
	return n, err
}
