package show_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"renkei/internal/exercise/rehearsal/show"
	"renkei/internal/exercise/runner"
	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// rehearsed is the shipped pack after a few runs.
func rehearsed(t *testing.T, lang string) *show.Sheet {
	t.Helper()
	texts, err := i18n.New(exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	s, err := runner.Rehearse(t.Context(), runner.RehearseOptions{
		Pack: "../../../../scenarios/gateway-to-wards", Teams: 3, Runs: 20, Texts: texts, Printer: texts.For(lang),
		Progress: func(int, int) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPage: the page is complete in both languages, parses, holds everything
// itself, and no text is missing from the catalogue.
func TestPage(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := rehearsed(t, lang)
			var page, again bytes.Buffer
			if err := s.HTML(&page); err != nil {
				t.Fatal(err)
			}
			if err := rehearsed(t, lang).HTML(&again); err != nil || !bytes.Equal(page.Bytes(), again.Bytes()) {
				t.Errorf("the same rehearsal gives another page: %v", err)
			}
			if missing := regexp.MustCompile(`rehearse\.[a-z]+|review\.[a-z]+|<no value>|NaN|%!`).FindString(page.String()); missing != "" {
				t.Errorf("the page says %q", missing)
			}
			tags := map[string]int{}
			root, err := html.Parse(&page)
			if err != nil {
				t.Fatal(err)
			}
			for n := range root.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				tags[n.Data]++
				for _, a := range n.Attr {
					if a.Key == "src" || a.Key == "href" || strings.HasPrefix(a.Key, "on") || a.Key == "style" {
						t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
					}
				}
			}
			if tags["script"]+tags["link"]+tags["img"] > 0 || tags["svg"] < 6 || tags["li"] < len(s.F.Findings) {
				t.Errorf("elements: %v for %d findings", tags, len(s.F.Findings))
			}
		})
	}
}

// TestEveryFindingHasWords: in both languages, with its mend and all on which it
// rests.
func TestEveryFindingHasWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		for _, f := range rehearsed(t, lang).F.Findings {
			for _, text := range []string{f.Text, f.Mend, f.Rests[0].Text} {
				if text == "" || strings.Contains(text, "rehearse.") || strings.Contains(text, "<no value>") {
					t.Errorf("%s %s: %q", lang, f.Key, text)
				}
			}
		}
	}
}
