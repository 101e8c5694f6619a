package msel

import (
	"unicode/utf8"

	"renkei/internal/i18n"
	"renkei/internal/sheet"
)

// LongError is a text that no cell of a workbook holds.
type LongError struct{ Inject, Field string }

// Error names the text.
func (e *LongError) Error() string {
	return "the text " + e.Field + " of " + e.Inject + " is too long for a cell"
}

// Export gives the MSEL of a pack as a table with a line for each inject, in
// the order of the pack. Its heads are in the printer's language and are known
// to Import. The error is ErrPack.
func Export(files map[string][]byte, p *i18n.Printer) (sheet.Table, error) {
	s, err := load(files)
	if err != nil {
		return sheet.Table{}, err
	}
	t := sheet.Table{Name: p.T("msel.sheet")}
	columns := names(s.languages())
	for _, name := range columns {
		f, lang, _ := fieldOf(name)
		t.Head = append(t.Head, head(p, f, lang))
	}
	for _, n := range s.injects.Content {
		inject := resolve(n)
		row := make([]string, len(columns))
		for i, name := range columns {
			f, lang, _ := fieldOf(name)
			row[i] = s.get(inject, f, lang)
		}
		t.Add(row...)
	}
	return t, nil
}

// Fits returns a *LongError for the first text that no cell of a workbook
// holds: what was cut could not be taken back.
func Fits(t sheet.Table) error {
	const most = 32767 // characters in a cell, as Excel has it
	for _, row := range t.Rows {
		for i, text := range row {
			if utf8.RuneCountInString(text) > most {
				return &LongError{row[0], t.Head[i]}
			}
		}
	}
	return nil
}

// head is the head of a column, with its language where it has one.
func head(p *i18n.Printer, f field, lang string) string {
	if lang == "" {
		return p.T("msel.field." + f.name)
	}
	return p.T("msel.field."+f.name) + " (" + lang + ")"
}
