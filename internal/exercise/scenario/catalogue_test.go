package scenario

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"

	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

// codes reads the constants of codes.go.
func codes(t *testing.T) []string {
	t.Helper()
	file, err := goparser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok {
			s, _ := strconv.Unquote(lit.Value)
			all = append(all, s)
		}
		return true
	})
	return all
}

func placeholders(s string) string {
	found := regexp.MustCompile(`\.[A-Z]\w*`).FindAllString(strings.Join(
		regexp.MustCompile(`{{[^}]*}}`).FindAllString(s, -1), " "), -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}

func TestEveryCodeHasItsSentence(t *testing.T) {
	t.Parallel()
	en, err := i18n.Texts("en", exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	ja, err := i18n.Texts("ja", exercisetexts.Area())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, code := range codes(t) {
		for _, key := range []string{"check." + code, "check." + code + ".hint"} {
			known[key] = true
			if en[key] == "" || ja[key] == "" {
				t.Errorf("%s lacks a text: en %q, ja %q", key, en[key], ja[key])
			}
			for _, text := range []string{en[key], ja[key]} {
				if _, err := template.New(key).Parse(text); err != nil {
					t.Error(err)
				}
			}
			if a, b := placeholders(en[key]), placeholders(ja[key]); a != b {
				t.Errorf("%s has other placeholders: en %s, ja %s", key, a, b)
			}
		}
	}
	for key := range maps.Keys(en) {
		if strings.HasPrefix(key, "check.") && !known[key] && !strings.HasPrefix(key, "check.tabletop.") { // of an area, which has a test
			t.Errorf("%s is not a code", key)
		}
	}
}

// filled sees that the placeholders of a diagnostic's sentences have values.
func filled(t *testing.T, ds []Diagnostic) {
	t.Helper()
	for _, lang := range i18n.Languages() {
		texts, err := i18n.Texts(lang, exercisetexts.Area())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			for _, key := range []string{"check." + d.Code, "check." + d.Code + ".hint"} {
				tmpl, err := template.New(key).Option("missingkey=error").Parse(texts[key])
				if err != nil {
					t.Fatal(err)
				}
				var b strings.Builder
				args := d.Args
				if args == nil {
					args = map[string]any{}
				}
				if err := tmpl.Execute(&b, args); err != nil {
					t.Errorf("%s %s: %v", lang, d, err)
				}
			}
		}
	}
}
