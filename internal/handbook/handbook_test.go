package handbook_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"renkei/internal/community"
	"renkei/internal/handbook"
)

func vocabulary(t *testing.T) *handbook.Vocabulary {
	t.Helper()
	v, err := handbook.DefaultVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]community.Date{
		"": "", "2023": "2023", "2023-5": "2023-05", "2023/10/5": "2023-10-05", "2022.11": "2022-11", "2024-02-29": "2024-02-29",
	} {
		if got, err := community.ParseDate(text); err != nil || got != want {
			t.Errorf("%q is %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"soon", "2023-13", "2023-02-30", "23", "0007", "=1+1"} {
		if got, err := community.ParseDate(text); !errors.Is(err, community.ErrDate) {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
	for _, c := range []struct {
		a, b  community.Date
		after bool
	}{
		{"2024", "2023", true}, {"2023", "2023-06", false}, {"2023-07", "2023", false}, {"2023-07", "2023-06-30", true}, {"", "2023", false}, {"2023", "", false},
	} {
		if got := c.a.After(c.b); got != c.after {
			t.Errorf("%q after %q is %v", c.a, c.b, got)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	texts := handbook.Say("km", "ច្បាប់").With("en", handbook.Words{Text: "Law", State: handbook.Checked}).With("ja", handbook.Words{Text: "法律"})
	if texts["ja"].State != handbook.Machine {
		t.Errorf("a new translation is %q", texts["ja"].State)
	}
	for _, c := range []struct{ asked, text, lang string }{{"ja", "法律", "ja"}, {"th", "ច្បាប់", "km"}} {
		if text, lang := texts.In(c.asked); text != c.text || lang != c.lang {
			t.Errorf("in %s it is %q of %q", c.asked, text, lang)
		}
	}
	next := texts.With("km", handbook.Words{Text: "ច្បាប់ថ្មី"})
	if next["en"].State != handbook.Machine || texts["en"].State != handbook.Checked {
		t.Errorf("after a change of the original the translation is %q, and was %q", next["en"].State, texts["en"].State)
	}
	if gone := next.With("ja", handbook.Words{}); slices.Contains(gone.Languages(), "ja") {
		t.Error("an empty text stays")
	}
}

// law is an item without fault.
func law() handbook.Item {
	return handbook.Item{
		ID: "kh-law", Member: "kh", Kind: handbook.Measured, Measure: "legal", Status: handbook.Planned,
		Text: handbook.Say("en", "Cybersecurity law"), Due: "2024", Themes: []string{"law"},
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	for name, c := range map[string]struct {
		change func(*handbook.Item)
		field  string
		want   error
	}{
		"right":        {func(*handbook.Item) {}, "", nil},
		"no text":      {func(it *handbook.Item) { it.Text = nil }, "text", handbook.ErrText},
		"long":         {func(it *handbook.Item) { it.Text = handbook.Say("en", strings.Repeat("語", 2001)) }, "text", handbook.ErrLong},
		"status":       {func(it *handbook.Item) { it.Status = "done" }, "status", handbook.ErrStatus},
		"measure":      {func(it *handbook.Item) { it.Measure = "" }, "measure", handbook.ErrMeasure},
		"kind":         {func(it *handbook.Item) { it.Kind, it.Status = "law", "" }, "kind", handbook.ErrKind},
		"need, status": {func(it *handbook.Item) { it.Kind = handbook.Need }, "status", handbook.ErrStatus},
		"theme":        {func(it *handbook.Item) { it.Themes = []string{"x"} }, "themes", handbook.ErrTag},
		"date":         {func(it *handbook.Item) { it.Due = "soon" }, "due", community.ErrDate},
		"order":        {func(it *handbook.Item) { it.Since, it.Until = "2024", "2023" }, "until", handbook.ErrOrder},
		"script":       {func(it *handbook.Item) { it.Evidence = []handbook.Evidence{{Title: "x", URL: "javascript:alert(1)"}} }, "evidence", handbook.ErrEvidence},
		"password": {func(it *handbook.Item) {
			it.Evidence = []handbook.Evidence{{Title: "x", URL: "https://a:b@c.example/"}}
		}, "evidence", handbook.ErrEvidence},
		"link": {func(it *handbook.Item) {
			it.Evidence = []handbook.Evidence{{Title: "x", URL: "https://c.example/a", Alive: "2024-05-01"}}
		}, "", nil},
		"odd language":   {func(it *handbook.Item) { it.Text = handbook.Texts{"e n": {Text: "x", State: handbook.Original}} }, "text", handbook.ErrLanguage},
		"state":          {func(it *handbook.Item) { it.Text = handbook.Texts{"en": {Text: "x"}} }, "text", handbook.ErrLanguage},
		"character zero": {func(it *handbook.Item) { it.Text = handbook.Say("en", "x\x00") }, "text", handbook.ErrLanguage},
	} {
		it := law()
		c.change(&it)
		faults := v.Check(&it)
		if c.want == nil {
			if len(faults) > 0 {
				t.Errorf("%s: %v", name, faults)
			}
			continue
		}
		var fault *handbook.FaultError
		if len(faults) != 1 || !errors.As(faults[0], &fault) || fault.Field != c.field || !errors.Is(fault, c.want) {
			t.Errorf("%s: %v, want %v of %s", name, faults, c.want, c.field)
		}
	}
}

func content(id string, asOf community.Date, items ...handbook.Item) *handbook.Content {
	return &handbook.Content{
		Edition:  handbook.Edition{ID: id, AsOf: asOf, Title: handbook.Say("en", "Handbook "+id)},
		Profiles: []handbook.Profile{{Member: "kh", Code: "KH", Name: handbook.Say("en", "Cambodia")}}, Items: items,
	}
}

// changed is the item with some of it changed.
func changed(change func(*handbook.Item)) handbook.Item {
	it := law()
	change(&it)
	return it
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after []handbook.Item
		want          []handbook.Change
	}{
		"same":       {[]handbook.Item{law()}, []handbook.Item{law()}, nil},
		"new":        {nil, []handbook.Item{law()}, []handbook.Change{handbook.New}},
		"dropped":    {[]handbook.Item{law()}, nil, []handbook.Change{handbook.Dropped}},
		"done":       {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) { it.Status, it.Since = handbook.InForce, "2024-03" })}, []handbook.Change{handbook.Done}},
		"slipped":    {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) { it.Due = "2026" })}, []handbook.Change{handbook.Slipped}},
		"overdue":    {[]handbook.Item{changed(func(it *handbook.Item) { it.Due = "2023" })}, []handbook.Item{changed(func(it *handbook.Item) { it.Due = "2023" })}, []handbook.Change{handbook.Slipped}},
		"more exact": {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) { it.Due = "2024-11" })}, []handbook.Change{handbook.Amended}},
		"advanced":   {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) { it.Status = handbook.Drafted })}, []handbook.Change{handbook.Advanced}},
		"back":       {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) { it.Status = handbook.Idea })}, []handbook.Change{handbook.Back}},
		"ended":      {[]handbook.Item{changed(func(it *handbook.Item) { it.Status = handbook.InForce })}, []handbook.Item{changed(func(it *handbook.Item) { it.Status = handbook.Ended })}, []handbook.Change{handbook.Closed}},
		"renewed":    {[]handbook.Item{changed(func(it *handbook.Item) { it.Status = handbook.InForce })}, []handbook.Item{changed(func(it *handbook.Item) { it.Status = handbook.Renewed })}, []handbook.Change{handbook.Advanced}},
		"reworded too": {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) {
			it.Status, it.Text = handbook.InForce, handbook.Say("en", "Cybersecurity act")
		})}, []handbook.Change{handbook.Done, handbook.Reworded}},
		"a language": {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) { it.Text = it.Text.With("ja", handbook.Words{Text: "法"}) })}, nil},
		"evidence":   {[]handbook.Item{law()}, []handbook.Item{changed(func(it *handbook.Item) { it.Evidence = []handbook.Evidence{{Title: "Gazette", File: "g.pdf"}} })}, []handbook.Change{handbook.Amended}},
	} {
		got := handbook.Compare(content("2023", "2023-10", c.before...), content("2024", "2024-10", c.after...))
		var changes []handbook.Change
		for _, d := range got.Diffs {
			changes = append(changes, d.Changes...)
		}
		if !slices.Equal(changes, c.want) {
			t.Errorf("%s: %v, want %v", name, changes, c.want)
		}
		if c.want == nil && got.Same != 1 {
			t.Errorf("%s: %d are the same", name, got.Same)
		}
	}
}

func TestDiffer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, after, want string }{
		{"Cyber security bill", "Cyber security act", " Cyber security -bill+act"},
		{"法律の草案を作成", "法律の草案を採択", " 法律の草案を-作成+採択"},
		{"same words", "same words", " same words"},
		{"", "new", "+new"},
		{"Set up 121 sector CSIRTs.", "Set up 131 sector CSIRTs.", " Set up -121 +131 sector CSIRTs."},
		{"ច្បាប់", "ច្បាប់ថ្មី", " ច្បាប់+ថ្មី"},
	} {
		var b strings.Builder
		var before, after string
		for _, p := range handbook.Differ(c.before, c.after) {
			b.WriteString(map[int]string{0: " ", 1: "+", -1: "-"}[p.Sign] + p.Text)
			if p.Sign <= 0 {
				before += p.Text
			}
			if p.Sign >= 0 {
				after += p.Text
			}
		}
		if before != c.before || after != c.after {
			t.Errorf("%q and %q become %q and %q", c.before, c.after, before, after)
		}
		if got := strings.ReplaceAll(b.String(), "  ", " "); got != c.want {
			t.Errorf("%q and %q are %q, want %q", c.before, c.after, got, c.want)
		}
	}
}

func FuzzDiffer(f *testing.F) {
	f.Add("a b c", "a c d")
	f.Add("演習を実施", "演習の実施。")
	f.Fuzz(func(t *testing.T, a, b string) {
		var before, after string
		for _, p := range handbook.Differ(a, b) {
			if p.Sign <= 0 {
				before += p.Text
			}
			if p.Sign >= 0 {
				after += p.Text
			}
		}
		if before != a || after != b {
			t.Errorf("%q and %q become %q and %q", a, b, before, after)
		}
	})
}

func TestPlans(t *testing.T) {
	t.Parallel()
	named := func(id string, change func(*handbook.Item)) handbook.Item {
		it := changed(change)
		it.ID = id
		return it
	}
	same := func(*handbook.Item) {}
	first := content("2023", "2023-10", named("kept", same), named("open", same), named("late", same), named("dropped", same),
		named("overdue", same), named("fact", func(it *handbook.Item) { it.Status = handbook.InForce }))
	second := content("2024", "2025-02",
		named("kept", func(it *handbook.Item) { it.Status = handbook.Adopted }),
		named("open", func(it *handbook.Item) { it.Due = "2025" }),
		named("late", func(it *handbook.Item) { it.Due = "2027" }), named("overdue", same),
		named("fact", func(it *handbook.Item) { it.Status = handbook.Renewed }), named("new", func(it *handbook.Item) { it.Due = "" }))
	first.Items[1].Due = "2025"
	plans := handbook.Plans([]*handbook.Content{first, second})
	want := []string{"kept kept 0 0 3 5", "open open 0 0 3 3", "late slipping 3 0 3 3", "dropped dropped 0 0 3 1", "overdue slipping 0 0 3 3", "new open 0 1 0 3"}
	var got []string
	for _, p := range plans {
		got = append(got, fmt.Sprintf("%s %s %d %d %d %d", p.ID, p.Outcome, p.Late, p.Promised, p.Steps[0].Lane, p.Steps[1].Lane))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the plans are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSum(t *testing.T) {
	t.Parallel()
	one := content("2023", "2023-10", law(), changed(func(it *handbook.Item) { it.ID = "other" }))
	sum, err := one.Sum()
	if err != nil {
		t.Fatal(err)
	}
	other := content("2023", "2023-10", one.Items[1], one.Items[0])
	other.Edition.Published, other.Edition.Hash = time.Unix(7, 0), "x"
	if again, err := other.Sum(); err != nil || again != sum {
		t.Errorf("in another order it is %s, %v, and not %s", again, err, sum)
	}
	other.Items[0].Note = handbook.Say("en", "a note")
	if again, err := other.Sum(); err != nil || again == sum {
		t.Errorf("a change is not seen, %v", err)
	}
}

// TestAfter walks every act at every stage as each person.
func TestAfter(t *testing.T) {
	t.Parallel()
	people := map[string]handbook.Actor{
		"owner": {Owns: []string{"kh"}}, "approver": {Approves: []string{"kh"}}, "secretariat": {Secretariat: true},
		"foreigner": {Owns: []string{"th"}, Approves: []string{"th"}}, "stranger": {},
	}
	want := map[string]handbook.State{
		"owner edit unchanged": handbook.Writing, "owner edit writing": handbook.Writing, "owner submit writing": handbook.Submitted,
		"owner take_back submitted": handbook.Writing, "owner take_back approved": handbook.Writing,
		"approver approve submitted": handbook.Approved, "approver return submitted": handbook.Writing, "approver return approved": handbook.Writing,
		"secretariat publish approved": handbook.Unchanged, "secretariat return approved": handbook.Writing,
	}
	for name, a := range people {
		for _, act := range []handbook.Act{handbook.Edit, handbook.Submit, handbook.TakeBack, handbook.Approve, handbook.Return, handbook.Publish} {
			for _, s := range []handbook.State{handbook.Unchanged, handbook.Writing, handbook.Submitted, handbook.Approved} {
				key := name + " " + string(act) + " " + string(s)
				to, err := a.After("kh", s, act)
				if allowed := want[key]; (err == nil) != (allowed != "") || err == nil && to != allowed {
					t.Errorf("%s: %s, %v", key, to, err)
				}
			}
		}
	}
	for name, sees := range map[string][]bool{"owner": {true, true, true, true}, "approver": {true, true, true, true}, "secretariat": {false, false, false, true}, "foreigner": {false, false, false, false}, "stranger": {false, false, false, false}} {
		for i, s := range []handbook.State{handbook.Unchanged, handbook.Writing, handbook.Submitted, handbook.Approved} {
			if people[name].Sees("kh", s) != sees[i] {
				t.Errorf("%s sees the draft at %s: %v", name, s, !sees[i])
			}
		}
	}
}

func TestReadVocabulary(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "measures: []", "measures: [{id: A, name: {en: x}}]", "measures: [{id: a, name: {ja: x}}]", "measures: [{id: a, name: {en: x}}, {id: a, name: {en: y}}]", "more: 1"} {
		if v, err := handbook.ReadVocabulary([]byte(text)); err == nil {
			t.Errorf("%q is taken as %+v", text, v)
		}
	}
}

// TestVocabularyBounds takes lists as long as may be, and says of longer ones which.
func TestVocabularyBounds(t *testing.T) {
	t.Parallel()
	terms := func(list string, n int) string {
		var b strings.Builder
		b.WriteString(list + ":\n")
		for i := range n {
			fmt.Fprintf(&b, "- {id: t%d, name: {en: x}}\n", i)
		}
		return b.String()
	}
	measures := terms("measures", 30)
	term := func(id, name string) string { return measures + "themes: [{id: " + id + ", name: {en: " + name + "}}]" }
	languages := measures + "themes: [{id: a, name: {"
	for i := range 21 {
		languages += fmt.Sprintf("l%d: x, ", i)
	}
	for text, want := range map[string]string{
		measures + terms("themes", 300) + terms("sectors", 300) + terms("indices", 300): "",
		term(strings.Repeat("a", 60), strings.Repeat("演", 200)):                         "",
		terms("measures", 31):                 "measures: there are 31 terms",
		measures + terms("themes", 301):       "themes: there are 301 terms",
		term(strings.Repeat("a", 61), "x"):    "themes: term 1: its id has 61 letters",
		term("a", strings.Repeat("演", 201)):   `a: its name in "en" has 201 characters`,
		languages + "en: x}}]":                "names in 22 languages",
		measures + strings.Repeat("#", 1<<20): "bytes, and at most 1048576 are read",
	} {
		_, err := handbook.ReadVocabulary([]byte(text))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}
