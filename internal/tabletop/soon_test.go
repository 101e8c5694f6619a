package tabletop_test

import (
	"io"
	"testing"
	"time"

	"renkei/internal/i18n"
	"renkei/internal/tabletop/report"
	"renkei/internal/tabletop/texts"
)

// soon is how long after its end the report of a tabletop may take.
const soon = 10 * time.Second

// TestReportIsSoon: the versions for the room, the public and each of eleven
// delegations, as HTML, DOCX and XLSX in both languages, are made within ten
// seconds altogether; so is each PDF, for which a browser starts.
func TestReportIsSoon(t *testing.T) {
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	src := ended(t, "two-sentences")
	readers := []string{report.ForRoom, report.ForPublic}
	for _, u := range src.State.Play().Cast.Units {
		if u.IsTeam() {
			readers = append(readers, u.Key)
		}
	}
	if len(readers) != 13 {
		t.Fatalf("%d versions: %v", len(readers), readers)
	}
	write := func(reader, lang, ext string) {
		p := all.For(lang)
		f, ok := report.FormatOf(ext)
		if !ok {
			t.Fatalf("there is no %s", ext)
		}
		if err := f.Write(t.Context(), io.Discard, report.Make(src, reader, p), p); err != nil {
			t.Fatalf("%s, %s, %s: %v", reader, lang, ext, err)
		}
	}
	began := time.Now()
	for _, reader := range readers {
		for _, lang := range i18n.Languages() {
			for _, ext := range []string{"html", "docx", "xlsx"} {
				write(reader, lang, ext)
			}
		}
	}
	took := time.Since(began)
	t.Logf("%d versions in three forms and both languages: %s", len(readers), took)
	if took > soon {
		t.Errorf("want at most %s", soon)
	}
	for _, c := range [][2]string{{report.ForRoom, "ja"}, {report.ForPublic, "en"}, {readers[2], "ja"}} {
		began := time.Now()
		write(c[0], c[1], "pdf")
		took := time.Since(began)
		t.Logf("PDF for %s in %s: %s", c[0], c[1], took)
		if took > soon {
			t.Errorf("want at most %s", soon)
		}
	}
}
