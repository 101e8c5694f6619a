package archive

import (
	"errors"
	"io"

	"renkei/internal/journal"
)

// Clearing says what of a log may be handed on.
type Clearing interface {
	Events() uint64 // the log goes no further
	Event(seq uint64) bool
	Content(hash journal.Hash) bool
}

// Redact copies a log and leaves out what is not within the clearing: of
// events the salt and the bytes, contents wholly. Leaves, chain and head stay.
func Redact(w io.Writer, log io.Reader, c Clearing) error {
	in, err := journal.NewReader(log)
	if err != nil {
		return err
	}
	out, err := journal.NewWriter(w, in.Exercise())
	if err != nil {
		return err
	}
	for {
		line, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return out.Close()
		case err != nil:
			return err
		case line.Content != nil && c.Content(line.Content.Hash):
			err = out.Content(*line.Content)
		case line.Entry != nil && line.Entry.Seq > c.Events():
			return out.Close() // the exercise went on meanwhile
		case line.Entry != nil:
			err = redactEntry(out, *line.Entry, c)
		}
		if err != nil {
			return err
		}
	}
}

func redactEntry(out *journal.Writer, e journal.Entry, c Clearing) error {
	if !c.Event(e.Seq) {
		e.Salt, e.Event = nil, nil
	}
	return out.Entry(e)
}
