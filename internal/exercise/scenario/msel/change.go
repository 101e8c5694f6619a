package msel

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"renkei/internal/sheet"
)

// change compares the records with the pack and writes what differs.
func (im *importer) change(p *Plan) error {
	ed, err := newEditor(written(im.in.Files), im.src.pack.Languages)
	if err != nil {
		return err
	}
	files := maps.Clone(im.in.Files)
	for _, rec := range im.records {
		inject := im.src.find(rec.key)
		values := im.values(rec)
		if inject == nil {
			im.required(rec, values)
			p.Changes = append(p.Changes, Change{Kind: Added, Inject: rec.key, New: im.oneLine(values)})
			ed.add(rec.key, values)
			writeTexts(files, rec.key, values, im.languages())
			continue
		}
		changes := im.differences(rec, inject, values)
		for _, c := range changes {
			f, lang, _ := fieldOf(c.Field)
			if f.file {
				rewriteText(files, rec.key, f.name, lang, c.New)
			} else {
				ed.set(rec.key, f, lang, c.New)
			}
		}
		p.Changes = append(p.Changes, changes...)
	}
	im.absent(p, ed, files)
	if len(p.Changes) == 0 {
		p.Files = files
		return nil
	}
	raw, err := ed.bytes()
	if err != nil {
		return err
	}
	files[mselFile] = raw
	p.Files = files
	return im.verify(p, raw)
}

// absent deals with the injects that the spreadsheet lacks.
func (im *importer) absent(p *Plan, ed *editor, files map[string][]byte) {
	have := map[string]bool{}
	for _, rec := range im.records {
		have[rec.key] = true
	}
	for _, n := range im.src.injects.Content {
		key := value(resolve(n), "key").Value
		switch {
		case have[key]:
		case im.in.Remove:
			p.Changes = append(p.Changes, Change{Kind: Removed, Inject: key, Old: im.src.pack.InjectByKey(key).Title.In(im.languages()...)})
			ed.remove(key)
			for _, lang := range im.languages() {
				delete(files, textPath(key, lang))
			}
		default:
			p.Missing = append(p.Missing, key)
		}
	}
}

// values converts the cells of a record; what cannot be read is told and left
// out. Cells that say what the pack says give the pack's own value.
func (im *importer) values(rec *record) map[string]string {
	out := map[string]string{}
	for _, c := range im.columns {
		f, lang, ok := fieldOf(c.name)
		e, has := rec.cells[c.name]
		if !ok || !has || f.name == "key" {
			continue
		}
		cell := e.cell
		if f.name == "at" {
			cell = rec.dated(cell)
		}
		v, bad := im.convert(f, cell)
		if bad != nil {
			if bad.code == "to_new" { // a new pack has no cells yet: kept as a note
				im.issue(e.ref, bad.code, bad.args, true)
				rec.notes = append(rec.notes, c.head+": "+tidy(cell.Text))
				v = "teams"
			} else {
				im.issue(e.ref, bad.code, bad.args, false)
				continue
			}
		}
		if lang == "" && f.lang {
			lang = im.textLanguage()
		}
		out[joined(f.name, lang)] = v
	}
	im.addNotes(rec, out)
	return out
}

func joined(name, lang string) string {
	if lang == "" {
		return name
	}
	return name + "." + lang
}

// addNotes puts columns that are kept as notes behind the notes. What stands
// there already is not added again.
func (im *importer) addNotes(rec *record, out map[string]string) {
	if len(rec.notes) == 0 {
		return
	}
	name := joined("notes", im.textLanguage())
	text, given := out[name]
	if !given && im.src != nil {
		if inject := im.src.find(rec.key); inject != nil {
			f, lang, _ := fieldOf(name)
			text = im.src.get(inject, f, lang)
		}
	}
	for _, note := range rec.notes {
		if !strings.Contains(text, note) {
			text = strings.TrimSpace(text + "\n" + note)
		}
	}
	out[name] = text
}

// differences lists the fields of an inject that a record changes, in the
// order of the fields.
func (im *importer) differences(rec *record, node *yaml.Node, values map[string]string) []Change {
	var all []Change
	for _, name := range names(im.languages()) {
		v, given := values[name]
		f, lang, _ := fieldOf(name)
		if !given || f.name == "key" {
			continue
		}
		old := im.src.get(node, f, lang)
		present := old != "" && (f.file || value(node, f.name) != nil)
		canonical, bad := im.convert(f, sheet.Cell{Text: old})
		if bad != nil {
			canonical = old
		}
		switch {
		case v == canonical, v == "" && !present:
		case v == "":
			all = append(all, Change{Removed, rec.key, name, old, ""})
		case old == "" || !present && f.def == "":
			all = append(all, Change{Added, rec.key, name, "", v})
		default:
			all = append(all, Change{Changed, rec.key, name, old, v})
		}
	}
	return all
}

// required tells what a new inject lacks.
func (im *importer) required(rec *record, values map[string]string) {
	first := im.languages()[0]
	for _, name := range []string{"title." + first, "phase", "from", "to"} {
		if values[name] == "" && !im.failed(rec, name) {
			im.issue(rec.place(im, name), "required", map[string]any{"Field": name, "Inject": rec.key}, false)
		}
	}
	if values["at"]+values["after"]+values["when"]+values["branch"] == "" && !im.failed(rec, "at") {
		im.issue(rec.place(im, "at"), "no_time", map[string]any{"Inject": rec.key}, false)
	}
}

// failed reports whether the cell has been told already.
func (im *importer) failed(rec *record, name string) bool {
	e, ok := rec.cells[name]
	return ok && slices.ContainsFunc(im.issues, func(i Issue) bool { return i.Ref == e.ref && !i.Warning })
}

// oneLine sums a new inject up.
func (im *importer) oneLine(values map[string]string) string {
	return strings.Join(strings.Fields(values["at"]+" "+values["after"]+" "+values["from"]+" > "+values["to"]+" "+
		values["title."+im.languages()[0]]), " ")
}

// verify reads the changed MSEL again: it must say what the spreadsheet says,
// and nothing else may have changed. Whatever goes wrong, the pack is kept.
func (im *importer) verify(p *Plan, raw []byte) error {
	if Failed(im.issues) {
		return nil
	}
	after, err := load(p.Files)
	if err != nil {
		im.issue("", "result", nil, false)
		return nil //nolint:nilerr // the check of the pack says more: see Plan.Files
	}
	if bytes.Equal(raw, im.in.Files[mselFile]) && len(p.Changes) == 0 {
		return nil
	}
	want := map[string]string{}
	for _, c := range p.Changes {
		if c.Field != "" {
			want[c.Inject+" "+c.Field] = c.New
		}
	}
	for _, n := range im.src.injects.Content {
		old := resolve(n)
		key := value(old, "key").Value
		now := after.find(key)
		if now == nil {
			if im.in.Remove {
				continue
			}
			return fmt.Errorf("inject %s would be lost", key)
		}
		for _, name := range names(im.languages()) {
			f, lang, _ := fieldOf(name)
			expected, changed := want[key+" "+name]
			if !changed {
				expected = im.src.get(old, f, lang)
			}
			if err := im.same(f, after.get(now, f, lang), expected, key, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (im *importer) same(f field, got, want, key, name string) error {
	a, bad := im.convert(f, sheet.Cell{Text: got})
	if bad == nil && a == want { // want is what a cell was read as
		return nil
	}
	b, worse := im.convert(f, sheet.Cell{Text: want})
	if bad != nil || worse != nil {
		a, b = got, want
	}
	if a != b && (b != "" || a != f.def) {
		return fmt.Errorf("%s of %s would become %q instead of %q", name, key, a, b)
	}
	return nil
}
