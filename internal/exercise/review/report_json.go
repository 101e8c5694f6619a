package review

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
)

// WriteJSON writes the report, indented, with a newline at the end. The same
// report gives the same bytes. It is written piece by piece: the whole of a
// large report would not fit beside the log from which it was made.
func (r *Report) WriteJSON(w io.Writer) error {
	p := pieces{out: bufio.NewWriterSize(w, 1<<16)}
	p.enc = json.NewEncoder(&p.buf)
	p.enc.SetEscapeHTML(false)
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		sep := ",\n"
		if i == 0 {
			sep = "{\n"
		}
		p.put(fmt.Sprintf("%s  %q: ", sep, v.Type().Field(i).Tag.Get("json")))
		p.field(v.Field(i))
	}
	p.put("\n}\n")
	if p.err == nil {
		p.err = p.out.Flush()
	}
	if p.err != nil {
		return fmt.Errorf("write report: %w", p.err)
	}
	return nil
}

// pieces writes indented JSON a value at a time; the first error stays.
type pieces struct {
	out *bufio.Writer
	enc *json.Encoder
	buf bytes.Buffer
	err error
}

func (p *pieces) put(s string) {
	if p.err == nil {
		_, p.err = p.out.WriteString(s)
	}
}

// field writes the elements of a list one by one, anything else in one piece.
func (p *pieces) field(v reflect.Value) {
	if v.Kind() != reflect.Slice || v.Len() == 0 {
		p.value(v, "  ")
		return
	}
	sep := "[\n    "
	for i := range v.Len() {
		p.put(sep)
		p.value(v.Index(i), "    ")
		sep = ",\n    "
	}
	p.put("\n  ]")
}

func (p *pieces) value(v reflect.Value, prefix string) {
	if p.err != nil {
		return
	}
	p.buf.Reset()
	p.enc.SetIndent(prefix, "  ")
	if p.err = p.enc.Encode(v.Interface()); p.err == nil {
		_, p.err = p.out.Write(bytes.TrimSuffix(p.buf.Bytes(), []byte("\n")))
	}
}
