package journal

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

var (
	errWriterClosed = errors.New("journal: the log file is written to its end already")
	errExercise     = errors.New("journal: an exercise id is not empty and is valid UTF-8")
)

// Writer writes a log file. It checks what it is given just as a [Reader]
// would, so that it never writes a file that does not verify. A refused call
// writes nothing and leaves the writer as it was. It is for one goroutine.
type Writer struct {
	out     *bufio.Writer
	buf     []byte // the line being made
	head    Head
	lines   int
	written map[Hash]struct{}
	closed  bool
}

type header struct {
	Format   string `json:"format"`
	Exercise string `json:"exercise"`
}

// contentLine has either Text or Base64.
type contentLine struct {
	Content Hash    `json:"content"`
	Media   string  `json:"media"`
	Text    *string `json:"text,omitempty"`
	Base64  *[]byte `json:"base64,omitempty"`
}

// NewWriter starts the log file of an exercise on w. The caller ends it with
// Close; without that the file has no head and may lack its end.
func NewWriter(w io.Writer, exercise string) (*Writer, error) {
	line, err := headerLine(exercise)
	if err != nil {
		return nil, err
	}
	lw := &Writer{
		out:     bufio.NewWriterSize(w, 1<<16),
		head:    Head{Chain: Genesis(exercise)},
		written: make(map[Hash]struct{}),
	}
	return lw, lw.write(line)
}

// headerLine returns the one spelling of an exercise's first line.
func headerLine(exercise string) ([]byte, error) {
	if exercise == "" || !utf8.ValidString(exercise) {
		return nil, errExercise
	}
	return encode(header{Format: Format, Exercise: exercise})
}

// Content writes c, unless it was written before. Its place is ahead of the
// first event that cites it. Content that is not [Content.Valid] is refused
// with a [CorruptError].
func (w *Writer) Content(c Content) error {
	if w.closed {
		return errWriterClosed
	}
	if _, ok := w.written[c.Hash]; ok {
		return nil
	}
	if !c.Valid() {
		return w.corrupt(CodeBadContent, 0)
	}
	line, err := encodeContent(c)
	if err != nil {
		return fmt.Errorf("content %s: %w", c.Hash, err)
	}
	if err := w.write(line); err != nil {
		return err
	}
	w.written[c.Hash] = struct{}{}
	return nil
}

// maxText is up to which size text fits a line even when each byte of it takes
// the longest escape, \u0000.
const maxText = MaxLine / 8

// encodeContent writes as text what people can read.
func encodeContent(c Content) ([]byte, error) {
	l := contentLine{Content: c.Hash, Media: c.Media}
	if len(c.Data) <= maxText && utf8.Valid(c.Data) {
		text := string(c.Data)
		l.Text = &text
	} else {
		l.Base64 = &c.Data
	}
	return encode(l)
}

// Entry writes the next event. It refuses, with a [CorruptError], an entry
// that does not follow the one before it, whose hashes do not hold, or whose
// event is not a JSON object on one line.
func (w *Writer) Entry(e Entry) error {
	if w.closed {
		return errWriterClosed
	}
	if code := check(w.head, &e); code != "" {
		return w.corrupt(code, e.Seq)
	}
	w.buf = appendEntry(w.buf[:0], &e)
	if err := w.write(w.buf); err != nil {
		return err
	}
	w.head = Head{Seq: e.Seq, Chain: e.Chain}
	return nil
}

// Close writes the head and flushes. It does not close the writer beneath.
func (w *Writer) Close() error {
	if w.closed {
		return errWriterClosed
	}
	line := append(strconv.AppendUint([]byte(headOpen), w.head.Seq, 10), headChain...)
	line = append(hex.AppendEncode(line, w.head.Chain[:]), headEnd...)
	if err := w.write(line); err != nil {
		return err
	}
	w.closed = true
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	return nil
}

// write writes line, which has no newline yet.
func (w *Writer) write(line []byte) error {
	if len(line) > MaxLine {
		return w.corrupt(CodeTooLong, 0)
	}
	// A bufio.Writer keeps its first error, so the last answer speaks for both.
	_, _ = w.out.Write(line)
	if err := w.out.WriteByte('\n'); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	w.lines++
	return nil
}

// corrupt refuses what would have been the next line.
func (w *Writer) corrupt(code string, seq uint64) error {
	return &CorruptError{Line: w.lines + 1, Code: code, Seq: seq}
}

// encode returns v as JSON on one line, leaving <, > and & readable.
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}
