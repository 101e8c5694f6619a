package msel

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

func scalar(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

// newInject makes the YAML of an inject; fields stand in their usual order.
func newInject(key string, values map[string]string, langs []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{scalar("key"), scalar(key)}}
	for _, name := range yamlOrder()[1:] {
		f, _, _ := fieldOf(name)
		if !f.lang {
			assign(n, f, "", values[name], langs)
			continue
		}
		for _, lang := range langs {
			assign(n, f, lang, values[name+"."+lang], langs)
		}
	}
	return n
}

// assign changes a field in the YAML of an inject; "" takes it away.
func assign(n *yaml.Node, f field, lang, val string, langs []string) {
	i := slices.IndexFunc(n.Content, func(c *yaml.Node) bool { return c.Value == f.name && c.Kind == yaml.ScalarNode })
	for i >= 0 && i%2 == 1 { // a value that looks like the name
		next := slices.IndexFunc(n.Content[i+1:], func(c *yaml.Node) bool { return c.Value == f.name && c.Kind == yaml.ScalarNode })
		if next < 0 {
			i = -1
			break
		}
		i += 1 + next
	}
	var old *yaml.Node
	if i >= 0 {
		old = n.Content[i+1]
	}
	v := changed(old, f, lang, val, langs)
	switch {
	case v == nil && i >= 0:
		n.Content = slices.Delete(n.Content, i, i+2)
	case v == nil:
	case i >= 0:
		n.Content[i+1] = v
	default:
		n.Content = append(n.Content, scalar(f.name), v)
	}
}

// changed is the value of a field after a change; nil for none.
func changed(old *yaml.Node, f field, lang, val string, langs []string) *yaml.Node {
	switch {
	case f.lang:
		return changedText(resolve(old), lang, val, langs)
	case val == "":
		return nil
	case f.sort == sortList:
		return changedList(old, val, f.name == "for")
	}
	return restyled(old, val)
}

// restyled is a scalar in the manner of the old one, where that can hold it.
func restyled(old *yaml.Node, val string) *yaml.Node {
	v := scalar(val)
	if old == nil || old.Kind != yaml.ScalarNode {
		return v
	}
	v.LineComment = old.LineComment
	if quoted := old.Style & (yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle); quoted != 0 && !strings.Contains(val, "\n") {
		v.Style = quoted
	}
	return v
}

func changedText(old *yaml.Node, lang, val string, langs []string) *yaml.Node {
	switch {
	case old == nil && val == "":
		return nil
	case old == nil && len(langs) == 1:
		return scalar(val)
	case old == nil:
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{scalar(lang), scalar(val)}}
	case old.Kind == yaml.ScalarNode && lang == langs[0]:
		if val == "" {
			return nil
		}
		return restyled(old, val)
	case old.Kind == yaml.ScalarNode: // one text for all becomes one for each
		kept := restyled(old, old.Value)
		kept.LineComment = ""
		return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{scalar(langs[0]), kept, scalar(lang), scalar(val)}}
	}
	for i := 0; i+1 < len(old.Content); i += 2 {
		if old.Content[i].Value != lang {
			continue
		}
		if val != "" {
			old.Content[i+1] = restyled(old.Content[i+1], val)
			return old
		}
		old.Content = slices.Delete(old.Content, i, i+2)
		if len(old.Content) == 0 {
			return nil
		}
		return old
	}
	if val != "" {
		old.Content = append(old.Content, scalar(lang), scalar(val))
	}
	return old
}

// changedList is a list of strings; with single, one alone may stand without.
func changedList(old *yaml.Node, val string, single bool) *yaml.Node {
	all := list(val)
	if old != nil && old.Kind == yaml.ScalarNode && single && len(all) == 1 {
		return restyled(old, all[0])
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	if old != nil && old.Kind == yaml.SequenceNode {
		n.Style, n.LineComment = old.Style, old.LineComment
	}
	for _, s := range all {
		n.Content = append(n.Content, scalar(s))
	}
	return n
}
