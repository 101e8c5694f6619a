package report

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"renkei/internal/exercise/review"
	"renkei/internal/i18n"
)

// bom makes spreadsheet programs read a CSV file as UTF-8.
const bom = "\ufeff"

// CSV writes the tasks by unit as one table in UTF-8 (RFC 4180).
func CSV(w io.Writer, r *review.Report, p *i18n.Printer) error {
	return find(tables(r, p), "tasks").csv(w)
}

// PlanCSV writes the improvement plan as one table in UTF-8 (RFC 4180).
func PlanCSV(w io.Writer, r *review.Report, p *i18n.Printer) error {
	return find(tables(r, p), "plan").csv(w)
}

// CSVZip writes every table of the report as a CSV file of its own.
func CSVZip(w io.Writer, r *review.Report, p *i18n.Printer) error {
	z := zip.NewWriter(w)
	for _, t := range tables(r, p) {
		f, err := z.Create(t.key + ".csv")
		if err != nil {
			return fmt.Errorf("write report: %w", err)
		}
		if err := t.csv(f); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (t *table) csv(w io.Writer) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	rows := [][]string{t.head}
	for _, cells := range t.rows {
		row := make([]string, len(cells))
		for i, cell := range cells {
			row[i] = csvText(cell)
		}
		rows = append(rows, row)
	}
	if err := c.WriteAll(rows); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// csvText writes one cell. Text that a spreadsheet would take for a formula
// gets an apostrophe before it: players' texts are not to be trusted.
func csvText(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(cell)
}
