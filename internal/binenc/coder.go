// Package binenc writes values as few bytes and reads them back. One function
// names the fields of a type for both ways, so that writing and reading cannot
// drift apart. The bytes say nothing of their types: only the program that
// wrote them can read them.
//
// Reading damaged bytes gives an error, never a panic, and takes no more memory
// than a small multiple of their length. It imports the standard library alone.
// Start with Writer and Reader.
package binenc

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Coder goes over values, to write or to read them. After an error it does
// nothing more; Err tells.
type Coder struct {
	buf     []byte // written so far, or not yet read
	reading bool
	err     error
}

// Writer returns a coder that appends to buf.
func Writer(buf []byte) *Coder { return &Coder{buf: buf} }

// Reader returns a coder that reads data.
func Reader(data []byte) *Coder { return &Coder{buf: data, reading: true} }

// Reading reports whether values are read.
func (c *Coder) Reading() bool { return c.reading }

// Bytes is what was written.
func (c *Coder) Bytes() []byte { return c.buf }

// Left is how many bytes have not been read yet.
func (c *Coder) Left() int { return len(c.buf) }

// ErrDamaged means that bytes do not hold what is read from them.
var ErrDamaged = errors.New("damaged")

// Fail notes that what was read cannot be.
func (c *Coder) Fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
	}
	c.buf = nil
}

// Err is the first error; nil while all went well.
func (c *Coder) Err() error { return c.err }

// Done is Err, or an error when bytes are left over.
func (c *Coder) Done() error {
	if c.err == nil && c.reading && len(c.buf) > 0 {
		c.Fail("%d bytes too many", len(c.buf))
	}
	return c.err
}

// Uint codes a number that is mostly small.
func Uint[T ~uint8 | ~uint32 | ~uint64 | ~uint](c *Coder, v *T) {
	if !c.reading {
		c.buf = binary.AppendUvarint(c.buf, uint64(*v))
		return
	}
	n, size := binary.Uvarint(c.buf)
	if size <= 0 || uint64(T(n)) != n {
		c.Fail("a number ends early or is too large")
		return
	}
	c.buf = c.buf[size:]
	*v = T(n)
}

// Int codes a number that is mostly near 0.
func Int[T ~int | ~int32 | ~int64](c *Coder, v *T) {
	if !c.reading {
		c.buf = binary.AppendVarint(c.buf, int64(*v))
		return
	}
	n, size := binary.Varint(c.buf)
	if size <= 0 || int64(T(n)) != n {
		c.Fail("a number ends early or is too large")
		return
	}
	c.buf = c.buf[size:]
	*v = T(n)
}

// Enum codes a number of a set that begins at 0 and ends with last.
func Enum[T ~uint8](c *Coder, v *T, last T) {
	Uint(c, v)
	if *v > last {
		c.Fail("%d where %d is the last", *v, last)
		*v = 0
	}
}

// Bool codes true or false.
func (c *Coder) Bool(v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	Enum(c, &n, 1)
	if c.reading {
		*v = n == 1
	}
}

// Float codes a number with its every bit.
func (c *Coder) Float(v *float64) {
	if !c.reading {
		c.buf = binary.LittleEndian.AppendUint64(c.buf, math.Float64bits(*v))
		return
	}
	if b := c.take(8); b != nil {
		*v = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
}

// Fixed codes bytes of a length that is known.
func (c *Coder) Fixed(b []byte) {
	if !c.reading {
		c.buf = append(c.buf, b...)
		return
	}
	copy(b, c.take(len(b)))
}

// String codes a text.
func (c *Coder) String(v *string) {
	n := c.Count(len(*v), 1)
	if !c.reading {
		c.buf = append(c.buf, *v...)
		return
	}
	*v = string(c.take(n))
}

// Section codes bytes of any length. What is read is part of what the Reader
// was given, not a copy.
func (c *Coder) Section(b *[]byte) {
	n := c.Count(len(*b), 1)
	if !c.reading {
		c.buf = append(c.buf, *b...)
		return
	}
	*b = c.take(n)
}

// Count codes how many elements follow, each of at least so many bytes. A count
// that is read fits what is left.
func (c *Coder) Count(n, least int) int {
	count := uint64(n)
	Uint(c, &count)
	if c.reading && count > uint64(len(c.buf)/max(least, 1)) {
		c.Fail("%d elements in %d bytes", count, len(c.buf))
	}
	if c.err != nil {
		return 0
	}
	return int(count)
}

// take cuts the next n bytes off; nil when there are fewer.
func (c *Coder) take(n int) []byte {
	if n > len(c.buf) {
		c.Fail("%d bytes of %d", len(c.buf), n)
		return nil
	}
	b := c.buf[:n:n]
	c.buf = c.buf[n:]
	return b
}

// Slice codes a slice, each element of at least so many bytes. A nil one stays
// nil.
func Slice[T any](c *Coder, v *[]T, least int, each func(*T)) {
	is := *v != nil
	if c.Bool(&is); !is {
		return
	}
	n := c.Count(len(*v), least)
	if c.reading {
		*v = make([]T, n)
	}
	for i := range *v {
		if c.err != nil {
			return
		}
		each(&(*v)[i])
	}
}

// Strings codes a list of texts.
func Strings(c *Coder, v *[]string) { Slice(c, v, 1, c.String) }

// Map codes a map in the order of its keys. A nil one stays nil.
func Map[M ~map[K]V, K cmp.Ordered, V any](c *Coder, m *M, key func(*K), value func(*V)) {
	is := *m != nil
	if c.Bool(&is); !is {
		return
	}
	n := c.Count(len(*m), 2)
	if c.reading {
		*m = make(M, n)
		for range n {
			var k K
			var v V
			key(&k)
			value(&v)
			(*m)[k] = v
		}
		return
	}
	for _, k := range slices.Sorted(maps.Keys(*m)) {
		v := (*m)[k]
		key(&k)
		value(&v)
	}
}

// Pointer codes what may be absent.
func Pointer[T any](c *Coder, v **T, value func(*T)) {
	is := *v != nil
	if c.Bool(&is); !is {
		return
	}
	if c.reading {
		*v = new(T)
	}
	value(*v)
}
