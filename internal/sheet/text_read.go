package sheet

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"renkei/internal/bounds"
)

// openText reads a text file with separators in UTF-8, UTF-16, Shift_JIS or
// Windows-1252.
func openText(raw []byte) (*Grid, error) {
	text, name, err := decodeText(raw)
	if err != nil {
		return nil, err
	}
	if len(text) > maxText {
		return nil, ErrLarge
	}
	from, r := records(text, separator(text))
	cells := maxCells
	g := &Grid{Encoding: name, HiddenRows: map[int]bool{}}
	for line := 1; ; {
		from.Next()
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return g, nil
		case errors.Is(err, bounds.ErrLong):
			return nil, ErrLarge
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrText, err)
		}
		at, _ := r.FieldPos(0)
		for ; line < at && len(g.Rows) < maxRows; line++ {
			g.Rows = append(g.Rows, nil) // an empty line is a row too
		}
		if cells -= len(record); len(g.Rows) >= maxRows || len(record) > maxCols || cells < 0 {
			return nil, ErrLarge
		}
		row := make([]Cell, len(record))
		for i, text := range record {
			row[i] = Cell{Text: unguard(text)}
			line += strings.Count(text, "\n")
		}
		line = max(line, at) + 1
		g.Rows = append(g.Rows, row)
	}
}

// maxRecord bounds a row of a text file, in bytes.
const maxRecord = 1 << 20

// records reads a text row by row.
func records(text string, separator rune) (*bounds.Source, *csv.Reader) {
	from := &bounds.Source{From: strings.NewReader(text), Left: int64(len(text)), Piece: maxRecord}
	r := csv.NewReader(from)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator, -1, true
	return from, r
}

// decodeText gives the text and the name of its encoding.
func decodeText(raw []byte) (text, name string, err error) {
	switch {
	case bytes.HasPrefix(raw, []byte(BOM)):
		raw = raw[len(BOM):]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return decoded(raw, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), "UTF-16")
	case wide(raw, binary.LittleEndian):
		return decoded(raw, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16")
	case wide(raw, binary.BigEndian):
		return decoded(raw, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "UTF-16")
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", "", ErrText
	}
	if utf8.Valid(raw) {
		return string(raw), "UTF-8", nil
	}
	if text, name, err := decoded(raw, japanese.ShiftJIS, "Shift_JIS"); err == nil {
		return text, name, nil
	}
	return decoded(raw, charmap.Windows1252, "Windows-1252")
}

func decoded(raw []byte, enc encoding.Encoding, name string) (string, string, error) {
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", "", ErrText
	}
	return string(out), name, nil
}

// wide reports whether a text without a mark is UTF-16: its first characters
// are ASCII in two bytes.
func wide(raw []byte, order binary.ByteOrder) bool {
	if len(raw) < 4 || len(raw)%2 != 0 {
		return false
	}
	for i := 0; i < 4; i += 2 {
		if c := order.Uint16(raw[i:]); c == 0 || c > 0x7f {
			return false
		}
	}
	return true
}

// separator picks the character that parts most of the first lines alike.
func separator(text string) rune {
	best, most := ',', 0
	for _, sep := range []rune{',', ';', '\t', '|'} {
		from, r := records(text, sep)
		score := map[int]int{}
		for range 20 {
			from.Next()
			record, err := r.Read()
			if err != nil {
				break
			}
			if len(record) > 1 {
				score[len(record)] += len(record)
			}
		}
		for _, n := range score {
			if n > most {
				best, most = sep, n
			}
		}
	}
	return best
}

// unguard takes the apostrophes of guard away, the last one put first.
func unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && evaluated(strings.TrimLeft(rest, "'")) {
		text = rest
	}
	return guardedAfter.ReplaceAllString(text, "$1$2")
}
