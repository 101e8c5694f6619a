package exercise

import (
	"bytes"
	"strconv"
)

// parts are an event in its stored form, cut up but not decoded.
type parts struct {
	seq            uint64
	at             Time
	wall           int64
	actor, cmd, on []byte
	kind           []byte
	to             Audience
	place          Place
	body           []byte // JSON
}

// split cuts up the one spelling that Event.Encode writes, where its keys are
// plain ASCII; false leaves the event to a decoder for any. The body is not
// looked at.
func split(raw []byte) (p parts, ok bool) {
	c := scanner{rest: raw, ok: true}
	seq := c.after(`{"seq":`).number()
	c.after(`,"clock":`).text()
	p.at = Time(c.after(`,"at":`).number())
	p.wall = c.after(`,"wall":`).number()
	p.actor = c.after(`,"actor":`).text()
	p.to = c.after(`,"to":`).list()
	p.cmd = c.after(`,"cmd":`).text()
	if rest, ok := bytes.CutPrefix(c.rest, []byte(`,"on":`)); ok {
		c.rest = rest
		p.on = c.text()
	}
	p.place = c.place()
	p.kind = c.after(`,"type":`).text()
	body, closed := bytes.CutSuffix(c.after(`,"body":`).rest, []byte{'}'})
	p.seq, p.body = uint64(seq), body
	return p, c.ok && closed && seq >= 0
}

// scanner reads the fixed parts of an event; ok falls where it is spelt
// otherwise.
type scanner struct {
	rest []byte
	ok   bool
}

func (c *scanner) fail() { c.ok, c.rest = false, nil }

// after passes over a literal.
func (c *scanner) after(literal string) *scanner {
	if len(c.rest) < len(literal) || string(c.rest[:len(literal)]) != literal {
		c.fail()
		return c
	}
	c.rest = c.rest[len(literal):]
	return c
}

// place reads whether the event is the last of its command, where that stands.
func (c *scanner) place() Place {
	if rest, ok := bytes.CutPrefix(c.rest, []byte(`,"last":true`)); ok {
		c.rest = rest
		return Last
	}
	if rest, ok := bytes.CutPrefix(c.rest, []byte(`,"last":false`)); ok {
		c.rest = rest
		return Inner
	}
	return Unmarked
}

func (c *scanner) number() int64 {
	n := 0
	for n < len(c.rest) && (c.rest[n] == '-' || '0' <= c.rest[n] && c.rest[n] <= '9') {
		n++
	}
	digits := bytes.TrimPrefix(c.rest[:n], []byte{'-'})
	v, err := strconv.ParseInt(string(c.rest[:n]), 10, 64)
	if err != nil || len(digits) > 1 && digits[0] == '0' {
		c.fail()
		return 0
	}
	c.rest = c.rest[n:]
	return v
}

// text reads a string of plain ASCII without escapes.
func (c *scanner) text() []byte {
	if len(c.rest) == 0 || c.rest[0] != '"' {
		c.fail()
		return nil
	}
	for i := 1; i < len(c.rest); i++ {
		switch b := c.rest[i]; {
		case b == '"':
			s := c.rest[1:i]
			c.rest = c.rest[i+1:]
			return s
		case b == '\\' || b < ' ' || b > '~':
			c.fail()
			return nil
		}
	}
	c.fail()
	return nil
}

// list reads a list of such strings.
func (c *scanner) list() []string {
	out := make([]string, 0, 1) // nearly always one
	c.after("[")
	for c.ok && !bytes.HasPrefix(c.rest, []byte{']'}) {
		if len(out) > 0 {
			c.after(",")
		}
		out = append(out, string(c.text()))
	}
	c.after("]")
	return out
}
