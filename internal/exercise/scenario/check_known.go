package scenario

import (
	"maps"
	"slices"
)

// untold warns of flows that ask for variables which nothing that players see
// ever shows, so that no sender can know them.
func (c *checker) untold() {
	if c.vagueVars || c.p.broken("injects") || c.p.broken("vars") {
		return
	}
	shown := c.shownVars()
	for _, f := range c.p.Flows {
		for i, group := range f.What {
			if !slices.ContainsFunc(formsOf(group), func(form string) bool { return knowable(form, shown) }) {
				c.warn(c.p.at(f.Pos, groupField("what", len(f.What), i)), codeFlowUnknown, map[string]any{"Flow": f.Key})
			}
		}
	}
}

// shownVars gives the variables that stand in what players see, and those that
// these are made of.
func (c *checker) shownVars() map[string]bool {
	shown := maps.Clone(c.shown)
	for grown := true; grown; {
		grown = false
		for _, v := range c.p.Units.Vars {
			if !shown[v.Name] {
				continue
			}
			for _, value := range v.Value {
				segs, _ := parseTemplate(value)
				for _, s := range segs {
					if s.tag != nil && s.tag.kind == tagVar && !shown[s.tag.name] {
						shown[s.tag.name], grown = true, true
					}
				}
			}
		}
	}
	return shown
}

func formsOf(f Forms) (all []string) {
	for _, lang := range slices.Sorted(maps.Keys(f)) {
		all = append(all, f[lang]...)
	}
	return all
}

// knowable reports whether a form can be known: it holds no variable, or all
// that it holds are shown.
func knowable(form string, shown map[string]bool) bool {
	segs, _ := parseTemplate(form)
	return !slices.ContainsFunc(segs, func(s segment) bool { return s.tag != nil && s.tag.kind == tagVar && !shown[s.tag.name] })
}
