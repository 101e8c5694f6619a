package markdown_test

import (
	"strings"
	"testing"

	"renkei/internal/markdown"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, want string }{
		"bold":       {"a **b** c", "<p>a <strong>b</strong> c</p>\n"},
		"lines kept": {"Name\nPlace", "<p>Name<br>\nPlace</p>\n"},
		"raw HTML":   {"a <script>alert(1)</script> b", "<p>a <!-- raw HTML omitted -->alert(1)<!-- raw HTML omitted --> b</p>\n"},
		"link":       {"[here](https://a.example/?x=1&y=<2)", "<p>here &lt;https://a.example/?x=1&amp;y=&lt;2&gt;</p>\n"},
		"autolink":   {"<https://a.example/>", "<p>https://a.example/</p>\n"},
		"picture":    {"![a *lake*](https://a.example/x.png)", "<p>a <em>lake</em></p>\n"},
		"table":      {"|a|b|\n|-|-|\n|1|2|", "<table>"},
	} {
		got, err := markdown.HTML(c.src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got != c.want && (name != "table" || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	f.Add("[a](b \"c\") ![d](e) <f@g.example> <img src=x onerror=y>\n\n<div>\n\n[r]\n\n[r]: javascript:x")
	f.Fuzz(func(t *testing.T, src string) {
		got, err := markdown.HTML(src)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<a ", "<img", "<script", "<div"} {
			if strings.Contains(got, bad) {
				t.Errorf("%q gives %q", src, got)
			}
		}
	})
}
