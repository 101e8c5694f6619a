package binenc_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/binenc"
)

// thing has a field of every kind.
type thing struct {
	U     uint64
	N     uint32
	I     int64
	Small int32
	B     bool
	F     float64
	S     string
	Raw   []byte
	ID    [4]byte
	List  []string
	Parts []part
	M     map[string]int
	P     *float64
}

type part struct{ A int }

func (v *thing) code(c *binenc.Coder) {
	binenc.Uint(c, &v.U)
	binenc.Uint(c, &v.N)
	binenc.Int(c, &v.I)
	binenc.Int(c, &v.Small)
	c.Bool(&v.B)
	c.Float(&v.F)
	c.String(&v.S)
	c.Section(&v.Raw)
	c.Fixed(v.ID[:])
	binenc.Strings(c, &v.List)
	binenc.Slice(c, &v.Parts, 1, func(p *part) { binenc.Int(c, &p.A) })
	binenc.Map(c, &v.M, c.String, func(n *int) { binenc.Int(c, n) })
	binenc.Pointer(c, &v.P, c.Float)
}

func (v *thing) bytes() []byte {
	c := binenc.Writer([]byte("before"))
	v.code(c)
	return bytes.TrimPrefix(c.Bytes(), []byte("before"))
}

func drawThing(r *rapid.T) thing {
	v := thing{
		U: rapid.Uint64().Draw(r, "u"), N: rapid.Uint32().Draw(r, "n"), I: rapid.Int64().Draw(r, "i"),
		Small: rapid.Int32().Draw(r, "small"), B: rapid.Bool().Draw(r, "b"), F: rapid.Float64().Draw(r, "f"),
		S: rapid.String().Draw(r, "s"), Raw: rapid.SliceOf(rapid.Byte()).Draw(r, "raw"),
		List: rapid.SliceOf(rapid.String()).Draw(r, "list"),
		M:    rapid.MapOf(rapid.String(), rapid.Int()).Draw(r, "m"),
		P:    rapid.Ptr(rapid.Float64(), true).Draw(r, "p"),
	}
	for _, n := range rapid.SliceOf(rapid.Int()).Draw(r, "parts") {
		v.Parts = append(v.Parts, part{n})
	}
	if rapid.Bool().Draw(r, "nil") {
		v.List, v.M = nil, nil
	}
	copy(v.ID[:], rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(r, "id"))
	return v
}

// TestReadIsWhatWasWritten, and every piece of it is too short.
func TestReadIsWhatWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		v := drawThing(r)
		data := v.bytes()
		var got thing
		c := binenc.Reader(data)
		if got.code(c); c.Done() != nil {
			r.Fatal(c.Done())
		}
		if !reflect.DeepEqual(v, got) {
			r.Fatalf("wrote %+v\nread  %+v", v, got)
		}
		cut := rapid.IntRange(0, len(data)-1).Draw(r, "cut")
		c = binenc.Reader(data[:cut])
		if got.code(c); !errors.Is(c.Done(), binenc.ErrDamaged) {
			r.Fatalf("%d of %d bytes: %v", cut, len(data), c.Done())
		}
	})
}

func TestDamage(t *testing.T) {
	t.Parallel()
	num := func(n uint64) []byte {
		c := binenc.Writer(nil)
		binenc.Uint(c, &n)
		return c.Bytes()
	}
	for name, tc := range map[string]struct {
		data []byte
		read func(c *binenc.Coder)
	}{
		"a number for 32 bits": {num(1 << 32), func(c *binenc.Coder) { binenc.Uint(c, new(uint32)) }},
		"a signed one":         {num(math.MaxUint64), func(c *binenc.Coder) { binenc.Int(c, new(int32)) }},
		"neither true nor not": {num(2), func(c *binenc.Coder) { c.Bool(new(bool)) }},
		"not of the set":       {num(4), func(c *binenc.Coder) { v := uint8(9); binenc.Enum(c, &v, 3) }},
		"more than there is":   {num(1 << 40), func(c *binenc.Coder) { c.String(new(string)) }},
		"more than fits":       {append(num(1), num(7)...), func(c *binenc.Coder) { binenc.Slice(c, new([]part), 1, nil) }},
		"bytes too many":       {append(num(1), 0), func(c *binenc.Coder) { c.Bool(new(bool)) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := binenc.Reader(tc.data)
			if tc.read(c); !errors.Is(c.Done(), binenc.ErrDamaged) {
				t.Errorf("error %v", c.Done())
			}
			if c.Left() > 0 {
				t.Error("goes on reading")
			}
		})
	}
}
