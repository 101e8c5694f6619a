package scenario

import (
	"bytes"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// Bounds of a YAML file. What is read of it takes some 300 bytes for each of
// the marks between which its values stand.
const (
	maxYAML      = 4 << 20 // bytes
	maxYAMLMarks = 300_000
	maxYAMLDepth = 50 // levels
)

// LoadYAML reads a YAML file of a pack. It returns an error for one that would
// take too much; other errors are those of the syntax.
func LoadYAML(raw []byte, doc *yaml.Node) error {
	if len(raw) > maxYAML || marks(raw) > maxYAMLMarks {
		return errTooLong
	}
	deep := false
	err := yaml.Load(raw, doc, yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *yaml.DepthContext) error {
		if deep = deep || depth > maxYAMLDepth; deep {
			return errTooLong
		}
		return nil
	}))))
	if deep {
		return errTooLong
	}
	return err
}

// marks counts the signs of YAML that part values; there are no more values
// than that. Commas and colons in prose count too.
func marks(raw []byte) (n int) {
	for _, sign := range []string{",", ":", "\n", "\r", "[", "{", "- ", "? "} {
		n += bytes.Count(raw, []byte(sign))
	}
	return n
}
