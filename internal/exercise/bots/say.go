package bots

// args are the placeholders of a text.
type args = map[string]any

// maxGroups is how many groups of a report a simulated team thinks of.
const maxGroups = 64

// line names a text by everything on which it depends.
type line struct {
	key      string
	unit, to int
	what     string
	n        int
	groups   uint64
}

// maxLines bounds the texts that the bots keep.
const maxLines = 1 << 16

// Remember has the bots keep the texts that they make, for a set that plays again
// and again: it says the same things in every run.
func (c *Bots) Remember() { c.said = map[line]string{} }

// once makes a text, or finds it again.
func (c *Bots) once(l line, write func() string) string {
	text, ok := c.said[l]
	if ok {
		return text
	}
	text = write()
	if c.said != nil && len(c.said) < maxLines {
		c.said[l] = text
	}
	return text
}

// say gives a phrase in the language of its unit.
func (c *Bots) say(l line, with func() args) string {
	return c.once(l, func() string { return c.phrases.Say(c.lang(l.unit), l.key, with()) })
}

func (c *Bots) unsure(u int) string {
	return c.say(line{key: "crew.unsure", unit: u}, func() args { return nil })
}
