package scenario

import (
	"maps"
	"slices"
	"strings"
)

// place says where a template stands: not every tag is allowed everywhere.
type place uint8

const (
	placeText place = iota
	placeKey        // answer keys and what: no times
	placeVar        // variables: no times, no unit
)

// text checks the templates of a text of an element.
func (c *checker) text(owner Pos, name string, t Text, pl place) {
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		c.yamlTemplate(c.p.at(owner, field(name, lang)), t[lang], pl)
	}
}

// forms checks the templates of answer keys.
func (c *checker) forms(owner Pos, name string, f Forms) {
	for _, lang := range slices.Sorted(maps.Keys(f)) {
		for i, s := range f[lang] {
			c.yamlTemplate(c.p.at(owner, field(name, lang, i)), s, placeKey)
		}
	}
}

func (c *checker) yamlTemplate(pos Pos, src string, pl place) {
	c.template(src, pl, func(offset int) Pos { return c.p.inside(pos, src, offset) })
}

// fileTemplate checks a text or attachment as a template.
func (c *checker) fileTemplate(name string) {
	src := string(c.p.Files[name])
	c.template(src, placeText, func(offset int) Pos { return advance(Pos{name, 1, 1}, []byte(src[:offset])) })
}

// template checks one template; at gives the place of an offset in it.
func (c *checker) template(src string, pl place, at func(offset int) Pos) {
	segs, found := parseTemplate(src)
	c.hosts(segs, at)
	for _, f := range found {
		c.vagueVars = true
		c.report(at(f.offset), f.code, f.args)
	}
	for _, s := range segs {
		if s.tag != nil {
			c.tag(s.tag, pl, at)
		}
	}
}

func (c *checker) tag(t *tag, pl place, at func(offset int) Pos) {
	if t.hop != 0 && c.p.Units.Min < 2 && !c.p.broken("min") { // a single team is its own neighbour
		c.report(at(t.offset), codeUnitsMin, map[string]any{"What": t.literal})
	}
	switch t.kind {
	case tagTime:
		if pl != placeText {
			c.report(at(t.offset), codeTemplateNoTime, map[string]any{"Tag": t.literal})
		}
	case tagUnit:
		if !slices.Contains(unitFields(), t.name) {
			c.report(at(t.offset), codeTemplateVariable, unknown(t.literal, prefixed(t)))
		} else if !t.team && pl == placeVar {
			c.report(at(t.offset), codeTemplateNoUnit, map[string]any{"Tag": t.literal})
		}
	case tagVar:
		c.vars[t.name] = true
		c.shown[t.name] = c.shown[t.name] || pl == placeText
		if !slices.Contains(c.varNames, t.name) && !c.p.broken("vars") {
			c.report(at(t.offset), codeTemplateVariable, unknown(t.name, c.names()))
			c.vagueVars = c.vagueVars || nearest(t.name, c.varNames) != ""
		}
	}
}

// prefixed gives the properties as the author would write them here.
func prefixed(t *tag) []string {
	prefix := strings.TrimSuffix(t.literal, t.name)
	all := unitFields()
	for i := range all {
		all[i] = prefix + all[i]
	}
	return all
}

// names gives what may stand in a tag by itself.
func (c *checker) names() []string {
	all := slices.Clone(c.varNames)
	for _, f := range unitFields() {
		all = append(all, "team."+f)
	}
	return all
}

// variables checks the values of variables and the addresses of personas.
func (c *checker) variables() {
	for _, s := range c.p.Personas {
		c.yamlTemplate(c.p.at(s.Pos, "address"), s.Address, placeText)
	}
	for _, v := range c.p.Units.Vars {
		used := maps.Clone(c.vars)
		c.text(v.Pos, "value", v.Value, placeVar)
		if !used[v.Name] { // using itself is no use
			delete(c.vars, v.Name)
		}
	}
	g := varGraph{c: c, state: map[string]int{}, size: map[string]int{}, uses: map[string][]segment{}, pos: map[string]Pos{}}
	for _, v := range c.p.Units.Vars {
		if _, dup := g.pos[v.Name]; dup {
			continue
		}
		g.pos[v.Name] = v.Pos
		g.order = append(g.order, v.Name)
		for _, lang := range slices.Sorted(maps.Keys(v.Value)) {
			segs, _ := parseTemplate(v.Value[lang])
			g.uses[v.Name] = append(g.uses[v.Name], segs...)
		}
	}
	for _, name := range g.order {
		g.visit(name)
	}
}

// varGraph finds circles of variables and estimates their lengths.
type varGraph struct {
	c     *checker
	order []string
	path  []string
	state map[string]int // 1: on the path, 2: done
	size  map[string]int
	uses  map[string][]segment
	pos   map[string]Pos
}

func (g *varGraph) visit(name string) int {
	switch g.state[name] {
	case 1:
		i := slices.Index(g.path, name)
		g.c.report(g.pos[name], codeVarCircle, map[string]any{"Path": strings.Join(append(slices.Clone(g.path[i:]), name), " → ")})
		return 0
	case 2:
		return g.size[name]
	}
	g.state[name] = 1
	g.path = append(g.path, name)
	size, long := 0, false
	for _, s := range g.uses[name] {
		switch {
		case s.tag == nil:
			size += len(s.text)
		case s.tag.kind == tagVar:
			n := g.visit(s.tag.name)
			long = long || n > maxVarLength
			size = min(size+n, maxVarLength+1)
		}
	}
	g.path = g.path[:len(g.path)-1]
	g.state[name], g.size[name] = 2, size
	if size > maxVarLength && !long {
		g.c.report(g.pos[name], codeVarLong, map[string]any{"Name": name, "Limit": maxVarLength})
	}
	return size
}
