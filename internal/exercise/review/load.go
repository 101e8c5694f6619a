package review

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"renkei/internal/exercise"
	"renkei/internal/journal"
)

// ErrRedacted means that events of the log lack their bytes: it verifies, and
// what is left can be read, but no state follows from it.
var ErrRedacted = errors.New("redacted logs cannot be replayed: use the full log")

// Errors of a log that can be read but not reviewed.
var (
	errEmpty   = errors.New("the log has no event")
	errCreated = errors.New("the log does not begin with exercise.created")
	errMixed   = errors.New("the first line and the first event name different exercises")
	errTime    = errors.New("the event is at no exercise time")
	errSeq     = errors.New("the event's own seq is not that of its line")
)

// Log is an exercise's log, verified and decoded. Its events lack the keys of
// commands and the variables of releases, which no review asks for.
type Log struct {
	Exercise string                     // id of the exercise
	Events   []exercise.Event           // by seq, from 1; the first is exercise.created
	Contents map[string]journal.Content // texts and attachments by the hash that events cite
	Play     *exercise.Play             // pack and cast
	Head     *journal.Head              // where the file ends; nil: the file lacks its last line
	Torn     bool                       // the file was cut off within a line; what came before is here

	texts  bool // contents are kept beyond the pack
	chunks [][]exercise.Event
}

// Load reads a log file (log.jsonl) and verifies chain, leaves and contents on
// the way. A file that was cut off within its last line gives what came before,
// with Torn set. Any other damage is an error that names the line, a
// *journal.CorruptError where a hash does not hold.
func Load(r io.Reader) (*Log, error) { return load(r, true) }

// LoadFigures is Load without the texts and attachments that units got. A
// report, results and a summary need none of them; a replay does.
func LoadFigures(r io.Reader) (*Log, error) { return load(r, false) }

func load(r io.Reader, texts bool) (*Log, error) {
	lines, err := journal.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{Exercise: lines.Exercise(), Contents: map[string]journal.Content{}, texts: texts}
	return l.loadFrom(func(take func(journal.Line) error) error {
		for {
			line, err := lines.Next()
			if err != nil {
				return err
			}
			if err := take(line); err != nil {
				return err
			}
		}
	})
}

// Source is where the log of an exercise is stored.
type Source interface {
	Entries(ctx context.Context, exercise string, from uint64) iter.Seq2[journal.Entry, error]
	Content(ctx context.Context, hash journal.Hash) (journal.Content, error)
}

// LoadStored is LoadFigures from where the log is stored. Chain and leaves are
// verified on the way, and of the contents those of the pack.
func LoadStored(ctx context.Context, from Source, exercise string) (*Log, error) {
	l := &Log{Exercise: exercise, Contents: map[string]journal.Content{}}
	return l.loadFrom(func(take func(journal.Line) error) error {
		head := journal.Head{Chain: journal.Genesis(exercise)}
		for e, err := range from.Entries(ctx, exercise, 1) {
			if err != nil {
				return err
			}
			if err := head.Take(&e); err != nil {
				return err
			}
			if e.Seq == 1 && !e.Redacted() {
				if err := packContents(ctx, from, e.Event, take); err != nil {
					return err
				}
			}
			if err := take(journal.Line{Entry: &e}); err != nil {
				return err
			}
		}
		if err := take(journal.Line{Head: &head}); err != nil {
			return err
		}
		return io.EOF
	})
}

// packContents hands on the files of the pack that the first event names.
func packContents(ctx context.Context, from Source, first []byte, take func(journal.Line) error) error {
	e, err := newDecoder().decode(first)
	if err != nil {
		return err
	}
	created, ok := e.Body.(*exercise.Created)
	if !ok {
		return errCreated
	}
	for _, hex := range created.Files {
		var h journal.Hash
		if err := h.UnmarshalText([]byte(hex)); err != nil {
			return fmt.Errorf("event 1: %w", err)
		}
		c, err := from.Content(ctx, h)
		if err != nil {
			return err
		}
		if err := take(journal.Line{Content: &c}); err != nil {
			return err
		}
	}
	return nil
}

// loadFrom takes in the lines that feed hands over until it returns io.EOF, and
// returns the log.
func (l *Log) loadFrom(feed func(take func(journal.Line) error) error) (*Log, error) {
	if err := l.read(feed); err != nil {
		return nil, err
	}
	if l.Play == nil {
		return nil, errEmpty
	}
	l.join()
	return l, nil
}

// chunk is how many events are loaded into one piece. To grow one list would
// take up to three times the memory.
const chunk = 4096

// join makes the list of all events.
func (l *Log) join() {
	n := 0
	for _, c := range l.chunks {
		n += len(c)
	}
	l.Events = make([]exercise.Event, 0, n)
	for i, c := range l.chunks {
		l.Events = append(l.Events, c...)
		l.chunks[i] = nil
	}
	l.chunks = nil
}

// batch is how many lines are handed on at a time.
const batch = 512

// errStopped ends a feed whose lines nobody wants any more.
var errStopped = errors.New("review: loading has ended")

// read takes in the lines. To verify them takes as long as to decode them, so
// another goroutine does that, a few batches ahead.
func (l *Log) read(feed func(take func(journal.Line) error) error) error {
	type part struct {
		lines []journal.Line
		err   error // after these lines
	}
	parts, stop := make(chan part, 4), make(chan struct{})
	var reader sync.WaitGroup
	defer reader.Wait()
	defer close(stop)
	send := func(p part) error {
		select {
		case parts <- p:
			return nil
		case <-stop:
			return errStopped
		}
	}
	reader.Go(func() {
		defer close(parts)
		lines := make([]journal.Line, 0, batch)
		err := feed(func(line journal.Line) error {
			if lines = append(lines, line); len(lines) < batch {
				return nil
			}
			full := lines
			lines = make([]journal.Line, 0, batch)
			return send(part{lines: full})
		})
		_ = send(part{lines, err}) // or nobody waits for it
	})
	d := newDecoder()
	for p := range parts {
		for i := range p.lines {
			if err := l.take(&p.lines[i], d); err != nil {
				return placed(&p.lines[i], err)
			}
		}
		if p.err != nil {
			return l.endOf(p.err)
		}
	}
	return nil
}

// placed says at which line of a file an error is; what is stored in no file
// has none.
func placed(line *journal.Line, err error) error {
	if line.Number == 0 {
		return err
	}
	return fmt.Errorf("line %d: %w", line.Number, err)
}

// endOf tells how the lines ended: a last line that was cut off is no error.
func (l *Log) endOf(err error) error {
	var bad *journal.CorruptError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &bad) && bad.Code == journal.CodeTornTail:
		l.Torn = true
		return nil
	}
	return err
}

func (l *Log) take(line *journal.Line, d *decoder) error {
	switch {
	case line.Content != nil:
		if l.texts || l.Play == nil {
			l.Contents[line.Content.Hash.String()] = *line.Content
		}
	case line.Head != nil:
		l.Head = line.Head
	case line.Entry.Redacted():
		return fmt.Errorf("event %d: %w", line.Entry.Seq, ErrRedacted)
	default:
		return l.add(line.Entry, d)
	}
	return nil
}

func (l *Log) add(entry *journal.Entry, d *decoder) error {
	e, err := d.decode(entry.Event)
	if err != nil {
		return err
	}
	if e.Seq != entry.Seq {
		return fmt.Errorf("event %d: %w", entry.Seq, errSeq)
	}
	if e.At < 0 || e.At == exercise.Never {
		return fmt.Errorf("event %d: %w", entry.Seq, errTime)
	}
	if n := len(l.chunks); n == 0 || len(l.chunks[n-1]) == chunk {
		l.chunks = append(l.chunks, make([]exercise.Event, 0, chunk))
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, e)
	if l.Play == nil {
		return l.open(&e)
	}
	return nil
}

// open lays out pack and cast from the first event.
func (l *Log) open(e *exercise.Event) error {
	created, ok := e.Body.(*exercise.Created)
	switch {
	case !ok:
		return errCreated
	case created.ID != l.Exercise:
		return errMixed
	}
	play, err := exercise.OpenPlay(created, func(hash string) ([]byte, bool) {
		c, ok := l.Contents[hash]
		return c.Data, ok
	})
	if err != nil {
		return fmt.Errorf("open exercise: %w", err)
	}
	l.Play = play
	if !l.texts {
		clear(l.Contents)
	}
	return nil
}
