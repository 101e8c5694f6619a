package demo_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v4"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/demo"
)

func editions(t *testing.T) []*handbook.Content {
	t.Helper()
	v, err := handbook.DefaultVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	all, err := demo.Editions(v)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// fact is an entry of the report as it was restated.
type fact struct {
	Text, Date, Note, Status string
	Years                    []int
	Uncertain                bool
}

type country struct {
	Code, Name, Role string
	CSIRT            string `yaml:"national_csirt"`
	Lead             string `yaml:"lead_body"`
	Note             string `yaml:"profile_note"`
	NeedsNote        string `yaml:"needs_note"`
	Challenges       []fact
	Needs            []fact
	Risks            []fact `yaml:"future_risks"`
	Categories       map[string]struct{ Done, Planned []fact }
}

// TestFacts finds every fact of the report with its years, its note and its
// mark, and nothing more.
func TestFacts(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/profiles.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Countries []country }
	if err := yaml.Load(raw, &report); err != nil {
		t.Fatal(err)
	}
	c := editions(t)[0]
	found := 0
	for _, want := range report.Countries {
		member := strings.ToLower(want.Code)
		p := c.Profile(member)
		if p == nil || p.Code != want.Code || p.CSIRT != want.CSIRT || p.Lead["en"].Text != want.Lead || p.Note["en"].Text != want.Note ||
			p.NeedsNote["en"].Text != want.NeedsNote || p.Partner != (want.Role == "partner") || p.Name["en"].Text != want.Name {
			t.Errorf("%s: the head of the page is %+v", want.Code, p)
		}
		for kind, list := range map[handbook.Kind][]fact{handbook.Challenge: want.Challenges, handbook.Need: want.Needs, handbook.Risk: want.Risks} {
			for _, f := range list {
				found += has(t, c, f, func(it *handbook.Item) bool { return it.Member == member && it.Kind == kind })
			}
		}
		for measure, lists := range want.Categories {
			for planned, list := range map[bool][]fact{false: lists.Done, true: lists.Planned} {
				for _, f := range list {
					found += has(t, c, f, func(it *handbook.Item) bool {
						return it.Member == member && it.Measure == measure && (!planned || it.Status == handbook.Planned)
					})
				}
			}
		}
	}
	if found != 338 || len(c.Items) != found {
		t.Errorf("%d facts are found of 338, and the edition has %d", found, len(c.Items))
	}
}

// has looks for a fact among the items that may be it.
func has(t *testing.T, c *handbook.Content, f fact, may func(*handbook.Item) bool) int {
	t.Helper()
	found := c.Of(func(it *handbook.Item) bool {
		return may(it) && it.Text["en"].Text == f.Text && it.Uncertain == f.Uncertain
	})
	if len(found) == 0 {
		t.Errorf("%q is missing", f.Text)
		return 0
	}
	it := found[0]
	dates := it.Dates()
	if f.Date != "" && !slices.Contains(dates, community.Date(f.Date)) {
		t.Errorf("%q: the date %s is missing in %v", f.Text, f.Date, dates)
	}
	for _, year := range f.Years {
		if !slices.ContainsFunc(dates, func(d community.Date) bool { return d.Year() == year }) {
			t.Errorf("%q: the year %d is missing in %v", f.Text, year, dates)
		}
	}
	if f.Note != "" && it.Note["en"].Text != f.Note {
		t.Errorf("%q: the note is %q", f.Text, it.Note["en"].Text)
	}
	return 1
}

// TestJapanese wants every text in Japanese too, without the blanks and the
// punctuation of other languages.
func TestJapanese(t *testing.T) {
	t.Parallel()
	for _, c := range editions(t) {
		check := func(id string, texts handbook.Texts) {
			ja := texts["ja"].Text
			if len(texts) == 0 {
				return
			}
			if ja == "" || strings.ContainsAny(ja, "();?") || strings.Contains(ja, ", ") || strings.Contains(ja, "  ") {
				t.Errorf("%s %s: %q", c.Edition.ID, id, ja)
			}
			kana := strings.ContainsFunc(ja, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) })
			if !kana && ja != "CYDES 2023" {
				t.Errorf("%s %s is not Japanese: %q", c.Edition.ID, id, ja)
			}
		}
		check("title", c.Edition.Title)
		check("notice", c.Edition.Notice)
		for _, p := range c.Profiles {
			for what, texts := range map[string]handbook.Texts{"name": p.Name, "lead": p.Lead, "note": p.Note, "needs": p.NeedsNote} {
				check(p.Code+" "+what, texts)
			}
		}
		for _, it := range c.Items {
			check(it.ID, it.Text)
			check(it.ID+" note", it.Note)
		}
	}
}

// TestInvented wants the second edition to be marked, and to show each kind of
// change and of outcome.
func TestInvented(t *testing.T) {
	t.Parallel()
	all := editions(t)
	if all[0].Edition.Invented || !all[1].Edition.Invented {
		t.Error("the wrong edition is marked as invented")
	}
	c := handbook.Compare(all[0], all[1])
	for _, change := range []handbook.Change{handbook.Done, handbook.Slipped, handbook.Dropped, handbook.New, handbook.Advanced, handbook.Closed, handbook.Reworded} {
		if c.Count[change] == 0 {
			t.Errorf("no item is %s", change)
		}
	}
	tally := handbook.Tally(handbook.Plans(all))
	for _, o := range handbook.Outcomes() {
		if tally[o] == 0 {
			t.Errorf("no plan is %s", o)
		}
	}
}
