package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"renkei/internal/sheet"
	"renkei/internal/testkit/memory"
)

// parts of the smallest workbook.
const (
	relsTop = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	relsBook = `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="r2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`
	bookOf = `<workbook xmlns:r="x"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`
)

// book is a workbook with one sheet and its shared strings.
func book(tb testing.TB, cells, shared string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, part := range [][2]string{
		{"_rels/.rels", relsTop},
		{"xl/workbook.xml", bookOf},
		{"xl/_rels/workbook.xml.rels", relsBook},
		{"xl/sharedStrings.xml", "<sst>" + shared + "</sst>"},
		{"xl/worksheets/sheet1.xml", "<worksheet>" + cells + "</worksheet>"},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = io.WriteString(w, part[1])
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func data(rows string) string { return "<sheetData>" + rows + "</sheetData>" }

// heavy are small files that stand for much. Each is refused.
func heavy(tb testing.TB) map[string]func() []byte {
	tb.Helper()
	wide := strings.Repeat(`<row><c r="XFD1"><v>1</v></c></row>`, 20_000)
	return map[string]func() []byte{
		"nested elements": func() []byte { return book(tb, strings.Repeat("<a>", 2_600_000)+strings.Repeat("</a>", 2_600_000), "") },
		"many elements":   func() []byte { return book(tb, strings.Repeat("<a/>", 2_600_000), "") },
		"many attributes": func() []byte { return book(tb, "<a"+strings.Repeat(` a=""`, 5_000_000)+"/>", "") },
		"a long text": func() []byte {
			return book(tb, data(`<row><c t="inlineStr"><is><t>`+strings.Repeat("a", 40<<20)+`</t></is></c></row>`), "")
		},
		"wide rows": func() []byte { return book(tb, data(`<row r="1"><c r="A1"><v>1</v></c></row>`+wide), "") },
		"a far row": func() []byte { return book(tb, data(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`), "") },
		"full rows": func() []byte {
			return book(tb, data(strings.Repeat(`<row>`+strings.Repeat("<c><v>1</v></c>", 390)+`</row>`, 4_000)), "")
		},
		"a text everywhere": func() []byte {
			return book(tb, data(strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 19_000)), "<si><t>"+strings.Repeat("a", 200_000)+"</t></si>")
		},
		"a text in parts": func() []byte {
			return book(tb, data(`<row><c t="s"><v>0</v></c></row>`), "<si>"+strings.Repeat("<r><t>"+strings.Repeat("a", 100_000)+"</t></r>", 400)+"</si>")
		},
		"merged cells": func() []byte {
			return book(tb, data(`<row><c><v>1</v></c></row>`)+"<mergeCells>"+
				strings.Repeat(`<mergeCell ref="A1:A20000"/>`, 50_000)+"</mergeCells>", "")
		},
		"far merged cells": func() []byte {
			return book(tb, data(`<row><c><v>1</v></c></row>`)+`<mergeCells><mergeCell ref="XFD1:XFD20000"/></mergeCells>`, "")
		},
		"many files":     func() []byte { return manyFiles(tb) },
		"one wide row":   func() []byte { return []byte(strings.Repeat(",", 30<<20)) },
		"one quoted row": func() []byte { return []byte(strings.Repeat("\"\n\",", 8<<20)) },
		"full text":      func() []byte { return []byte(strings.Repeat(strings.Repeat("1,", 390)+"\n", 4_000)) },
	}
}

func manyFiles(tb testing.TB) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 300_000 {
		if _, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// TestHeavy: what is small and stands for much is refused before it takes much.
func TestHeavy(t *testing.T) {
	for name, build := range heavy(t) {
		t.Run(name, func(t *testing.T) {
			memory.Within(t, 160<<20, 10*time.Second, build, func(t *testing.T, input []byte) {
				t.Helper()
				if _, err := sheet.Open(input); !errors.Is(err, sheet.ErrLarge) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// TestFull: what is just within the bounds is read, and takes no more than what
// docs/security.md says.
func TestFull(t *testing.T) {
	full := func() []byte {
		row := "<row>" + strings.Repeat(`<c><v>1</v></c>`, 24) + "</row>"
		return book(t, data(strings.Repeat(row, 19_000)), "")
	}
	memory.Within(t, 160<<20, 15*time.Second, full, func(t *testing.T, input []byte) {
		t.Helper()
		if _, err := sheet.Open(input); err != nil {
			t.Error(err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("a,b\n\"c\nd\",'=1\n"))
	f.Add([]byte("a;b\n1;2"))
	f.Add(book(f, data(`<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><t>x</t></is></c><c><f>1+1</f></c></row>`)+
		`<mergeCells><mergeCell ref="A1:A4"/></mergeCells>`, "<si><r><t>a_x000D_</t></r><rPh><t>b</t></rPh></si>"))
	f.Add(book(f, strings.Repeat("<a>", 100)+strings.Repeat("</a>", 100), ""))
	f.Add(book(f, strings.Repeat("<a>", 50_000)+strings.Repeat("</a>", 50_000), "")) // as in an attack with 2.6 million
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := sheet.Open(raw)
		if err == nil && len(all) == 0 {
			t.Fatal("neither a sheet nor an error")
		}
	})
}
