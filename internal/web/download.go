package web

import (
	"io"
	"mime"

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

// SendCSV answers with a table for spreadsheets; the first row has the headings.
func (r *Request) SendCSV(name string, rows [][]string) error {
	return r.SendRows(name, func() ([][]string, error) { return rows, nil })
}

// SendRows is SendCSV for a table that takes memory while it is made.
func (r *Request) SendRows(name string, rows func() ([][]string, error)) error {
	return r.Send(Answer{Name: name, Media: mediaCSV, Heavy: HeavyExport, Write: func(w io.Writer) error {
		all, err := rows()
		if err != nil {
			return err
		}
		table := sheet.Table{Head: all[0], Rows: all[1:]}
		return table.WriteCSV(w, true)
	}})
}
