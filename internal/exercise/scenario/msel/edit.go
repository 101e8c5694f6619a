package msel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"renkei/internal/exercise/scenario"
)

// editor changes fields of injects in the text of msel.yaml. Lines that belong
// to no changed field stay as they are, byte by byte.
type editor struct {
	raw     []byte
	lines   []string // with their ends
	doc     yaml.Node
	injects *yaml.Node
	langs   []string
	dirty   map[*yaml.Node][]string // inject -> changed fields
	gone    map[*yaml.Node]bool
	added   []*yaml.Node
	patches []patch

	original yaml.Node          // the file once more, untouched
	before   map[int]*yaml.Node // its injects by line; see was
}

// patch replaces lines from (inclusive, from 0) to (exclusive).
type patch struct {
	from, to int
	text     []string
}

func newEditor(raw []byte, langs []string) (*editor, error) {
	e := &editor{raw: raw, langs: langs, dirty: map[*yaml.Node][]string{}, gone: map[*yaml.Node]bool{}}
	if err := scenario.LoadYAML(raw, &e.doc); err != nil {
		return nil, fmt.Errorf("edit MSEL: %w", err)
	}
	e.injects = value(e.doc.Content[0], "injects")
	e.lines = strings.SplitAfter(string(raw), "\n")
	return e, nil
}

func (e *editor) find(key string) *yaml.Node {
	for _, n := range e.injects.Content {
		if k := value(resolve(n), "key"); k != nil && k.Value == key {
			return resolve(n)
		}
	}
	return nil
}

// set gives a field of an inject a value; "" takes the field away.
func (e *editor) set(key string, f field, lang, val string) {
	n := e.find(key)
	if !slices.Contains(e.dirty[n], f.name) {
		e.dirty[n] = append(e.dirty[n], f.name)
	}
	assign(n, f, lang, val, e.langs)
}

// remove takes an inject away.
func (e *editor) remove(key string) { e.gone[e.find(key)] = true }

// add appends an inject.
func (e *editor) add(key string, values map[string]string) {
	e.added = append(e.added, newInject(key, values, e.langs))
}

// bytes gives the text with all changes.
func (e *editor) bytes() ([]byte, error) {
	if !e.plain() {
		return e.whole()
	}
	for i, n := range e.injects.Content {
		from, to := e.extent(i)
		switch {
		case e.gone[n]:
			e.splice(from, to, nil)
		case e.dirty[n] != nil:
			if err := e.inject(n, from, to); err != nil {
				return nil, err
			}
		}
	}
	if len(e.added) > 0 { // behind the last one
		_, to := e.extent(len(e.injects.Content) - 1)
		text, err := e.items(e.added)
		if err != nil {
			return nil, err
		}
		e.splice(to, to, text)
	}
	return e.apply(), nil
}

// apply makes the changes, from the end so that line numbers hold. Where one
// begins at the same line, what is inserted stands before what is replaced.
func (e *editor) apply() []byte {
	slices.SortStableFunc(e.patches, func(a, b patch) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	for _, p := range slices.Backward(e.patches) {
		if p.from > 0 && len(p.text) > 0 && !strings.HasSuffix(e.lines[p.from-1], "\n") {
			e.lines[p.from-1] += "\n"
		}
		e.lines = slices.Replace(e.lines, p.from, p.to, p.text...)
	}
	return []byte(strings.Join(e.lines, ""))
}

// plain reports whether the list of injects is written as lines with hyphens,
// each inject on lines of its own.
func (e *editor) plain() bool {
	if e.injects.Kind != yaml.SequenceNode || e.injects.Style&yaml.FlowStyle != 0 || len(e.injects.Content) == 0 {
		return false
	}
	if len(e.gone) == len(e.injects.Content) {
		return false
	}
	for _, n := range e.injects.Content {
		if n.Kind != yaml.MappingNode || len(n.Content) == 0 || n.Anchor != "" || n.Line > len(e.lines) {
			return false
		}
		before := []rune(e.lines[n.Line-1])
		if n.Column-1 > len(before) || strings.TrimSpace(string(before[:n.Column-1])) != "-" {
			return false
		}
	}
	return true
}

// extent gives the lines of an inject, without blank lines and comments
// behind it: from is its first line, to the line after its last, from 0.
func (e *editor) extent(i int) (from, to int) {
	n := e.injects.Content[i]
	from = n.Line - 1
	to = e.endOfList()
	if i+1 < len(e.injects.Content) {
		to = e.injects.Content[i+1].Line - 1
	}
	was := e.was(n).Content
	return from, e.trim(from, to, n.Column, was[len(was)-1])
}

// endOfList is the line of whatever follows the injects in the file.
func (e *editor) endOfList() int {
	root := e.doc.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "injects" && i+2 < len(root.Content) {
			return root.Content[i+2].Line - 1
		}
	}
	to := len(e.lines)
	for i := e.injects.Line; i < to; i++ { // an end of the document
		if strings.HasPrefix(e.lines[i], "...") || strings.HasPrefix(e.lines[i], "---") {
			return i
		}
	}
	return to
}

// trim leaves out blank lines and comments at the end. In a block of text
// lines that are indented deeper than its field belong to it, whatever they
// look like.
func (e *editor) trim(from, to, column int, last *yaml.Node) int {
	for last.Kind == yaml.MappingNode || last.Kind == yaml.SequenceNode {
		if last.Style&yaml.FlowStyle != 0 || len(last.Content) == 0 {
			break
		}
		last = last.Content[len(last.Content)-1]
	}
	block := last.Kind == yaml.ScalarNode && last.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	for to > from+1 {
		line := strings.TrimRight(e.lines[to-1], "\r\n")
		text := strings.TrimLeft(line, " \t")
		comment := strings.HasPrefix(text, "#") && (!block || len(line)-len(text) < column)
		if text != "" && !comment {
			break
		}
		to--
	}
	return to
}

func (e *editor) splice(from, to int, with []string) {
	e.patches = append(e.patches, patch{from, to, with})
}

// inject writes the changed fields of one inject.
func (e *editor) inject(n *yaml.Node, from, to int) error {
	if !e.lined(n, from, to) {
		return e.again(n, from, to)
	}
	var own []patch
	for _, name := range e.dirty[n] {
		f, t, found := e.fieldExtent(n, name, to)
		k := keyNode(n, name)
		switch {
		case found && k == nil && f == from: // its line has the hyphen
			return e.again(n, from, to)
		case found && k == nil:
			own = append(own, patch{f, t, nil})
		case k != nil:
			text, err := e.fieldText(n, name, found && f == from)
			if err != nil {
				return err
			}
			if !found {
				f = e.placeFor(n, name, to)
				t = f
			}
			own = append(own, patch{f, t, text})
		}
	}
	e.patches = append(e.patches, own...)
	return nil
}

// lined reports whether every field of the inject begins a line of its own.
func (e *editor) lined(n *yaml.Node, from, to int) bool {
	if n.Style&yaml.FlowStyle != 0 {
		return false
	}
	line := 0
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Line == 0 { // a new field
			continue
		}
		if k.Line <= line || k.Column != n.Column || k.Line-1 < from || k.Line-1 >= to {
			return false
		}
		line = k.Line
	}
	return true
}

// again writes a whole inject anew.
func (e *editor) again(n *yaml.Node, from, to int) error {
	n.Style &^= yaml.FlowStyle
	text, err := e.items([]*yaml.Node{n})
	if err == nil {
		e.splice(from, to, text)
	}
	return err
}

// whole writes the whole file anew, for lists that are not written in lines.
func (e *editor) whole() ([]byte, error) {
	e.injects.Style &^= yaml.FlowStyle
	e.injects.Content = slices.DeleteFunc(e.injects.Content, func(n *yaml.Node) bool { return e.gone[n] })
	e.injects.Content = append(e.injects.Content, e.added...)
	return dump(&e.doc)
}

func dump(n *yaml.Node) ([]byte, error) {
	raw, err := yaml.Dump(n, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("write MSEL: %w", err)
	}
	return raw, nil
}
