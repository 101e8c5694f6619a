package review_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// TestTextsOfBothLanguages: the two languages have the same keys and
// placeholders, and every key is asked for somewhere.
func TestTextsOfBothLanguages(t *testing.T) {
	t.Parallel()
	en, err := i18n.Texts("en", exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	ja, err := i18n.Texts("ja", exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	code := sources(t)
	keys := slices.Concat(slices.Collect(maps.Keys(en)), slices.Collect(maps.Keys(ja)))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		group, rest, _ := strings.Cut(key, ".")
		if !slices.Contains([]string{"review", "summary", "replay", "finding", "event"}, group) {
			continue
		}
		if en[key] == "" || ja[key] == "" || placeholders(en[key]) != placeholders(ja[key]) {
			t.Errorf("%s: en %q, ja %q", key, en[key], ja[key])
		}
		if group != "finding" && group != "event" && !asked(code, key, rest) {
			t.Errorf("%s: nobody asks for it", key)
		}
	}
}

// asked reports whether the code holds the key, its end, or its beginning up
// to the last dot, to which a word is added.
func asked(code, key, rest string) bool {
	stem := key[:strings.LastIndex(key, ".")+1]
	stemRest := rest[:strings.LastIndex(rest, ".")+1]
	return strings.Contains(code, `"`+key+`"`) || strings.Contains(code, `"`+rest+`"`) ||
		stemRest != "" && (strings.Contains(code, `"`+stem+`"`) || strings.Contains(code, `"`+stemRest+`"`)) ||
		strings.HasPrefix(rest, "column.") && strings.Contains(code, `"`+strings.TrimPrefix(rest, "column.")+`"`)
}

func sources(t *testing.T) string {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(raw)
	}
	return b.String()
}

func placeholders(s string) string {
	found := regexp.MustCompile(`\.[A-Z]\w*`).FindAllString(strings.Join(
		regexp.MustCompile(`{{[^}]*}}`).FindAllString(s, -1), " "), -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}
