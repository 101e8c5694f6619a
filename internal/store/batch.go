package store

import (
	"crypto/rand"
	"fmt"
	"math"

	"renkei/internal/journal"
)

// validate returns ErrInvalid with what is wrong with b, or nil.
func validate(b *Batch) error {
	if b.First == 0 || b.First > math.MaxInt64-uint64(len(b.Events)) {
		return fmt.Errorf("%w: first seq %d", ErrInvalid, b.First)
	}
	for i := range b.Events {
		if e := b.Events[i]; len(e) > journal.MaxEvent || !journal.ValidEvent(e) {
			return fmt.Errorf("%w: event %d is not a JSON object on one line", ErrInvalid, b.First+uint64(i))
		}
	}
	for _, k := range b.Keys {
		if k.First > math.MaxInt64 || k.Last > math.MaxInt64 {
			return fmt.Errorf("%w: key %q has seqs %d to %d", ErrInvalid, k.Key, k.First, k.Last)
		}
	}
	for i := range b.Contents {
		c := &b.Contents[i]
		if !c.Valid() {
			return fmt.Errorf("%w: content %s has other data, or too much", ErrInvalid, c.Hash)
		}
		if c.Seq < b.First || c.Seq >= b.First+uint64(len(b.Events)) {
			return fmt.Errorf("%w: content %s is cited by event %d of another batch", ErrInvalid, c.Hash, c.Seq)
		}
	}
	return nil
}

// size returns about how many bytes b brings to the database.
func size(b *Batch) int {
	n := 0
	for i := range b.Events {
		n += len(b.Events[i])
	}
	for i := range b.Contents {
		n += len(b.Contents[i].Data)
	}
	return n
}

// salts hands out random salts, fetched many at a time.
type salts struct {
	buf  [256 * journal.SaltSize]byte
	left []byte
}

// next returns a salt that is good until 256 more have been handed out.
func (s *salts) next() ([]byte, error) {
	if len(s.left) == 0 {
		if _, err := rand.Read(s.buf[:]); err != nil {
			return nil, err
		}
		s.left = s.buf[:]
	}
	salt := s.left[:journal.SaltSize]
	s.left = s.left[journal.SaltSize:]
	return salt, nil
}
