package review

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"unicode/utf8"

	"renkei/internal/exercise"
	"renkei/internal/exercise/scenario"
)

// decoder reads stored events as exercise.Bodies.Decode does, but shares what
// repeats itself, keys and audiences, so that a million events fit into memory,
// and leaves out the keys of commands, which no review asks for.
type decoder struct {
	bodies    exercise.Bodies
	words     map[string]string
	audiences map[string]exercise.Audience
	ends      map[string][]string
	texts     map[string]string
	message   reflect.Type
}

// Bounds of what is shared: longer strings are texts, and beyond so many the
// log repeats itself little.
const (
	maxWord  = 64
	maxWords = 1 << 16
)

func newDecoder() *decoder {
	return &decoder{
		bodies: exercise.NewBodies(), words: map[string]string{}, audiences: map[string]exercise.Audience{},
		ends: map[string][]string{}, texts: map[string]string{}, message: reflect.TypeFor[exercise.Message](),
	}
}

func (d *decoder) decode(raw []byte) (exercise.Event, error) {
	if e, ok, err := d.quick(raw); ok {
		return e, err
	}
	e, err := d.bodies.Decode(raw)
	e.Cmd = ""
	return e, err
}

// quick reads the one spelling that Event.Encode writes; false leaves the
// event to the decoder for any.
func (d *decoder) quick(raw []byte) (e exercise.Event, ok bool, err error) {
	c := scanner{rest: raw, ok: true}
	e.Seq = uint64(c.after(`{"seq":`).number())
	c.after(`,"clock":`).text()
	e.At = exercise.Time(c.after(`,"at":`).number())
	e.Wall = c.after(`,"wall":`).number()
	actor := c.after(`,"actor":`).text()
	to := c.after(`,"to":`).list()
	c.after(`,"cmd":`).text()
	e.Place = c.place()
	name := c.after(`,"type":`).text()
	body, closed := bytes.CutSuffix(c.after(`,"body":`).rest, []byte{'}'})
	kind, known := d.bodies[exercise.Type(name)]
	if !c.ok || !closed || !known {
		return exercise.Event{}, false, nil
	}
	audience, ok := d.audience(to)
	b, isBody := d.body(kind, body)
	if !ok || !isBody {
		return exercise.Event{}, false, nil
	}
	e.Actor, e.To, e.Body = d.shared(actor), audience, b
	return e, true, nil
}

func (d *decoder) body(kind reflect.Type, raw []byte) (exercise.Body, bool) {
	if kind == d.message {
		if m, ok := d.quickMessage(raw); ok {
			return m, true
		}
	}
	b, ok := reflect.New(kind).Interface().(exercise.Body)
	if !ok || json.Unmarshal(raw, b) != nil {
		return nil, false
	}
	d.share(b)
	return b, true
}

// quickMessage reads a message, of which a large log consists, where it is
// spelt as it was written and without escapes.
func (d *decoder) quickMessage(raw []byte) (*exercise.Message, bool) {
	c := scanner{rest: raw, ok: true}
	from := c.after(`{"from":`).text()
	to := c.after(`,"ends":`).list()
	text := c.after(`,"text":`).any()
	label := c.after(`,"tlp":`).text()
	var re []byte
	if c.ok && string(c.rest) != "}" {
		re = c.after(`,"re":`).text()
	}
	if c.after("}"); !c.ok || len(c.rest) > 0 {
		return nil, false
	}
	tlp, err := scenario.ParseTLP(string(label))
	ends, ok := d.ends[string(to)]
	if !ok && json.Unmarshal(to, &ends) != nil || err != nil {
		return nil, false
	}
	if !ok {
		d.keepEnds(to, ends)
	}
	return &exercise.Message{From: d.shared(from), Ends: ends, Text: d.text(text), TLP: tlp, Re: d.shared(re)}, true
}

func (d *decoder) keepEnds(raw []byte, ends []string) {
	for i := range ends {
		ends[i] = d.word(ends[i])
	}
	if len(d.ends) < maxWords {
		d.ends[string(raw)] = ends
	}
}

func (d *decoder) audience(list []byte) (exercise.Audience, bool) {
	if to, ok := d.audiences[string(list)]; ok {
		return to, true
	}
	var to exercise.Audience
	if json.Unmarshal(list, &to) != nil {
		return nil, false
	}
	if len(d.audiences) < maxWords {
		d.audiences[string(list)] = to
	}
	return to, true
}

// word gives the one copy of a key.
func (d *decoder) word(s string) string {
	if w, ok := d.words[s]; ok {
		return w
	}
	if len(s) <= maxWord && len(d.words) < maxWords {
		d.words[s] = s
	}
	return s
}

// shared is word for bytes.
func (d *decoder) shared(b []byte) string {
	if w, ok := d.words[string(b)]; ok {
		return w
	}
	return d.word(string(b))
}

// text gives the one copy of what is said again and again, as simulated teams
// and people in a hurry do.
func (d *decoder) text(b []byte) string {
	if same, ok := d.texts[string(b)]; ok {
		return same
	}
	s := string(b)
	if len(d.texts) < maxWords {
		d.texts[s] = s
	}
	return s
}

// share puts shared copies into the bodies of which there are many.
func (d *decoder) share(b exercise.Body) {
	switch b := b.(type) {
	case *exercise.InjectReleased:
		b.Inject, b.Unit = d.word(b.Inject), d.word(b.Unit)
		b.Vars = nil // what the texts were made of
	case *exercise.InjectAcknowledged:
		b.Inject, b.Unit = d.word(b.Inject), d.word(b.Unit)
	case *exercise.Submitted:
		b.Task, b.Unit = d.word(b.Task), d.word(b.Unit)
	case *exercise.Scored:
		b.Task, b.Unit = d.word(b.Task), d.word(b.Unit)
	case *exercise.HintTaken:
		b.Task, b.Unit = d.word(b.Task), d.word(b.Unit)
	case *exercise.HintGiven:
		b.Task, b.Unit = d.word(b.Task), d.word(b.Unit)
	case *exercise.FlowMade:
		b.Flow, b.Unit = d.word(b.Flow), d.word(b.Unit)
	}
}

// scanner reads the fixed parts of an event; ok falls where it is spelt
// otherwise.
type scanner struct {
	rest []byte
	ok   bool
}

// after passes over a literal.
func (c *scanner) after(literal string) *scanner {
	if len(c.rest) < len(literal) || string(c.rest[:len(literal)]) != literal {
		c.ok, c.rest = false, nil
		return c
	}
	c.rest = c.rest[len(literal):]
	return c
}

// place reads whether the event is the last of its command, where that stands.
func (c *scanner) place() exercise.Place {
	if rest, ok := bytes.CutPrefix(c.rest, []byte(`,"last":true`)); ok {
		c.rest = rest
		return exercise.Last
	}
	if rest, ok := bytes.CutPrefix(c.rest, []byte(`,"last":false`)); ok {
		c.rest = rest
		return exercise.Inner
	}
	return exercise.Unmarked
}

func (c *scanner) number() int64 {
	n := 0
	for n < len(c.rest) && (c.rest[n] == '-' || '0' <= c.rest[n] && c.rest[n] <= '9') {
		n++
	}
	v, err := strconv.ParseInt(string(c.rest[:n]), 10, 64)
	c.ok, c.rest = c.ok && err == nil, c.rest[n:]
	return v
}

// text reads a string of plain ASCII without escapes.
func (c *scanner) text() []byte {
	if len(c.rest) == 0 || c.rest[0] != '"' {
		c.ok = false
		return nil
	}
	for i := 1; i < len(c.rest); i++ {
		switch b := c.rest[i]; {
		case b == '"':
			s := c.rest[1:i]
			c.rest = c.rest[i+1:]
			return s
		case b == '\\' || b < ' ' || b > '~':
			c.ok = false
			return nil
		}
	}
	c.ok = false
	return nil
}

// any reads a string of any characters without escapes.
func (c *scanner) any() []byte {
	if len(c.rest) == 0 || c.rest[0] != '"' {
		c.ok = false
		return nil
	}
	end := bytes.IndexByte(c.rest[1:], '"')
	if end < 0 {
		c.ok = false
		return nil
	}
	s := c.rest[1 : 1+end]
	c.rest = c.rest[end+2:]
	c.ok = c.ok && utf8.Valid(s) && bytes.IndexByte(s, '\\') < 0 && bytes.IndexFunc(s, isControl) < 0
	return s
}

func isControl(r rune) bool { return r < ' ' }

// list cuts out a list of such strings, brackets included.
func (c *scanner) list() []byte {
	i := bytes.IndexByte(c.rest, ']')
	if len(c.rest) == 0 || c.rest[0] != '[' || i < 0 {
		c.ok = false
		return nil
	}
	s := c.rest[:i+1]
	c.rest = c.rest[i+1:]
	return s
}
