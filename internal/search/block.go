package search

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"renkei/internal/database"
)

// blockSize is how many documents share the entry of a token.
const blockSize = 4096

// block is a set of documents whose numbers differ in their last 12 bits only.
type block [blockSize / 64]uint64

func (b *block) set(n int)   { b[n/64] |= 1 << (n % 64) }
func (b *block) clear(n int) { b[n/64] &^= 1 << (n % 64) }

// and keeps what is in o too, and reports whether anything is left.
func (b *block) and(o *block) bool {
	var any uint64
	for i := range b {
		b[i] &= o[i]
		any |= b[i]
	}
	return any != 0
}

func (b *block) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// down calls each for the members from the highest on, until it returns false.
func (b *block) down(each func(n int) bool) bool {
	for i := len(b) - 1; i >= 0; i-- {
		for w := b[i]; w != 0; {
			top := bits.Len64(w) - 1
			if !each(i*64 + top) {
				return false
			}
			w &^= 1 << top
		}
	}
	return true
}

// The stored form: two bytes for each member where there are few, else a bit
// for each place, which takes blockBytes.
const blockBytes = blockSize / 8

func (b *block) encode() []byte {
	if n := b.count(); n*2 < blockBytes {
		out := make([]byte, 0, n*2)
		for i, w := range b {
			for ; w != 0; w &= w - 1 {
				out = binary.LittleEndian.AppendUint16(out, uint16(i*64+bits.TrailingZeros64(w)))
			}
		}
		return out
	}
	out := make([]byte, 0, blockBytes)
	for _, w := range b {
		out = binary.LittleEndian.AppendUint64(out, w)
	}
	return out
}

// decode adds the members of a stored block. It returns database.ErrDamaged
// where it is none.
func (b *block) decode(raw []byte) error {
	if len(raw) == blockBytes {
		for i := range b {
			b[i] |= binary.LittleEndian.Uint64(raw[i*8:])
		}
		return nil
	}
	if len(raw)%2 != 0 || len(raw) > blockBytes {
		return fmt.Errorf("%w: a block of %d bytes", database.ErrDamaged, len(raw))
	}
	for ; len(raw) > 0; raw = raw[2:] {
		n := int(binary.LittleEndian.Uint16(raw))
		if n >= blockSize {
			return fmt.Errorf("%w: place %d of a block", database.ErrDamaged, n)
		}
		b.set(n)
	}
	return nil
}
