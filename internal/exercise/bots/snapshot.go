package bots

import (
	"renkei/internal/binenc"
)

// AppendTo appends to b everything that the bots have in mind.
func (c *Bots) AppendTo(b []byte) []byte {
	w := binenc.Writer(b)
	c.code(w)
	return w.Bytes()
}

// Restore brings back what AppendTo of this very program gave, in place of what
// the bots had in mind. An error means that the bytes are damaged, or belong to
// another play; the bots must not be used further.
func (c *Bots) Restore(data []byte) error {
	r := binenc.Reader(data)
	c.code(r)
	return r.Done()
}

func (c *Bots) code(to *binenc.Coder) {
	for u := range c.busy {
		binenc.Int(to, &c.busy[u])
	}
	plans := c.plans
	if !to.Reading() {
		plans = c.plans.sorted()
	}
	binenc.Slice(to, (*[]plan)(&plans), 6, func(p *plan) {
		p.code(to)
		if to.Reading() && !c.fits(p) {
			to.Fail("a plan of a unit that is not there")
		}
	})
	if to.Reading() {
		c.plans = plans.sorted()
	}
}

func (c *Bots) fits(p *plan) bool {
	return p.unit >= 0 && p.unit < len(c.busy) && p.to >= 0 && p.to < len(c.busy)
}

func (p *plan) code(c *binenc.Coder) {
	binenc.Int(c, &p.at)
	binenc.Int(c, &p.unit)
	binenc.Enum(c, &p.kind, doQuestion)
	c.String(&p.what)
	binenc.Int(c, &p.to)
	binenc.Int(c, &p.n)
}
