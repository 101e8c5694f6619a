package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"

	"renkei/internal/bounds"
)

// maxParts bounds the list of files of a workbook, in bytes.
const maxParts = 1 << 20

// workbook is a workbook as it is read: what its sheets refer to, and how much
// may still come. All is read as a stream, so that what a file says of its own
// size, width or depth takes no memory.
type workbook struct {
	parts           map[string]*zip.File // by name, in small letters
	bytes           int64                // of XML that may still come
	elements        int                  // that may still come
	cells, textSize int                  // that all grids may still have
	date1904        bool
	strings         []string // that cells name by their number
	formats         []Kind   // of a number in a style
}

// openXLSX reads every sheet of a workbook. Values are taken as they are
// stored; formulas are not computed.
func openXLSX(raw []byte) ([]*Grid, error) {
	z, err := bounds.Zip(bytes.NewReader(raw), int64(len(raw)), maxParts)
	switch {
	case errors.Is(err, bounds.ErrDirectory):
		return nil, ErrLarge
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names lead nowhere here
		return nil, fmt.Errorf("%w: %w", ErrWorkbook, err)
	}
	b := &workbook{
		parts: map[string]*zip.File{}, bytes: maxXML, elements: maxElements, cells: maxCells, textSize: maxText,
	}
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		if b.parts[name] == nil {
			b.parts[name] = f
		}
	}
	return b.read()
}

func (b *workbook) read() ([]*Grid, error) {
	top := relations{}
	if err := b.walk("_rels/.rels", &top); err != nil {
		return nil, err
	}
	main := "xl/workbook.xml"
	if r := top.of("officeDocument"); r != nil {
		main = r.part("")
	}
	list := bookSheets{}
	if err := b.walk(main, &list); err != nil {
		return nil, err
	}
	b.date1904 = list.date1904
	var rel relations
	if err := b.walk(path.Dir(main)+"/_rels/"+path.Base(main)+".rels", &rel); err != nil {
		return nil, err
	}
	if err := b.shared(&rel, path.Dir(main)); err != nil {
		return nil, err
	}
	return b.grids(list.all, &rel, path.Dir(main))
}

// shared reads what the sheets refer to: texts and styles.
func (b *workbook) shared(rel *relations, dir string) error {
	if r := rel.of("sharedStrings"); r != nil {
		var texts sharedStrings
		if err := b.walk(r.part(dir), &texts); err != nil {
			return err
		}
		b.strings = texts.all
	}
	if r := rel.of("styles"); r != nil {
		s := styles{codes: map[string]string{}}
		if err := b.walk(r.part(dir), &s); errors.Is(err, ErrLarge) {
			return err
		}
		b.formats = s.kinds // without styles numbers are numbers
	}
	return nil
}

func (b *workbook) grids(list []bookSheet, rel *relations, dir string) (all []*Grid, err error) {
	for _, s := range list {
		r := rel.byID(s.id)
		if r == nil || r.kind != "worksheet" { // a chart sheet has no cells
			continue
		}
		g := &Grid{Name: s.name, Hidden: s.hidden, HiddenRows: map[int]bool{}}
		reading := &sheetCells{book: b, grid: g, shared: map[string]string{}, row: -1}
		if err := b.walk(r.part(dir), reading); errors.Is(err, ErrLarge) {
			return nil, err
		} else if err != nil {
			continue
		}
		if err := reading.fill(); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	if len(all) == 0 {
		return nil, ErrWorkbook
	}
	return all, nil
}
