package scenario

import "strconv"

// Bounds of files that are handed in.
const (
	defaultMaxSize = 10 << 20
	maxMaxSize     = 25 << 20
)

// solution reads what makes an answer to a task right.
func (p *parser) solution(o *object, t *Task) {
	t.Accept, t.Match, t.Mentions = o.forms("accept"), o.forms("match"), p.mentions(o)
	t.Options = p.options(o)
	t.Number, t.Flag = o.str("number"), o.str("flag")
	if o.has("tolerance") {
		t.Tolerance = o.tolerance("tolerance")
		if !o.has("number") {
			p.report(o.vals["tolerance"], codeTaskNeeds, map[string]any{"Field": "number", "Type": t.Type})
		}
	}
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

// tolerance reads a number that is not negative, or such a number of percent.
func (o *object) tolerance(name string) Tolerance {
	s := o.str(name)
	if s == "" {
		return Tolerance{}
	}
	t, ok := ParseTolerance(s)
	if !ok {
		o.p.report(o.vals[name], codeValueTolerance, map[string]any{"Value": clip(s)})
	}
	return t
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
