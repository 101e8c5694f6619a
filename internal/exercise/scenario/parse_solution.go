package scenario

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds of files that are handed in.
const (
	defaultMaxSize = 10 << 20
	maxMaxSize     = 25 << 20
)

// solution reads what makes an answer to a task right.
func (p *parser) solution(o *object, t *Task) {
	t.Accept, t.Match, t.Mentions = o.forms("accept"), o.forms("match"), p.mentions(o)
	t.Options = p.options(o)
	t.Avoid, t.Flag = o.forms("avoid"), o.str("flag")
	t.Want = p.want(o)
	t.Number, t.Tolerance = t.Want.Number, t.Want.Tolerance
	t.Parts = p.parts(o)
	if t.Type == TaskIndicators {
		t.SolvedAt = o.number("solved_at", defaultSolvedAt)
	}
	if n := o.vals["examples"]; n != nil {
		if e, ok := p.object(n, "examples", "examples"); ok {
			t.Examples = Examples{Right: e.forms("right"), Wrong: e.forms("wrong")}
		}
	}
	t.Form = p.form(o)
	t.Files = p.fileRules(o)
	if t.Type == TaskFile {
		t.MaxSize = o.size("max_size", defaultMaxSize)
		if t.MaxSize > maxMaxSize {
			p.report(o.vals["max_size"], codeValueSizeMax, map[string]any{"Field": "max_size", "Limit": maxMaxSize >> 20})
		}
	}
}

// want reads what an answer, or a part of it, must contain.
func (p *parser) want(o *object) Want {
	w := Want{
		Pos: o.pos, Contains: o.forms("contains"), Refuse: o.forms("refuse"), Number: o.str("number"),
		Unit: o.oneOrMany("unit"), Time: o.instant("time"), Date: o.instant("date"), Zone: o.enum("zone", ZoneUTC),
	}
	w.Tolerance, w.Room = o.tolerance("tolerance")
	for _, f := range wantNeeds() {
		if o.has(f.field) && !slices.ContainsFunc(f.one, o.has) {
			p.report(o.vals[f.field], codeTaskNeeds, map[string]any{"Field": strings.Join(f.one, " / "), "Type": TaskAnswer})
		}
	}
	if n := o.vals["tolerance"]; n != nil && (o.has("number") && w.Room > 0 || !o.has("number") && w.Tolerance.Value > 0) {
		p.report(n, codeKeyTolerance, nil)
	}
	return w
}

// parts reads what an answer must contain in any order.
func (p *parser) parts(o *object) (all []Want) {
	o.objects("parts", func(e *object) {
		if kinds := wantKinds(); !slices.ContainsFunc(kinds, e.has) {
			p.report(e.node, codeTaskNeeds, map[string]any{"Field": strings.Join(kinds, " / "), "Type": TaskAnswer})
		}
		all = append(all, p.want(e))
	})
	return all
}

// need says that a field stands only with one of others.
type need struct {
	field string
	one   []string
}

func wantNeeds() []need {
	return []need{
		{"refuse", []string{"contains"}}, {"unit", []string{"number"}}, {"tolerance", []string{"number", "time"}}, {"zone", []string{"time", "date"}},
	}
}

// wantKinds are the fields of which a part of an answer has at least one.
func wantKinds() []string { return []string{"contains", "number", "time", "date"} }

var instantPattern = regexp.MustCompile(`^(?:startex(?:([+-])((?:\d{1,6}h)?(?:\d{1,6}m)?(?:\d{1,6}s)?))?|` + timestampPattern + `)$`)

// instant reads "startex", "startex-11h5m" or a time such as
// 2027-09-15T03:20:00Z.
func (o *object) instant(name string) string {
	s := o.str(name)
	if s == "" {
		return ""
	}
	if _, ok := ParseInstant(s, time.Time{}); !ok {
		o.p.report(o.vals[name], codeValueInstant, map[string]any{"Field": name, "Value": clip(s)})
		return ""
	}
	return s
}

// ParseInstant gives the moment that a key names.
func ParseInstant(s string, startex time.Time) (time.Time, bool) {
	m := instantPattern.FindStringSubmatch(s)
	switch {
	case m == nil:
		return time.Time{}, false
	case !strings.HasPrefix(s, "startex"):
		t, err := time.Parse(time.RFC3339, strings.ToUpper(s))
		return t, err == nil
	case m[1] == "":
		return startex, s == "startex"
	}
	d, ok := parseDuration(m[2])
	if m[1] == "-" {
		d = -d
	}
	return startex.Add(d), ok
}

func (p *parser) mentions(o *object) (all []Forms) {
	for i, n := range o.list("mentions") {
		all = append(all, o.formsOf(n, field("mentions", i)))
	}
	return all
}

func (p *parser) form(o *object) (all []FormPart) {
	delete(p.keys, "form") // unique within the form
	o.objects("form", func(e *object) {
		part := FormPart{
			Pos: e.pos, Key: e.key("form", "form"), Title: e.text("title"), Kind: e.enum("kind", PartText),
			Required: e.boolean("required"), Hint: e.text("hint"), Options: p.options(e),
		}
		switch choice := part.Kind == PartChoice; {
		case choice && !e.has("options"):
			p.report(e.node, codeFieldMissing, map[string]any{"Field": "options"})
		case !choice && e.has("options"):
			p.report(e.vals["options"], codeFormOptions, map[string]any{"Kind": part.Kind})
		}
		all = append(all, part)
	})
	return all
}

func (p *parser) fileRules(o *object) (all []FileRule) {
	o.objects("files", func(e *object) {
		r := FileRule{
			Pos: e.pos, SHA256: e.str("sha256"), Name: e.str("name"), Media: e.str("media"),
			Min: e.size("min", 0), Max: e.size("max", 0),
		}
		if len(e.vals) == 0 {
			p.report(e.node, codeFieldEmpty, map[string]any{"Field": "files"})
		}
		if r.Max > 0 && r.Min > r.Max {
			p.report(e.vals["max"], codeFileOrder, nil)
		}
		all = append(all, r)
	})
	return all
}

// tolerance reads a number that is not negative, such a number of percent, or
// a length of time.
func (o *object) tolerance(name string) (Tolerance, time.Duration) {
	s := o.str(name)
	if s == "" {
		return Tolerance{}, 0
	}
	if d, ok := parseDuration(s); ok {
		return Tolerance{}, d
	}
	t, ok := ParseTolerance(s)
	if !ok {
		o.p.report(o.vals[name], codeValueTolerance, map[string]any{"Value": clip(s)})
	}
	return t, 0
}

// size reads "500KiB"; def stands for a missing or wrong one.
func (o *object) size(name string, def int64) int64 {
	n := o.vals[name]
	if n == nil {
		return def
	}
	s, ok := o.p.str(n, name)
	if !ok {
		return def
	}
	m := sizePattern.FindStringSubmatch(s)
	if m == nil {
		o.p.report(n, codeValueSize, map[string]any{"Field": name, "Value": clip(s)})
		return def
	}
	size, _ := strconv.ParseInt(m[1], 10, 64) // at most six digits
	switch m[2] {
	case "KiB":
		size <<= 10
	case "MiB":
		size <<= 20
	}
	return size
}

// oneOrMany reads a string or a list of strings.
func (o *object) oneOrMany(name string) []string {
	n := o.vals[name]
	if n == nil {
		return nil
	}
	if !isList(n) {
		if s, ok := o.p.str(n, name); ok {
			o.mark(n, name, 0)
			return []string{s}
		}
		return nil
	}
	return o.strs(name)
}
