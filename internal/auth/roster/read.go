package roster

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"renkei/internal/auth"
	"renkei/internal/exercise/scenario"
	"renkei/internal/sheet"
)

// Bounds of a file.
const (
	MaxBytes = 2 << 20
	MaxRows  = 5000 // of people
)

// Known is what rows are compared with.
type Known struct {
	Exercise bool              // false: the file is for the community
	Units    []scenario.Unit   // of the exercise, each team before its cells
	Accounts map[string]string // the names of those who have one, by login
}

// Read reads a list of people: a workbook (its first sheet that is shown and
// not empty), or text with commas, semicolons or tabs in UTF-8, UTF-16 or
// Shift_JIS. The first row that is not empty has the headings. Where anything
// is wrong, the plan has all of it, row by row, and the error is auth.ErrPlan.
func Read(raw []byte, known Known) (auth.Plan, error) {
	r := &reader{
		known: known, units: newUnits(known.Units), roles: roles(), languages: languages(),
		columns: map[Column]int{}, rows: map[string]int{}, mails: map[string]auth.Invitee{}, guesses: map[string]string{},
	}
	if r.open(raw) && r.head() {
		r.people()
	}
	if len(r.plan.Problems) > 0 {
		return r.plan, auth.ErrPlan
	}
	return r.plan, nil
}

// reader is a file on its way to a plan.
type reader struct {
	known     Known
	units     *units
	roles     map[string]auth.Role
	languages map[string]string

	grid    *sheet.Grid
	first   int // row of the headings, from 0
	columns map[Column]int

	rows    map[string]int          // where the same was read before
	mails   map[string]auth.Invitee // who has a mail address
	guesses map[string]string       // what was probably meant; to guess takes time
	plan    auth.Plan
}

// open finds the sheet.
func (r *reader) open(raw []byte) bool {
	if len(raw) > MaxBytes {
		return r.wrong(-1, -1, FileLarge, args{"Max": MaxBytes >> 20})
	}
	grids, err := sheet.Open(raw)
	switch {
	case errors.Is(err, sheet.ErrLarge):
		return r.wrong(-1, -1, TooManyRows, args{"Max": MaxRows})
	case errors.Is(err, sheet.ErrOld):
		return r.wrong(-1, -1, FileOld, nil)
	case err != nil:
		return r.wrong(-1, -1, FileUnreadable, nil)
	}
	for _, g := range grids {
		for row := range g.Rows {
			if !g.Hidden && !emptyRow(g.Rows[row]) {
				r.grid, r.first = g, row
				return true
			}
		}
	}
	return r.wrong(-1, -1, FileEmpty, nil)
}

func emptyRow(row []sheet.Cell) bool {
	return !slices.ContainsFunc(row, func(c sheet.Cell) bool { return !c.Empty() })
}

// head finds what each column is. It reports false where the rows cannot be
// read for want of a column.
func (r *reader) head() bool {
	known := headings()
	for col, cell := range r.grid.Rows[r.first] {
		text := strings.TrimSpace(cell.Text)
		is, found := known[fold(text)]
		before, twice := r.columns[is]
		switch {
		case text == "" && !r.used(col):
		case text == "":
			r.wrong(r.first, col, HeadingMissing, nil)
		case !found:
			r.guess(r.first, col, HeadingUnknown, text, wordsOf(known))
		case twice:
			r.wrong(r.first, col, HeadingTwice, args{"Cell": r.grid.Ref(r.first, before), "Text": clip(text)})
		default:
			r.columns[is] = col
		}
	}
	ok := true
	for _, c := range r.needed() {
		if _, there := r.columns[c]; !there {
			ok = r.wrong(r.first, -1, ColumnMissing, args{"Column": c})
		}
	}
	return ok
}

// used reports whether anything stands in a column below its heading.
func (r *reader) used(col int) bool {
	for row := r.first + 1; row < len(r.grid.Rows); row++ {
		if !r.grid.At(row, col).Empty() {
			return true
		}
	}
	return false
}

// needed are the columns without which no row is right.
func (r *reader) needed() []Column {
	if r.known.Exercise {
		return []Column{Name, RoleOf}
	}
	return []Column{Name, Mail}
}

// people reads the rows.
func (r *reader) people() {
	n := 0
	for row := r.first + 1; row < len(r.grid.Rows); row++ {
		if emptyRow(r.grid.Rows[row]) {
			continue
		}
		if n++; n > MaxRows {
			r.wrong(row, -1, TooManyRows, args{"Max": MaxRows})
			return
		}
		r.person(row)
	}
	if n == 0 {
		r.wrong(-1, -1, FileEmpty, nil)
	}
}

// person reads a row. One with a problem is no row of the plan.
func (r *reader) person(row int) {
	before := len(r.plan.Problems)
	p := auth.Invitee{Row: row + 1}
	var ok bool
	if p.Name, ok = r.text(row, Name, 100); ok && p.Name == "" {
		r.wrong(row, r.column(Name), NameMissing, nil)
	}
	p.Organisation, _ = r.text(row, Organisation, 100)
	p.Mail = r.mail(row)
	p.Lang = r.language(row)
	p.Role = r.role(row)
	p.Part = r.unit(row)
	if len(r.plan.Problems) == before {
		r.fits(row, &p)
	}
	if len(r.plan.Problems) == before {
		r.once(row, p)
	}
	if len(r.plan.Problems) == before {
		r.plan.Rows = append(r.plan.Rows, p)
	}
}

// once refuses who is there already.
func (r *reader) once(row int, p auth.Invitee) {
	who := p.Mail
	if who == "" {
		who = fold(p.Name) + "\x00" + fold(p.Organisation)
	}
	same := strings.Join([]string{who, string(p.Role), p.Part}, "\x00")
	owner, has := r.known.Accounts[p.Mail]
	taken := has && fold(owner) != fold(p.Name)
	other, twice := r.mails[p.Mail]
	switch first := r.rows[same]; {
	case first > 0:
		r.wrong(row, -1, RowTwice, args{"Row": first, "Text": clip(p.Name)})
	case p.Mail == "":
	case taken:
		r.wrong(row, r.column(Mail), MailTaken, args{"Text": clip(p.Mail), "Owner": clip(owner)})
	case twice && fold(other.Name) != fold(p.Name):
		r.wrong(row, r.column(Mail), MailTwice, args{"Text": clip(p.Mail), "Row": other.Row})
	}
	if r.rows[same] == 0 {
		r.rows[same] = p.Row
	}
	if p.Mail != "" && !twice && !taken {
		r.mails[p.Mail] = p
	}
}

// column is where a column stands; -1 nowhere.
func (r *reader) column(c Column) int {
	if col, ok := r.columns[c]; ok {
		return col
	}
	return -1
}

// text is what stands in a row, on one line. It reports false where that is no
// text, or too long.
func (r *reader) text(row int, c Column, most int) (string, bool) {
	col := r.column(c)
	cell := r.grid.At(row, col)
	text := strings.Join(strings.FieldsFunc(cell.Text, blank), " ")
	switch {
	case cell.Kind == sheet.Broken:
		return "", r.wrong(row, col, CellBroken, nil)
	case len([]rune(text)) > most:
		return "", r.wrong(row, col, TooLong, args{"Max": most, "Text": clip(text)})
	}
	return text, true
}

// args are the placeholders of a problem's text.
type args = map[string]any

// wrong adds a problem; row and column count from 0, -1 is none. It returns
// false.
func (r *reader) wrong(row, col int, code Code, a args) bool {
	p := auth.Problem{Row: row + 1, Column: col + 1, Code: string(code), Args: a}
	if row >= 0 && col >= 0 {
		p.Ref, p.Text = r.grid.Ref(row, col), clip(r.grid.At(row, col).Text)
	}
	r.plan.Problems = append(r.plan.Problems, p)
	return false
}

// maxGuesses bounds for how many texts it is asked what was meant.
const maxGuesses = 300

// guess adds a problem with what was probably meant.
func (r *reader) guess(row, col int, code Code, text string, known []string) {
	memo := fmt.Sprint(code, text)
	if _, ok := r.guesses[memo]; !ok && len(r.guesses) < maxGuesses {
		r.guesses[memo] = scenario.Nearest(text, known)
	}
	r.wrong(row, col, code, args{"Text": clip(text)})
	r.meaning(r.guesses[memo])
}

// meaning says what was probably meant in the last problem.
func (r *reader) meaning(text string) { r.plan.Problems[len(r.plan.Problems)-1].Meaning = text }

// clip shortens what is quoted.
func clip(s string) string {
	s = strings.Join(strings.FieldsFunc(s, blank), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
