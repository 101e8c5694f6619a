package scenario

import (
	"time"

	"go.yaml.in/yaml/v4"
)

// Kind is what an area brings for packs of a kind of its own, which have files
// beside those that this package reads.
type Kind struct {
	Name string // as in `kind` of pack.yaml
	// Check returns every finding about what the area reads. The pack has been
	// checked for the rest.
	Check func(p *Pack) []Diagnostic
}

// CheckAs is Check with what the kind of the pack asks for beside it.
func CheckAs(p *Pack, kinds []Kind) []Diagnostic {
	ds := Check(p)
	if p == nil || p.Kind != KindTTX {
		return ds
	}
	for _, k := range kinds {
		if k.Name == p.Kind {
			ds = append(ds, k.Check(p)...)
			sortDiagnostics(ds)
			return ds
		}
	}
	return append(ds, Diagnostic{Pos: Pos{File: packFile}, Code: codeKindUnknown, Args: map[string]any{"Kind": p.Kind}})
}

// Unknown gives the placeholders of a finding about a name that is not known:
// the name, the nearest known one and all that are known.
func Unknown(name string, known []string) map[string]any { return unknown(name, known) }

// IsKey reports whether a text can be a key of a pack.
func IsKey(s string) bool { return keyPattern.MatchString(s) }

// ReadDuration reads a duration as packs write it, such as 90s or 1h30m.
func ReadDuration(s string) (time.Duration, bool) { return parseDuration(s) }

// KeyPattern is the regular expression of keys, for schemas.
func KeyPattern() string { return keyPattern.String() }

// DurationPattern is the regular expression of durations.
func DurationPattern() string { return momentPattern }

// Clip shortens what is quoted in a finding.
func Clip(s string) string { return clip(s) }

// LoadFile reads a YAML file of the pack, with findings about its form; nil where
// there is nothing to read.
func (p *Pack) LoadFile(name string) (*yaml.Node, []Diagnostic) {
	r := &parser{pack: p}
	root := r.load(name)
	return root, r.ds
}
