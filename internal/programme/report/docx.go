package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"renkei/internal/i18n"
	"renkei/internal/programme"
)

// DOCX writes the report as a draft for a word processor (ECMA-376): headings,
// paragraphs with their state, tables, and the figures with their rules at the
// end. What is changed in it does not come back: the records are changed here.
func DOCX(w io.Writer, r *programme.Report, p *i18n.Printer) error {
	d := &document{view: &view{Report: r, p: p}}
	d.write()
	z := zip.NewWriter(w)
	parts := []filePart{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRelations},
		{"word/_rels/document.xml.rels", documentRelations + d.pictureRelations() + "</Relationships>"},
		{"word/styles.xml", fmt.Sprintf(styles, r.Language)},
		{"word/document.xml", documentHead + d.body.String() + documentTail},
	}
	for _, part := range append(parts, d.pictures...) {
		f, err := z.Create(part.name)
		if err != nil {
			return fmt.Errorf("write %s: %w", part.name, err)
		}
		if _, err := io.WriteString(f, part.body); err != nil {
			return fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// document is the body of a file as it is written.
type document struct {
	*view

	body     bytes.Buffer
	pictures []filePart
}

// filePart is a file within the file.
type filePart struct{ name, body string }

func (d *document) write() {
	d.paragraph("Title", d.Title+" "+d.Edition)
	d.paragraph("Subtitle", d.Theme)
	d.paragraph("", d.t("report.as_of", args("Date", programme.When(d.p, d.AsOf, ""))))
	d.paragraph("", d.Notice)
	d.paragraph("Note", d.t("report.states", d.states()))
	for _, e := range d.Errata {
		d.paragraph("Note", e.Title+" "+d.t("report.erratum", i18n.Args{"Wrong": e.Wrong, "Right": e.Right}))
	}
	for i := range d.Parts {
		d.part(&d.Parts[i], 1)
	}
	d.paragraph("Heading1", d.t("report.figures"))
	d.paragraph("", d.t("report.figures.about"))
	d.table(d.figureTable())
	d.paragraph("Note", d.t("report.hash")+" "+d.Hash)
}

func (d *document) part(p *programme.Part, level int) {
	d.paragraph("Heading"+strconv.Itoa(min(level, 3)), p.Title)
	for i := range p.Pieces {
		d.piece(&p.Pieces[i])
	}
	for i := range p.Parts {
		d.part(&p.Parts[i], level+1)
	}
}

func (d *document) piece(p *programme.Piece) {
	d.paragraph("Strong", p.Title)
	d.paragraph("", d.words(p.Text))
	for _, text := range p.List {
		d.paragraph("", "• "+text)
	}
	if p.Table != nil {
		d.table(p.Table)
	}
	for i := range p.Photos {
		d.picture(&p.Photos[i])
	}
	if p.Uncertain {
		d.paragraph("Note", d.t("report.uncertain"))
	}
	d.paragraph("Note", p.Note)
	if p.Source != "" {
		d.paragraph("Note", d.t("report.source")+" "+p.Source)
	}
	if p.State == programme.Draft || p.State == programme.Missing {
		d.paragraph("Note", "["+d.t("state."+string(p.State))+"]")
	}
}

// words are a text with the numbers of its figures.
func (d *document) words(all []programme.Span) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString(s.Text)
		if s.Figure != "" {
			b.WriteString(" [" + strconv.Itoa(d.number(s.Figure)) + "]")
		}
	}
	return b.String()
}

// figureTable lists the figures with their rules and records.
func (d *document) figureTable() *programme.Table {
	t := &programme.Table{Head: []string{"", d.t("field.figure"), d.t("field.value"), d.t("report.rule"), d.t("report.records")}}
	for i := range d.Figures {
		f := &d.Figures[i]
		var records []programme.Span
		for _, at := range f.Records {
			records = append(records, programme.Span{Text: at.Name})
		}
		row := [][]programme.Span{}
		for _, text := range []string{strconv.Itoa(i + 1), f.Name, f.Value, f.Rule} {
			row = append(row, []programme.Span{{Text: text}})
		}
		t.Rows = append(t.Rows, append(row, records))
	}
	return t
}

// paragraph writes a paragraph of a style; of an empty text none.
func (d *document) paragraph(style, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	d.body.WriteString("<w:p>")
	if style != "" {
		d.body.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			d.body.WriteString(`<w:r><w:br/></w:r>`)
		}
		d.body.WriteString(`<w:r><w:t xml:space="preserve">`)
		_ = xml.EscapeText(&d.body, []byte(line)) // a buffer takes everything
		d.body.WriteString("</w:t></w:r>")
	}
	d.body.WriteString("</w:p>")
}

func (d *document) table(t *programme.Table) {
	if len(t.Rows) == 0 {
		return
	}
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>`)
	for range t.Rows[0] {
		d.body.WriteString(`<w:gridCol/>`)
	}
	d.body.WriteString("</w:tblGrid>")
	if len(t.Head) > 0 {
		d.body.WriteString("<w:tr><w:trPr><w:tblHeader/></w:trPr>")
		for _, h := range t.Head {
			d.cell("Strong", h)
		}
		d.body.WriteString("</w:tr>")
	}
	for _, row := range t.Rows {
		d.body.WriteString("<w:tr>")
		for _, cell := range row {
			d.cell("", d.entries(cell)...)
		}
		d.body.WriteString("</w:tr>")
	}
	d.body.WriteString("</w:tbl><w:p/>")
}

// entries are those of a cell, each a text.
func (d *document) entries(cell []programme.Span) []string {
	all := make([]string, len(cell))
	for i := range cell {
		all[i] = d.words(cell[i : i+1])
	}
	return all
}

// cell writes a cell with a paragraph for each of its texts, and one also where it
// is empty.
func (d *document) cell(style string, texts ...string) {
	d.body.WriteString("<w:tc><w:tcPr/>")
	before := d.body.Len()
	for _, text := range texts {
		d.paragraph(style, text)
	}
	if d.body.Len() == before {
		d.body.WriteString("<w:p/>")
	}
	d.body.WriteString("</w:tc>")
}

// The fixed parts of the file.
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="jpg" ContentType="image/jpeg"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`
	packageRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	documentRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>`
	documentHead = xmlHead + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"` +
		` xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`
	documentTail = `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`
	styles       = xmlHead + `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">` +
		`<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans" w:eastAsia="Noto Sans CJK JP" w:cs="Noto Sans"/><w:sz w:val="21"/><w:lang w:val="%[1]s" w:eastAsia="%[1]s"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="288" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:rPr><w:b/><w:sz w:val="48"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Subtitle"><w:name w:val="Subtitle"/><w:basedOn w:val="Normal"/><w:rPr><w:sz w:val="28"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="480"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:color w:val="0A4F8F"/><w:sz w:val="32"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="320"/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Heading3"><w:name w:val="heading 3"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240"/><w:outlineLvl w:val="2"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Strong"><w:name w:val="Strong text"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/></w:pPr><w:rPr><w:b/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Note"><w:name w:val="Note"/><w:basedOn w:val="Normal"/><w:rPr><w:color w:val="555555"/><w:sz w:val="18"/></w:rPr></w:style>` +
		`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4" w:color="C3CAD1"/><w:left w:val="single" w:sz="4" w:color="C3CAD1"/><w:bottom w:val="single" w:sz="4" w:color="C3CAD1"/><w:right w:val="single" w:sz="4" w:color="C3CAD1"/><w:insideH w:val="single" w:sz="4" w:color="C3CAD1"/><w:insideV w:val="single" w:sz="4" w:color="C3CAD1"/></w:tblBorders></w:tblPr></w:style></w:styles>`
)
