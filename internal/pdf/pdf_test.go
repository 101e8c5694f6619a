package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"

	"renkei/internal/pdf"
)

// needBrowser fails where no Chromium is installed.
func needBrowser(t *testing.T) {
	t.Helper()
	for _, name := range []string{os.Getenv("RENKEI_CHROMIUM"), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if _, err := exec.LookPath(name); name != "" && err == nil {
			return
		}
	}
	t.Fatal("there is no Chromium: run make deps")
}

func TestPDF(t *testing.T) {
	needBrowser(t)
	var b bytes.Buffer
	if err := pdf.Print(t.Context(), &b, book(nil)); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) || bytes.Count(b.Bytes(), []byte("/Type /Page\n")) < 4 {
		t.Errorf("%d bytes that are no PDF of several pages", b.Len())
	}
}

// chapters are those of a book.
const chapters = 12

// book is a page with contents that name the pages of its chapters, in the
// scripts of ASEAN; each third chapter takes two pages.
func book(pages map[string]int) []byte {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><title>Book</title><style>section,.next{break-before:page}</style></head><body><h1>Book</h1>`)
	for i := range chapters {
		fmt.Fprintf(&b, `<p><a href="#chapter-%d">Chapter</a> %d</p>`, i, pages[fmt.Sprint("chapter-", i)])
	}
	for i := range chapters {
		fmt.Fprintf(&b, `<section id="chapter-%d"><h2>កម្ពុជា ລາວ မြန်မာ ไทย 日本 Việt Nam</h2>`, i)
		if i%3 == 0 {
			b.WriteString(`<p class="next">more</p>`)
		}
		b.WriteString(`</section>`)
	}
	return []byte(b.String() + `</body></html>`)
}

// TestContents finds the pages on which chapters begin, and prints a second time
// with their numbers.
func TestContents(t *testing.T) {
	needBrowser(t)
	want, at := map[string]int{}, 2
	for i := range chapters {
		want[fmt.Sprint("chapter-", i)] = at
		if at++; i%3 == 0 {
			at++
		}
	}
	var given []map[string]int
	var b bytes.Buffer
	if err := pdf.PrintBook(t.Context(), &b, func(pages map[string]int) ([]byte, error) {
		given = append(given, pages)
		return book(pages), nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(given) != 2 || !maps.Equal(given[1], want) {
		t.Errorf("the pages are %v, want %v", given, want)
	}
	if !bytes.Contains(b.Bytes(), []byte("/StructTreeRoot")) || !bytes.Contains(b.Bytes(), []byte("/Outlines")) {
		t.Error("it is not tagged, or has no outline")
	}
}

// TestBrokenPDF finds no pages in what is none.
func TestBrokenPDF(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "%PDF-1.4", "1 0 obj\n<</Type /Catalog\n/Pages 1 0 R>>\nendobj\ntrailer\n<</Root 1 0 R>>", "1 0 obj\n<</Kids [1 0 R]>>\nendobj\ntrailer\n<</Root 1 0 R>>"} {
		if pages, err := pdf.Destinations([]byte(raw)); err == nil {
			t.Errorf("%q: %v", raw, pages)
		}
	}
}

func TestPDFWithoutBrowser(t *testing.T) {
	t.Setenv("RENKEI_CHROMIUM", "/nowhere/chromium")
	if err := pdf.Print(t.Context(), &bytes.Buffer{}, nil); !errors.Is(err, pdf.ErrNoBrowser) {
		t.Errorf("%v, want ErrNoBrowser", err)
	}
	t.Setenv("RENKEI_CHROMIUM", "false")
	var failed *pdf.BrowserError
	if err := pdf.Print(t.Context(), &bytes.Buffer{}, nil); !errors.As(err, &failed) {
		t.Errorf("%v, want a BrowserError", err)
	}
}
