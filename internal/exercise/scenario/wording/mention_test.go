package wording_test

import (
	"math"
	"testing"
	"time"

	"renkei/internal/exercise/scenario/wording"
)

func TestMentions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, form string
		want       bool
	}{
		{"we are hit by ransomware", "ransom*", true},
		{"we are hit by ransomware", "ransom", false},
		{"all servers are encrypted", "encrypt*", true},
		{"unencrypted", "encrypt*", false},
		{"unencrypted", "*encrypt*", true},
		{"ランサムウェアに感染", "ランサム", true},
		{"暗号化された", "暗号*", true},
		{"203.0.113.12", "203.0.113.1", false},
		{"203.0.113.12", "203.0.113.#", true},
		{"tape w22 please", "w#", true},
		{"tape wx please", "w#", false},
		{"issue #4", `issue \#4`, true},
		{"issue 44", `issue \#4`, false},
		{"a*b", `a\*b`, true},
		{"anything", "*", false},
		{"anything", "", false},
		{"", "*a", false},
		{"ast-w22 and w23", "*-w#", true},
		{"c*** hospital", `c\*\*\* hospital`, true},
	} {
		if got := wording.Mentions(c.text, c.form); got != c.want {
			t.Errorf("%q in %q: %v", c.form, c.text, got)
		}
	}
}

// TestFindTakesNamesOfTheirOwn asks that part of a longer name is no name.
func TestFindTakesNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"kelp.example": 1, "https://kelp.example/x": 1, "kelp.example.": 1, "kelp.example:8443": 1, "(kelp.example)": 1,
		"kelp.exampleです": 1, "kelp.example-based": 1, "kelp.example, kelp.example": 2, "x=kelp.example": 1,
		"my-kelp.example": 0, "kelp.example.org": 0, "a@kelp.example": 0, "kelp.example-2": 0, "www.kelp.example": 0, "kelp.example_x": 0,
	} {
		if got := len(wording.Find(text, "kelp.example")); got != want {
			t.Errorf("%q: found %d times", text, got)
		}
	}
}

// TestStatements asks what a text says of W22.
func TestStatements(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wording.Statement{
		"w22": wording.Stated, "use w22": wording.Stated, "w22です": wording.Stated, "w22を使用してください": wording.Stated,
		"not w23 but w22": wording.Stated, "do not use w23, use w22": wording.Stated, "w23ではなくw22": wording.Stated,
		"the account that did not enter a code is w22": wording.Stated, "nothing but w22": wording.Stated, "none other than w22": wording.Stated,
		"w22 is not infected": wording.Stated, "w22は感染していない": wording.Stated, "w22 (not w23)": wording.Stated, "it can only be w22": wording.Stated,
		"w22は侵入前に取得された": wording.Stated, "(w22)": wording.Stated, "tape (w22)": wording.Stated, "w23 (or w22)": wording.Stated,
		"w22 or w23": wording.Stated, "w22またはw23": wording.Stated, "i don't know, maybe w22": wording.Stated,
		"not w22": wording.Denied, "it isn't w22": wording.Denied, "don't use w22": wording.Denied, "anything but w22": wording.Denied,
		"w23 rather than w22": wording.Denied, "instead of w22": wording.Denied, "w22ではない": wording.Denied, "w22じゃない": wording.Denied,
		"w22以外": wording.Denied, "w22 is too old": wording.Denied, "w22 is not safe": wording.Denied, "w22 was already compromised": wording.Denied,
		"w22は使えない": wording.Denied, "w22は誤り": wording.Denied, "w22は侵入後に取得されたもの": wording.Denied, "i do not think it is w22": wording.Denied,
		"w22は旧番号なので使いません": wording.Denied, "w22からw23に変更されました": wording.Denied, "w23からw22に変更されました": wording.Stated, "w22から始まった": wording.Stated,
		"w22 should not be used": wording.Denied, "w22のテープではありません": wording.Denied, "any tape other than w22": wording.Denied, "w22を除く": wording.Denied,
		"w22は、侵害後に取得されている": wording.Denied, "cannot be w22": wording.Denied,
		"because w22 came later": wording.Aside, "older than w22": wording.Aside, "w22より前のもの": wording.Aside, "w22は月曜なので、w21": wording.Aside,
		"w21 (the week before w22 was made)": wording.Aside, "w22の一つ前": wording.Aside,
	} {
		found := wording.Find(text, "w22")
		if len(found) != 1 {
			t.Fatalf("%q: found %d times", text, len(found))
		}
		if got := wording.StatementOf(text, found[0]); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// FuzzReadings asks that nothing that people can write breaks the readers, and
// that what they find stands in the text.
func FuzzReadings(f *testing.F) {
	for _, seed := range []string{
		"13:54 utc (21:54 local)", "141354z sep 27", "令和9年9月14日午後1時54分", "34万5千件", "23,6 gb = 22 gib", "4 x 1.5 gib", "w2* #",
		"twenty-four hundred and six", "1'042 1.042.100", "utc+25:99", `\`, "元年", "2027-09-14t13:54:29+00:00", "三千二百十", "((", "w22は、",
	} {
		f.Add(seed, "w22*#")
	}
	f.Fuzz(func(t *testing.T, text, form string) {
		text, form = clip(text), clip(form)
		for _, s := range wording.Find(text, form) {
			if s.From < 0 || s.To > len(text) || s.From > s.To {
				t.Fatalf("%q in %q: found at %v", form, text, s)
			}
			wording.StatementOf(text, s)
		}
		if plain := wording.Literal(text); text != "" && wording.Plain(plain) != text {
			t.Fatalf("%q becomes %q", text, wording.Plain(plain))
		}
		for _, q := range wording.Quantities(wording.Numerals(text)) {
			if math.IsNaN(q.Value) || q.From > q.To {
				t.Fatalf("%q: read as %+v", text, q)
			}
		}
		m := wording.Measure{Right: 42, Units: []string{"gb"}, Takes: func(a, b float64) bool { return a == b }}
		m.Read(text)
		at := time.Date(2027, 9, 14, 13, 54, 29, 0, time.UTC)
		moment := wording.Moment{At: at, Today: at, Local: time.UTC, Names: []string{"asteria time"}}
		moment.Read(text)
		moment.Day = true
		moment.Read(text)
		wording.HasMoment(text)
	})
}

func clip(s string) string { return s[:min(len(s), 400)] }

// TestOthersAreToldOf asks what a text says of FS03, which is no answer: where
// something went on to, or what it holds, is only told.
func TestOthersAreToldOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wording.Statement{
		"bil07, then it moved to fs03":             wording.Aside,
		"first bil07; from there to app02, fs03":   wording.Aside,
		"it began on bil07 and went on to fs03":    wording.Aside,
		"bil07から始まり、fs03へ広がった":                     wording.Aside,
		"bil07. fs03 contains the tools":           wording.Aside,
		"bil07; the second (fs03) is only a store": wording.Aside,
		"fs03, then it moved to bil07":             wording.Stated,
		"bil07 and fs03":                           wording.Stated,
		"fs03 contains the answer":                 wording.Stated,
	} {
		if got := wording.StatementOfOther(text, wording.Find(text, "fs03")[0]); got != want {
			t.Errorf("%q: %d, not %d", text, got, want)
		}
	}
	doubt := "w22?? or w23"
	if own := wording.Find(doubt, "w22"); !wording.Hedged(doubt, own[0], own) {
		t.Errorf("%q settles for w22", doubt)
	}
}
