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
	return VerifyEach(r, func(Head) {})
}

// VerifyEach is Verify that also tells every head that the log has had, from
// that of the empty log on, and each once.
func VerifyEach(r io.Reader, seen func(Head)) (res Result, err error) {
	lr, err := NewReader(r)
	if err != nil {
		return res, err
	}
	res.Exercise = lr.exercise
	seen(lr.head)
	for {
		l, err := lr.scan()
		if lr.head.Seq > res.Events {
			seen(lr.head)
		}
		res.Head, res.Events, res.Complete = lr.head, lr.head.Seq, lr.ended
		switch {
		case errors.Is(err, io.EOF):
			return res, nil
		case err != nil:
			return res, err
		case l.Content != nil:
			res.Contents++
		case l.Entry != nil && l.Entry.Redacted():
			res.Redacted++
		}
	}
}
