package i18n_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"renkei/internal/i18n"
)

type told struct {
	key  string
	args i18n.Args
}

func (t *told) Error() string                          { return "told" }
func (t *told) UserText(...string) (string, i18n.Args) { return t.key, t.args }

// TestExplain says what an error says, the outermost of several, with causes and
// lists within it.
func TestExplain(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	p := texts.For("en")
	inner := i18n.NewError("inner", "cli.interrupted")
	names := make(i18n.Names, 100)
	for i := range names {
		names[i] = fmt.Sprint("n", i)
	}
	for name, c := range map[string]struct {
		err  error
		want string
		ok   bool
	}{
		"nothing":  {nil, "", false},
		"none":     {errors.New("plain"), "", false},
		"wrapped":  {fmt.Errorf("more: %w", inner), p.T("cli.interrupted"), true},
		"outer":    {&told{"cli.backup.unreadable", i18n.Args{"Cause": errors.New("why")}}, p.T("cli.backup.unreadable", i18n.Args{"Cause": "why"}), true},
		"its text": {&told{"cli.backup.unreadable", i18n.Args{"Cause": inner}}, p.T("cli.backup.unreadable", i18n.Args{"Cause": strings.TrimSuffix(p.T("cli.interrupted"), ".")}), true},
		"a list":   {&told{"cli.place.many", i18n.Args{"Known": names[:3]}}, p.T("cli.place.many", i18n.Args{"Known": "n0, n1, n2"}), true},
	} {
		if got, ok := p.Explain(c.err); got != c.want || ok != c.ok {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, c.want)
		}
	}
	if got := p.List(names); !strings.HasPrefix(got, "n0, n1") || strings.Contains(got, "n40,") || !strings.Contains(got, "60") {
		t.Errorf("a long list: %s", got)
	}
	args := i18n.Args{"Cause": inner}
	if _, ok := p.Explain(&told{"cli.backup.unreadable", args}); !ok || args["Cause"] == nil || fmt.Sprint(args["Cause"]) != inner.Error() {
		t.Error("the error's own arguments were changed")
	}
}
