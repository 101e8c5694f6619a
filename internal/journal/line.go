package journal

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// The fixed parts of event and head lines. They have one spelling only, so
// that no byte of them can change unnoticed, and so that the event within can
// be cut out without decoding it.
const (
	entryOpen  = `{"seq":`
	entryChain = `,"chain":"`
	entryLeaf  = `","leaf":"`
	entrySalt  = `","salt":"`
	entryEvent = `","event":`
	entryBare  = `"}` // the end of a redacted line

	contentOpen = `{"content":`

	headOpen  = `{"head":{"seq":`
	headChain = `,"chain":"`
	headEnd   = `"}}`
)

// check returns the code of what is wrong with e after head, or "".
func check(head Head, e *Entry) string {
	if e.Seq != head.Seq+1 {
		return CodeBadSeq
	}
	if !e.Redacted() || e.Salt != nil {
		if len(e.Salt) != SaltSize || len(e.Event) > MaxEvent || !ValidEvent(e.Event) {
			return CodeBadJSON
		}
		if LeafOf(e.Salt, e.Event) != e.Leaf {
			return CodeBadLeaf
		}
	}
	if Link(head.Chain, e.Leaf) != e.Chain {
		return CodeBadChain
	}
	return ""
}

func appendEntry(b []byte, e *Entry) []byte {
	b = strconv.AppendUint(append(b, entryOpen...), e.Seq, 10)
	b = hex.AppendEncode(append(b, entryChain...), e.Chain[:])
	b = hex.AppendEncode(append(b, entryLeaf...), e.Leaf[:])
	if e.Redacted() {
		return append(b, entryBare...)
	}
	b = hex.AppendEncode(append(b, entrySalt...), e.Salt)
	b = append(append(b, entryEvent...), e.Event...)
	return append(b, '}')
}

// parseEntry reads what appendEntry writes. The event aliases line; salt is
// where the salt goes.
func parseEntry(line, salt []byte) (e Entry, ok bool) {
	c := cursor{rest: line, ok: true}
	c.literal(entryOpen)
	e.Seq = c.number()
	c.literal(entryChain)
	c.hex(e.Chain[:])
	c.literal(entryLeaf)
	c.hex(e.Leaf[:])
	if string(c.rest) == entryBare {
		return e, c.ok
	}
	c.literal(entrySalt)
	c.hex(salt)
	c.literal(entryEvent)
	if !c.ok || len(c.rest) == 0 || c.rest[len(c.rest)-1] != '}' {
		return e, false
	}
	e.Salt, e.Event = salt, c.rest[:len(c.rest)-1]
	return e, true
}

func parseHead(line []byte) (h Head, ok bool) {
	c := cursor{rest: line, ok: true}
	c.literal(headOpen)
	h.Seq = c.number()
	c.literal(headChain)
	c.hex(h.Chain[:])
	c.literal(headEnd)
	return h, c.ok && len(c.rest) == 0
}

func parseContent(line []byte) (c Content, ok bool) {
	var l contentLine
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if dec.Decode(&l) != nil || dec.InputOffset() != int64(len(line)) {
		return c, false
	}
	c = Content{Hash: l.Content, Media: l.Media}
	switch {
	case l.Text != nil && l.Base64 == nil:
		c.Data = []byte(*l.Text)
	case l.Base64 != nil && l.Text == nil:
		c.Data = *l.Base64
	default:
		return c, false
	}
	return c, true
}

// cursor walks along a line. Once something does not fit, ok stays false and
// the other calls do nothing.
type cursor struct {
	rest []byte
	ok   bool
}

func (c *cursor) literal(s string) {
	if !c.ok || len(c.rest) < len(s) || string(c.rest[:len(s)]) != s {
		c.ok = false
		return
	}
	c.rest = c.rest[len(s):]
}

func (c *cursor) hex(dst []byte) {
	n := 2 * len(dst)
	if !c.ok || len(c.rest) < n || !decodeHex(dst, c.rest[:n]) {
		c.ok = false
		return
	}
	c.rest = c.rest[n:]
}

// number reads a decimal number without leading zeros that fits in an int64,
// which is what databases hold.
func (c *cursor) number() uint64 {
	var n uint64
	i := 0
	for ; c.ok && i < len(c.rest) && '0' <= c.rest[i] && c.rest[i] <= '9'; i++ {
		n = n*10 + uint64(c.rest[i]-'0')
		c.ok = i < 18 // 10^18-1 fits, and no log is longer
	}
	if i == 0 || i > 1 && c.rest[0] == '0' {
		c.ok = false
	}
	if !c.ok {
		return 0
	}
	c.rest = c.rest[i:]
	return n
}
