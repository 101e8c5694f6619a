package crew

import (
	"renkei/internal/compact"
)

// AppendTo appends to b everything that the crew has in mind.
func (c *Crew) AppendTo(b []byte) []byte {
	w := compact.Writer(b)
	c.code(w)
	return w.Bytes()
}

// Restore brings back what AppendTo of this very program gave, in place of what
// the crew had in mind. An error means that the bytes are damaged, or belong to
// another play; the crew must not be used further.
func (c *Crew) Restore(data []byte) error {
	r := compact.Reader(data)
	c.code(r)
	return r.Done()
}

func (c *Crew) code(to *compact.Coder) {
	for u := range c.busy {
		compact.Int(to, &c.busy[u])
	}
	plans := c.plans
	if !to.Reading() {
		plans = c.plans.sorted()
	}
	compact.Slice(to, (*[]plan)(&plans), 6, func(p *plan) {
		p.code(to)
		if to.Reading() && !c.fits(p) {
			to.Fail("a plan of a unit that is not there")
		}
	})
	if to.Reading() {
		c.plans = plans.sorted()
	}
}

func (c *Crew) fits(p *plan) bool {
	return p.unit >= 0 && p.unit < len(c.busy) && p.to >= 0 && p.to < len(c.busy)
}

func (p *plan) code(c *compact.Coder) {
	compact.Int(c, &p.at)
	compact.Int(c, &p.unit)
	compact.Enum(c, &p.kind, doQuestion)
	c.String(&p.what)
	compact.Int(c, &p.to)
	compact.Int(c, &p.n)
}
