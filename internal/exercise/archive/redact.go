package archive

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"renkei/internal/journal"
)

// Clearing says what of a log may be handed on.
type Clearing interface {
	Events() uint64                 // the log goes no further
	Event(seq uint64) bool          // whether it may be handed on
	Cited(hash journal.Hash) uint64 // by which event that may, first; 0: by none
}

// Redact copies a log and leaves out what is not within the clearing: of
// events the salt and the bytes, contents wholly. Leaves, chain and head stay.
// A content moves to the first event that is left of those that cite it, so
// that its place does not tell which redacted one did. Redact returns how many
// contents it left out.
func Redact(w io.Writer, log io.Reader, c Clearing) (contents int, err error) {
	in, err := journal.NewReader(log)
	if err != nil {
		return 0, err
	}
	out, err := journal.NewWriter(w, in.Exercise())
	if err != nil {
		return 0, err
	}
	r := redactor{out: out, clearing: c, held: map[uint64][]journal.Content{}}
	err = r.copy(in)
	return r.contents, err
}

type redactor struct {
	out      *journal.Writer
	clearing Clearing
	held     map[uint64][]journal.Content // contents that wait for their event
	contents int                          // how many were left out
}

func (r *redactor) copy(in *journal.Reader) error {
	for {
		line, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return r.out.Close()
		case err != nil:
			return err
		case line.Content != nil:
			r.hold(line.Content)
		case line.Entry != nil && line.Entry.Seq > r.clearing.Events():
			return r.out.Close() // the exercise went on meanwhile
		case line.Entry != nil:
			if err := r.entry(*line.Entry); err != nil {
				return err
			}
		}
	}
}

func (r *redactor) hold(c *journal.Content) {
	seq := r.clearing.Cited(c.Hash)
	if seq == 0 {
		r.contents++
		return
	}
	r.held[seq] = append(r.held[seq], *c)
}

func (r *redactor) entry(e journal.Entry) error {
	if !r.clearing.Event(e.Seq) {
		e.Salt, e.Event = nil, nil
		return r.out.Entry(e)
	}
	contents := r.held[e.Seq]
	delete(r.held, e.Seq)
	slices.SortFunc(contents, func(a, b journal.Content) int { return bytes.Compare(a.Hash[:], b.Hash[:]) })
	for _, c := range contents {
		if err := r.out.Content(c); err != nil {
			return err
		}
	}
	return r.out.Entry(e)
}
