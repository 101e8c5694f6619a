package i18n_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"renkei/internal/i18n"
)

var placeholder = regexp.MustCompile(`\{\{[^}]*\.([A-Za-z]+)[^}]*\}\}`)

// texts are those of the program and of all areas.
func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	all, err := i18n.Texts(lang)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, folder := range []string{"../*/", "../channel/*/", "../exercise/*/"} {
		found, err := filepath.Glob(folder + "texts/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	folders, err := filepath.Glob("../*/texts/" + lang + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, folders...) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var own map[string]string
		if err := json.Unmarshal(raw, &own); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		maps.Copy(all, own)
	}
	return all
}

// TestLanguagesAreEqual: the same keys with the same placeholders everywhere.
func TestLanguagesAreEqual(t *testing.T) {
	t.Parallel()
	want := texts(t, "en")
	for _, lang := range i18n.Languages()[1:] {
		got := texts(t, lang)
		for key := range want {
			if _, ok := got[key]; !ok {
				t.Errorf("%s lacks %q", lang, key)
			}
		}
		for key, text := range got {
			if a, b := names(want[key]), names(text); !slices.Equal(a, b) {
				t.Errorf("%q: placeholders %v in English, %v in %s", key, a, b, lang)
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %q is empty", lang, key)
			}
		}
	}
}

func names(text string) []string {
	set := map[string]bool{}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		set[m[1]] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// TestKeysInCodeExist: every key that stands in code as a string is in the
// catalogue.
func TestKeysInCodeExist(t *testing.T) {
	t.Parallel()
	all := texts(t, "en")
	call := regexp.MustCompile(`\.T\("([a-z_]+\.[a-z_.]+[a-z])"`)
	found := 0
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		for _, m := range call.FindAllSubmatch(code, -1) {
			found++
			key := string(m[1])
			_, whole := all[key]
			_, ofPages := all["web."+key] // as web.Request.T asks
			if !whole && !ofPages {
				t.Errorf("%s: no text for %q", path, key)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 20 {
		t.Errorf("only %d keys found in code", found)
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	c, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for wish, want := range map[string]string{
		"ja": "ja", "ja_JP.UTF-8": "ja", "ja-JP": "ja", "en_GB.UTF-8": "en", "C": "en", "": "en", "fr": "en",
		"fr, ja;q=0.5": "ja", "ca_ES@valencia": "en", "???": "en",
	} {
		if got := c.For(wish).Lang(); got != want {
			t.Errorf("For(%q) is %s, want %s", wish, got, want)
		}
	}
	if got := c.For("ja").T("no.such.key"); got != "no.such.key" {
		t.Errorf("a missing key gives %q", got)
	}
	if got := c.For("en").T("cli.unknown_command", i18n.Args{"Command": "x&<y>"}); !strings.Contains(got, `"x&<y>"`) {
		t.Errorf("a placeholder is changed: %q", got)
	}
}

func TestWidth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "abc": 3, "連携": 4, "ｱ": 1, "Ａ": 2, "e\u0301": 1, "a\u200bb": 2, "「侵入」": 8} {
		if got := i18n.Width(text); got != want {
			t.Errorf("Width(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestFitAndWrapKeepTheirWidth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab 連携、。e\u0301\nｱ"))).Draw(t, "text")
		n := rapid.IntRange(2, 20).Draw(t, "columns")
		if got := i18n.Width(i18n.Fit(text, n)); got != n {
			t.Fatalf("Fit gives %d columns, want %d", got, n)
		}
		lines := i18n.Wrap(text, n)
		for _, line := range lines {
			if i18n.Width(line) > n {
				t.Fatalf("line %q is wider than %d", line, n)
			}
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if squeeze(strings.Join(lines, "")) != squeeze(text) {
			t.Fatalf("Wrap(%q) lost text: %q", text, lines)
		}
	})
}
