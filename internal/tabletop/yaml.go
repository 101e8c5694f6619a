package tabletop

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"

	"renkei/internal/exercise/scenario"
)

// reader reads the YAML of a tabletop and collects every finding with its place.
type reader struct {
	pack *scenario.Pack
	ds   []scenario.Diagnostic
	keys map[string]scenario.Pos // of modules and questions
}

// maxFindings is how many findings are kept.
const maxFindings = 500

func pos(n *yaml.Node) scenario.Pos { return scenario.Pos{File: File, Line: n.Line, Col: n.Column} }

func (r *reader) report(at scenario.Pos, code string, args map[string]any) {
	if len(r.ds) < maxFindings {
		r.ds = append(r.ds, scenario.Diagnostic{Pos: at, Code: code, Args: args})
	}
}

func (r *reader) warn(at scenario.Pos, code string, args map[string]any) {
	if len(r.ds) < maxFindings {
		r.ds = append(r.ds, scenario.Diagnostic{Pos: at, Code: code, Args: args, Warning: true})
	}
}

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// object is a map whose fields are known.
type object struct {
	r    *reader
	pos  scenario.Pos
	vals map[string]*yaml.Node
}

// object reads a map; one that is none is reported, and so are fields that are
// unknown, stand twice or are missing.
func (r *reader) object(n *yaml.Node, name string, required, optional []string) (*object, bool) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		r.report(pos(n), "type.map", map[string]any{"Field": name})
		return nil, false
	}
	o := &object{r: r, pos: pos(n), vals: map[string]*yaml.Node{}}
	known := slices.Concat(required, optional)
	for k, v := range r.pairs(n) {
		if !slices.Contains(known, k.Value) {
			r.report(pos(k), "field.unknown", scenario.Unknown(k.Value, known))
			continue
		}
		o.vals[k.Value] = v
	}
	for _, field := range required {
		if o.vals[field] == nil {
			r.report(o.pos, "field.missing", map[string]any{"Field": field})
		}
	}
	return o, true
}

// pairs yields the pairs of a map, each key once.
func (r *reader) pairs(n *yaml.Node) func(yield func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := resolve(n.Content[i]), resolve(n.Content[i+1])
			if k.Kind != yaml.ScalarNode {
				r.report(pos(k), "type.string", map[string]any{"Field": "?"})
				continue
			}
			if line, twice := seen[k.Value]; twice {
				r.report(pos(k), "field.duplicate", map[string]any{"Field": scenario.Clip(k.Value), "Line": line})
				continue
			}
			seen[k.Value] = k.Line
			if !yield(k, v) {
				return
			}
		}
	}
}

// at is the place of a field, or of the object where it has none.
func (o *object) at(name string) scenario.Pos {
	if n := o.vals[name]; n != nil {
		return pos(n)
	}
	return o.pos
}

func (o *object) str(name string) string {
	n := o.vals[name]
	if n == nil {
		return ""
	}
	s, _ := o.r.str(n, name)
	return s
}

func (r *reader) str(n *yaml.Node, name string) (string, bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.report(pos(n), "type.string", map[string]any{"Field": name})
		return "", false
	}
	return n.Value, true
}

// key reads the key of something and sees that it is its alone.
func (o *object) key(taken map[string]scenario.Pos) string {
	if o.vals["key"] == nil {
		return ""
	}
	s, at := o.str("key"), o.at("key")
	if !scenario.IsKey(s) {
		o.r.report(at, "value.key", map[string]any{"Value": scenario.Clip(s)})
	}
	if first, twice := taken[s]; twice {
		o.r.report(at, "key.duplicate", map[string]any{"Key": scenario.Clip(s), "File": first.File, "Line": first.Line, "Col": first.Col})
	} else {
		taken[s] = at
	}
	return s
}

func (o *object) enum(name string, values []string) string {
	if o.vals[name] == nil {
		return ""
	}
	s := o.str(name)
	if !slices.Contains(values, s) {
		args := scenario.Unknown(s, values)
		args["Field"] = name
		o.r.report(o.at(name), "value.enum", args)
		return ""
	}
	return s
}

func (o *object) duration(name string) (time.Duration, bool) {
	if o.vals[name] == nil {
		return 0, false
	}
	s := o.str(name)
	d, ok := scenario.ReadDuration(s)
	if !ok {
		o.r.report(o.at(name), "value.duration", map[string]any{"Field": name, "Value": scenario.Clip(s)})
	}
	return d, ok
}

func (o *object) integer(name string, least, most int) int {
	n := o.vals[name]
	if n == nil {
		return 0
	}
	i, err := strconv.Atoi(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil:
		o.r.report(pos(n), "type.int", map[string]any{"Field": name})
	case i < least || i > most:
		o.r.report(pos(n), "value.range", map[string]any{"Field": name, "Value": n.Value, "Min": least, "Max": most})
	default:
		return i
	}
	return 0
}

func (o *object) boolean(name string) bool {
	n := o.vals[name]
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		o.r.report(pos(n), "type.bool", map[string]any{"Field": name})
		return false
	}
	v, _ := strconv.ParseBool(n.Value)
	return v
}

// list is the elements of a list.
func (o *object) list(name string) []*yaml.Node {
	n := o.vals[name]
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		o.r.report(pos(n), "type.list", map[string]any{"Field": name})
		return nil
	}
	return n.Content
}

func (o *object) strs(name string) (all []string) {
	for _, n := range o.list(name) {
		if s, ok := o.r.str(n, name); ok {
			all = append(all, s)
		}
	}
	return all
}

func (o *object) text(name string) scenario.Text {
	if n := o.vals[name]; n != nil {
		return o.r.text(n, name)
	}
	return nil
}

func (o *object) texts(name string) (all []scenario.Text) {
	for _, n := range o.list(name) {
		all = append(all, o.r.text(resolve(n), name))
	}
	return all
}

// text reads a string, or a map from language to string.
func (r *reader) text(n *yaml.Node, name string) scenario.Text {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		return scenario.Text{"": n.Value}
	case n.Kind != yaml.MappingNode:
		r.report(pos(n), "type.text", map[string]any{"Field": name})
		return nil
	}
	t := scenario.Text{}
	for k, v := range r.pairs(n) {
		if !slices.Contains(r.pack.Languages, k.Value) {
			r.report(pos(k), "text.language", scenario.Unknown(k.Value, r.pack.Languages))
			continue
		}
		if s, ok := r.str(v, name); ok {
			t[k.Value] = s
		}
	}
	for i, lang := range r.pack.Languages {
		args := map[string]any{"Field": name, "Language": lang}
		switch _, ok := t[lang]; {
		case ok:
		case i == 0:
			r.report(pos(n), "text.fallback", args)
		default:
			r.warn(pos(n), "text.untranslated", args)
		}
	}
	return t
}

// sortedKeys are the keys of a map in their order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
