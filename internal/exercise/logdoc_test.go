package exercise_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// logDoc describes every type of event for people who read a log with jq.
const logDoc = "../../docs/exercise/log.md"

var (
	typeHeading = regexp.MustCompile("^### `([^`]+)`$")
	fieldRow    = regexp.MustCompile("^\\| `([^`]+)` \\| ([^|]+) \\| (.+) \\|$")
)

// docSection is what the page says about one type of event.
type docSection struct {
	fields   map[string]string // path to type, from the table
	examples [][]byte
}

// TestLogDocNamesEveryType holds the sections of docs/exercise/log.md against the code.
func TestLogDocNamesEveryType(t *testing.T) {
	t.Parallel()
	var want, got []string
	for kind := range exercise.NewBodies() {
		want = append(want, string(kind))
	}
	sections, stray := readLogDoc(t)
	for kind := range sections {
		got = append(got, kind)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("documented types\n%q, want\n%q", got, want)
	}
	if stray > 0 {
		t.Errorf("%d json examples stand outside the section of a type, where nothing checks them", stray)
	}
}

// TestLogDocFields: every field of every body has its row with its JSON type,
// and no row has no field.
func TestLogDocFields(t *testing.T) {
	t.Parallel()
	sections, _ := readLogDoc(t)
	for kind, body := range exercise.NewBodies() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			section, ok := sections[string(kind)]
			if !ok {
				t.Fatal("no section")
			}
			want := map[string]string{}
			addFields(want, "", body)
			got := section.fields
			for _, path := range slices.Sorted(maps.Keys(want)) {
				if got[path] != want[path] {
					t.Errorf("field %s is documented as %q, want %q", path, got[path], want[path])
				}
			}
			for _, path := range slices.Sorted(maps.Keys(got)) {
				if _, ok := want[path]; !ok {
					t.Errorf("field %s is documented but does not exist", path)
				}
			}
		})
	}
}

// TestLogDocExamples: every type has an example, and each is an event just as
// the program writes it, but for white space.
func TestLogDocExamples(t *testing.T) {
	t.Parallel()
	sections, _ := readLogDoc(t)
	bodies := exercise.NewBodies()
	for kind := range bodies {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			section, ok := sections[string(kind)]
			if !ok || len(section.examples) == 0 {
				t.Fatal("no example")
			}
			for _, raw := range section.examples {
				checkExample(t, bodies, kind, raw)
			}
		})
	}
}

func checkExample(t *testing.T, bodies exercise.Bodies, kind exercise.Type, raw []byte) {
	t.Helper()
	e, err := bodies.Decode(raw)
	if err != nil {
		t.Errorf("example does not decode: %v\n%s", err, raw)
		return
	}
	if e.Body.Type() != kind {
		t.Errorf("the example is of type %s", e.Body.Type())
	}
	var envelope struct{ Body json.RawMessage }
	if err := json.Unmarshal(raw, &envelope); err != nil {
		t.Fatal(err)
	}
	strict := json.NewDecoder(bytes.NewReader(envelope.Body))
	strict.DisallowUnknownFields()
	if err := strict.Decode(reflect.New(bodies[kind]).Interface()); err != nil {
		t.Errorf("body of the example: %v\n%s", err, raw)
	}
	again, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(anyJSON(t, raw), anyJSON(t, again)) {
		t.Errorf("the example is not what the program writes:\n%s\nwant\n%s", raw, again)
	}
}

// anyJSON decodes one JSON value, its numbers as they are written.
func anyJSON(t *testing.T, raw []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// addFields notes the path and the JSON type of every field of a body, nested
// ones too. A path is written as in jq: "units[].key".
func addFields(to map[string]string, prefix string, body reflect.Type) {
	for i := range body.NumField() {
		f := body.Field(i)
		name, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			addFields(to, prefix, f.Type)
			continue
		}
		word := typeWord(f.Type)
		if options == "string" { // a number that JSON's would round
			word = "string"
		}
		switch optional := tagged && options == "omitempty"; {
		case optional:
			word += ", optional"
		case f.Type.Kind() == reflect.Pointer:
			word += " or null"
		}
		to[prefix+name] = word
		inner, path := f.Type, prefix+name
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Map {
			inner, path = inner.Elem(), path+"[]"
		}
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			addFields(to, path+".", inner)
		}
	}
}

// typeWord is how the page calls a type.
func typeWord(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[exercise.Time]():
		return "time"
	case reflect.TypeFor[scenario.TLP]():
		return "label"
	case reflect.TypeFor[scenario.Text]():
		return "text"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeWord(t.Elem())
	case reflect.Slice:
		return "list of " + typeWord(t.Elem())
	case reflect.Map:
		return "map of " + typeWord(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Struct:
		return "object"
	case reflect.Float64:
		return "number"
	default:
		return "integer"
	}
}

// readLogDoc reads the sections of docs/exercise/log.md by type, and counts the json
// examples that stand elsewhere.
func readLogDoc(t *testing.T) (sections map[string]*docSection, stray int) {
	t.Helper()
	page, err := os.ReadFile(logDoc)
	if err != nil {
		t.Fatal(err)
	}
	sections = map[string]*docSection{}
	var section *docSection
	var fence string // the opening line of the block that we are in
	var block []string
	for line := range strings.Lines(string(page)) {
		line = strings.TrimRight(line, "\n")
		switch {
		case fence == "" && strings.HasPrefix(line, "```"):
			fence, block = line, nil
		case fence != "" && line == "```":
			if fence == "```json" && section != nil {
				section.examples = append(section.examples, []byte(strings.Join(block, "\n")))
			} else if fence == "```json" {
				stray++
			}
			fence = ""
		case fence != "":
			block = append(block, line)
		case strings.HasPrefix(line, "#"):
			section = openSection(t, sections, line)
		case section != nil:
			if m := fieldRow.FindStringSubmatch(line); m != nil {
				section.fields[m[1]] = m[2]
			}
		}
	}
	return sections, stray
}

// openSection begins a type's section; nil for any other heading.
func openSection(t *testing.T, sections map[string]*docSection, heading string) *docSection {
	t.Helper()
	m := typeHeading.FindStringSubmatch(heading)
	if m == nil {
		return nil
	}
	if sections[m[1]] != nil {
		t.Errorf("two sections for %s", m[1])
	}
	s := &docSection{fields: map[string]string{}}
	sections[m[1]] = s
	return s
}
