package scenario

import (
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// parser walks the YAML nodes of one file after the other and collects every
// problem with its place.
type parser struct {
	pack   *Pack
	file   string
	ds     []Diagnostic
	keys   map[string]map[string]Pos // kind of name -> key -> first place
	shapes map[string]shape
}

func (p *parser) pos(n *yaml.Node) Pos { return Pos{p.file, n.Line, n.Column} }

func (p *parser) report(n *yaml.Node, code string, args map[string]any) {
	p.reportAt(p.pos(n), code, args)
}

func (p *parser) reportAt(pos Pos, code string, args map[string]any) {
	p.ds = noted(p.ds, Diagnostic{Pos: pos, Code: code, Args: args})
}

func (p *parser) warn(n *yaml.Node, code string, args map[string]any) {
	p.ds = noted(p.ds, Diagnostic{Pos: p.pos(n), Code: code, Args: args, Warning: true})
}

// load reads a YAML file of the pack; nil after a syntax error.
func (p *parser) load(name string) *yaml.Node {
	p.file = name
	raw, ok := p.pack.Files[name]
	switch {
	case !ok:
		p.reportAt(Pos{File: name}, codeFileMissing, map[string]any{"Path": name})
		return nil
	case raw == nil: // refused by Read
		return nil
	case !utf8.Valid(raw):
		p.reportAt(badRune(name, raw), codeFileUTF8, nil)
		return nil
	}
	var doc yaml.Node
	err := LoadYAML(raw, &doc)
	if errors.Is(err, errTooLong) {
		p.reportAt(Pos{File: name}, codeYAMLLarge, map[string]any{"Size": maxYAML >> 20, "Marks": maxYAMLMarks, "Depth": maxYAMLDepth})
		return nil
	}
	if err != nil {
		p.syntax(name, err)
		return nil
	}
	if len(doc.Content) != 1 {
		p.reportAt(Pos{name, 1, 1}, codeTypeMap, map[string]any{"Field": name})
		return nil
	}
	if bomb := bombed(&doc); bomb != nil {
		p.report(bomb, codeYAMLAlias, nil)
		return nil
	}
	return doc.Content[0]
}

// syntax reports an error of the YAML parser at its place.
func (p *parser) syntax(name string, err error) {
	pos, cause := Pos{File: name}, err.Error()
	var le *yaml.LoadError
	if errors.As(err, &le) {
		pos.Line, pos.Col, cause = le.Mark.Line, le.Mark.Column, le.Message
		if le.ContextMsg != "" {
			cause = le.ContextMsg + ": " + cause
			if le.ContextMark.Line > 0 { // where the broken thing began says more
				pos.Line, pos.Col = le.ContextMark.Line, le.ContextMark.Column
			}
		}
	}
	p.reportAt(pos, codeYAMLSyntax, map[string]any{"Cause": strings.TrimPrefix(cause, "yaml: ")})
}

// badRune gives the place of the first byte that is not UTF-8.
func badRune(name string, raw []byte) Pos {
	i := 0
	for i < len(raw) {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	return advance(Pos{name, 1, 1}, raw[:i])
}

// bombed returns an alias through which a document refers to itself or grows
// far beyond what was written, or nil.
func bombed(doc *yaml.Node) *yaml.Node {
	const room = 10_000
	sizes := map[*yaml.Node]int{}
	var alias *yaml.Node
	written := 0
	var size func(n *yaml.Node) int
	size = func(n *yaml.Node) int {
		if n.Kind == yaml.AliasNode {
			s, done := sizes[n.Alias]
			if !done || s > room { // not done: it is inside itself
				alias = n
			}
			return s
		}
		written++
		s := 1
		for _, c := range n.Content {
			s = min(s+size(c), 1<<30)
		}
		sizes[n] = s
		return s
	}
	if total := size(doc); alias == nil && total > 10*written+room {
		return doc.Content[0]
	}
	return alias
}

// object is a YAML map with known fields.
type object struct {
	p     *parser
	shape shape
	node  *yaml.Node
	pos   Pos
	vals  map[string]*yaml.Node
}

// resolve follows an alias; bombed has made sure that it ends.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isList(n *yaml.Node) bool { return n.Kind == yaml.SequenceNode }

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// object reads a map of a shape and reports unknown, repeated and missing
// fields.
func (p *parser) object(n *yaml.Node, name, of string) (*object, bool) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		p.report(n, codeTypeMap, map[string]any{"Field": name})
		return nil, false
	}
	o := &object{p: p, shape: p.shapes[of], node: n, pos: p.pos(n), vals: map[string]*yaml.Node{}}
	p.pairs(n, func(k, v *yaml.Node) {
		if o.field(k.Value) == nil {
			p.report(k, codeFieldUnknown, unknown(k.Value, o.shape.names()))
			return
		}
		o.vals[k.Value] = v
		p.pack.src.marks[markKey{o.pos, k.Value}] = p.pos(v)
	})
	for _, f := range o.shape.fields {
		if f.required && o.vals[f.name] == nil {
			p.report(n, codeFieldMissing, map[string]any{"Field": f.name})
		}
	}
	return o, true
}

// pairs calls fn for every pair of a map with a scalar key; repeated keys are
// reported and left out.
func (p *parser) pairs(n *yaml.Node, fn func(k, v *yaml.Node)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := resolve(n.Content[i]), resolve(n.Content[i+1])
		if k.Kind != yaml.ScalarNode {
			p.report(k, codeTypeString, map[string]any{"Field": "?"})
			continue
		}
		if line, dup := seen[k.Value]; dup {
			p.report(k, codeFieldDuplicate, map[string]any{"Field": clip(k.Value), "Line": line})
			continue
		}
		seen[k.Value] = k.Line
		fn(k, v)
	}
}

// has reports whether the field stands in the map.
func (o *object) has(name string) bool { return o.vals[name] != nil }

// list returns the elements of a list field.
func (o *object) list(name string) []*yaml.Node {
	n := o.vals[name]
	if n == nil {
		return nil
	}
	return o.p.items(n, name)
}

// items returns the elements of a list; anything else is reported.
func (p *parser) items(n *yaml.Node, name string) []*yaml.Node {
	n = resolve(n)
	if n.Kind != yaml.SequenceNode {
		p.report(n, codeTypeList, map[string]any{"Field": name})
		p.pack.src.broken[name] = true
		return nil
	}
	return n.Content
}

// field is what the format says about a field; nil for an unknown one.
func (o *object) field(name string) *fieldShape {
	for i := range o.shape.fields {
		if o.shape.fields[i].name == name {
			return &o.shape.fields[i]
		}
	}
	return nil
}

// objects calls fn for every map in a list field.
func (o *object) objects(name string, fn func(o *object)) {
	list, f := o.list(name), o.field(name)
	if n := o.vals[name]; n != nil && len(list) < f.least && n.Kind == yaml.SequenceNode {
		o.p.tooFew(n, name, f.least)
	}
	for _, n := range list {
		if e, ok := o.p.object(n, name, f.of); ok {
			fn(e)
		} else {
			o.p.pack.src.broken[name] = true
		}
	}
}

// tooFew reports a list that must have more elements.
func (p *parser) tooFew(n *yaml.Node, name string, least int) {
	if len(n.Content) == 0 {
		p.report(n, codeFieldEmpty, map[string]any{"Field": name})
		return
	}
	p.report(n, codeFieldFew, map[string]any{"Field": name, "Min": least})
}
