package scenario

import (
	"maps"
	"strings"
	"testing"
)

// TestOneMistakeOneFinding changes one thing in the starter pack and expects
// exactly what follows from it, at its place.
func TestOneMistakeOneFinding(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, file, old, now, want string }{
		{"persona", "msel.yaml", "from: it-manager\n  to: teams\n  at", "from: it-manger\n  to: teams\n  at", "msel.yaml:6:9 ref.persona"},
		{"all personas", "pack.yaml", "- key: it-manager\n", "- kye: it-manager\n", "pack.yaml:29:3 field.missing|pack.yaml:29:3 field.unknown"},
		{"personas no list", "pack.yaml", "personas:\n- key: it-manager\n ", "personas:\n ", "pack.yaml:29:3 type.list"},
		{"bad key", "msel.yaml", "- key: T5", "- key: 5T", "msel.yaml:67:12 value.key"},
		{"bad trigger", "msel.yaml", "at: 1m", "at: one", "msel.yaml:8:7 value.duration"},
		{"bad condition", "msel.yaml", `"T2").correct`, `"T2").corect`, "msel.yaml:53:20 condition.field"},
		{"no phase", "msel.yaml", "phase: recognise", "phase: ''", "msel.yaml:5:10 field.empty"},
		{"unreadable msel", "msel.yaml", "injects:\n", "injects: [\n", "msel.yaml:3:1 yaml.syntax"},
		{"unknown variable in a log", "attachments/proxy.log", "{{c2}}", "{{c3}}", "attachments/proxy.log:2:45 template.variable"},
		{"tags without end", "attachments/proxy.log", "{{c2}}", "{{c2}}" + strings.Repeat(" {{c2}}", maxTags), "attachments/proxy.log:2:700014 template.many"},
		{"address", "pack.yaml", "203.0.113.0/24", "203.0.113.9/24", "pack.yaml:39:12 template.address"},
		{"one team", "pack.yaml", "min: 2", "min: 1", "msel.yaml:78:7 units.min|texts/en/I02.md:4:3 units.min|texts/ja/I02.md:3:38 units.min"},
		{"bad number of teams", "pack.yaml", "min: 2", "min: many", "pack.yaml:35:8 type.int"},
		{"late task", "msel.yaml", "due: 8m\n    critical", "due: 80m\n    critical", "msel.yaml:26:10 task.endex"},
		{"alias", "pack.yaml", "authors: x", "", ""},
		{"subject", "texts/ja/I02.md", "# ", "#", "texts/ja/I02.md:1:1 inject.subject"},
		{"attachment", "msel.yaml", "[proxy.log]", "[proxi.log]", "msel.yaml:9:17 attachment.missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(starterFiles(t))
			files[tc.file] = []byte(strings.Replace(string(files[tc.file]), tc.old, tc.now, 1))
			p, ds := Parse(files)
			ds = append(ds, Check(p)...)
			var got []string
			for _, d := range ds {
				place, _, _ := strings.Cut(d.String(), " map[")
				got = append(got, place)
			}
			if strings.Join(got, "|") != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			filled(t, ds)
		})
	}
}

// TestAliasBombs refuses YAML that grows without measure or holds itself.
func TestAliasBombs(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 10) + "]\n"
	}
	for name, text := range map[string]string{"bomb": bomb, "itself": "a: &x [*x]\n", "in itself": "a: &x {b: [{c: *x}]}\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, ds := Parse(map[string][]byte{"pack.yaml": []byte(text), "msel.yaml": []byte("injects: []\n")})
			if p != nil || len(ds) != 1 || ds[0].Code != codeYAMLAlias {
				t.Errorf("pack %v, diagnostics %v", p, ds)
			}
		})
	}
}
