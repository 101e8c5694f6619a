package programme_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/programme/texts"
)

func en(text string) community.Text { return community.Text{"en": text} }

func head(id string) programme.Head { return programme.Head{ID: id, Title: en(id)} }

// with is the records after some more, each checked.
func with(t interface{ Fatal(...any) }, r *programme.Records, all ...programme.Record) *programme.Records {
	for _, rec := range all {
		c := programme.Change{Reason: "test", Of: rec.Kind(), ID: rec.Key(), Record: rec, Base: r.LastOf(rec.Kind(), rec.Key())}
		if err := r.Check(c); err != nil {
			t.Fatal(rec.Key(), err)
		}
		r = r.With(programme.Revision{Number: r.Last + 1, Of: c.Of, ID: c.ID, Record: rec})
	}
	return r
}

func printer(t *testing.T, lang string) *i18n.Printer {
	t.Helper()
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	return all.For(lang)
}

// TestRefused: what cannot be kept says why.
func TestRefused(t *testing.T) {
	t.Parallel()
	records := with(t, programme.NewRecords(),
		&programme.Activity{Head: head("a"), Type: programme.Meeting}, &programme.Event{Head: head("e"), Activity: "a", Type: "event", Status: programme.Held})
	stated := &programme.Figure{Head: head("f"), Rule: programme.Stated, Of: "e", Value: 5, Bound: programme.Exact, StatedBy: "MIC", StatedIn: en("report"), AsOf: "2023"}
	written := func(text string) *programme.Edition {
		return &programme.Edition{Head: head("2023"), AsOf: "2023", Sections: []programme.Section{{ID: "s", Title: en("S"), Blocks: []programme.Block{
			{Text: map[string]programme.Words{"en": {Text: text, State: programme.Draft}}},
		}}}}
	}
	for name, c := range map[string]struct {
		rec  programme.Record
		want string
	}{
		"id":              {&programme.Activity{Head: head("A b"), Type: programme.Meeting}, "id"},
		"type":            {&programme.Activity{Head: head("b"), Type: "dance"}, "type"},
		"dates":           {&programme.Event{Head: head("b"), Type: "event", Status: programme.Held, Begin: "2023-05", End: "2022"}, "order"},
		"no date":         {&programme.Event{Head: head("b"), Type: "event", Status: programme.Held, Begin: "May"}, "date"},
		"no activity":     {&programme.Event{Head: head("b"), Type: "event", Status: programme.Held, Activity: "x"}, "absent.activity"},
		"address":         {&programme.Activity{Head: programme.Head{ID: "b", Title: en("b"), Source: programme.Source{URL: "javascript:alert(1)"}}, Type: programme.Meeting}, "url"},
		"unstated number": {&programme.Figure{Head: head("b"), Rule: programme.Stated, Value: 5, Bound: programme.Exact}, "stated"},
		"counted number":  {&programme.Figure{Head: head("b"), Rule: programme.EventsHeld, Of: "a", Value: 5}, "counted"},
		"figure of none":  {&programme.Figure{Head: head("b"), Rule: programme.EventsHeld, Of: "x"}, "absent.activity"},
		"one party":       {&programme.Agreement{Head: head("b"), Parties: []string{"JICA"}}, "parties"},
		"typed number":    {written("More than 1,000 people"), "typed"},
		"typed ja":        {written("受講者は１０００人"), "typed"},
		"no figure":       {written("{figure:none} people"), "absent.record"},
		"no reference":    {written("{count:f} people"), "reference"},
		"fine":            {stated, ""},
		"fine text":       {written("Held on {date:e}"), ""},
	} {
		err := records.Check(programme.Change{Reason: "test", Of: c.rec.Kind(), ID: c.rec.Key(), Record: c.rec})
		var refused *programme.Refusal
		if errors.As(err, &refused) != (c.want != "") || refused != nil && refused.Code != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if refused == nil {
			continue
		}
		for _, lang := range i18n.Languages() {
			if text, ok := printer(t, lang).Explain(err); !ok || strings.HasPrefix(text, "programme.") {
				t.Errorf("%s in %s says %q", name, lang, text)
			}
		}
	}
	gone := records.Check(programme.Change{Reason: "test", Of: programme.KindActivity, ID: "a", Base: records.LastOf(programme.KindActivity, "a")})
	if refused := (*programme.Refusal)(nil); !errors.As(gone, &refused) || refused.Code != "used" {
		t.Errorf("an activity with events goes: %v", gone)
	}
	if stale := records.Check(programme.Change{Reason: "test", Of: programme.KindActivity, ID: "a", Record: records.Activity("a")}); stale == nil {
		t.Error("a change of what was changed meanwhile is taken")
	}
}

// TestCountsAgree counts every rule a second time, naively.
func TestCountsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records := with(t, programme.NewRecords(), &programme.Activity{Head: head("a"), Type: programme.Meeting, Begun: "2015", Members: []string{"kh", "jp"}},
			&programme.Activity{Head: head("b"), Type: programme.Meeting, Begun: "2019", Ended: "2021"})
		dates := []community.Date{"", "2018", "2019-06", "2019-11-02", "2021-01-01", "2022", "2024-03"}
		type one struct{ activity, year string }
		var held []one
		for i := range rapid.IntRange(0, 12).Draw(t, "events") {
			e := &programme.Event{
				Head: head(fmt.Sprint("e", i)), Activity: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "of"), Type: "event",
				Status: rapid.SampledFrom(programme.Statuses()).Draw(t, "status"), Begin: rapid.SampledFrom(dates).Draw(t, "begin"),
			}
			records = with(t, records, e)
			if e.Status == programme.Held && e.Begin != "" {
				held = append(held, one{e.Activity, string(e.Begin[:4])})
			}
		}
		year := rapid.SampledFrom([]string{"2018", "2019", "2021", "2022", "2024"}).Draw(t, "year")
		events, years, ofYear := 0, []string{}, 0
		for _, h := range held {
			if h.activity == "a" && h.year <= year {
				events++
				if !slices.Contains(years, h.year) {
					years = append(years, h.year)
				}
			}
			if h.year == year {
				ofYear++
			}
		}
		open := 1
		if year >= "2019" && year < "2021" {
			open = 2
		}
		if year == "2021" { // it ended in that year: it does not run at its date
			open = 1
		}
		for rule, want := range map[programme.Rule]int{
			programme.EventsHeld: events, programme.YearsHeld: len(years), programme.EventsOfYear: ofYear, programme.MembersTaking: 2, programme.ActivitiesOpen: open,
		} {
			f := &programme.Figure{Head: head("f"), Rule: rule, Of: "a", AsOf: community.Date(year)}
			if got := records.Count(f); got.Value != int64(want) {
				t.Fatalf("%s by %s: %d, want %d", rule, year, got.Value, want)
			}
		}
	})
}

// TestCompose: what nobody has entered is missing and says so, what somebody
// wrote goes before what the records say, and every figure is cited once.
func TestCompose(t *testing.T) {
	t.Parallel()
	e := &programme.Edition{Head: head("2023"), AsOf: "2023", Sections: []programme.Section{
		{ID: "empty", Title: en("Empty"), Blocks: []programme.Block{{}}},
		{ID: "written", Title: en("Written"), Blocks: []programme.Block{{Of: []string{"e"}, Text: map[string]programme.Words{
			"en": {Text: "{figure:n} people, again {figure:n}, on {date:e}.", State: programme.Checked},
		}}}},
	}}
	records := with(t, programme.NewRecords(),
		&programme.Event{Head: head("e"), Type: "event", Status: programme.Held, Begin: "2023-10-05", End: "2023-10-06", Hosts: []string{"NISC"}},
		&programme.Figure{Head: head("n"), Rule: programme.Stated, Of: "e", Value: 1234, Bound: programme.AtLeast, StatedBy: "MIC", StatedIn: en("a report"), AsOf: "2023"}, e)
	made, err := programme.Compose(e, programme.Sources{Records: records}, printer(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	if made.Parts[0].Pieces[0].State != programme.Missing || made.States[programme.Missing] != 1 || made.States[programme.Checked] != 1 {
		t.Errorf("states: %v", made.States)
	}
	text := ""
	for _, s := range made.Parts[1].Pieces[0].Text {
		text += s.Text
	}
	if text != "at least 1,234 people, again at least 1,234, on 5 to 6 October 2023." {
		t.Errorf("%q", text)
	}
	if len(made.Figures) != 1 || made.Figures[0].Number != 1234 || len(made.Figures[0].Records) != 1 || !strings.Contains(made.Figures[0].Rule, "MIC") {
		t.Errorf("figures: %+v", made.Figures)
	}
	ja, err := programme.Compose(e, programme.Sources{Records: records}, printer(t, "ja"))
	if err != nil || ja.Parts[1].Pieces[0].State != programme.Machine || !strings.Contains(ja.Parts[1].Pieces[0].Text[0].Text, "2023年10月5日から6日まで") {
		t.Errorf("in Japanese nobody wrote: %+v, %v", ja.Parts[1].Pieces, err)
	}
	if ja.Hash == made.Hash {
		t.Error("two reports have one hash")
	}
}

// TestWhen writes dates as exactly as they are known.
func TestWhen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ begin, end, en, ja string }{
		{"2023", "", "2023", "2023年"},
		{"2023-06", "", "June 2023", "2023年6月"},
		{"2023-06-09", "", "9 June 2023", "2023年6月9日"},
		{"2023-10-09", "2023-10-13", "9 to 13 October 2023", "2023年10月9日から13日まで"},
		{"2020-01-26", "2020-02-07", "26 January 2020 to 7 February 2020", "2020年1月26日から2月7日まで"},
		{"2018", "2022", "2018 to 2022", "2018年から2022年まで"},
		{"", "2022", "until 2022", "2022年まで"},
		{"", "", "", ""},
	} {
		for lang, want := range map[string]string{"en": c.en, "ja": c.ja} {
			if got := programme.When(printer(t, lang), community.Date(c.begin), community.Date(c.end)); got != want {
				t.Errorf("%s %s in %s: %q, want %q", c.begin, c.end, lang, got, want)
			}
		}
	}
}
