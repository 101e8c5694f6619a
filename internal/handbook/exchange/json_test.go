package exchange_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"renkei/internal/community"
	"renkei/internal/handbook"
	"renkei/internal/handbook/demo"
	"renkei/internal/handbook/exchange"
	"renkei/internal/sheet/columns"
)

// page is the page of Cambodia in the first edition of the demonstration.
func page(tb testing.TB) (*handbook.Vocabulary, *handbook.Content, []byte) {
	tb.Helper()
	v, err := handbook.DefaultVocabulary()
	if err != nil {
		tb.Fatal(err)
	}
	editions, err := demo.Editions(v)
	if err != nil {
		tb.Fatal(err)
	}
	c := editions[0].Only("kh")
	var b bytes.Buffer
	if err := exchange.WriteJSON(&b, c); err != nil {
		tb.Fatal(err)
	}
	return v, c, b.Bytes()
}

// TestJSON changes nothing on an untouched round trip, and takes what was
// changed.
func TestJSON(t *testing.T) {
	t.Parallel()
	v, c, raw := page(t)
	newID := func() string { return "kh-new" }
	plan, err := exchange.Open(v, raw, "kh", c.Items, newID)
	if err != nil || plan.Changes() != 0 || len(plan.Problems) != 0 {
		t.Errorf("untouched it changes %d, %v, %v", plan.Changes(), plan.Problems, err)
	}
	edit := func(change func(*handbook.Content)) []byte {
		t.Helper()
		var c handbook.Content
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatal(err)
		}
		change(&c)
		out, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	plan, err = exchange.Open(v, edit(func(c *handbook.Content) {
		c.Items[0].Text = handbook.Say("en", "Changed")
		last := c.Items[len(c.Items)-1]
		last.ID = ""
		c.Items[1] = last // one is gone, one is new
	}), "kh", c.Items, newID)
	if err != nil || len(plan.Put) != 2 || plan.New != 1 || len(plan.Drop) != 1 || plan.Put[1].ID != "kh-new" {
		t.Errorf("changed it is %+v, %v", plan, err)
	}
	for name, x := range map[string]struct {
		raw  []byte
		want error
		cell string
	}{
		"not JSON":       {[]byte(`{"edition":`), exchange.ErrJSON, ""},
		"more behind":    {append(slices.Clone(raw), "{}"...), exchange.ErrJSON, ""},
		"another field":  {[]byte(`{"editor":"me"}`), exchange.ErrJSON, ""},
		"another member": {edit(func(c *handbook.Content) { c.Profiles[0].Member = "th" }), exchange.ErrMember, ""},
		"a bad date":     {edit(func(c *handbook.Content) { c.Items[2].Due = "soon" }), community.ErrDate, "items[2].due"},
		"a strange id":   {edit(func(c *handbook.Content) { c.Items[0].ID = "th-1" }), columns.ErrID, "items[0].id"},
		"one id twice":   {edit(func(c *handbook.Content) { c.Items[1] = c.Items[0] }), columns.ErrID, "items[1].id"},
	} {
		plan, err := exchange.Open(v, x.raw, "kh", c.Items, newID)
		if x.cell == "" {
			if !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(plan.Problems) == 0 || plan.Problems[0].Cell != x.cell || !errors.Is(plan.Problems[0].Err, x.want) {
			t.Errorf("%s: %+v, %v", name, plan.Problems, err)
		}
	}
}

// TestSchema describes what is written, every field of it and nothing else.
func TestSchema(t *testing.T) {
	t.Parallel()
	_, _, raw := page(t)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(exchange.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("handbook.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("handbook.json")
	if err != nil {
		t.Fatal(err)
	}
	for text, good := range map[string]bool{
		string(raw): true, strings.Replace(string(raw), `"kind": "item"`, `"kind": "idea"`, 1): false, `{}`: false,
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(value); (err == nil) != good {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	var described struct {
		Defs map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(exchange.Schema(), &described); err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]any{"edition": handbook.Edition{}, "profile": handbook.Profile{}, "item": handbook.Item{}, "words": handbook.Words{}} {
		var fields []string
		for f := range reflect.TypeOf(of).Fields() {
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			fields = append(fields, tag)
		}
		slices.Sort(fields)
		if has := slices.Sorted(maps.Keys(described.Defs[name].Properties)); !slices.Equal(has, fields) {
			t.Errorf("%s has %v in the schema, and is written with %v", name, has, fields)
		}
	}
}
