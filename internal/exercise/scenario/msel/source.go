package msel

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"renkei/internal/exercise/scenario"
)

// Files of a pack.
const (
	packFile = "pack.yaml"
	mselFile = "msel.yaml"
)

// ErrPack is returned for a pack that must pass its check first.
var ErrPack = errors.New("the pack has errors of its own")

// source is a pack as it is written: its files and the YAML of its MSEL.
type source struct {
	files   map[string][]byte
	pack    *scenario.Pack
	doc     yaml.Node
	injects *yaml.Node // the list; nil where there is none
}

// load reads the files of a pack, which must be free of errors of shape.
func load(files map[string][]byte) (*source, error) {
	s := &source{files: files}
	pack, ds := scenario.Parse(files)
	if pack == nil || scenario.Failed(ds) {
		return nil, ErrPack
	}
	s.pack = pack
	if err := scenario.LoadYAML(written(files), &s.doc); err != nil {
		return nil, fmt.Errorf("read MSEL: %w", err)
	}
	s.injects = value(s.doc.Content[0], "injects")
	if s.injects == nil {
		return nil, ErrPack
	}
	return s, nil
}

// written is the MSEL of a pack as it is written; an empty one of a pack without,
// as a tabletop may be.
func written(files map[string][]byte) []byte {
	if raw, ok := files[mselFile]; ok {
		return raw
	}
	return []byte("injects: []\n")
}

// value gives the value of a field of a YAML map, or nil.
func value(m *yaml.Node, name string) *yaml.Node {
	for i := 0; m != nil && i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == name {
			return resolve(m.Content[i+1])
		}
	}
	return nil
}

func resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// find gives the YAML of an inject, or nil.
func (s *source) find(key string) *yaml.Node {
	for _, n := range s.injects.Content {
		if k := value(resolve(n), "key"); k != nil && k.Value == key {
			return resolve(n)
		}
	}
	return nil
}

// get gives what stands in a column for an inject, as a spreadsheet has it.
func (s *source) get(inject *yaml.Node, f field, lang string) string {
	if f.file {
		subject, body := parts(s.files[textPath(value(inject, "key").Value, lang)])
		if f.name == "subject" {
			return subject
		}
		return body
	}
	n := value(inject, f.name)
	switch {
	case n == nil:
		return f.def
	case f.lang:
		return s.text(n, lang)
	case f.sort == sortTime:
		d, _ := time.ParseDuration(n.Value) // the pack has passed
		return "T+" + clock(d)
	case n.Kind == yaml.SequenceNode:
		var all []string
		for _, e := range n.Content {
			all = append(all, resolve(e).Value)
		}
		return strings.Join(all, ", ")
	}
	return tidy(n.Value)
}

// text gives a text in one language; one for every language stands in the
// column of the first.
func (s *source) text(n *yaml.Node, lang string) string {
	if n.Kind == yaml.ScalarNode {
		if lang == s.pack.Languages[0] {
			return tidy(n.Value)
		}
		return ""
	}
	if v := value(n, lang); v != nil {
		return tidy(v.Value)
	}
	return ""
}

func textPath(key, lang string) string { return "texts/" + lang + "/" + key + ".md" }

// parts splits a text file into subject and body.
func parts(raw []byte) (subject, body string) {
	text := strings.ReplaceAll(strings.TrimPrefix(string(raw), "\ufeff"), "\r\n", "\n")
	line, rest, _ := strings.Cut(text, "\n")
	if s, ok := strings.CutPrefix(line, "# "); ok {
		return tidy(s), tidy(rest)
	}
	return "", tidy(text)
}

// tidy makes texts alike that differ only in what a spreadsheet does not keep.
func tidy(s string) string {
	return strings.Trim(strings.ReplaceAll(s, "\r\n", "\n"), " \t\r\n")
}

// clock writes a time since STARTEX as h:mm, with seconds where there are some.
func clock(d time.Duration) string {
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	if s == 0 {
		return fmt.Sprintf("%d:%02d", h, m)
	}
	return fmt.Sprintf("%d:%02d:%02d", h, m, s)
}

// span writes a length of time as packs do.
func span(d time.Duration) string {
	if d == 0 {
		return "0m"
	}
	var b strings.Builder
	for _, u := range []struct {
		n      int
		letter string
	}{{int(d.Hours()), "h"}, {int(d.Minutes()) % 60, "m"}, {int(d.Seconds()) % 60, "s"}} {
		if u.n > 0 {
			b.WriteString(strconv.Itoa(u.n) + u.letter)
		}
	}
	return b.String()
}

// languages are those of the pack.
func (s *source) languages() []string { return slices.Clone(s.pack.Languages) }
