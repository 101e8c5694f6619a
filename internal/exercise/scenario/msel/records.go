package msel

import (
	"fmt"
	"strings"
	"time"

	"renkei/internal/sheet"
)

// record is what a spreadsheet says of one inject.
type record struct {
	row   int // from 0
	key   string
	cells map[string]entry // by field with its language
	notes []string         // of columns that are kept as notes
}

// entry is a cell with its place.
type entry struct {
	cell sheet.Cell
	ref  string
}

// read makes records of the rows below the heads.
func (im *importer) read() {
	byKey := map[string]*record{}
	for r := im.head + 1; r < len(im.grid.Rows); r++ {
		if im.blank(r) || im.repeated(r) {
			continue
		}
		if im.grid.HiddenRows[r+1] {
			im.issue(im.grid.Ref(r, 0), "hidden_row", map[string]any{"Row": r + 1}, true)
		}
		if text, only := im.section(r); only {
			im.issue(im.grid.Ref(r, 0), "section", map[string]any{"Text": clip(text)}, true)
			continue
		}
		rec := im.record(r)
		if key, ok := rec.cells["key"]; ok && key.cell.Filled && len(im.records) > 0 {
			if last := im.records[len(im.records)-1]; last.cells["key"].cell.Text == key.cell.Text {
				last.join(rec)
				continue
			}
		}
		im.name(rec)
		if first := byKey[rec.key]; first != nil {
			im.issue(rec.place(im, "key"), "key_twice", map[string]any{"Key": rec.key, "Row": first.row + 1}, false)
			continue
		}
		byKey[rec.key] = rec
		im.records = append(im.records, rec)
	}
}

// place is the cell of a field, or the row.
func (rec *record) place(im *importer, name string) string {
	if e, ok := rec.cells[name]; ok {
		return e.ref
	}
	return im.grid.Ref(rec.row, 0)
}

func (im *importer) record(r int) *record {
	rec := &record{row: r, cells: map[string]entry{}}
	for _, c := range im.columns {
		cell := im.grid.At(r, c.col)
		if c.name == "" {
			if !cell.Empty() {
				rec.notes = append(rec.notes, c.head+": "+tidy(cell.Text))
			}
			continue
		}
		rec.cells[c.name] = entry{cell, im.grid.Ref(r, c.col)}
	}
	return rec
}

// join adds a row that goes on with the same inject: its key is merged.
func (rec *record) join(more *record) {
	for name, e := range more.cells {
		old, ok := rec.cells[name]
		if !ok || e.cell.Filled || e.cell.Empty() {
			continue
		}
		if !old.cell.Empty() {
			e.cell = sheet.Cell{Text: tidy(old.cell.Text) + "\n" + tidy(e.cell.Text)}
			e.ref = old.ref
		}
		rec.cells[name] = e
	}
	rec.notes = append(rec.notes, more.notes...)
}

func (im *importer) blank(r int) bool {
	for _, c := range im.grid.Rows[r] {
		if !c.Empty() && !c.Filled {
			return false
		}
	}
	return true
}

// repeated reports whether the heads stand there again, as on a new page.
func (im *importer) repeated(r int) bool {
	same := 0
	for _, c := range im.columns {
		text := tidy(im.grid.At(r, c.col).Text)
		if text != "" && text != c.head {
			return false
		}
		if text != "" {
			same++
		}
	}
	return same > 1
}

// section reports whether a row has a single text, as a title between rows
// has.
func (im *importer) section(r int) (string, bool) {
	text, n := "", 0
	for _, c := range im.columns {
		if c.name == "key" && im.grid.At(r, c.col).Filled {
			return "", false // it goes on with the inject above
		}
	}
	for _, c := range im.grid.Rows[r] {
		if !c.Empty() && !c.Filled {
			text = c.Text
			n++
		}
	}
	return text, n == 1 && len(im.columns) > 2
}

// name settles the key of a record.
func (im *importer) name(rec *record) {
	text := ""
	if e, ok := rec.cells["key"]; ok {
		text = tidy(e.cell.Text)
	}
	rec.key = im.keyOf(text, len(im.records)+1)
}

// keyOf makes a key of what people number injects by; the same text gives the
// same key.
func (im *importer) keyOf(text string, n int) string {
	if mapped, ok := im.m.Values["key"][text]; ok {
		text = mapped
	}
	if text == "" {
		return fmt.Sprintf("I%02d", n)
	}
	if im.src != nil && im.src.find(text) != nil || keyPattern.MatchString(text) {
		return text
	}
	text = strings.TrimSuffix(text, ".0")
	var b strings.Builder
	for _, r := range foldDigits(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_':
			b.WriteRune(r)
		case r == '.' || r == ' ' || r == '/':
			b.WriteByte('-')
		}
	}
	key := strings.Trim(b.String(), "-_")
	if key != "" && key[0] >= '0' && key[0] <= '9' {
		if len(key) == 1 {
			key = "0" + key
		}
		key = "I" + key
	}
	if !keyPattern.MatchString(key) {
		return fmt.Sprintf("I%02d", n)
	}
	return key
}

// dated puts a date that has a column of its own before the time.
func (rec *record) dated(at sheet.Cell) sheet.Cell {
	d, ok := rec.cells[dateField]
	if !ok || d.cell.Empty() {
		return at
	}
	day := d.cell
	switch {
	case day.Kind == sheet.Moment && at.Kind == sheet.Moment && at.Number < 1:
		day.Number = float64(int(day.Number)) + at.Number
		return day
	case day.Kind == sheet.Moment:
		const epochDays = 25569 // 1970-01-01
		t := time.Unix(int64(day.Number-epochDays)*86400, 0).UTC()
		return sheet.Cell{Text: t.Format("2006-01-02") + " " + at.Text}
	case at.Kind == sheet.Moment && at.Number < 1:
		t := time.Time{}.Add(time.Duration(at.Number*86400+0.5) * time.Second)
		return sheet.Cell{Text: day.Text + " " + t.Format("15:04:05")}
	}
	return sheet.Cell{Text: day.Text + " " + at.Text}
}
