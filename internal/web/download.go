package web

import (
	"bytes"
	"io"
	"mime"
	"strings"

	"renkei/internal/sheet"
)

// Media types of what is handed out beside reports.
const (
	mediaCSV   = "text/csv; charset=utf-8"
	MediaJSON  = "application/json"
	MediaJSONL = "application/jsonl"
)

// Attach makes the answer a file.
func (r *Request) Attach(name string) {
	r.Writer.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// SendBytes answers with what is made already, packed where that helps.
func (r *Request) SendBytes(kind string, data []byte) error {
	h := r.Writer.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept-Encoding")
	var out io.Writer = r.Writer
	if r.takesGzip() && !strings.Contains(kind, "zip") && !strings.Contains(kind, "spreadsheet") {
		h.Set("Content-Encoding", "gzip")
		packed := r.Server.packer()
		defer r.Server.packers.Put(packed)
		packed.Reset(r.Writer)
		defer packed.Close() //nolint:errcheck // the reader has gone
		out = packed
	}
	_, err := out.Write(data)
	return err
}

// SendCSV answers with a table for spreadsheets; the first row has the headings.
func (r *Request) SendCSV(name string, rows [][]string) error {
	table := sheet.Table{Head: rows[0], Rows: rows[1:]}
	var b bytes.Buffer
	if err := table.WriteCSV(&b, true); err != nil {
		return err
	}
	r.Attach(name)
	return r.SendBytes(mediaCSV, b.Bytes())
}
