package scenario

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

var (
	keyPattern      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)
	durationPattern = regexp.MustCompile(`^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$`)
	sizePattern     = regexp.MustCompile(`^(\d{1,6})(B|KiB|MiB)$`)

	tolerancePattern = regexp.MustCompile(`^\d+(\.\d+)?%?$`)
)

// parseDuration reads "90s", "5m" or "1h30m".
func parseDuration(s string) (time.Duration, bool) {
	m := durationPattern.FindStringSubmatch(s)
	if m == nil || s == "" {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi("0" + m[i+1]) // at most seven digits
		d += time.Duration(n) * unit
	}
	return d, true
}

// str reads a scalar as it is written, so that `443` and `1.0` are strings.
func (p *parser) str(n *yaml.Node, name string) (string, bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || isNull(n) || n.Tag == "!!binary" {
		p.report(n, codeTypeString, map[string]any{"Field": name})
		return "", false
	}
	if strings.TrimSpace(n.Value) == "" {
		p.report(n, codeFieldEmpty, map[string]any{"Field": name})
		return "", false
	}
	return n.Value, true
}

func (o *object) str(name string) string {
	n := o.vals[name]
	if n == nil {
		return ""
	}
	s, _ := o.p.str(n, name)
	return s
}

// strs reads a list of strings; each is marked as name.<i>.
func (o *object) strs(name string) []string {
	var all []string
	for _, n := range o.list(name) {
		if s, ok := o.p.str(n, name); ok {
			o.mark(n, name, len(all))
			all = append(all, s)
		}
	}
	return all
}

func (o *object) mark(n *yaml.Node, parts ...any) {
	o.p.pack.src.marks[markKey{o.pos, field(parts...)}] = o.p.pos(resolve(n))
}

// key reads the key of an element and sees that it is unique in its name
// space. kind is the name under which references to it are reported.
func (o *object) key(kind, space string) string {
	if !o.has("key") {
		o.p.pack.src.broken[kind] = true
		return ""
	}
	n := o.vals["key"]
	s, ok := o.p.str(n, "key")
	if !ok {
		o.p.pack.src.broken[kind] = true
		return ""
	}
	o.p.claim(n, s, space)
	return s
}

// claim checks a key and takes it in its name space.
func (p *parser) claim(n *yaml.Node, key, space string) {
	if !keyPattern.MatchString(key) {
		p.report(n, codeValueKey, map[string]any{"Value": clip(key)})
	}
	if p.keys[space] == nil {
		p.keys[space] = map[string]Pos{}
	}
	if first, dup := p.keys[space][key]; dup {
		p.report(n, codeKeyDuplicate, map[string]any{"Key": clip(key), "File": first.File, "Line": first.Line, "Col": first.Col})
		return
	}
	p.keys[space][key] = p.pos(n)
}

// enum reads one of several values; def stands for a missing or wrong one. A
// value of the shape that ends in a colon stands for all that begin with it.
func (o *object) enum(name, def string) string {
	n := o.vals[name]
	if n == nil {
		return def
	}
	s, ok := o.p.str(n, name)
	if !ok {
		return def
	}
	values := o.field(name).values
	for _, v := range values {
		if v == s || strings.HasSuffix(v, ":") && strings.HasPrefix(s, v) {
			return s
		}
	}
	args := unknown(s, written(values))
	args["Field"] = name
	o.p.report(n, codeValueEnum, args)
	return def
}

// written gives the values of an enum as the author would write them.
func written(values []string) []string {
	all := slices.Clone(values)
	for i, v := range all {
		if strings.HasSuffix(v, ":") {
			all[i] += "<key>"
		}
	}
	return all
}

func (o *object) tlp(name string, def TLP) TLP {
	s := o.enum(name, "")
	if s == "" {
		return def
	}
	t, _ := ParseTLP(s) // one of tlpNames
	return t
}

// duration reads a duration; positive asks for more than nothing.
func (o *object) duration(name string, positive bool) (time.Duration, bool) {
	n := o.vals[name]
	if n == nil {
		return 0, false
	}
	s, ok := o.p.str(n, name)
	if !ok {
		return 0, false
	}
	d, ok := parseDuration(s)
	if !ok {
		o.p.report(n, codeValueDuration, map[string]any{"Field": name, "Value": clip(s)})
		return 0, false
	}
	if positive && d == 0 {
		o.p.report(n, codeValuePositive, map[string]any{"Field": name})
		return 0, false
	}
	return d, true
}

func (o *object) time(name string) time.Time {
	n := o.vals[name]
	if n == nil {
		return time.Time{}
	}
	s, ok := o.p.str(n, name)
	if !ok {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Year() < 1970 {
		o.p.report(n, codeValueTime, map[string]any{"Field": name, "Value": clip(s)})
		return time.Time{}
	}
	return t
}

// number reads a number within the bounds of the shape; def stands for a
// missing or wrong one.
func (o *object) number(name string, def float64) float64 {
	n := o.vals[name]
	if n == nil {
		return def
	}
	f, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || (n.Tag != "!!int" && n.Tag != "!!float") || err != nil || math.IsNaN(f) {
		o.p.report(n, codeTypeNumber, map[string]any{"Field": name})
		return def
	}
	if sh := o.field(name); f < sh.min || f > sh.max {
		o.p.report(n, codeValueRange, map[string]any{"Field": name, "Value": n.Value, "Min": sh.min, "Max": sh.max})
		return def
	}
	return f
}

func (o *object) integer(name string, def int) int {
	n := o.vals[name]
	if n == nil {
		return def
	}
	i, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
		o.p.report(n, codeTypeInt, map[string]any{"Field": name})
		return def
	}
	if sh := o.field(name); float64(i) < sh.min || float64(i) > sh.max {
		o.p.report(n, codeValueRange, map[string]any{"Field": name, "Value": n.Value, "Min": sh.min, "Max": sh.max})
		return def
	}
	return i
}

func (o *object) boolean(name string) bool {
	n := o.vals[name]
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		o.p.report(n, codeTypeBool, map[string]any{"Field": name})
		return false
	}
	return strings.EqualFold(n.Value, "true")
}
