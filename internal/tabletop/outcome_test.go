package tabletop_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise"
	"renkei/internal/i18n"
	"renkei/internal/pdf"
	"renkei/internal/sheet"
	"renkei/internal/tabletop/report"
	"renkei/internal/tabletop/texts"
)

// ended is a tabletop that simulated delegations have played to its end.
func ended(t *testing.T, pack string) report.Source {
	t.Helper()
	p := play(t, pack, 11, 7)
	quotes := map[string][]string{}
	saw := p.deps.OnCommitted
	p.deps.OnCommitted = func(events []exercise.Event) {
		for i := range events {
			if b, ok := events[i].Body.(*exercise.PollQuoted); ok {
				quotes[b.Poll] = append(quotes[b.Poll], b.Texts...)
			}
		}
		saw(events)
	}
	state := p.run("", 0)
	if len(quotes) == 0 {
		t.Fatal("nothing was quoted")
	}
	return report.Source{State: state, Quotes: quotes, Made: time.Date(2027, 6, 18, 9, 0, 0, 0, time.UTC)}
}

// said is everything that a report says.
func said(t *testing.T, r *report.Report, p *i18n.Printer) string {
	t.Helper()
	f, _ := report.FormatOf("html")
	var out bytes.Buffer
	if err := f.Write(t.Context(), &out, r, p); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// inPack reports whether the story itself speaks of a country.
func inPack(s *exercise.State, name string) bool {
	for path, file := range s.Play().Pack.Files {
		if strings.HasSuffix(path, ".yaml") && bytes.Contains(file, []byte(name)) {
			return true
		}
	}
	return false
}

// TestReport: every version in both languages has its positions, moves and
// commitments; the public one names no delegation at all; and no name stands
// beside content without attribution.
func TestReport(t *testing.T) {
	t.Parallel()
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range []string{"payment", "two-sentences"} {
		src := ended(t, pack)
		began := time.Now()
		for _, lang := range i18n.Languages() {
			p := all.For(lang)
			for _, reader := range []string{report.ForRoom, report.ForPublic, "asteria"} {
				r := report.Make(src, reader, p)
				for _, f := range report.Check(r, src.State) {
					if !inPack(src.State, f.Name) {
						t.Errorf("%s, %s, %s: %+v", pack, lang, reader, f)
					}
				}
				text := said(t, r, p)
				if strings.Contains(text, "tabletop.report") {
					t.Errorf("%s, %s, %s: a text is missing", pack, lang, reader)
				}
				named := 0
				for _, u := range src.State.Play().Cast.Units {
					if name := u.Name.In(lang); u.IsTeam() && strings.Contains(text, name) && !inPack(src.State, u.Name.In("en")) {
						named++
					}
				}
				if public := reader == report.ForPublic; public != (named == 0) {
					t.Errorf("%s, %s, %s: %d delegations are named", pack, lang, reader, named)
				}
				if own := slices.ContainsFunc(r.Sections, func(s report.Section) bool { return s.ID == "own" }); own != (reader == "asteria") {
					t.Errorf("%s, %s, %s: its own section is there: %v", pack, lang, reader, own)
				}
				for _, c := range src.State.Commitments() {
					if strings.Contains(text, c.What) == (reader == report.ForPublic) {
						t.Errorf("%s, %s, %s: %q", pack, lang, reader, c.What)
					}
				}
			}
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: all versions take %s", pack, took)
		}
	}
}

// TestPlantedNames: a name in a quote, in a count and in an option is found, in
// either writing, and a word that only contains a name is none.
func TestPlantedNames(t *testing.T) {
	t.Parallel()
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	src := ended(t, "payment")
	team := src.State.Play().Cast.Units[0]
	key := ""
	for k := range src.Quotes {
		key = k
	}
	for _, c := range []struct {
		quote string
		found bool
	}{
		{"In " + team.Name.In("en") + " the treasury decides.", true},
		{"we in " + strings.ToUpper(team.Name.In("en")) + ", of all countries", true},
		{team.Name.In("ja") + "では財務省が決める。", true},
		{"ask " + team.CSIRT.In("en"), team.CSIRT.In("en") != ""},
		{"A " + team.Name.In("en") + "nism of words", false},
		{"Nobody knows.", false},
	} {
		planted := src
		planted.Quotes = map[string][]string{key: {c.quote}}
		found := report.Check(report.Make(planted, report.ForRoom, all.For("en")), src.State)
		if (len(found) > 0) != c.found {
			t.Errorf("%q: %+v", c.quote, found)
		}
	}
	r := report.Make(src, report.ForRoom, all.For("en"))
	for i := range r.Sections {
		for j := range r.Sections[i].Blocks {
			if b := &r.Sections[i].Blocks[j]; b.Unattributed && b.Table != nil {
				b.Table.Rows[0] = append(b.Table.Rows[0], team.Name.In("en"))
			}
		}
	}
	if len(report.Check(r, src.State)) == 0 {
		t.Error("a name beside a count without attribution is not found")
	}
}

// TestFormats: what is handed out opens as what it says it is.
func TestFormats(t *testing.T) {
	t.Parallel()
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	src := ended(t, "payment")
	p := all.For("ja")
	for _, f := range report.Formats() {
		var out bytes.Buffer
		err := f.Write(t.Context(), &out, report.Make(src, report.ForRoom, p), p)
		if f.Ext == "pdf" && errors.Is(err, pdf.ErrNoBrowser) {
			continue // printing has tests of its own, which fail without one
		}
		if err != nil {
			t.Fatalf("%s: %v", f.Ext, err)
		}
		switch f.Ext {
		case "html":
			if !strings.Contains(out.String(), "身代金") || strings.Contains(out.String(), "http://") {
				t.Error("the page lacks its title, or refers to something outside")
			}
		case "pdf":
			if !bytes.HasPrefix(out.Bytes(), []byte("%PDF")) {
				t.Error("no PDF")
			}
		case "docx":
			z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
			if err != nil {
				t.Fatal(err)
			}
			part, err := z.Open("word/document.xml")
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(part)
			if err != nil || !strings.Contains(string(text), "身代金") {
				t.Errorf("the draft lacks its title: %v", err)
			}
		case "xlsx":
			grids, err := sheet.Open(out.Bytes())
			if err != nil || len(grids) < 5 {
				t.Errorf("%d sheets, %v", len(grids), err)
			}
		}
	}
}
