package tabletop_test

import (
	"strings"
	"testing"

	"renkei/internal/exercise/scenario"
	"renkei/internal/tabletop"
)

// FuzzCheck: whatever a tabletop holds, it is read or refused with places in it,
// and what passes has questions under keys of their own.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("modules: &a [*a]"))
	f.Add([]byte("a: &a [x, x]\nb: &b [*a, *a]\nmodules: [*b, *b]"))
	f.Add([]byte("modules: " + strings.Repeat("[", 200)))
	f.Add([]byte(strings.Replace(good, "type: choice", "type: scale, low: -9, high: 99999999999", 1)))
	f.Fuzz(func(t *testing.T, yaml []byte) {
		pack, ds := scenario.Parse(map[string][]byte{
			"pack.yaml": []byte(packYAML), tabletop.File: yaml, "texts/en/M1.md": []byte("# x\n\ny\n"), "texts/ja/M1.md": []byte("# x\n\ny\n"),
		})
		if pack == nil || scenario.Failed(ds) {
			return
		}
		found := tabletop.Check(pack)
		lines := 2 + strings.Count(strings.NewReplacer("\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(string(yaml)), "\n")
		for _, d := range found {
			if d.Pos.File == tabletop.File && (d.Pos.Line < 0 || d.Pos.Line > lines) {
				t.Errorf("%s stands in line %d of %d", d.Code, d.Pos.Line, lines)
			}
		}
		if scenario.Failed(found) {
			return
		}
		read, _ := tabletop.Read(pack)
		seen := map[string]bool{}
		for _, m := range read.Modules {
			for _, q := range m.Questions {
				if q.Poll.Key == "" || seen[q.Poll.Key] {
					t.Errorf("question %q passes", q.Poll.Key)
				}
				seen[q.Poll.Key] = true
			}
		}
	})
}
