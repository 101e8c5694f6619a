package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"Vietnamese with marks", "Luật An toàn thông tin mạng, Đà Nẵng", "luat an toan thong tin mang da nang"},
		{"Vietnamese decomposed", "Luâ\u0323t", "luat"},
		{"voiced kana stay", "がプ", "がプ"},
		{"kana in half width", "ｻｲﾊﾞｰ演習", "サイバー演習"},
		{"full width", "ＣＥＲＴ／ＣＣ", "cert cc"},
		{"Japanese punctuation", "「法律」、政令。", "法律 政令"},
		{"Thai marks stay", "น้ำ", "น\u0e49\u0e4dา"},
		{"Khmer without its unseen spaces", "សន្តិសុខ\u200bសាយប័រ", "សន្តិសុខសាយប័រ"},
		{"Khmer sign", "ច្បាប់។", "ច្បាប់"},
		{"Burmese", "ဆိုက်ဘာ၊ လုံခြုံရေး", "ဆိုက်ဘာ လုံခြုံရေး"},
		{"ligatures", "Straße Æon ﬁn", "strasse aeon fin"},
		{"nothing", " \t–…", ""},
	} {
		if got := Fold(c.text); got != c.want {
			t.Errorf("%s: %q becomes %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

// FuzzFold holds the folding to what the index relies on.
func FuzzFold(f *testing.F) {
	for _, text := range []string{"Luật, Đ", "が\u200cか\u200c゙", "ÅΆЙ", "น้ำ ນ້ຳ", "\xff\x00", "İıKß", "한국어", "가"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Fold(text)
		if twice := Fold(once); twice != once {
			t.Errorf("folded twice %q becomes %q", once, twice)
		}
		if !utf8.ValidString(once) || strings.ContainsAny(once, "\x00#\n") || strings.TrimSpace(once) != once || strings.Contains(once, "  ") {
			t.Errorf("folded to %q", once)
		}
	})
}

func TestSought(t *testing.T) {
	t.Parallel()
	for term, want := range map[string][]string{
		"演": {"演"}, "演習": {"演習"}, "sec": {"sec"}, "cert": {"cer", "ert"},
		"abcdefghijklmnopqrst": {"abc", "fgh", "lmn", "rst"},
	} {
		if got := sought(term); !slices.Equal(got, want) {
			t.Errorf("%s is looked for by %v, want %v", term, got, want)
		}
	}
}

// FuzzBlock decodes what it may be given, and what it wrote.
func FuzzBlock(f *testing.F) {
	f.Add([]byte{1, 0, 255, 15})
	f.Add(make([]byte, blockBytes))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var b, again block
		if b.decode(raw) != nil {
			return
		}
		if err := again.decode(b.encode()); err != nil || again != b {
			t.Errorf("%x is not read as it was written: %v", raw, err)
		}
	})
}
