package demo_test

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/i18n"
	"renkei/internal/programme"
	"renkei/internal/programme/demo"
	"renkei/internal/programme/texts"
)

//go:embed testdata/facts.tsv
var facts string

// loaded is the demo programme.
func loaded(t *testing.T) *programme.Records {
	t.Helper()
	changes, err := demo.Changes("", "demo data")
	if err != nil {
		t.Fatal(err)
	}
	records := programme.NewRecords()
	for i, c := range changes {
		if err := records.Check(c); err != nil {
			t.Fatalf("%s %s: %v", c.Of, c.ID, err)
		}
		records = records.With(programme.Revision{Number: int64(i + 1), At: time.Now(), Of: c.Of, ID: c.ID, Record: c.Record})
	}
	return records
}

func printer(t *testing.T, lang string) *i18n.Printer {
	t.Helper()
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	return all.For(lang)
}

// what is the record of a fact's id, with when it was and who took part.
func what(r *programme.Records, id string) (rec programme.Record, typ programme.Type, begin, end community.Date, members []string, head programme.Head) {
	switch rec := r.Record(programme.KindActivity, id).(type) {
	case *programme.Activity:
		return rec, rec.Type, rec.Begun, rec.Ended, rec.Members, rec.Head
	}
	switch rec := r.Record(programme.KindEvent, id).(type) {
	case *programme.Event:
		return rec, rec.Type, rec.Begin, rec.End, rec.Members, rec.Head
	}
	if a, ok := r.Record(programme.KindAgreement, id).(*programme.Agreement); ok {
		return a, "agreement", a.Signed, "", nil, a.Head
	}
	return nil, "", "", "", nil, programme.Head{}
}

// TestFacts finds every activity of the reference with its dates, members,
// numbers, source and whether it is uncertain.
func TestFacts(t *testing.T) {
	t.Parallel()
	records := loaded(t)
	n := 0
	for line := range strings.Lines(facts) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if f[0] == "id" {
			continue
		}
		n++
		rec, typ, begin, end, members, head := what(records, f[0])
		if rec == nil {
			t.Errorf("%s is missing", f[0])
			continue
		}
		if string(typ) != f[1] || string(begin) != f[2] || string(end) != f[3] || head.Uncertain != (f[6] != "") {
			t.Errorf("%s: %s, %s to %s, uncertain %v; want %q", f[0], typ, begin, end, head.Uncertain, f)
		}
		if f[4] != "" && strings.Join(members, ",") != f[4] {
			t.Errorf("%s: members %v, want %s", f[0], members, f[4])
		}
		if f[7] != "" && head.Source.URL != f[7] || head.Source.URL == "" && head.Source.Title.Empty() {
			t.Errorf("%s: source %v, want %s", f[0], head.Source, f[7])
		}
		if head.Title["ja"] == "" || head.Title["en"] == "" {
			t.Errorf("%s lacks a title: %v", f[0], head.Title)
		}
		var values []string
		for _, fig := range records.Figures(f[0]) {
			values = append(values, strconv.FormatInt(fig.Value, 10))
		}
		for number := range strings.SplitSeq(f[5], ",") {
			if number != "" && !slices.Contains(values, number) {
				t.Errorf("%s: %s is none of its figures %v", f[0], number, values)
			}
		}
	}
	if n != 57 {
		t.Errorf("%d facts were looked at", n)
	}
}

// TestSections: the edition of 2023 has every section of the programme's report
// of that year, in its order, and nothing in it is missing.
func TestSections(t *testing.T) {
	t.Parallel()
	want := []string{
		"大臣からのメッセージ", "功労者からのメッセージ", "日ASEANサイバーセキュリティ会議の歩み", "日ASEANサイバーセキュリティ協力関連の取組例",
		"日ASEANサイバーセキュリティ官民共同フォーラム", "共同意識啓発", "リモートサイバー演習", "机上演習", "CIIPワークショップ", "JICAの取組",
		"カンボジア向け技術協力プロジェクト討議議事録の署名", "JPCERT/CCの取組", "CSIRT構築支援", "TSUBAME", "ASEAN事務局よりメッセージ", "政策リファレンス",
		"ASEAN各国の取組", "日本の主な取組例", "総務省の取組", "日ASEANサイバーセキュリティ能力構築センター", "経済産業省の取組", "防衛省の取組", "次の10年に向けて",
	}
	records := loaded(t)
	for _, lang := range []string{"ja", "en"} {
		made, err := programme.Compose(records.Edition("2023"), programme.Sources{Records: records}, printer(t, lang))
		if err != nil {
			t.Fatal(err)
		}
		if made.States[programme.Missing] != 0 || made.States[programme.Machine] < 30 || len(made.Hash) != 64 {
			t.Errorf("%s: %v, %s", lang, made.States, made.Hash)
		}
		if lang != "ja" {
			continue
		}
		var titles []string
		for _, p := range made.Parts {
			titles = append(titles, p.Title)
			for _, sub := range p.Parts {
				titles = append(titles, sub.Title)
			}
		}
		for i, w := range want {
			if !strings.HasPrefix(titles[i], w) {
				t.Errorf("section %d is %q, want %q", i, titles[i], w)
			}
		}
	}
}

// TestReportSays looks for what the records hold in the report of both
// languages.
func TestReportSays(t *testing.T) {
	t.Parallel()
	records := loaded(t)
	for lang, want := range map[string][]string{
		"en": {"at least 1,000", "5 to 6 October 2023", "9 to 13 October 2023", "about 40", "2013-09|September 2013", "at least 500", "Phnom Penh", "Stated by MIC"},
		"ja": {"1,000以上", "2023年10月5日から6日まで", "2023年10月9日から13日まで", "約40", "2013年9月", "500以上", "プノンペン", "MICの記載"},
	} {
		made, err := programme.Compose(records.Edition("2023"), programme.Sources{Records: records}, printer(t, lang))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := encoded(made)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !slices.ContainsFunc(strings.Split(w, "|"), func(s string) bool { return strings.Contains(raw, s) }) {
				t.Errorf("%s: %q is not in the report", lang, w)
			}
		}
		if strings.Contains(raw, "2024年10月18日") || strings.Contains(raw, "18 October 2024") {
			t.Errorf("%s: the report of 2023 tells of 2024", lang)
		}
	}
}

// TestNothingIsLeftOut: what a record of the programme's report says is in the
// edition of 2023: each is behind a paragraph of it, or behind a figure.
func TestNothingIsLeftOut(t *testing.T) {
	t.Parallel()
	records := loaded(t)
	made, err := programme.Compose(records.Edition("2023"), programme.Sources{Records: records}, printer(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	cited := map[programme.Reference]bool{}
	var look func([]programme.Part)
	look = func(parts []programme.Part) {
		for _, p := range parts {
			for _, piece := range p.Pieces {
				for _, at := range piece.Records {
					cited[at] = true
				}
			}
			look(p.Parts)
		}
	}
	look(made.Parts)
	for _, f := range made.Figures {
		cited[programme.Reference{Kind: programme.KindFigure, ID: f.ID}] = true
	}
	all, err := demo.Records()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, rec := range all {
		raw, err := programme.Encode(rec)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Kind() == programme.KindEdition || !strings.Contains(string(raw), `"source":{"title":{"en":"Programme report of 2023"`) {
			continue
		}
		n++
		if !cited[programme.Reference{Kind: rec.Kind(), ID: rec.Key()}] {
			t.Errorf("%s %s is not in the report", rec.Kind(), rec.Key())
		}
	}
	if n < 50 {
		t.Errorf("only %d records were looked at", n)
	}
}
