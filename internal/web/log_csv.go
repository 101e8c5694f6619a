package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// byteOrderMark tells spreadsheets that a table is UTF-8.
const byteOrderMark = "\ufeff"

func writeLogCSV(r *request, w io.Writer, lines []logLine) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	out := csv.NewWriter(w)
	rows := [][]string{r.logHead()}
	for i := range lines {
		rows = append(rows, lines[i].csv())
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	return nil
}

func (r *request) logHead() []string {
	var head []string
	for _, name := range []string{"seq", "at", "wall", "type", "unit", "who", "what", "from", "to", "tlp", "text"} {
		head = append(head, r.t("log.head."+name))
	}
	return head
}

func (l *logLine) csv() []string {
	cells := []string{number(l.seq), l.at, l.wall, l.class, l.unit, l.who, l.words, l.from, l.to, label(l.tlp), l.text}
	for i := range cells {
		cells[i] = plainCell(cells[i])
	}
	return cells
}

// plainCell puts an apostrophe before text that a spreadsheet would take for a
// formula: what players write is not to be trusted.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
