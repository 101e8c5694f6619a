package msel

import (
	"errors"
	"maps"
	"slices"
	"time"

	"renkei/internal/exercise/scenario"
	"renkei/internal/sheet"
)

// Input is what an import starts from.
type Input struct {
	Grids    []*sheet.Grid
	Files    map[string][]byte // of the pack; nil: a new pack is made
	Mapping  Mapping
	Ask      Asker  // nil: nobody is asked
	KeepRest bool   // columns that nobody knows are kept as notes
	Remove   bool   // injects that the spreadsheet lacks are removed
	Name     string // of a new pack: its key and its title
	Language string // of a new pack's texts, where nothing tells
}

// Plan is what an import would do.
type Plan struct {
	Issues  []Issue
	Changes []Change
	Missing []string          // injects of the pack that the spreadsheet lacks; they are kept
	Files   map[string][]byte // of the pack afterwards; nil after an error
	Mapping Mapping           // with what was learned by asking
	Sheet   string            // that was read
	Injects int               // rows that were read
}

// ErrEmpty is returned for a file without a single cell.
var ErrEmpty = errors.New("the spreadsheet is empty")

type importer struct {
	in      Input
	m       Mapping
	src     *source // nil for a new pack
	grid    *sheet.Grid
	head    int
	columns []column
	records []*record
	clock   sheet.Clock
	issues  []Issue
	people  []person // of a new pack
	found   []scenario.Phase
}

// Import reads a spreadsheet into a pack, or into a new one, and tells every
// cell that it does not understand at once. Nothing is written: the plan holds
// the files as they would be.
func Import(in Input) (*Plan, error) {
	im := &importer{in: in, m: in.Mapping}
	if im.m.Columns == nil {
		im.m.Columns = map[string]string{}
	} else {
		im.m.Columns = maps.Clone(im.m.Columns)
	}
	if in.Files != nil {
		src, err := load(in.Files)
		if err != nil {
			return nil, err
		}
		im.src = src
	}
	if err := im.pick(); err != nil {
		return nil, err
	}
	if err := im.bind(); err != nil {
		return nil, err
	}
	im.read()
	if err := im.settleTimes(); err != nil {
		return nil, err
	}
	p := &Plan{Sheet: im.grid.Name, Injects: len(im.records)}
	var err error
	if im.src != nil {
		err = im.change(p)
	} else {
		err = im.create(p)
	}
	p.Issues, p.Mapping = im.issues, im.m
	if Failed(p.Issues) {
		p.Files = nil
	}
	return p, err
}

func (im *importer) issue(ref, code string, args map[string]any, warning bool) {
	im.issues = append(im.issues, Issue{Ref: ref, Code: code, Args: args, Warning: warning})
}

// pick chooses the sheet to read and names the others.
func (im *importer) pick() error {
	if len(im.in.Grids) == 0 {
		return ErrEmpty
	}
	im.grid = newGuesser().sheet(im.in.Grids)
	for _, g := range im.in.Grids {
		if im.m.Sheet != "" && g.Name == im.m.Sheet {
			im.grid = g
		}
	}
	if im.m.Sheet != "" && im.grid.Name != im.m.Sheet {
		im.issue("", "no_sheet", map[string]any{"Sheet": im.m.Sheet}, false)
	}
	if len(im.grid.Rows) == 0 {
		return ErrEmpty
	}
	for _, g := range im.in.Grids {
		if g != im.grid && len(g.Rows) > 0 {
			im.issue("", "other_sheet", map[string]any{"Sheet": g.Name}, true)
		}
	}
	if im.grid.Encoding != "" && im.grid.Encoding != "UTF-8" {
		im.issue("", "encoding", map[string]any{"Encoding": im.grid.Encoding}, true)
	}
	return nil
}

// settleTimes makes the reader of times, and asks what it needs to know.
func (im *importer) settleTimes() error {
	var startex time.Time
	var length time.Duration
	if im.src != nil {
		startex, length = im.src.pack.Startex, im.src.pack.Duration
	}
	for range 4 { // unit, order, STARTEX
		im.clock = im.m.clock(startex, length)
		if im.m.Times.Clock == "" && im.daytimes() {
			im.m.Times.Clock = im.guessClock()
			im.issue("", "clock_"+im.m.Times.Clock, nil, true)
			continue
		}
		code, cell := im.unclear()
		if code == "" || im.in.Ask == nil {
			return nil
		}
		q := Question{Code: code, Args: map[string]any{"Text": clip(cell.cell.Text), "Ref": cell.ref}}
		switch code {
		case "unit":
			q.Options = []string{UnitMinutes, UnitHours}
		case "order":
			q.Options = []string{string(sheet.OrderDMY), string(sheet.OrderMDY)}
		}
		answer, err := im.in.Ask.Ask(q)
		if err != nil {
			return err
		}
		switch code {
		case "unit":
			im.m.Times.Unit = answer
		case "order":
			im.m.Times.Order = answer
		default:
			im.m.Times.Startex = answer
		}
	}
	return nil
}

// unclear finds the first time whose meaning is not settled.
func (im *importer) unclear() (code string, where entry) {
	codes := map[sheet.Problem]string{sheet.TimeUnit: "unit", sheet.TimeOrder: "order", sheet.TimeStartex: "startex"}
	for _, rec := range im.records {
		e, ok := rec.cells["at"]
		if !ok || e.cell.Empty() {
			continue
		}
		if _, p := im.clock.Parse(rec.dated(e.cell)); codes[p] != "" {
			return codes[p], e
		}
	}
	return "", entry{}
}

// daytimes reports whether some time is written as 9:30.
func (im *importer) daytimes() bool {
	for _, rec := range im.records {
		if _, ok := im.daytime(rec); ok {
			return true
		}
	}
	return false
}

// daytime reads a time that is either of day or since STARTEX.
func (im *importer) daytime(rec *record) (time.Duration, bool) {
	e, ok := rec.cells["at"]
	if !ok || e.cell.Empty() {
		return 0, false
	}
	cell := rec.dated(e.cell)
	since, p := sheet.Clock{Elapsed: true}.Parse(cell)
	_, q := sheet.Clock{}.Parse(cell)
	return since, p == "" && q == sheet.TimeStartex
}

// guessClock takes times for those since STARTEX when one is below an hour.
func (im *importer) guessClock() string {
	for _, rec := range im.records {
		if d, ok := im.daytime(rec); ok && d < time.Hour {
			return ClockElapsed
		}
	}
	return ClockDay
}

func (im *importer) languages() []string {
	if im.src != nil {
		return im.src.languages()
	}
	var all []string
	for _, c := range im.columns {
		if _, lang, ok := fieldOf(c.name); ok && lang != "" && !slices.Contains(all, lang) {
			all = append(all, lang)
		}
	}
	if len(all) == 0 {
		all = []string{im.textLanguage()}
	}
	return all
}

// textLanguage is the language of texts whose head names none.
func (im *importer) textLanguage() string {
	switch {
	case im.m.Language != "":
		return im.m.Language
	case im.src != nil:
		return im.src.pack.Languages[0]
	case im.in.Language != "":
		return im.in.Language
	}
	return "en"
}

func (im *importer) phases() []scenario.Phase {
	if im.src != nil {
		return im.src.pack.Phases
	}
	return im.found
}

func (im *importer) cells() []scenario.Cell {
	if im.src != nil {
		return im.src.pack.Units.Cells
	}
	return nil
}
