package tabletop_test

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"renkei/internal/exercise/scenario"
	"renkei/internal/exercise/scenario/library"
	"renkei/internal/i18n"
	"renkei/internal/tabletop"
	"renkei/internal/tabletop/report"
	"renkei/internal/tabletop/texts"
)

// shipped is a pack that comes with the program.
func shipped(t *testing.T, name string) (*scenario.Pack, *tabletop.Tabletop) {
	t.Helper()
	pack, ds, err := library.Load(name, tabletop.Kind().Kind)
	if err != nil || scenario.Failed(ds) {
		t.Fatal(err, ds)
	}
	table, _ := tabletop.Read(pack)
	return pack, table
}

// TestScript: the script has every title, option, note and expected point of the
// pack, the whole brief, and each at its time; with STARTEX on the clock too.
func TestScript(t *testing.T) {
	t.Parallel()
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"payment", "two-sentences"} {
		pack, table := shipped(t, name)
		for _, lang := range i18n.Languages() {
			p := all.For(lang)
			r := report.Script(pack, table, time.Date(2027, 6, 16, 10, 0, 0, 0, time.UTC), p)
			page := html.UnescapeString(said(t, r, p))
			var want []string
			for _, m := range table.Modules {
				want = append(want, m.Title.In(lang), m.Notes.In(lang), "（10:00）", "(10:00)")
				for _, e := range m.Expected {
					want = append(want, e.In(lang))
				}
				for line := range strings.Lines(m.Brief(pack, lang)) {
					want = append(want, strings.ReplaceAll(strings.TrimLeft(strings.TrimSpace(line), "#->"), "**", ""))
				}
				for _, q := range m.Questions {
					want = append(want, q.Poll.Title.In(lang), q.Notes.In(lang))
					for _, o := range q.Poll.Options {
						want = append(want, o.Text.In(lang))
					}
					for _, e := range q.Expected {
						want = append(want, e.In(lang))
					}
				}
			}
			if len(pack.Injects) == 0 {
				t.Errorf("%s has no news", name)
			}
			for _, inj := range pack.Injects {
				want = append(want, inj.Title.In(lang), inj.Notes.In(lang))
				for line := range strings.Lines(string(pack.Files["texts/"+lang+"/"+inj.Key+".md"])) {
					want = append(want, strings.TrimLeft(strings.TrimSpace(line), "# "))
				}
			}
			other := map[string]string{"en": "（10:00）", "ja": "(10:00)"}[lang]
			for _, w := range want {
				if w = strings.TrimSpace(w); w != other && !strings.Contains(page, w) {
					t.Errorf("%s, %s: %q is missing", name, lang, w)
				}
			}
			if strings.Contains(page, "tabletop.script") {
				t.Errorf("%s, %s: a text is missing", name, lang)
			}
		}
	}
}

// TestPlan: what follows begins when what came before is over, and a question
// asked again takes its time twice.
func TestPlan(t *testing.T) {
	t.Parallel()
	_, table := shipped(t, "payment")
	var at time.Duration
	for _, slot := range table.Plan() {
		if slot.Question == nil {
			at = max(at, slot.Module.At)
		}
		if slot.At != at {
			t.Errorf("%s: at %s, want %s", slot.Module.Key, slot.At, at)
		}
		if q := slot.Question; q != nil {
			at += q.Open() + q.Discuss
			if q.Again {
				at += q.Open()
			}
		}
	}
	if at == 0 {
		t.Error("an empty plan")
	}
}

// TestSchema: shipped packs fit the schema, what Read refuses by its shape does
// not, and the schema knows the fields that Read knows.
func TestSchema(t *testing.T) {
	t.Parallel()
	all, err := i18n.New(texts.Area())
	if err != nil {
		t.Fatal(err)
	}
	var raw []byte
	for _, lang := range i18n.Languages() {
		p := all.For(lang)
		if raw, err = tabletop.Schema(func(key string) string { return p.T(key, nil) }); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("tabletop.schema")) {
			t.Errorf("%s: a text is missing", lang)
		}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("ttx.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("ttx.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"payment", "two-sentences"} {
		pack, _ := shipped(t, name)
		if err := schema.Validate(decoded(t, string(pack.Files[tabletop.File]))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	const fits = `modules: [{key: M1, title: x, questions: [{key: q, type: scale, title: y, low: 0, high: 5}]}]`
	if err := schema.Validate(decoded(t, fits)); err != nil {
		t.Error(err)
	}
	for _, change := range [][2]string{
		{", high: 5", ""},
		{"high: 5", "high: 5, share: 3"},
		{"scale", "choice"},
		{"scale", "vote"},
		{"low: 0", "low: 0, open: soon"},
		{"title: x", "titel: x"},
		{"key: M1", "key: M 1"},
		{"low: 0", "low: -101"},
		{"questions: [{", "questions: [], q: [{"},
	} {
		if bad := strings.Replace(fits, change[0], change[1], 1); schema.Validate(decoded(t, bad)) == nil {
			t.Errorf("fits the schema: %s", bad)
		}
	}
	known(t, raw)
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = jsonschema.UnmarshalJSON(bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	return v
}

// known compares the fields of the schema with those that Read names where a
// field is unknown.
func known(t *testing.T, raw []byte) {
	t.Helper()
	var schema struct {
		Defs map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	pack, _ := shipped(t, "payment")
	files := maps.Clone(pack.Files)
	files[tabletop.File] = []byte(`modules: [{x1: 1, key: M1, title: x, questions: [{x2: 1, key: q, type: choice, title: y,
		options: [{x3: 1, key: a, text: b}], when: {x4: 1, question: q, chosen: a}}]}]`)
	bad, _ := scenario.Parse(files)
	_, ds := tabletop.Read(bad)
	found := 0
	for i, name := range []string{"module", "question", "option", "when"} {
		for _, d := range ds {
			if d.Code != "field.unknown" || d.Args["Name"] != "x"+string(rune('1'+i)) {
				continue
			}
			found++
			names, _ := d.Args["Known"].(string)
			rest, more := strings.CutSuffix(names, ", …") // of many fields only the first are named
			want := strings.Split(rest, ", ")
			got := slices.Sorted(maps.Keys(schema.Defs[name].Properties))
			if more && len(got) > len(want) {
				got = got[:len(want)]
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: the schema has %v, Read %v", name, got, want)
			}
		}
	}
	if found != 4 {
		t.Errorf("%d of 4 unknown fields were found: %+v", found, ds)
	}
}
