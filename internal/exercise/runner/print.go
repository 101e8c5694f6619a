package runner

import (
	"fmt"
	"io"
	"time"

	"renkei/internal/exercise/review/report"
	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/paper"
	"renkei/internal/i18n"
	"renkei/internal/journal"
)

// PrintOptions say which edition of the MSEL is written, and how.
type PrintOptions struct {
	Pack      string
	Community string    // file; "" for the fictional one
	Teams     int       // 0: all of the community
	For       string    // unit of a handout; "" for controllers
	Lang      string    // asked for; "" for that of the reader
	Startex   time.Time // zero: that of the pack
	Contact   string
	Edition   string // paper.Briefing or paper.Handbook, as HTML only; "" for the MSEL
	Form      string // report.HTMLFormat, report.XLSXFormat or report.CSVFormat
	BOM       bool   // of a CSV file
	Out       string // file; "-" is Stdout
	Texts     *i18n.Catalogue
	Printer   *i18n.Printer
	Stdout    io.Writer
}

// UnitError is a unit that does not play.
type UnitError struct {
	Unit  string
	Known []string
}

// Error names the unit.
func (e *UnitError) Error() string { return "no such unit: " + e.Unit }

// Print writes the MSEL of a pack for a day without a server. It returns the
// label of what it wrote.
func Print(o PrintOptions) (scenario.TLP, error) {
	setup, err := Prepare(RunOptions{Pack: o.Pack, Community: o.Community, Teams: o.Teams})
	if err != nil {
		return scenario.TLPNone, err
	}
	cast, err := scenario.NewCast(setup.Pack, setup.Teams)
	if err != nil {
		return scenario.TLPNone, err
	}
	p := o.Printer
	if o.For != "" {
		i, ok := cast.Index(o.For)
		if !ok {
			return scenario.TLPNone, &UnitError{o.For, unitKeys(cast)}
		}
		if o.Lang == "" { // players read their own language
			p = o.Texts.For(paper.Locale(setup.Pack, cast.Units[i]))
		}
	}
	book, err := paper.Make(setup.Pack, cast, paper.Options{
		For: o.For, Startex: o.Startex, Lang: o.Lang, Contact: o.Contact, Edition: o.Edition,
	}, p)
	if err != nil {
		return scenario.TLPNone, err
	}
	write := func(w io.Writer) error {
		switch o.Form {
		case report.XLSXFormat:
			return book.XLSX(w)
		case report.CSVFormat:
			return book.CSV(w, o.BOM)
		}
		return book.HTML(w)
	}
	if o.Out == "-" {
		return book.Label(), write(o.Stdout)
	}
	if err := journal.WriteFile(o.Out, write); err != nil {
		return book.Label(), fmt.Errorf("write printed MSEL: %w", err)
	}
	return book.Label(), nil
}

func unitKeys(cast *scenario.Cast) []string {
	keys := make([]string, 0, len(cast.Units))
	for _, u := range cast.Units {
		keys = append(keys, u.Key)
	}
	return keys
}
