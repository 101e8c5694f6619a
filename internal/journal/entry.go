package journal

import "unicode/utf8"

// Format names the file form and its version, and is part of [Genesis].
const Format = "renkei/log/1"

// MaxLine is the longest line of a log file in bytes, without its newline.
// Writers refuse to write, and readers to read, a longer one.
const MaxLine = 64 << 20

// What fits a line whatever the bytes, in bytes: of an event, of a content's
// data (which takes a third more as base64) and of its media type.
const (
	MaxEvent   = MaxLine - 1<<10
	MaxContent = MaxLine/4*3 - 1<<12
	MaxMedia   = 255
)

// Entry is one event of a log with its place in the chain.
type Entry struct {
	Seq   uint64 // from 1, without a gap
	Event []byte // the stored JSON object, verbatim; nil when redacted
	Salt  []byte // SaltSize bytes; nil when redacted
	Leaf  Hash
	Chain Hash
}

// Redacted reports whether the event itself was left out.
func (e *Entry) Redacted() bool { return e.Event == nil }

// Content is a text or attachment that events cite by its hash.
type Content struct {
	Hash  Hash   // SHA-256 of Data
	Media string // media type, such as text/markdown; not covered by Hash
	Data  []byte
}

// Valid reports whether the hash is that of the data and a log file can hold
// the content.
func (c *Content) Valid() bool {
	return len(c.Data) <= MaxContent && len(c.Media) <= MaxMedia &&
		utf8.ValidString(c.Media) && HashOf(c.Data) == c.Hash
}

// Head is how far a log goes: its last seq and the chain there. The head of an
// empty log is seq 0 with [Genesis].
type Head struct {
	Seq   uint64 `json:"seq"`
	Chain Hash   `json:"chain"`
}

// Take moves the head on to e. Where e does not follow it, its hashes do not
// hold or its event is none, the head stays and Take returns a [CorruptError]
// without a line.
func (h *Head) Take(e *Entry) error {
	if code := check(*h, e); code != "" {
		return &CorruptError{Code: code, Seq: e.Seq}
	}
	*h = Head{Seq: e.Seq, Chain: e.Chain}
	return nil
}
