package publication

import (
	"maps"
	"slices"

	"renkei/internal/handbook"
)

// side are the entries of a member that are wanted: done or planned.
func side(c *handbook.Content, member string, wanted func(*handbook.Item) bool, planned bool) []*handbook.Item {
	return c.Of(func(it *handbook.Item) bool {
		return it.Member == member && wanted(it) && it.Status.Ahead() == planned
	})
}

// diffsOf are what changed of a member.
func diffsOf(c *handbook.Comparison, member string) (all []*handbook.Diff) {
	for i := range c.Diffs {
		if c.Diffs[i].Member == member {
			all = append(all, &c.Diffs[i])
		}
	}
	return all
}

// stage says how far an entry is.
func (v *sitePage) stage(it *handbook.Item) string {
	var parts []string
	if it.Status != "" {
		parts = append(parts, v.Status(it.Status))
	}
	if span := v.Span(it); span != "" {
		parts = append(parts, span)
	}
	return v.List(parts)
}

// changed are the languages in which words changed: that of the page where it is
// among them, else all.
func (v *sitePage) changed(d *handbook.Diff) []string {
	words := d.Words()
	if _, there := words[v.Lang()]; there {
		return []string{v.Lang()}
	}
	return slices.Sorted(maps.Keys(words))
}
