package bounds

import (
	"errors"
	"io"
)

// ErrLong means that what is read is longer than it may be, as a whole or
// between two calls of Next.
var ErrLong = errors.New("too long")

// Source hands on what a parser reads, so many bytes at most, and so many for
// one piece of it: a parser that keeps one piece in memory cannot be made to
// keep more.
type Source struct {
	From        io.Reader
	Left, Piece int64 // bytes still to come; bytes between two calls of Next

	piece int64
}

// Next says that a piece is done.
func (s *Source) Next() { s.piece = 0 }

// Read reads, or returns ErrLong.
func (s *Source) Read(p []byte) (int, error) {
	n, err := s.From.Read(p)
	s.Left -= int64(n)
	s.piece += int64(n)
	if s.Left < 0 || s.piece > s.Piece {
		return 0, ErrLong
	}
	return n, err
}
