package msel

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"renkei/internal/exercise/scenario"
)

func keyNode(n *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i]
		}
	}
	return nil
}

// fieldExtent gives the lines of a field as it was written; found is false for
// one that is new. A field that was taken away is remembered by its place.
func (e *editor) fieldExtent(n *yaml.Node, name string, end int) (from, to int, found bool) {
	was := e.was(n)
	for i := 0; i+1 < len(was.Content); i += 2 {
		if was.Content[i].Value != name {
			continue
		}
		from, to = was.Content[i].Line-1, end
		if i+2 < len(was.Content) {
			to = was.Content[i+2].Line - 1
		}
		return from, e.trim(from, to, was.Content[i].Column, was.Content[i+1]), true
	}
	return 0, 0, false
}

// was is the inject as it stands in the file.
func (e *editor) was(n *yaml.Node) *yaml.Node {
	if e.before == nil {
		if err := scenario.LoadYAML(e.raw, &e.original); err != nil {
			return n // it was read before
		}
		e.before = map[int]*yaml.Node{}
		for _, in := range value(e.original.Content[0], "injects").Content {
			e.before[resolve(in).Line] = resolve(in)
		}
	}
	return e.before[n.Line]
}

// fieldText writes a field with the indentation of its inject; first puts the
// hyphen before it.
func (e *editor) fieldText(n *yaml.Node, name string, first bool) ([]string, error) {
	var m yaml.Node
	m.Kind = yaml.MappingNode
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			k := *n.Content[i]
			k.HeadComment, k.FootComment = "", "" // they stand outside and stay
			m.Content = []*yaml.Node{&k, n.Content[i+1]}
		}
	}
	raw, err := dump(&m)
	if err != nil {
		return nil, err
	}
	indent := strings.Repeat(" ", n.Column-1)
	lines := e.indented(string(raw), indent)
	if first {
		lines[0] = string([]rune(e.lines[n.Line-1])[:n.Column-1]) + strings.TrimPrefix(lines[0], indent)
	}
	return lines, nil
}

// indented puts an indentation before every line, and the line ends of the
// file behind.
func (e *editor) indented(text, indent string) []string {
	eol := "\n"
	if strings.Contains(string(e.raw), "\r\n") {
		eol = "\r\n"
	}
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			line = indent + line
		}
		out = append(out, line+eol)
	}
	return out
}

// bare is an inject without the comments around it, which stand outside its
// lines and stay there.
func bare(n *yaml.Node) *yaml.Node {
	c := *n
	c.HeadComment, c.FootComment = "", ""
	c.Content = slices.Clone(n.Content)
	for i := 0; i+1 < len(c.Content); i += 2 {
		k := *c.Content[i]
		if i == 0 {
			k.HeadComment = ""
		}
		if i+2 == len(c.Content) {
			k.FootComment = ""
		}
		c.Content[i] = &k
	}
	return &c
}

// yamlOrder is the order in which fields are written.
func yamlOrder() []string {
	return []string{
		"key", "title", "phase", "from", "to", "at", "after", "when", "since", "within", "delay", "unless", "branch", "tlp", "for", "attachments",
		"kind", "mode", "delivery", "objectives", "expected", "controller", "notes",
	}
}

// placeFor finds the line before which a new field is written: behind the
// last one that comes before it by custom.
func (e *editor) placeFor(n *yaml.Node, name string, end int) int {
	order := yamlOrder()
	for i := slices.Index(order, name) - 1; i >= 0; i-- {
		if keyNode(n, order[i]) == nil {
			continue
		}
		if _, to, found := e.fieldExtent(n, order[i], end); found {
			return to
		}
	}
	return end
}

// items writes injects as items of the list, as the others are written.
func (e *editor) items(all []*yaml.Node) ([]string, error) {
	dash := 0
	if len(e.injects.Content) > 0 {
		first := []rune(e.lines[e.injects.Content[0].Line-1])
		dash = strings.IndexByte(string(first), '-')
	}
	var out []string
	for _, n := range all {
		raw, err := dump(bare(n))
		if err != nil {
			return nil, err
		}
		lines := e.indented(string(raw), strings.Repeat(" ", dash+2))
		lines[0] = strings.Repeat(" ", dash) + "- " + strings.TrimLeft(lines[0], " ")
		if n.Line == 0 && len(e.injects.Content) > 0 { // a new one
			out = append(out, strings.TrimLeft(e.indented("\n", "")[0], " "))
		}
		out = append(out, lines...)
	}
	return out, nil
}
