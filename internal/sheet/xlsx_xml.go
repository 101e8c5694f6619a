package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"renkei/internal/bounds"
)

// Bounds of the XML of a workbook, all its parts together. A cell takes two or
// three elements.
const (
	maxXML      = 48 << 20 // bytes
	maxElements = 1_500_000
	maxPiece    = 256 << 10 // bytes of a tag or text; a cell of Excel's holds half of it
	maxDepth    = 40        // elements within elements
)

// visitor is called when an element begins, with the names of those around it,
// and when it ends, with the text in it.
type visitor interface {
	begin(name string, attr attributes, within []string) error
	end(name, text string, within []string) error
}

type attributes []xml.Attr

// get is the value of an attribute; "" for none.
func (a attributes) get(name string) string {
	for i := range a {
		if a[i].Name.Local == name {
			return a[i].Value
		}
	}
	return ""
}

// walk reads a part piece by piece, and keeps none but where it is.
func (b *workbook) walk(part string, v visitor) error {
	f := b.parts[strings.ToLower(part)]
	if f == nil {
		return fmt.Errorf("%w: no %s", ErrWorkbook, part)
	}
	in, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWorkbook, err)
	}
	defer in.Close() //nolint:errcheck // it was only read
	from := &bounds.Source{From: in, Left: b.bytes, Piece: maxPiece}
	err = b.visit(from, v)
	b.bytes = from.Left
	switch {
	case errors.Is(err, bounds.ErrLong), errors.Is(err, ErrLarge):
		return ErrLarge
	case err != nil:
		return fmt.Errorf("%w: %s: %w", ErrWorkbook, part, err)
	}
	return nil
}

func (b *workbook) visit(from *bounds.Source, v visitor) error {
	dec := xml.NewDecoder(from)
	var path []string
	var text strings.Builder
	for {
		from.Next()
		token, err := dec.RawToken()
		switch t := token.(type) {
		case nil:
			if errors.Is(err, io.EOF) && len(path) == 0 {
				return nil
			}
			return errors.Join(ErrWorkbook, err)
		case xml.StartElement:
			if b.elements--; b.elements < 0 || len(path) == maxDepth {
				return ErrLarge
			}
			text.Reset()
			err = v.begin(t.Name.Local, t.Attr, path)
			path = append(path, t.Name.Local)
		case xml.EndElement:
			last := len(path) - 1
			if last < 0 || path[last] != t.Name.Local {
				return ErrWorkbook
			}
			path = path[:last]
			err = v.end(t.Name.Local, text.String(), path)
			text.Reset()
		case xml.CharData:
			if text.Len()+len(t) > maxPiece {
				return ErrLarge
			}
			text.Write(t)
		}
		if err != nil {
			return err
		}
	}
}

// ends reports whether the innermost of some elements have these names.
func ends(within []string, names ...string) bool {
	return len(within) >= len(names) && slices.Equal(within[len(within)-len(names):], names)
}
