package archive

import (
	"bufio"
	"encoding/json"
	"errors"
	"iter"
)

// readRows yields the lines of a file, of which there must be count; nil means
// that there is no file.
func readRows[T any](r *Reader, name string, count *int, valid func(*T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if count == nil {
			return
		}
		in, err := r.open(name)
		if err != nil {
			yield(none, err)
			return
		}
		defer in.Close() //nolint:errcheck // only read
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxRow)
		n := 0
		for lines.Scan() {
			n++
			var row T
			if json.Unmarshal(lines.Bytes(), &row) != nil || !valid(&row) {
				yield(none, &Error{Code: CodeRow, File: name, Line: n})
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := endOfRows(lines.Err(), name, n, *count); err != nil {
			yield(none, err)
		}
	}
}

// endOfRows says what is wrong once no line comes any more.
func endOfRows(err error, name string, n, count int) error {
	var damaged *Error
	switch {
	case errors.As(err, &damaged):
		damaged.Line = n + 1
		return damaged
	case err != nil:
		return &Error{Code: CodeRow, File: name, Line: n + 1, Err: err}
	case n != count:
		return &Error{Code: CodeOther, File: name, Line: n}
	}
	return nil
}
