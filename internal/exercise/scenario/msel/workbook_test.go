package msel_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/msel"
)

// TestWorkbookAsPeopleKeepIt: a title, merged cells, a hidden row and sheet,
// serial times, a formula with its stored value and one without.
func TestWorkbookAsPeopleKeepIt(t *testing.T) {
	t.Parallel()
	in := msel.Input{Name: "Drill", Mapping: msel.Mapping{Times: msel.Times{Startex: "2024-06-26T09:00:00+07:00"}}}
	in.Grids = grids(t, workbook(t, true))
	p := run(t, in)
	var refs []string
	for _, i := range p.Issues {
		refs = append(refs, i.Ref+" "+i.Code)
	}
	want := []string{" other_sheet", "Inject list!A7 hidden_row", " clock_day", "Inject list!C8 broken"}
	if !slices.Equal(refs, want) || p.Files != nil {
		t.Errorf("issues %q, want %q", refs, want)
	}
	in.Grids = grids(t, workbook(t, false))
	p = run(t, in)
	pack, ds := scenario.Parse(p.Files)
	if pack == nil || scenario.Failed(ds) {
		t.Fatalf("%v %v", p.Issues, ds)
	}
	type line struct {
		key, title, phase string
		at                time.Duration
	}
	for i, want := range []line{
		{"I01", "Call", "opening", 30 * time.Minute},
		{"I02", "Mail\nsecond line", "opening", 90 * time.Minute},
		{"I03", "Hidden", "closing", 2 * time.Hour},
		{"I04", "ab", "closing", 3 * time.Hour},
	} {
		inj := pack.Injects[i]
		if got := (line{inj.Key, inj.Title.In("en"), inj.Phase, inj.Trigger.At}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// workbook makes the file; with formula a title is one that was never computed.
func workbook(t *testing.T, formula bool) []byte {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	f := excelize.NewFile()
	must(f.SetSheetName("Sheet1", "Notes"))
	must(f.SetCellValue("Notes", "A1", "Key"))
	_, err := f.NewSheet("Inject list")
	must(err)
	s := "Inject list"
	clock, err := f.NewStyle(&excelize.Style{NumFmt: 20}) // h:mm
	must(err)
	full, err := f.NewStyle(&excelize.Style{CustomNumFmt: new("dd/mm/yyyy hh:mm")})
	must(err)
	for at, v := range map[string]any{
		"A1": "MSEL of the drill 2024", "A3": "No.", "B3": "Time", "C3": "Inject", "D3": "From", "E3": "To", "F3": "Phase",
		"A4": 1, "B4": 9.5 / 24, "C4": "Call", "D4": "Desk", "E4": "All teams", "F4": "Opening",
		"A5": 2, "B5": 45469.4375, "C5": "Mail", "D5": "Desk", "E5": "All teams",
		"C6": "second line", "A7": 3, "B7": 11.0 / 24, "C7": "Hidden", "D7": "Vendor", "E7": "All teams", "F7": "Closing",
		"A8": 4, "B8": 12.0 / 24, "D8": "Vendor", "E8": "All teams", "F8": "Closing",
	} {
		must(f.SetCellValue(s, at, v))
	}
	for at, style := range map[string]int{"B4": clock, "B5": full, "B7": clock, "B8": clock} {
		must(f.SetCellStyle(s, at, at, style))
	}
	must(f.MergeCell(s, "A1", "F1"))
	must(f.MergeCell(s, "F4", "F6"))
	must(f.MergeCell(s, "A5", "A6"))
	must(f.SetRowVisible(s, 7, false))
	if formula {
		must(f.SetCellFormula(s, "C8", `CONCAT("a","b")`))
	} else {
		must(f.SetCellValue(s, "C8", "ab"))
	}
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}
