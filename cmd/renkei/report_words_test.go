package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/i18n"
)

// What a summary may be long: two pages of A4 with 50 lines of 96 columns each,
// rows of tables a quarter higher than lines of text.
const (
	summaryLines   = 100
	summaryColumns = 96
)

// TestReportsOfShippedPacks plays every shipped pack with eleven teams and reads
// its reports in both languages: no reader meets a key that only programs know,
// and the summary holds two pages.
func TestReportsOfShippedPacks(t *testing.T) {
	if testing.Short() {
		t.Skip("plays every pack")
	}
	t.Parallel()
	for _, pack := range []string{"hospital-ransomware", "hospital-ransomware-60", "gateway-to-wards", "who-is-calling"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if code, printed := typed(t, strings.Fields("exercise run "+pack+" --teams 11 --bots --seed 7 --speed max --out "+dir)); code != exitDone {
				t.Fatal(printed)
			}
			for _, lang := range i18n.Languages() {
				for _, reader := range []string{"excon", "public", "asteria"} {
					page := filepath.Join(dir, reader+"."+lang+".html")
					if code, printed := typed(t, strings.Fields("exercise report "+dir+" --for "+reader+" --lang "+lang+" --out "+page)); code != exitDone {
						t.Fatal(printed)
					}
					checkWords(t, pack+" "+reader+" "+lang, textOf(t, page))
					checkLabels(t, pack+" "+reader+" "+lang, page)
				}
				out := filepath.Join(dir, lang)
				if code, printed := typed(t, strings.Fields("exercise run "+pack+" --teams 11 --bots --seed 8 --speed max --lang "+lang+" --out "+out)); code != exitDone {
					t.Fatal(printed)
				}
				raw, err := os.ReadFile(filepath.Join(out, "summary.md"))
				if err != nil {
					t.Fatal(err)
				}
				checkWords(t, pack+" summary "+lang, string(raw))
				if n := printedLines(string(raw)); n > summaryLines {
					t.Errorf("the summary of %s in %s takes %.0f lines of %d", pack, lang, n, summaryLines)
				}
			}
		})
	}
}

// rawKey is what stands in logs, packs and catalogues and means nothing to people.
var rawKey = regexp.MustCompile(`\b[A-Z]\d+-flow\b|\brule:[a-z_]+|\bcarried:\d|\bpersona:[a-z]|\bcell:[a-z]|\bunit:[a-z]|\b(report|review|finding|summary|web)\.[a-z_]+\.[a-z_]+|<no value>|%!`)

func checkWords(t *testing.T, where, text string) {
	t.Helper()
	if found := rawKey.FindAllString(text, 5); found != nil {
		t.Errorf("%s: people read %q", where, found)
	}
}

// textOf is what a page shows.
func textOf(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	doc, err := html.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "code" {
			b.WriteString(n.Data + "\n")
		}
	}
	return b.String()
}

func printedLines(text string) (lines float64) {
	for line := range strings.Lines(text) {
		n := float64(1 + (i18n.Width(strings.TrimRight(line, "\n"))-1)/summaryColumns)
		if strings.HasPrefix(line, "| ") {
			n *= 1.25
		}
		lines += n
	}
	return lines
}
