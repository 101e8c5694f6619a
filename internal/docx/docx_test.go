package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"renkei/internal/docx"
)

// TestWrite: every part is well-formed XML, and the text comes back as it was
// written, without the signs that XML cannot hold.
func TestWrite(t *testing.T) {
	t.Parallel()
	d := docx.Document{Title: `A & "B"`, Lang: "ja"}
	d.Heading(1, "見出し <1>")
	d.Text("one\ntwo & \x01three")
	d.Quote("\"quoted\"")
	d.List([]string{"first", "second"})
	d.Table([]string{"a", "b"}, [][]string{{"1", "<2>"}})
	var out bytes.Buffer
	if err := d.Write(&out); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if z.File[0].Name != "[Content_Types].xml" {
		t.Errorf("the first part is %s", z.File[0].Name)
	}
	var said strings.Builder
	for _, f := range z.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(part)
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if text, ok := tok.(xml.CharData); ok && f.Name == "word/document.xml" {
				said.Write(text)
				said.WriteByte('|')
			}
		}
		_ = part.Close()
	}
	for _, want := range []string{"見出し <1>", "|one|two & three|", `"quoted"`, "|first|second|", "|1|<2>|"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("%q is not in %q", want, said.String())
		}
	}
}
