// Package docx writes text documents as word processors open them (Office Open
// XML, ECMA-376): headings, paragraphs, lists and tables, for people to work on.
// It imports nothing of the program.
package docx

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Document is a document that is being written. Its zero value is empty.
type Document struct {
	Title string
	Lang  string // such as en or ja
	body  strings.Builder
}

// Heading adds a heading of level 1 to 3.
func (d *Document) Heading(level int, text string) {
	d.paragraph(fmt.Sprintf("Heading%d", min(max(level, 1), 3)), text)
}

// Text adds a paragraph.
func (d *Document) Text(text string) { d.paragraph("", text) }

// Quote adds a paragraph that is set off.
func (d *Document) Quote(text string) { d.paragraph("Quote", text) }

// List adds a list with a point before each item.
func (d *Document) List(items []string) {
	for _, i := range items {
		d.paragraph("ListBullet", i)
	}
}

// Table adds a table with a line of heads.
func (d *Document) Table(head []string, rows [][]string) {
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr>`)
	d.row(head, true)
	for _, r := range rows {
		d.row(r, false)
	}
	d.body.WriteString(`</w:tbl>`)
	d.paragraph("", "") // two tables in a row would become one
}

func (d *Document) row(cells []string, head bool) {
	d.body.WriteString(`<w:tr>`)
	if head {
		d.body.WriteString(`<w:trPr><w:tblHeader/></w:trPr>`)
	}
	for _, c := range cells {
		d.body.WriteString(`<w:tc><w:tcPr/>`)
		d.lines("", c, head)
		d.body.WriteString(`</w:tc>`)
	}
	d.body.WriteString(`</w:tr>`)
}

func (d *Document) paragraph(style, text string) { d.lines(style, text, false) }

// lines writes a paragraph; its line ends become breaks.
func (d *Document) lines(style, text string, bold bool) {
	d.body.WriteString(`<w:p>`)
	if style != "" {
		fmt.Fprintf(&d.body, `<w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	}
	for i, line := range strings.Split(text, "\n") {
		d.body.WriteString(`<w:r>`)
		if bold {
			d.body.WriteString(`<w:rPr><w:b/></w:rPr>`)
		}
		if i > 0 {
			d.body.WriteString(`<w:br/>`)
		}
		d.body.WriteString(`<w:t xml:space="preserve">`)
		_ = xml.EscapeText(&d.body, []byte(clean(line))) // a builder takes everything
		d.body.WriteString(`</w:t></w:r>`)
	}
	d.body.WriteString(`</w:p>`)
}

// clean leaves out signs that XML 1.0 cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

const (
	head  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	space = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	types = head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	office   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packages = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="` + office + `/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	relations = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="` + office + `/styles" Target="styles.xml"/>` +
		`<Relationship Id="r2" Type="` + office + `/numbering" Target="numbering.xml"/></Relationships>`
	numbering = head + `<w:numbering ` + space + `><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/>` +
		`<w:pPr><w:ind w:left="480" w:hanging="240"/></w:pPr></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
	section = `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>`
)

// styles are those that documents use, in the language of the document.
func (d *Document) styles() string {
	var b strings.Builder
	b.WriteString(head + `<w:styles ` + space + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans" w:eastAsia="Noto Sans CJK JP" w:cs="Noto Sans"/><w:sz w:val="21"/>`)
	fmt.Fprintf(&b, `<w:lang w:val="%[1]s" w:eastAsia="%[1]s"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>`, xmlText(d.Lang))
	b.WriteString(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	for level, size := range []int{36, 28, 24} {
		fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="Heading%[1]d"><w:name w:val="heading %[1]d"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>`+
			`<w:pPr><w:keepNext/><w:spacing w:before="240"/><w:outlineLvl w:val="%[2]d"/></w:pPr><w:rPr><w:b/><w:sz w:val="%[3]d"/></w:rPr></w:style>`, level+1, level, size)
	}
	b.WriteString(`<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/><w:pPr><w:ind w:left="480"/></w:pPr><w:rPr><w:i/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="ListBullet"><w:name w:val="List Bullet"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>` +
		`<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(&b, `<w:%s w:val="single" w:sz="4" w:color="808080"/>`, side)
	}
	b.WriteString(`</w:tblBorders></w:tblPr></w:style></w:styles>`)
	return b.String()
}

func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(clean(s))) // a builder takes everything
	return b.String()
}

// Write writes the document.
func (d *Document) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	core := head + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
		xmlText(d.Title) + `</dc:title><dc:language>` + xmlText(d.Lang) + `</dc:language></cp:coreProperties>`
	document := head + `<w:document ` + space + `><w:body>` + d.body.String() + section + `</w:body></w:document>`
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", types},
		{"_rels/.rels", packages},
		{"docProps/core.xml", core},
		{"word/document.xml", document},
		{"word/_rels/document.xml.rels", relations},
		{"word/styles.xml", d.styles()},
		{"word/numbering.xml", numbering},
	}
	for _, f := range parts {
		part, err := z.Create(f.name)
		if err == nil {
			_, err = io.WriteString(part, f.text)
		}
		if err != nil {
			return fmt.Errorf("write document: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	return nil
}
