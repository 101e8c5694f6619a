package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"renkei/internal/exercise/review"
	"renkei/internal/exercise/review/report"
)

func csvRows(tb testing.TB, raw []byte) [][]string {
	tb.Helper()
	raw, ok := bytes.CutPrefix(raw, []byte("\ufeff"))
	if !ok {
		tb.Error("no byte order mark, so a spreadsheet takes it for something else than UTF-8")
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

func tasksOf(r *review.Report) int {
	n := 0
	for i := range r.Result.Units {
		n += len(r.Result.Units[i].Tasks)
	}
	return n
}

func TestCSV(t *testing.T) {
	t.Parallel()
	for name, r := range fixtures(t) {
		var b bytes.Buffer
		if err := report.CSV(&b, r, printer(t, r.Reader.Lang)); err != nil {
			t.Fatal(err)
		}
		if rows := csvRows(t, b.Bytes()); len(rows) != tasksOf(r)+1 {
			t.Errorf("%s: %d rows, want %d", name, len(rows), tasksOf(r)+1)
		}
	}
}

// TestEverySheet: the workbook and the zip of CSV files hold the same tables,
// and as many rows as the report has.
func TestEverySheet(t *testing.T) {
	t.Parallel()
	for name, r := range fixtures(t) {
		p := printer(t, r.Reader.Lang)
		var x, z bytes.Buffer
		if err := report.XLSX(&x, r, p); err != nil {
			t.Fatal(err)
		}
		if err := report.CSVZip(&z, r, p); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&x)
		if err != nil {
			t.Fatal(err)
		}
		files, err := zip.NewReader(bytes.NewReader(z.Bytes()), int64(z.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if len(files.File) != len(book.GetSheetList()) {
			t.Fatalf("%s: %d files, %d sheets", name, len(files.File), len(book.GetSheetList()))
		}
		for i, sheet := range book.GetSheetList() {
			sameTable(t, name, files.File[i], book, sheet)
			checkHeads(t, book, name, sheet)
			panes, err := book.GetPanes(sheet)
			if err != nil || !panes.Freeze || panes.YSplit != 1 {
				t.Errorf("%s %s: the head does not stay: %v %v", name, sheet, panes, err)
			}
		}
		sheet := p.T("report.sheet.events")
		if rows, err := book.GetRows(sheet); err != nil || len(rows) != len(r.Events)+1 {
			t.Errorf("%s: %d rows of events, want %d: %v", name, len(rows), len(r.Events)+1, err)
		}
	}
}

// checkHeads: every head is in words, and no two of a sheet are the same.
func checkHeads(t *testing.T, book *excelize.File, name, sheet string) {
	t.Helper()
	rows, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "report.") || strings.HasPrefix(cell, "review.") {
				t.Errorf("%s %s: a cell says %q", name, sheet, cell)
			}
			if i == 0 && seen[cell] {
				t.Errorf("%s %s: two heads %q", name, sheet, cell)
			}
			seen[cell] = seen[cell] || i == 0
		}
	}
}

// sameTable compares a CSV file with a sheet. Trailing empty cells are not in
// what excelize reads.
func sameTable(t *testing.T, name string, file *zip.File, book *excelize.File, sheet string) {
	t.Helper()
	f, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	want := csvRows(t, raw)
	got, err := book.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%s %s: %d rows, the CSV has %d", name, sheet, len(got), len(want))
	}
	for i := range want {
		for j := range want[i] {
			cell := ""
			if j < len(got[i]) {
				cell = got[i][j]
			}
			if strings.ReplaceAll(strings.TrimPrefix(want[i][j], "'"), "\r", "") != cell {
				t.Errorf("%s %s row %d column %d: %q, the CSV has %q", name, sheet, i+1, j+1, cell, want[i][j])
			}
		}
	}
}

// TestNoFormula: what a player typed is never run by a spreadsheet.
func TestNoFormula(t *testing.T) {
	t.Parallel()
	r := clone(t, fixtures(t)["report.excon.en.json"])
	formulas := []string{`=HYPERLINK("http://x.example","y")`, "+1+1", "-2", "@SUM(A1)", "\t=1", " =1"}
	r.Notes = nil
	for i, text := range formulas {
		r.Notes = append(r.Notes, review.NoteEntry{Seq: uint64(i + 1), Kind: "own", Text: text})
	}
	p := printer(t, "en")
	var x, z bytes.Buffer
	if err := report.XLSX(&x, r, p); err != nil {
		t.Fatal(err)
	}
	if err := report.CSVZip(&z, r, p); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&x)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range formulas {
		cell, err := excelize.CoordinatesToCellName(7, i+2)
		if err != nil {
			t.Fatal(err)
		}
		formula, err := book.GetCellFormula("Notes", cell)
		if err != nil || formula != "" {
			t.Errorf("%q became the formula %q: %v", text, formula, err)
		}
		if got, err := book.GetCellValue("Notes", cell); err != nil || got != text {
			t.Errorf("%q became %q: %v", text, got, err)
		}
	}
	files, err := zip.NewReader(bytes.NewReader(z.Bytes()), int64(z.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := files.Open("notes.csv")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range csvRows(t, raw)[1:] {
		if text := row[6]; strings.ContainsRune("=+-@\t", rune(text[0])) {
			t.Errorf("%q stands in the CSV as %q", formulas[i], text)
		}
	}
}
