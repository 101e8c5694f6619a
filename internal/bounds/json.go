package bounds

import (
	"errors"
	"fmt"
)

// ErrValues means JSON of too many values, or that nest too deeply.
var ErrValues = errors.New("too much in one JSON text")

// JSON refuses a text that has more than so many values, or nests them deeper, so
// that what it becomes in memory is bounded before it is decoded: two letters may
// stand for a value of half a kilobyte. It returns an error that wraps ErrValues.
// Whether the text is JSON at all it does not say.
func JSON(raw []byte, values, depth int) error {
	count, deep, quoted := 1, 0, false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if quoted {
			if c == '\\' {
				i++
			}
			quoted = c != '"'
			continue
		}
		switch c {
		case '"':
			quoted = true
		case ',', ':':
			count++
		case '{', '[':
			count++
			if deep++; deep > depth {
				return fmt.Errorf("%w: deeper than %d at byte %d", ErrValues, depth, i)
			}
		case '}', ']':
			deep--
		}
		if count > values {
			return fmt.Errorf("%w: more than %d values at byte %d", ErrValues, values, i)
		}
	}
	return nil
}
