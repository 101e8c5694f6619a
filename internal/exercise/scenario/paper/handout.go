package paper

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"renkei/internal/exercise/scenario"
	"renkei/internal/i18n"
)

// UnitSheets are the sheets to be handed to one unit, in the order of time.
type UnitSheets struct {
	Unit   string // key
	Name   string
	Sheets []Sheet
}

// Sheet is what a unit gets to see of an inject: nothing that stands here may
// come from a key or from a column for EXCON.
type Sheet struct {
	Key, From, Address, To, TLP, For string
	Planned                          string // clock time of the unit
	Relayed                          bool   // comes from the unit's team
	Subject, Body                    string
	Tasks                            []TaskRow // without answers and hints
	Files                            []SheetFile
}

// SheetFile is an attachment; Text is empty for one that is no text.
type SheetFile struct{ Name, Text string }

// handout lays out the sheets of a unit and, for a team, of its cells.
func (b *Book) handout() error {
	i, ok := b.cast.Index(b.o.For)
	if !ok {
		return fmt.Errorf("%s: %w", b.o.For, ErrUnit)
	}
	b.label = scenario.TLPNone
	if b.lang = b.o.Lang; !slices.Contains(b.pack.Languages, b.lang) {
		b.lang = Locale(b.pack, b.cast.Units[i])
	}
	b.one = true
	for n, u := range b.cast.Units {
		if n != i && u.Parent != b.o.For {
			continue
		}
		sheets, err := b.unitSheets(n)
		if err != nil {
			return err
		}
		b.Units = append(b.Units, sheets)
	}
	return nil
}

// Locale is the language of the pack in which a unit reads.
func Locale(pack *scenario.Pack, u scenario.Unit) string {
	if slices.Contains(pack.Languages, u.Locale) {
		return u.Locale
	}
	return pack.Languages[0]
}

func (b *Book) unitSheets(unit int) (UnitSheets, error) {
	u := b.cast.Units[unit]
	out := UnitSheets{Unit: u.Key, Name: u.Name.In(append([]string{b.lang}, b.pack.Languages...)...)}
	if b.cast.Team(unit) != unit {
		name, err := b.fill(out.Name, reader{unit, b.lang, b.pack.Startex})
		if err != nil {
			return out, err
		}
		out.Name = name
	}
	for _, s := range b.plan.order() {
		if s.inject == nil {
			continue
		}
		relayed, gets := b.receives(unit, s.inject)
		if !gets {
			continue
		}
		sheet, err := b.sheet(unit, s, relayed)
		if err != nil {
			return out, fmt.Errorf("sheet of %s for %s: %w", s.inject.Key, u.Key, err)
		}
		b.label = max(b.label, s.inject.TLP)
		out.Sheets = append(out.Sheets, sheet)
	}
	return out, nil
}

// receives reports whether a unit gets an inject, and whether its team has to
// relay it.
func (b *Book) receives(unit int, in *scenario.Inject) (relayed, gets bool) {
	if in == nil {
		return false, false
	}
	if b.goesTo(unit, in.To) {
		return false, true
	}
	return true, in.Relay != nil && b.goesTo(unit, in.Relay.To)
}

func (b *Book) goesTo(unit int, to string) bool {
	cell := b.cast.Units[unit].Cell
	switch to {
	case scenario.AudAll:
		return true
	case scenario.AudTeams:
		return cell == ""
	case scenario.AudCells:
		return cell != ""
	}
	return cell != "" && to == scenario.CellPrefix+cell
}

func (b *Book) sheet(unit int, s step, relayed bool) (Sheet, error) {
	in := s.inject
	var err error
	zone, zoneErr := time.LoadLocation(b.cast.Units[unit].Zone)
	if zoneErr != nil {
		return Sheet{}, zoneErr
	}
	fill := b.filler(reader{unit, b.lang, b.pack.Startex.Add(s.at)}, &err)
	out := Sheet{
		Key: in.Key, From: b.persona(in.From), TLP: in.TLP.String(), For: b.roles(in.For),
		To: b.cast.Units[unit].Name.In(b.lang, b.pack.Languages[0]), Relayed: relayed,
		Planned: b.local(s.at, zone),
	}
	if p := b.pack.PersonaByKey(in.From); p != nil {
		out.Address = fill(p.Address)
	}
	subject, _ := b.pack.Subject(in.Key, b.lang)
	body, _ := b.pack.Body(in.Key, b.lang)
	out.Subject, out.Body = fill(subject), fill(body)
	tasks := in.Tasks
	if relayed {
		tasks = in.Relay.Tasks
	}
	for _, t := range tasks {
		row := b.asked(t, fill)
		row.Due = b.t("due.received", i18n.Args{"Length": b.length(t.Due)})
		out.Tasks = append(out.Tasks, row)
	}
	for _, name := range in.Attachments {
		out.Files = append(out.Files, b.file(name, fill))
	}
	return out, err
}

// file gives an attachment as text where it is one.
func (b *Book) file(name string, fill func(string) string) SheetFile {
	data, isTemplate, ok := b.pack.Attachment(name, b.lang)
	if !ok || !isTemplate || !utf8.Valid(data) {
		return SheetFile{Name: name}
	}
	return SheetFile{Name: name, Text: strings.TrimRight(fill(string(data)), "\r\n\t ")}
}
