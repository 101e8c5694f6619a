package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Sources are where values come from, the later before the earlier.
type Sources struct {
	File    string            // "" for none
	Environ []string          // as of os.Environ
	Flags   map[string]string // those that were given, by name
}

// Problem is a value that cannot be. Its code is translated under
// "cli.serve.bad.<Code>".
type Problem struct {
	Place string // "renkei.yaml:3", "RENKEI_ADDR" or "--addr"
	Code  string
	Value string // as it was given; "" where it may hold a secret
}

// Problems are all that were found.
type Problems []Problem

// Error lists places and codes.
func (p Problems) Error() string {
	lines := make([]string, 0, len(p))
	for _, one := range p {
		lines = append(lines, one.Place+": "+one.Code)
	}
	return "configuration: " + strings.Join(lines, "; ")
}

// Loaded is a configuration and where its values are from.
type Loaded struct {
	Config

	places map[string]string // by field; those without one are defaults
}

// loader takes values in.
type loader struct {
	Loaded

	problems Problems
}

// Load reads the configuration. The error is Problems, or that the file cannot
// be read.
func Load(from Sources) (*Loaded, error) {
	l := &loader{Loaded: Loaded{Config: Default(), places: map[string]string{}}}
	if from.File != "" {
		if err := l.file(from.File); err != nil {
			return nil, err
		}
	}
	for _, f := range fields() {
		for _, kv := range from.Environ {
			if text, ok := strings.CutPrefix(kv, f.variable()+"="); ok && text != "" {
				l.take(&f, f.variable(), text)
			}
		}
		if text, ok := from.Flags[f.flag()]; ok {
			l.take(&f, "--"+f.flag(), text)
		}
	}
	if name, code := l.checkTLS(); code != "" {
		l.wrong(l.places[name], code, "")
	}
	if name, code := l.checkMail(); code != "" {
		l.wrong(l.places[name], code, "")
	}
	if name, code := l.checkChat(); code != "" {
		l.wrong(l.places[name], code, "")
	}
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	return &l.Loaded, nil
}

func (l *loader) wrong(place, code, value string) {
	l.problems = append(l.problems, Problem{place, code, value})
}

func (l *loader) take(f *field, place, text string) {
	code := f.read(&l.Config, strings.TrimSpace(text))
	if code == "" {
		l.places[f.name] = place
		return
	}
	if f.name == "db" || f.name == "public_url" {
		text = "" // it may hold a password
	}
	l.wrong(place, code, text)
}

// file takes a file in: YAML, one field a line.
func (l *loader) file(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read configuration: %w", err)
	}
	var docs []yaml.Node
	if err := yaml.Load(raw, &docs, yaml.WithAllDocuments()); err != nil {
		l.wrong(placeOf(path, err), "yaml", firstOf(err))
		return nil
	}
	switch {
	case len(docs) == 0 || len(docs) == 1 && len(docs[0].Content) == 0:
		return nil // nothing is set in it
	case len(docs) > 1 || docs[0].Content[0].Kind != yaml.MappingNode:
		l.wrong(path, "not_mapping", "")
		return nil
	}
	root := docs[0].Content[0]
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		l.entry(path, root.Content[i], root.Content[i+1], seen)
	}
	return nil
}

// placeOf is the line at which a file is no YAML, where that is known.
func placeOf(path string, err error) string {
	var at *yaml.LoadError
	if errors.As(err, &at) && at.Mark.Line > 0 {
		return fmt.Sprintf("%s:%d", path, at.Mark.Line)
	}
	return path
}

// firstOf is what the parser says, in one line.
func firstOf(err error) string {
	var at *yaml.LoadError
	if errors.As(err, &at) {
		return at.Message
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}

func (l *loader) entry(path string, key, value *yaml.Node, seen map[string]bool) {
	place := fmt.Sprintf("%s:%d", path, key.Line)
	for _, f := range fields() {
		if f.name != key.Value {
			continue
		}
		text, ok := textOf(value)
		switch {
		case seen[f.name]:
			l.wrong(place, "twice", f.name)
		case !ok:
			l.wrong(place, "kind", f.name)
		default:
			l.take(&f, place, text)
		}
		seen[f.name] = true
		return
	}
	l.wrong(place, "unknown", key.Value)
}

// textOf is the text of a value, or of a list with commas.
func textOf(n *yaml.Node) (string, bool) {
	switch n.Kind {
	case yaml.ScalarNode:
		return n.Value, true
	case yaml.SequenceNode:
		var words []string
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				return "", false
			}
			words = append(words, item.Value)
		}
		return strings.Join(words, ","), true
	}
	return "", false
}

// Print writes the values as a file of them would have them, with where each is
// from, and without secrets.
func (l *Loaded) Print(w io.Writer) error {
	for _, f := range fields() {
		place := l.places[f.name]
		if place == "" {
			place = "default"
		}
		if _, err := fmt.Fprintf(w, "%-19s %-40q # %s\n", f.name+":", f.show(&l.Config), place); err != nil {
			return fmt.Errorf("print configuration: %w", err)
		}
	}
	return nil
}
