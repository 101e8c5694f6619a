package scenario

import (
	"strings"
	"testing"
	"time"

	"renkei/internal/exercise/scenario/wording"
)

// starterFiles reads the starter pack.
func starterFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	files, ds, err := Read("starter")
	if err != nil || len(ds) > 0 {
		tb.Fatal(err, ds)
	}
	return files
}

// checkPlaces sees that every place is in its file. YAML counts more things as
// ends of lines than \n.
func checkPlaces(t *testing.T, ds []Diagnostic, files map[string][]byte) {
	t.Helper()
	for _, d := range ds {
		lines := 2 + strings.Count(string(files[d.Pos.File]), "\n")
		for _, end := range []string{"\r", "\u0085", "\u2028", "\u2029"} {
			lines += strings.Count(string(files[d.Pos.File]), end)
		}
		if d.Pos.Line < 0 || d.Pos.Line > lines || d.Pos.Line > 0 && d.Pos.Col < 1 {
			t.Fatalf("place outside of the file: %v", d)
		}
	}
}

// FuzzParse changes the files of a pack: nothing may panic or hang, and a pack
// that passes the check can be cast and rendered.
func FuzzParse(f *testing.F) {
	files := starterFiles(f)
	f.Add(files["pack.yaml"], files["msel.yaml"], files["texts/en/I01.md"], files["attachments/proxy.log"])
	f.Add([]byte("a: &a [*a]"), []byte("injects: [{key: I01, when: 'task(1)'}]"), []byte("# {{"), []byte("{{x"))
	f.Add([]byte("languages: [en]\nunits: {vars: {a: '{{b}}', b: '{{next.a}}'}}"), []byte("flows: [{what: [\"\\x7b{a}}\"]}]"), []byte(""), []byte("\xff"))
	f.Fuzz(func(t *testing.T, pack, msel, text, log []byte) {
		in := map[string][]byte{}
		for name, data := range files {
			in[name] = data
		}
		in["pack.yaml"], in["msel.yaml"], in["texts/en/I01.md"], in["attachments/proxy.log"] = pack, msel, text, log
		p, ds := Parse(in)
		checkPlaces(t, ds, in)
		if p == nil {
			return
		}
		found := Check(p)
		checkPlaces(t, found, in)
		if Failed(ds) || Failed(found) {
			return
		}
		c, err := NewCast(p, testTeams(2))
		if err != nil {
			t.Fatalf("a pack that passes cannot be cast: %v", err)
		}
		for _, inject := range p.Injects {
			for _, lang := range p.Languages {
				body, ok := p.Body(inject.Key, lang)
				if !ok {
					t.Fatalf("inject %q has no text in %q", inject.Key, lang)
				}
				if _, _, err := c.Render(body, 0, lang, p.Startex); err != nil {
					t.Fatalf("a pack that passes cannot be rendered: %v", err)
				}
			}
		}
	})
}

// FuzzCondition compiles and evaluates; closures and interpreter must agree.
func FuzzCondition(f *testing.F) {
	for _, src := range conditionSamples() {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		c, ds := CompileCondition(src, Pos{"msel.yaml", 3, 7})
		if (c == nil) == (len(ds) == 0) {
			t.Fatalf("condition %v with diagnostics %v", c, ds)
		}
		for _, d := range ds {
			if d.Pos.Line < 3 || d.Pos.Col < 1 {
				t.Fatalf("place before the expression: %v", d)
			}
		}
		if c != nil {
			agree(t, c, sampleFacts{seed: 7})
		}
	})
}

// FuzzRender renders a template; what the parser accepts has an exact meaning.
func FuzzRender(f *testing.F) {
	files := starterFiles(f)
	f.Add(string(files["attachments/proxy.log"]), "a")
	f.Add(`\{{c2}} {{time startex-2h iso utc}} {{address 2001:db8::/64 7}} {{prev.team.n}}`, "{{team.name}}")
	f.Add(strings.Repeat("{{a\n", 200), strings.Repeat("{{}}", 200))
	f.Add("{{address 203.0.113.0/31 5}}{{unit.zone}}{{time now+1s epoch}}", "{{next.x}}")
	f.Fuzz(func(t *testing.T, tmpl, value string) {
		p := &Pack{Languages: []string{"en"}, Startex: time.Unix(1_800_000_000, 0)}
		p.Units.Vars = []Var{{Name: "x", Value: Text{"": "v"}}, {Name: "y", Value: Text{"": value}}}
		c, err := NewCast(p, testTeams(3))
		if err != nil {
			return
		}
		out, used, err := c.Render(tmpl, 1, "en", p.Startex)
		if err != nil {
			return
		}
		again, _, _ := c.Render(tmpl, 1, "en", p.Startex)
		if again != out {
			t.Fatal("rendering twice differs")
		}
		if len(used) == 0 && len(out) > len(tmpl) {
			t.Fatalf("text grew without a tag: %q", out)
		}
		if folded := Fold(out); Fold(out) != folded || len(folded) > 0 && !Mentions(folded, wording.Literal(folded)) {
			t.Fatalf("folded text does not mention itself: %q", folded)
		}
	})
}
