package scenario

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	exercisetexts "renkei/internal/exercise/texts"
	"renkei/internal/i18n"
)

func compileSchema(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	raw, err := Schema(file, func(key string) string { return key })
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("renkei.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("renkei.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON reads YAML as an editor does.
func asJSON(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.DocumentNode:
		return asJSON(t, n.Content[0])
	case yaml.AliasNode:
		return asJSON(t, n.Alias)
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = asJSON(t, n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		l := []any{}
		for _, e := range n.Content {
			l = append(l, asJSON(t, e))
		}
		return l
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if _, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return json.Number(n.Value)
		}
	}
	return n.Value
}

func parseYAML(t *testing.T, raw []byte) *yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Load(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return &doc
}

// shapeCodes are what a schema can tell as well.
func shapeCodes() []string {
	return []string{
		codeFieldUnknown, codeFieldMissing, codeFieldEmpty, codeFieldFew, codeTypeMap, codeTypeList, codeTypeString,
		codeTypeText, codeTypeForms, codeTypeNumber, codeTypeInt, codeTypeBool, codeValueDuration, codeValuePositive,
		codeValueTime, codeValueKey, codeValueRange, codeValueEnum, codeValueLanguage, codeValueAfter, codeValueSize,
		codeValueTolerance, codeTriggerNone, codeTriggerTwo, codeTriggerNeedsWhen, codeTaskField, codeTaskNeeds,
		codeDecisionWhen, codeFlowTwo, codeFormOptions, codeVarReserved,
	}
}

// sameVerdict holds what the parser says of a file against what the schema says.
func sameVerdict(t *testing.T, file string, files map[string][]byte, schema *jsonschema.Schema) (valid bool) {
	t.Helper()
	_, ds := Parse(files)
	var found []string
	for _, d := range ds {
		if d.Pos.File == file && !d.Warning && slices.Contains(shapeCodes(), d.Code) {
			found = append(found, d.String())
		}
	}
	err := schema.Validate(asJSON(t, parseYAML(t, files[file])))
	if (err == nil) != (len(found) == 0) {
		t.Errorf("the parser finds %v, the schema %v in\n%s", found, err, files[file])
	}
	return err == nil
}

// TestSchemaAndParserAgree holds both against valid packs, and against all that
// comes of changing one value or dropping one field in them.
func TestSchemaAndParserAgree(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"starter", "testdata/full", "../../../scenarios/hospital-ransomware"} {
		for _, name := range SchemaFiles() {
			t.Run(dir+" "+name, func(t *testing.T) {
				t.Parallel()
				files, _, err := Read(dir)
				if err != nil {
					t.Fatal(err)
				}
				file, schema := name+".yaml", compileSchema(t, name)
				if !sameVerdict(t, file, files, schema) {
					t.Error("a valid pack is refused")
				}
				if dir != "testdata/full" {
					return
				}
				broken := 0
				mutate(t, files[file], func(changed []byte) {
					other := maps.Clone(files)
					other[file] = changed
					if !sameVerdict(t, file, other, schema) {
						broken++
					}
				})
				if broken < 10 {
					t.Errorf("only %d of the changes break the file", broken)
				}
			})
		}
	}
}

// mutate gives every change of one place: another kind of value in its place,
// nothing, one element or field less, and a field that nobody knows.
func mutate(t *testing.T, raw []byte, try func([]byte)) {
	t.Helper()
	doc := parseYAML(t, raw)
	seen := map[string]int{}
	var walk func(n *yaml.Node, path string)
	write := func() {
		out, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		try(out)
	}
	walk = func(n *yaml.Node, path string) {
		if seen[path]++; seen[path] > 1 { // the same place in other elements
			return
		}
		was := *n
		for _, value := range []string{"", "~", "[]", "{}", "x y", "-3", "0m", "true"} {
			*n = *parseYAML(t, []byte("v: "+strconv.Quote(value))).Content[0].Content[1]
			if value != "" && value != "x y" && value != "0m" {
				*n = *parseYAML(t, []byte("v: "+value)).Content[0].Content[1]
			}
			write()
		}
		*n = was
		for i, c := range n.Content {
			switch n.Kind {
			case yaml.MappingNode:
				if i%2 == 0 {
					without(n, i, 2, write)
					continue
				}
				walk(c, path+"/"+n.Content[i-1].Value)
			case yaml.SequenceNode:
				without(n, i, 1, write)
				walk(c, path+"/-")
			}
		}
		if n.Kind == yaml.MappingNode {
			all := n.Content
			n.Content = append(slices.Clone(all), parseYAML(t, []byte("zz: 1")).Content[0].Content...)
			write()
			n.Content = all
		}
	}
	walk(doc.Content[0], "")
}

// without leaves out some of the content of a node for a moment.
func without(n *yaml.Node, i, many int, do func()) {
	all := n.Content
	n.Content = slices.Concat(all[:i], all[i+many:])
	do()
	n.Content = all
}

func TestSchemaSpeaks(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		texts, err := i18n.Texts(lang, exercisetexts.Area())
		if err != nil {
			t.Fatal(err)
		}
		known := SchemaKeys()
		for _, key := range known {
			if texts[key] == "" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key := range texts {
			if strings.HasPrefix(key, "schema.") && !slices.Contains(known, key) {
				t.Errorf("%s has %s for nothing", lang, key)
			}
		}
	}
	if _, err := Schema("other", func(string) string { return "" }); err == nil {
		t.Error("a schema for a file that has none")
	}
}
