// Package ballot seals the answers of delegations until their reveal: each under
// the key of its question, all of one length. Who destroys the key has erased
// the answers, wherever copies of them lie. docs/tabletop/attribution.md says
// what that protects from, and what not.
//
// Start with [Key] and [Keyring]. It imports nothing of the program; ballotstore
// keeps the sealed answers in the database.
package ballot

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Size is the length of every sealed answer, and MaxContents that of the longest
// answer, in bytes.
const (
	Size        = lengthSize + padded + overhead
	MaxContents = padded
	padded      = 4096 - lengthSize - overhead
	lengthSize  = 2
	overhead    = 12 + 16 // nonce and tag of AES-GCM
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// ID names one round of a question of an exercise.
type ID struct {
	Exercise string
	Poll     string
	Round    int
}

// Row is a sealed answer. Slot is the key of the unit, or "#" and a number for a
// paper out of the box.
type Row struct {
	Poll   string
	Round  int
	Slot   string
	Sealed []byte
}

// ErrBroken is the error of a sealed answer that the key does not open.
var ErrBroken = errors.New("ballot: not sealed with this key for this place")

// Key is the key of one round of a question.
type Key struct {
	id   ID
	seal [KeySize]byte
	hash [KeySize]byte
}

// newKey derives from one secret a key to seal with and one to hash with.
func newKey(id ID, secret []byte) Key {
	k := Key{id: id}
	derive := func(to *[KeySize]byte, what string) {
		m := hmac.New(sha256.New, secret)
		m.Write([]byte("renkei/ballot/1 " + what))
		copy(to[:], m.Sum(nil))
	}
	derive(&k.seal, "seal")
	derive(&k.hash, "hash")
	return k
}

// about is what a sealed answer is bound to, so that a row that is put elsewhere
// does not open.
func (k *Key) about(slot string) []byte {
	return fmt.Appendf(nil, "%q %q %d %q", k.id.Exercise, k.id.Poll, k.id.Round, slot)
}

func (k *Key) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.seal[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal seals an answer for a slot. All sealed answers are equally long.
func (k *Key) Seal(slot string, contents []byte) ([]byte, error) {
	if len(contents) > MaxContents {
		return nil, fmt.Errorf("seal answer: %d bytes are more than %d", len(contents), MaxContents)
	}
	aead, err := k.aead()
	if err != nil {
		return nil, fmt.Errorf("seal answer: %w", err)
	}
	plain := make([]byte, lengthSize+padded)
	binary.BigEndian.PutUint16(plain, uint16(len(contents)))
	copy(plain[lengthSize:], contents)
	//nolint:gosec // this kind of AEAD draws a nonce of its own and puts it ahead
	sealed := aead.Seal(make([]byte, 0, Size), nil, plain, k.about(slot))
	clear(plain)
	return sealed, nil
}

// Open returns the answer that was sealed for a slot, or ErrBroken.
func (k *Key) Open(slot string, sealed []byte) ([]byte, error) {
	aead, err := k.aead()
	if err != nil {
		return nil, fmt.Errorf("open answer: %w", err)
	}
	if len(sealed) != Size {
		return nil, ErrBroken
	}
	plain, err := aead.Open(nil, nil, sealed, k.about(slot))
	if err != nil {
		return nil, ErrBroken
	}
	length := int(binary.BigEndian.Uint16(plain))
	if length > padded {
		return nil, ErrBroken
	}
	return plain[lengthSize : lengthSize+length], nil
}

// Hash is that of a command: without the key nobody can try which answer it was.
func (k *Key) Hash(command []byte) (sum [sha256.Size]byte) {
	m := hmac.New(sha256.New, k.hash[:])
	m.Write(command)
	copy(sum[:], m.Sum(nil))
	return sum
}
