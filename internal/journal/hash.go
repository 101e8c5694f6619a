package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// SaltSize is the length of a salt in bytes.
const SaltSize = 16

// Hash is a SHA-256 sum. Its text form is 64 lower-case hexadecimal digits.
type Hash [sha256.Size]byte

var errHash = errors.New("a hash is 64 lower-case hexadecimal digits")

// HashOf returns the SHA-256 of data: the name of a [Content].
func HashOf(data []byte) Hash { return sha256.Sum256(data) }

// Genesis returns the chain before the first event of an exercise.
func Genesis(exercise string) Hash {
	return sha256.Sum256([]byte(Format + "\n" + exercise))
}

// LeafOf returns the leaf of an event: SHA-256(salt || event).
func LeafOf(salt, event []byte) Hash {
	var room [1024]byte // most events fit, which spares the allocation
	buf := append(append(room[:0], salt...), event...)
	return sha256.Sum256(buf)
}

// Link returns the chain after an event: SHA-256(prev || leaf).
func Link(prev, leaf Hash) Hash {
	var buf [2 * sha256.Size]byte
	copy(buf[:sha256.Size], prev[:])
	copy(buf[sha256.Size:], leaf[:])
	return sha256.Sum256(buf[:])
}

// String returns the hash as lower-case hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText returns what String returns. It never fails.
func (h Hash) MarshalText() ([]byte, error) {
	return hex.AppendEncode(nil, h[:]), nil
}

// UnmarshalText reads exactly what MarshalText writes. Upper-case digits are
// refused: each hash has one spelling, so that no flipped bit goes unnoticed.
func (h *Hash) UnmarshalText(text []byte) error {
	if !decodeHex(h[:], text) {
		return errHash
	}
	return nil
}

// decodeHex fills dst from lower-case digits and reports whether src was
// exactly that.
func decodeHex(dst, src []byte) bool {
	if len(src) != 2*len(dst) {
		return false
	}
	var bad byte
	for i := range dst {
		hi, lo := nibbles[src[2*i]], nibbles[src[2*i+1]]
		dst[i] = hi<<4 | lo&15
		bad |= hi | lo
	}
	return bad < 16
}

// nibbles holds the value of each lower-case hexadecimal digit, and 16 for
// every other byte. It is never written to.
var nibbles = func() (t [256]byte) {
	for i := range t {
		t[i] = 16
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i] = 10 + i
	}
	return t
}()
