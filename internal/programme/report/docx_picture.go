package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"renkei/internal/i18n"
	"renkei/internal/programme"
)

// Bounds of a picture on the page, in English Metric Units (360,000 to a
// centimetre).
const (
	pictureWidth  = 16 * 360_000
	pictureHeight = 12 * 360_000
)

// picture writes a photograph with its caption and its rights, or what was to be
// seen where it is not there any more.
func (d *document) picture(p *programme.Picture) {
	if len(p.Data) == 0 {
		d.paragraph("Note", d.t("report.photo.gone", i18n.Args{"Alt": p.Alt}))
	} else {
		d.drawing(p)
	}
	d.paragraph("Note", strings.TrimSpace(p.Caption+" "+p.Rights))
}

// drawing is a picture within a line (ECMA-376, 20.4.2.8).
func (d *document) drawing(p *programme.Picture) {
	n := len(d.pictures) + 1
	d.pictures = append(d.pictures, filePart{fmt.Sprintf("word/media/photo%d.jpg", n), string(p.Data)})
	wide, high := pictureWidth, pictureWidth*p.Height/p.Width
	if high > pictureHeight {
		wide, high = pictureHeight*p.Width/p.Height, pictureHeight
	}
	var alt bytes.Buffer
	_ = xml.EscapeText(&alt, []byte(p.Alt)) // a buffer takes everything
	fmt.Fprintf(&d.body, `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="%[2]d" cy="%[3]d"/><wp:docPr id="%[1]d" name="photo%[1]d" descr="%[4]s"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>`+
		`<pic:nvPicPr><pic:cNvPr id="%[1]d" name="photo%[1]d.jpg" descr="%[4]s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="p%[1]d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[2]d" cy="%[3]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`+
		`</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, n, max(1, wide), max(1, high), alt.String())
}

// pictureRelations name the pictures of the file.
func (d *document) pictureRelations() string {
	var b strings.Builder
	for i := range d.pictures {
		fmt.Fprintf(&b, `<Relationship Id="p%[1]d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/photo%[1]d.jpg"/>`, i+1)
	}
	return b.String()
}
