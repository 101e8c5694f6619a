package review

import (
	"errors"
	"fmt"
	"io"

	"renkei/internal/exercise"
	"renkei/internal/journal"
)

// Errors of a log that can be read but not reviewed.
var (
	errEmpty    = errors.New("the log has no event")
	errRedacted = errors.New("redacted logs cannot be replayed: use the full log")
	errCreated  = errors.New("the log does not begin with exercise.created")
	errMixed    = errors.New("the first line and the first event name different exercises")
	errTime     = errors.New("the event is at no exercise time")
	errSeq      = errors.New("the event's own seq is not that of its line")
)

// Log is an exercise's log, verified and decoded.
type Log struct {
	Exercise string                     // id of the exercise
	Events   []exercise.Event           // by seq, from 1; the first is exercise.created
	Contents map[string]journal.Content // texts and attachments by the hash that events cite
	Play     *exercise.Play             // pack and cast
	Head     *journal.Head              // where the file ends; nil: the file lacks its last line
	Torn     bool                       // the file was cut off within a line; what came before is here
}

// Load reads a log file (log.jsonl) and verifies chain, leaves and contents on
// the way. A file that was cut off within its last line gives what came before,
// with Torn set. Any other damage is an error that names the line, a
// *journal.CorruptError where a hash does not hold.
func Load(r io.Reader) (*Log, error) {
	lines, err := journal.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	l := &Log{Exercise: lines.Exercise(), Contents: map[string]journal.Content{}}
	if err := l.read(lines, exercise.NewBodies()); err != nil {
		return nil, err
	}
	if l.Play == nil {
		return nil, errEmpty
	}
	return l, nil
}

func (l *Log) read(lines *journal.Reader, bodies exercise.Bodies) error {
	for {
		line, err := lines.Next()
		var bad *journal.CorruptError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad) && bad.Code == journal.CodeTornTail:
			l.Torn = true
			return nil
		case err != nil:
			return err
		}
		if err := l.take(line, bodies); err != nil {
			return fmt.Errorf("line %d: %w", line.Number, err)
		}
	}
}

func (l *Log) take(line journal.Line, bodies exercise.Bodies) error {
	switch {
	case line.Content != nil:
		l.Contents[line.Content.Hash.String()] = *line.Content
	case line.Head != nil:
		l.Head = line.Head
	case line.Entry.Redacted():
		return fmt.Errorf("event %d: %w", line.Entry.Seq, errRedacted)
	default:
		return l.add(line.Entry, bodies)
	}
	return nil
}

func (l *Log) add(entry *journal.Entry, bodies exercise.Bodies) error {
	e, err := bodies.Decode(entry.Event)
	if err != nil {
		return err
	}
	if e.Seq != entry.Seq {
		return fmt.Errorf("event %d: %w", entry.Seq, errSeq)
	}
	if e.At < 0 || e.At == exercise.Never {
		return fmt.Errorf("event %d: %w", entry.Seq, errTime)
	}
	l.Events = append(l.Events, e)
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
	return nil
}

// created is the event that opened the log; Load has seen to it that it is
// there.
func (l *Log) created() *exercise.Created {
	c, ok := l.Events[0].Body.(*exercise.Created)
	if !ok {
		return &exercise.Created{}
	}
	return c
}
