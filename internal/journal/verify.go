package journal

import (
	"errors"
	"io"
)

// Result is what [Verify] found.
type Result struct {
	Exercise string
	Events   uint64 // all, the redacted ones among them
	Redacted uint64
	Contents int
	Head     Head // of the last good event
	Complete bool // the file ends with its head: nothing was cut off at the end
}

// Verify reads a log file to its end. With an error, which is a
// [CorruptError] unless reading itself failed, the result tells what came
// before it.
//
// That a file verifies says that it is consistent. Only a head known from
// elsewhere, such as a printed report, says that it is unchanged.
func Verify(r io.Reader) (Result, error) {
	res, _, err := VerifyAt(r, 0)
	return res, err
}

// VerifyAt is Verify that also returns the head as it was at seq, or at the
// end of a shorter log, to compare it with one that is known from elsewhere.
func VerifyAt(r io.Reader, seq uint64) (res Result, at Head, err error) {
	lr, err := NewReader(r)
	if err != nil {
		return res, at, err
	}
	res.Exercise, at = lr.exercise, lr.head
	for {
		l, err := lr.scan()
		res.Head, res.Events, res.Complete = lr.head, lr.head.Seq, lr.ended
		if lr.head.Seq <= seq {
			at = lr.head
		}
		switch {
		case errors.Is(err, io.EOF):
			return res, at, nil
		case err != nil:
			return res, at, err
		case l.Content != nil:
			res.Contents++
		case l.Entry != nil && l.Entry.Redacted():
			res.Redacted++
		}
	}
}
