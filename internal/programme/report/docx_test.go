package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/programme/report"
	"renkei/internal/programme/texts"
)

// read returns the styles of the paragraphs of a draft and all its words. Every
// part of the file has to be XML.
func read(t *testing.T, data []byte) (styles []string, words string, cells int) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(bytes.NewReader(raw))
		for {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			if f.Name != "word/document.xml" {
				continue
			}
			switch token := token.(type) {
			case xml.StartElement:
				if token.Name.Local == "pStyle" {
					styles = append(styles, token.Attr[0].Value)
				}
				if token.Name.Local == "tc" {
					cells++
				}
			case xml.EndElement:
				if token.Name.Local == "p" {
					words += "¶"
				}
			case xml.CharData:
				words += string(token) + "|"
			}
		}
	}
	return styles, words, cells
}

// TestDOCX: a draft has every heading, text, table and figure of the report, in
// their order, whatever somebody has written.
func TestDOCX(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	r := &programme.Report{
		Edition: "2026", Language: "ja", Title: "成果レポート", AsOf: "2026-12-31", Hash: "abc", States: map[programme.State]int{},
		Parts: []programme.Part{{ID: "a", Title: "One <w:p> & two", Pieces: []programme.Piece{{
			State: programme.Draft, Title: "Piece", Text: []programme.Span{{Text: "Bad \x00 \x0b byte, "}, {Text: "7", Figure: "f"}}, List: []string{"first"},
			Table: &programme.Table{Head: []string{"A", "B"}, Rows: [][][]programme.Span{{{{Text: "x"}}, nil}, {{{Text: "y"}}, {{Text: "first of it"}, {Text: "8", Figure: "f"}}}}},
		}}, Parts: []programme.Part{{ID: "b", Title: "Below"}}}},
		Figures: []programme.Cited{{ID: "f", Name: "Seven", Value: "7", Rule: "Counted.", Records: []programme.Counted{{Name: "Record"}}}},
		Errata:  []programme.Correction{{Title: "E", Wrong: "8", Right: "7"}},
	}
	var b bytes.Buffer
	if err := report.DOCX(&b, r, catalogue.For("ja")); err != nil {
		t.Fatal(err)
	}
	styles, words, cells := read(t, b.Bytes())
	at := 0
	for _, want := range []string{"成果レポート 2026", "One <w:p> & two", "Piece", "byte, 7 [1]", "• first", "A", "B", "x", "y", "first of it|¶8 [1]", "[草案]", "Below", "Seven", "Counted.", "Record", "abc"} {
		i := strings.Index(words[at:], want)
		if i < 0 {
			t.Fatalf("no %q after %q", want, words[:at])
		}
		at += i
	}
	if got := strings.Join(styles, " "); !strings.Contains(got, "Title") || !strings.Contains(got, "Heading1") || !strings.Contains(got, "Heading2") {
		t.Error(got)
	}
	if cells != 6+10 {
		t.Errorf("%d cells", cells)
	}
}
